// Which certificate takes the place of which: built once per check from all of them, then asked for each. Pure: the
// time is given, and so is the turn that lets other work through.
import { groupBy } from '../shared/collections.ts';
import { createSlices, eachInTurns, type Slices, sortInTurns } from '../shared/slices.ts';
import { type Certificate, type CertificateKey, isLive, standingOf } from './certificate.ts';
import { type Asker, firstCovering, type Named } from './coverage.ts';
import { marksOf } from './name-marks.ts';

export interface Contender extends CertificateKey {
  /** The last known facts. */
  readonly certificate: Certificate;
  /** Not missing. */
  readonly present: boolean;
  readonly standingSinceMs: number;
}

export interface Successor extends CertificateKey {
  readonly notAfterMs: number;
  /** When it was issued, or else was first seen to be live. */
  readonly issuedMs: number;
  readonly name: string | null;
}

export interface Application extends CertificateKey {
  readonly status: string;
  readonly sinceMs: number;
}

/** What is known of who takes a certificate's place. */
export interface Succession {
  /** The live one that covers all its names and ends later; the one that ends last, ties by account and id. */
  readonly successor: Successor | null;
  /** In application and covers all its names: the latest to come into application, ties by account and id. */
  readonly applied: Application | null;
}

export interface Successions {
  /** Neither, of a certificate that was not among the contenders. */
  of(key: CertificateKey): Succession;
}

export interface SuccessionWorld {
  readonly contenders: readonly Contender[];
  /** Whose certificates may take the place of this account’s: those named for it; itself always may. */
  readonly accountsOf: (account: string) => readonly string[];
  readonly nowMs: number;
  readonly nextTurn: () => Promise<void>;
}

/** Names looked at between two turns: a few milliseconds. */
const UNITS_PER_TURN = 5_000;
const NEITHER: Succession = { successor: null, applied: null };

/** A contender that has a name; the others take no place, and nobody takes theirs. */
interface Candidate extends Named {
  readonly contender: Contender;
}

export async function createSuccession(world: SuccessionWorld): Promise<Successions> {
  const slices = createSlices(UNITS_PER_TURN, world.nextTurn);
  const byAccount = await candidatesOf(world.contenders, slices);
  const found = new Map<string, Map<string, Succession>>();
  for (const { asking, answering } of circlesOf([...byAccount.keys()], world.accountsOf)) {
    const pool = answering.flatMap((account) => byAccount.get(account) ?? []);
    for (const account of asking) found.set(account, new Map());
    const askers = asking.flatMap((account) => byAccount.get(account) ?? []);
    const successors = await successorsOf({ askers, pool, nowMs: world.nowMs, slices });
    const applications = await applicationsOf({ askers, pool, slices });
    for (const [n, { contender }] of askers.entries()) {
      const successor = successors(n);
      const applied = applications(n);
      if (successor !== null || applied !== null)
        found.get(contender.account)?.set(contender.id, { successor, applied });
      if (slices.isDue(5)) await slices.turn();
    }
  }
  return { of: ({ account, id }) => found.get(account)?.get(id) ?? NEITHER };
}

async function candidatesOf(
  contenders: readonly Contender[],
  slices: Slices,
): Promise<ReadonlyMap<string, readonly Candidate[]>> {
  const candidates = new Map<string, Candidate[]>();
  for (const contender of contenders) {
    const { certificate } = contender;
    const names = marksOf(certificate);
    if (names !== null) addTo(candidates, contender.account, { contender, certificate, names });
    if (slices.isDue(3 + certificate.sans.length)) await slices.turn();
  }
  return candidates;
}

function addTo<Key>(groups: Map<Key, Candidate[]>, key: Key, candidate: Candidate): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [candidate]);
  else group.push(candidate);
}

async function chosen(
  pool: readonly Candidate[],
  isChosen: (candidate: Candidate) => boolean,
  slices: Slices,
): Promise<readonly Candidate[]> {
  const some: Candidate[] = [];
  const choose = (candidate: Candidate) => void (isChosen(candidate) && some.push(candidate));
  await eachInTurns(pool, choose, { slices });
  return some;
}

interface Circle {
  readonly asking: readonly string[];
  readonly answering: readonly string[];
}

/** Accounts that look for successors in the same accounts are looked at together. */
function circlesOf(
  accounts: readonly string[],
  accountsOf: SuccessionWorld['accountsOf'],
): readonly Circle[] {
  const answering = (account: string) => [...new Set([account, ...accountsOf(account)])].sort();
  const circles = groupBy(accounts, (account) => answering(account).join('\u0000'));
  return [...circles.values()].map((asking) => ({ asking, answering: answering(asking[0] ?? '') }));
}

interface Matching {
  readonly askers: readonly Candidate[];
  readonly pool: readonly Candidate[];
  readonly slices: Slices;
}

async function successorsOf({
  askers,
  pool,
  nowMs,
  slices,
}: Matching & { nowMs: number }): Promise<(asker: number) => Successor | null> {
  const isGood = ({ contender, certificate }: Candidate) =>
    contender.present && isLive(certificate) && endOf(certificate) > nowMs;
  const live = await chosen(pool, isGood, slices);
  const list = await lastFirst(live, ({ certificate }) => endOf(certificate), slices);
  const ends = Float64Array.from(list, ({ certificate }) => endOf(certificate));
  const limited: Asker[] = [];
  const limit = (named: Candidate) =>
    void limited.push({ named, limit: countLater(ends, named.certificate) });
  await eachInTurns(askers, limit, { slices, units: 5 });
  const found = await firstCovering(list, limited, slices);
  return (asker) => {
    const candidate = list[found[asker] ?? -1];
    if (candidate === undefined) return null;
    const { contender, certificate } = candidate;
    const { account, id, standingSinceMs } = contender;
    const issuedMs = certificate.issuedAtMs ?? certificate.notBeforeMs ?? standingSinceMs;
    return { account, id, notAfterMs: endOf(certificate), issuedMs, name: certificate.name };
  };
}

/** Before all time, where it is not known: then it takes no place. */
function endOf({ notAfterMs }: Certificate): number {
  return notAfterMs ?? Number.NEGATIVE_INFINITY;
}

/** How many of these ends, the last first, come after that of the certificate; none where its end is not known. */
function countLater(ends: Float64Array, { notAfterMs }: Certificate): number {
  if (notAfterMs === null) return 0;
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > notAfterMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function applicationsOf({
  askers,
  pool,
  slices,
}: Matching): Promise<(asker: number) => Application | null> {
  const isPending = ({ contender, certificate }: Candidate) =>
    contender.present && standingOf(certificate.status) === 'application';
  const pending = await chosen(pool, isPending, slices);
  if (pending.length === 0) return () => null;
  const list = await lastFirst(pending, ({ contender }) => contender.standingSinceMs, slices);
  const unlimited = askers.map((named) => ({ named, limit: list.length }));
  const found = await firstCovering(list, unlimited, slices);
  return (asker) => {
    const candidate = list[found[asker] ?? -1];
    if (candidate === undefined) return null;
    const { account, id, certificate, standingSinceMs } = candidate.contender;
    return { account, id, status: certificate.status, sinceMs: standingSinceMs };
  };
}

/** Ordered by time, the last first; of one time by account and id. Numbers alone are sorted in a tenth of the time. */
async function lastFirst(
  candidates: readonly Candidate[],
  timeOf: (candidate: Candidate) => number,
  slices: Slices,
): Promise<readonly Candidate[]> {
  const byTime = new Map<number, Candidate[]>();
  await eachInTurns(candidates, (candidate) => addTo(byTime, timeOf(candidate), candidate), { slices });
  const times = Float64Array.from(byTime.keys()).sort().reverse();
  const ordered: Candidate[] = [];
  for (const time of times) {
    const group = byTime.get(time) ?? [];
    const sorted = group.length > 1 ? await sortInTurns(group, byKey, slices) : group;
    await eachInTurns(sorted, (candidate) => void ordered.push(candidate), { slices });
    if (slices.isDue(5)) await slices.turn();
  }
  return ordered;
}

function byKey({ contender: a }: Candidate, { contender: b }: Candidate): number {
  return byText(a.account, b.account) || byText(a.id, b.id);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
