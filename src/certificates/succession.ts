// Which certificate takes the place of which: built once per check from all of them, then asked for each. Pure: the
// time is given, and so is the turn that lets other work through.
import { groupBy } from '../shared/collections.ts';
import { createSlices, eachInTurns, filterInTurns, type Slices } from '../shared/slices.ts';
import { type Certificate, type CertificateKey, isLive, standingOf } from './certificate.ts';
import { type Asker, firstCovering, type Named } from './coverage.ts';
import { lastFirst } from './last-first.ts';
import { marksOf } from './name-marks.ts';
import { narrowed } from './narrowing.ts';

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
  /** What there is, by account and id. */
  readonly found: ReadonlyMap<string, ReadonlyMap<string, Succession>>;
}

export interface SuccessionWorld {
  readonly contenders: readonly Contender[];
  /** Whose certificates may take the place of this account’s: those named for it; itself always may. */
  readonly accountsOf: (account: string) => readonly string[];
  readonly nowMs: number;
  readonly nextTurn: () => Promise<void>;
  /** Where it is given, only those are matched whom it concerns. Without it all are. */
  readonly since?: Since;
}

/** What was found before, at no later time and with the same `accountsOf`. */
export interface Since {
  readonly successions: Successions;
  /** Who differs in anything since then, came or went. */
  readonly changed: readonly CertificateKey[];
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
  const { contenders, since, nowMs } = world;
  if (since === undefined) return matchAll(world, slices);
  const { successions, changed } = since;
  const narrow = await narrowed({ contenders, found: successions.of, changed, nowMs, slices });
  if (narrow === null) return matchAll(world, slices);
  const anew = await matchAll({ ...world, contenders: narrow.world }, slices);
  return joined(since, { asking: narrow.asking, anew });
}

async function matchAll(world: SuccessionWorld, slices: Slices): Promise<Successions> {
  const byAccount = await candidatesOf(world.contenders, slices);
  const found = new Map<string, Map<string, Succession>>();
  for (const { asking, answering } of circlesOf([...byAccount.keys()], world.accountsOf)) {
    for (const account of asking) found.set(account, new Map());
    const pool = await gathered(answering, byAccount, slices);
    const askers = await gathered(asking, byAccount, slices);
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
  return successionsOf(found);
}

function successionsOf(found: Successions['found']): Successions {
  return { of: ({ account, id }) => found.get(account)?.get(id) ?? NEITHER, found };
}

/** What was found before, but for those that ask what was found anew. */
function joined(
  { successions, changed }: Since,
  { asking, anew }: { asking: readonly CertificateKey[]; anew: Successions },
): Successions {
  const found = new Map([...successions.found].map(([account, ofAccount]) => [account, new Map(ofAccount)]));
  for (const { account, id } of changed) found.get(account)?.delete(id);
  for (const key of asking) {
    const { account, id } = key;
    const ofAccount = found.get(account) ?? new Map<string, Succession>();
    const now = anew.of(key);
    if (now === NEITHER) ofAccount.delete(id);
    else ofAccount.set(id, now);
    found.set(account, ofAccount);
  }
  return successionsOf(found);
}

async function candidatesOf(
  contenders: readonly Contender[],
  slices: Slices,
): Promise<ReadonlyMap<string, readonly Candidate[]>> {
  const candidates = new Map<string, Candidate[]>();
  for (const contender of contenders) {
    const { certificate } = contender;
    const names = marksOf(certificate);
    if (names !== null) {
      const others = candidates.get(contender.account) ?? [];
      others.push({ contender, certificate, names });
      candidates.set(contender.account, others);
    }
    if (slices.isDue(3 + certificate.sans.length)) await slices.turn();
  }
  return candidates;
}

/** Those of all these accounts. */
async function gathered(
  accounts: readonly string[],
  byAccount: ReadonlyMap<string, readonly Candidate[]>,
  slices: Slices,
): Promise<readonly Candidate[]> {
  const all: Candidate[] = [];
  for (const account of accounts)
    await eachInTurns(byAccount.get(account) ?? [], (candidate) => void all.push(candidate), { slices });
  return all;
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
  const live = await filterInTurns(pool, isGood, { slices });
  const list = await lastFirst(live, ({ certificate }) => endOf(certificate), slices);
  const ends = new Float64Array(list.length);
  let place = 0;
  const note = ({ certificate }: Candidate) => {
    ends[place] = endOf(certificate);
    place += 1;
  };
  await eachInTurns(list, note, { slices });
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
  const pending = await filterInTurns(pool, isPending, { slices });
  if (pending.length === 0) return () => null;
  const list = await lastFirst(pending, ({ contender }) => contender.standingSinceMs, slices);
  const unlimited: Asker[] = [];
  const ask = (named: Candidate) => void unlimited.push({ named, limit: list.length });
  await eachInTurns(askers, ask, { slices });
  const found = await firstCovering(list, unlimited, slices);
  return (asker) => {
    const candidate = list[found[asker] ?? -1];
    if (candidate === undefined) return null;
    const { account, id, certificate, standingSinceMs } = candidate.contender;
    return { account, id, status: certificate.status, sinceMs: standingSinceMs };
  };
}
