// The truth at the places where certificates are served: who deploys what when, and what goes wrong there. Pure.
import type { Endpoint } from '../../src/certificates/endpoint.ts';
import type { ProbeFailureReason } from '../../src/certificates/served.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import type { Random } from '../support/random.ts';
import { type Outage, outageAt, outages } from './outages.ts';
import type { Issue, Life, Year } from './world.ts';

/** One place: what is deployed there, one after the other, and its troubles. */
export interface Spot {
  readonly endpoint: Endpoint;
  readonly deployments: readonly Deployment[];
  /** Nobody can see it. */
  readonly unseen: readonly Outage<ProbeFailureReason>[];
  readonly chains: readonly Outage<ChainTrouble>[];
}

interface Deployment {
  readonly fromMs: number;
  readonly issue: Issue;
  readonly names: readonly string[];
}

/** `broken`: the intermediate is not served. Else one is that ends so soon. */
export type ChainTrouble = 'broken' | { readonly endsMs: number };

/** The spots of one line of lives, and for each life where people have it looked at; none: nobody serves it. */
export interface Service {
  readonly spots: readonly Spot[];
  readonly probeOf: (life: Life) => readonly Endpoint[] | 'auto' | 'guess';
}

const NOWHERE: Service = { spots: [], probeOf: () => [] };
const FAILURES = ['timeout', 'reset', 'unreachable', 'unresolved', 'rejected'] as const;

/** `lives`: of one place of the world, each the next one's predecessor. */
export function serviceOf(
  random: Random,
  { place, lives, year }: { place: number; lives: readonly Life[]; year: Year },
): Service {
  if (!random.chance(0.45)) return NOWHERE;
  const how = random.pick(['all', 'all', 'auto', 'guess', 'every-other'] as const);
  const endpoints = how === 'auto' || how === 'guess' ? hostsOf(place) : chosen(random, place, lives);
  const spots = endpoints.map((endpoint): Omit<Spot, 'deployments'> => {
    const unseen = outages(random, year, { everyDays: 10, what: () => random.pick(FAILURES) });
    const broken = outages(random, year, { everyDays: 90, what: (): ChainTrouble => 'broken' });
    return { endpoint, unseen, chains: [...broken, ...shortChains(random, year)] };
  });
  const deployed = deploymentsOf(random, { lives, year, spots: spots.length });
  return {
    spots: spots.map((spot, n) => ({ ...spot, deployments: deployed[n] ?? [] })),
    probeOf(life) {
      if (how === 'auto' || how === 'guess') return how;
      return how === 'all' || lives.indexOf(life) % 2 === 0 ? endpoints : [];
    },
  };
}

/** An intermediate that ends in hours to weeks, served for days to weeks: past its end, too. */
function shortChains(random: Random, year: Year): readonly Outage<ChainTrouble>[] {
  const lengthsMs = [DAY_MS, 5 * DAY_MS, 20 * DAY_MS] as const;
  return outages(random, year, { everyDays: 150, lengthsMs: [...lengthsMs], what: () => random.unit() }).map(
    (outage) => ({
      ...outage,
      what: { endsMs: outage.fromMs + Math.round((0.05 + outage.what * 45) * DAY_MS) },
    }),
  );
}

function spot(host: string, port = 443, more: Partial<Endpoint> = {}): Endpoint {
  return { host, port, serverName: null, startTls: null, named: true, ...more };
}

/** Where `auto` can lead. */
function hostsOf(place: number): readonly Endpoint[] {
  return [`www.p${place}.example`, `p${place}.example`].map((host) => spot(host, 443, { named: false }));
}

/** One to three places for a name of the first. */
function chosen(random: Random, place: number, [first]: readonly Life[]): readonly Endpoint[] {
  const asked = (first?.names[0] ?? '').replace('*.', 'shop.');
  const all = [
    spot(asked),
    spot(asked, 8443),
    spot(`mx.p${place}.example`, 25, { serverName: asked, startTls: 'smtp' }),
  ];
  return all.slice(0, 1 + random.below(all.length));
}

/** For each spot: who deploys at once, in time, late, only when the one before has ended, or never; at times it is taken back. */
function deploymentsOf(
  random: Random,
  { lives, year, spots }: { lives: readonly Life[]; year: Year; spots: number },
): readonly (readonly Deployment[])[] {
  const issued = new Map<string, Omit<Deployment, 'fromMs'>>();
  for (const { names, phases } of lives)
    for (const { issue } of phases) if (issue !== null) issued.set(issue.fingerprint, { issue, names });
  const [first, ...others] = [...issued.values()].toSorted((a, b) => a.issue.issuedMs - b.issue.issuedMs);
  if (first === undefined) return [];
  const deployed = Array.from({ length: spots }, () => [{ ...first, fromMs: year.startMs }]);
  let before = first;
  for (const next of others) {
    const together = delayOf(random, next.issue, before.issue);
    for (const one of deployed) {
      const delayMs = random.chance(0.6) ? together : delayOf(random, next.issue, before.issue);
      deploy(random, one, { ...next, fromMs: next.issue.issuedMs + delayMs });
    }
    before = next;
  }
  return deployed;
}

/** Whoever has something newer by then leaves it. */
function deploy(random: Random, deployed: Deployment[], next: Deployment): void {
  if (!Number.isFinite(next.fromMs)) return;
  while ((deployed.at(-1)?.fromMs ?? 0) > next.fromMs) deployed.pop();
  const before = deployed.at(-1);
  deployed.push(next);
  if (before === undefined || !random.chance(0.08)) return;
  const backMs = next.fromMs + Math.round((0.5 + random.unit() * 12) * DAY_MS);
  deployed.push({ ...before, fromMs: backMs });
  deployed.push({ ...next, fromMs: backMs + Math.round((2 + random.unit() * 70) * HOUR_MS) });
}

function delayOf(random: Random, next: Issue, before: Issue): number {
  const how = random.unit();
  const within = (low: number, high: number) => Math.round((low + random.unit() * (high - low)) * DAY_MS);
  if (how < 0.2) return within(0, 0.1);
  if (how < 0.5) return within(0, 0.95);
  if (how < 0.8) return within(1.1, 14);
  if (how < 0.92) return Math.max(0, before.notAfterMs - next.issuedMs) + within(0, 2);
  return Number.POSITIVE_INFINITY;
}

/** What is served there now; null where nobody can see it. */
export function servedAt(
  { deployments, unseen, chains }: Spot,
  nowMs: number,
): (Deployment & { readonly chain: ChainTrouble | null }) | ProbeFailureReason {
  const failure = outageAt(unseen, nowMs);
  const deployment = deployments.findLast(({ fromMs }) => fromMs <= nowMs) ?? deployments[0];
  if (deployment === undefined) return 'unresolved';
  return failure ?? { ...deployment, chain: outageAt(chains, nowMs) };
}
