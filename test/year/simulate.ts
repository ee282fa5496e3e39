// A year, tick by tick: the world goes on, the program looks at it, the oracle looks at both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryOutcome, Mail, Mailer } from '../../src/alerts/alert.ts';
import { isLive } from '../../src/certificates/certificate.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import type { CertificateConfig, Config } from '../../src/config/config.ts';
import type { Lane } from '../../src/read-all.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import { KINDS, type Seen } from '../model/model.ts';
import { createFakeClock } from '../support/clock.ts';
import {
  certificate,
  config,
  configured,
  NOW,
  POLICY,
  readFailed,
  THRESHOLDS,
} from '../support/factories.ts';
import { BAD_PASSWORD, DOWN, GREYLISTED, LOST_ANSWER, NOTHING_ELSE, SENT } from '../support/fakes.ts';
import { createRandom, type Random } from '../support/random.ts';
import { type Core, openCore } from './core.ts';
import { createOracle, type Oracle, type Verdict } from './oracle.ts';
import { cloudOutages, type MailTrouble, mailOutages, type Outage, outageAt, restarts } from './outages.ts';
import { type Service, serviceOf } from './serving.ts';
import { createSights, spotText } from './sights.ts';
import { type Issue, type Life, livesOf, phaseAt, type Year } from './world.ts';

const ACCOUNTS = ['north', 'south'] as const;
const ONCALL = 'oncall@example.com';
const TICK_MS = 15 * MINUTE_MS;
const TICKS_PER_CHECK = 4;

const RULES = {
  warning: 30 * DAY_MS,
  critical: 7 * DAY_MS,
  pending: 7 * DAY_MS,
  unreadable: HOUR_MS,
  kinds: KINDS,
  ladder: POLICY.ladderMs,
  reminders: POLICY.remindersMs,
  resolved: true,
  stuck: THRESHOLDS.stuckMs,
  overdue: THRESHOLDS.overdueMs,
  successorsIn: { north: ['north', 'south'], south: ['south'] },
  allSeen: ['north'],
  deploy: THRESHOLDS.deployMs,
};

/** Where the lives of a place lie, in turn: mostly in one account. */
const PLACES = [
  ['north'],
  ['north'],
  ['south'],
  ['south'],
  ['north', 'south'],
] as const satisfies readonly (readonly [string, ...string[]])[];

type Probe = CertificateConfig['probe'];

/** What is in the configuration, and where it is looked at. */
interface Watched {
  readonly lives: readonly Life[];
  readonly probes: ReadonlyMap<string, Probe>;
}

export interface YearReport extends Verdict {
  readonly checks: number;
  readonly reads: number;
  readonly looks: number;
  readonly restarts: number;
  readonly certificates: number;
}

/** Runs it to its end; `note` is told of each day. */
export async function simulate({
  seed,
  days,
  certificates,
  note,
}: {
  seed: number;
  days: number;
  certificates: number;
  note: (text: string) => void;
}): Promise<YearReport> {
  const random = createRandom(seed);
  const year: Year = { startMs: NOW, endMs: NOW + days * DAY_MS };
  const lines = Array.from({ length: certificates }, (_, place) =>
    livesOf(random, { place, accounts: random.pick<readonly [string, ...string[]]>(PLACES), year }),
  );
  const lives = lines.flat();
  const chance = createRandom(seed + 1_000_003);
  const services = lines.map((line, place) => serviceOf(chance, { place, lives: line, year }));
  const probes = new Map(
    lines.flatMap((line, place) => line.map((life) => [life.id, probeOf(services[place], life)])),
  );
  const clock = createFakeClock(year.startMs);
  const oracle = createOracle(RULES);
  const mailTroubles = mailOutages(random, year);
  const mailer = createMailer({ random, oracle, troubles: mailTroubles, now: clock.wallMs });
  const cloud = createCloud({ random, oracle, lives, probes, year, now: clock.wallMs });
  const sights = createSights({ oracle, spots: services.flatMap(({ spots }) => spots), now: clock.wallMs });
  const folder = mkdtempSync(join(tmpdir(), 'ccm-year-'));
  const path = join(folder, 'state.db');
  let current = configAt({ lives, probes }, year.startMs);
  let checks = 0;
  let starts = 0;
  const open = () =>
    openCore({
      path,
      config: current,
      lanes: cloud.lanes,
      prober: sights.prober,
      mailer,
      clock,
      random: random.unit,
      allSeen: (account) => RULES.allSeen.includes(account),
      onAllRead: () => oracle.judged(clock.wallMs()),
    });
  let core: Core = await open();
  const stops = restarts(random, year);
  try {
    for (let tick = 0; clock.wallMs() < year.endMs; tick += 1, clock.pass(TICK_MS)) {
      const nowMs = clock.wallMs();
      const stop = stops.find(({ fromMs }) => fromMs >= nowMs && fromMs < nowMs + TICK_MS);
      if (stop !== undefined) {
        starts += 1;
        await core.close();
        // What its people change meanwhile is in force at the next start.
        while (clock.wallMs() < stop.toMs) clock.pass(TICK_MS);
        for (const { id } of current.certificates.filter(
          goneFrom(configAt({ lives, probes }, clock.wallMs())),
        ))
          oracle.left(id, clock.wallMs());
        current = configAt({ lives, probes }, clock.wallMs());
        oracle.started();
        core = await open();
      } else if (changes(lives, nowMs)) {
        const next = configAt({ lives, probes }, nowMs);
        for (const { id } of current.certificates.filter(goneFrom(next))) oracle.left(id, nowMs);
        current = next;
        await core.configure(current);
      }
      for (const reader of [ONCALL, 'payments@example.com', 'shop@example.com'])
        if (reachable(mailTroubles, reader, clock.wallMs())) oracle.mailable(reader);
      if (tick % TICKS_PER_CHECK === 0) {
        await core.check(current);
        checks += 1;
      } else if (core.store.outboxCounts().waiting > 0) await core.deliver();
      if (tick % 96 === 0) note(`day ${tick / 96} of ${days}`);
    }
  } finally {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    ...oracle.verdict(),
    checks,
    reads: cloud.reads(),
    looks: sights.looks(),
    restarts: starts,
    certificates: lives.length,
  };
}

function probeOf(service: Service | undefined, life: Life): Probe {
  return service?.probeOf(life) ?? [];
}

function configAt({ lives, probes }: Watched, nowMs: number): Config {
  const there = lives.filter(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  const certificates = there.map(({ id, account, recipients }) =>
    configured({ id, account, recipients, thresholds: THRESHOLDS, probe: probes.get(id) ?? [] }),
  );
  const settings = config(certificates);
  const [account] = config([configured()]).accounts;
  return {
    ...settings,
    accounts:
      account === undefined
        ? []
        : ACCOUNTS.map((name) => ({
            ...account,
            name,
            successors: RULES.successorsIn[name].filter((other) => other !== name),
          })),
  };
}

function goneFrom({ certificates }: Config): (one: { id: string }) => boolean {
  const ids = new Set(certificates.map(({ id }) => id));
  return ({ id }) => !ids.has(id);
}

/** Whether a certificate came or left within the last tick. */
function changes(lives: readonly Life[], nowMs: number): boolean {
  const lately = (ms: number) => ms > nowMs - TICK_MS && ms <= nowMs;
  return lives.some(({ fromMs, toMs }) => lately(fromMs) || lately(toMs));
}

function createCloud({
  random,
  oracle,
  lives,
  probes,
  year,
  now,
}: Watched & {
  random: Random;
  oracle: Oracle;
  year: Year;
  now: () => number;
}): { readonly lanes: ReadonlyMap<string, Lane>; reads(): number } {
  const byId = new Map(lives.map((life) => [life.id, life]));
  let reads = 0;
  const lanes = ACCOUNTS.map((account): [string, Lane] => {
    const troubles = cloudOutages(random, year);
    const read = async (id: string): Promise<Reading> => {
      const life = byId.get(id);
      if (life === undefined) throw new Error(`Cannot read ${id}: the world has no such certificate`);
      reads += 1;
      const nowMs = now();
      const trouble = outageAt(troubles, nowMs);
      const phase = phaseAt(life, nowMs);
      const seen: Seen =
        trouble !== null && random.chance(trouble.share)
          ? { failure: trouble.reason }
          : phase === undefined || phase.status === null
            ? { failure: 'missing' }
            : { status: phase.status, notAfter: phase.notAfterMs };
      const { names, recipients } = life;
      const readers = [...new Set([ONCALL, ...recipients])];
      const places = probes.get(id) ?? [];
      const probe = typeof places === 'string' ? places : places.map(spotText);
      // A reply without the end leaves out the rest of what was issued, too.
      const said = 'failure' in seen ? undefined : seen.notAfter === null ? null : (phase?.issue ?? null);
      const issued = said === undefined ? {} : { issued: said === null ? null : saidOf(said) };
      oracle.saw({ id, account, names, seen, readers, probe, ...issued, nowMs });
      return readingOf(life, seen, said ?? null);
    };
    const reader = {
      ...NOTHING_ELSE,
      account,
      beginCheck: () => undefined,
      read,
      close: async () => undefined,
    };
    return [account, { reader, concurrency: 1 }];
  });
  return { lanes: new Map(lanes), reads: () => reads };
}

function saidOf({ fingerprint, notBeforeMs, saidIssuedMs }: Issue) {
  return { fingerprint, notBeforeMs, issuedAtMs: saidIssuedMs };
}

function readingOf({ id, names }: Life, seen: Seen, issue: Issue | null): Reading {
  if ('failure' in seen) return readFailed(seen.failure);
  const { status, notAfter: notAfterMs } = seen;
  const domain = names[0] ?? null;
  const sans = names.slice(1);
  const said = issue === null ? { fingerprint: null, notBeforeMs: null, issuedAtMs: null } : saidOf(issue);
  const facts = certificate({ id, status, domain, sans, notAfterMs, ...said });
  const undated = isLive(facts) && seen.notAfter === null;
  return { ok: true, certificate: { ...facts, notAfterFault: undated ? 'is empty' : null } };
}

/**
 * Whether a mail to this person would be taken, and its answer come, at this time. While every other answer is lost, a
 * mail that was not answered is sent again before the others, and holds them up: of an hour then one try counts.
 */
function reachable(troubles: readonly Outage<MailTrouble>[], recipient: string, nowMs: number): boolean {
  const trouble = outageAt(troubles, nowMs);
  const isFullHour = (nowMs - NOW) % (TICKS_PER_CHECK * TICK_MS) === 0;
  return (
    trouble === null || (trouble === 'lost' && isFullHour) || (trouble === 'greylist' && recipient !== ONCALL)
  );
}

function createMailer({
  random,
  oracle,
  troubles,
  now,
}: {
  random: Random;
  oracle: Oracle;
  troubles: readonly Outage<MailTrouble>[];
  now: () => number;
}): Mailer {
  /** Mails that are in an inbox, though the program was never told so. */
  const unanswered = new Set<string>();

  function answer(mail: Mail): DeliveryOutcome {
    switch (outageAt(troubles, now())) {
      case 'down':
        return DOWN;
      case 'login':
        return BAD_PASSWORD;
      case 'greylist':
        return mail.recipient === ONCALL ? GREYLISTED : SENT;
      case 'lost':
        return random.chance(0.5) ? LOST_ANSWER : SENT;
      case null:
        return SENT;
    }
  }

  return {
    async send(mail) {
      const outcome = answer(mail);
      if (outcome.outcome === 'sent' || outcome.outcome === 'ambiguous')
        oracle.received(mail, { nowMs: now(), copy: unanswered.has(mail.messageId) });
      if (outcome.outcome === 'ambiguous') unanswered.add(mail.messageId);
      return outcome;
    },
  };
}
