// Who takes whose place among the watched certificates: worked out anew where something has changed, and shown.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import { type Look, lookText, sameLooks } from './certificates/look.ts';
import { ALONE, type Surroundings } from './certificates/rule.ts';
import {
  type Contender,
  createSuccession,
  type Since,
  type Succession,
  type Successions,
} from './certificates/succession.ts';
import type { CertificateConfig, Config } from './config/config.ts';
import type { Lookouts } from './lookouts.ts';
import type { Memory } from './memory.ts';
import { createSlices, eachInTurns } from './shared/slices.ts';

export interface Relations {
  of(key: CertificateKey): Surroundings;
  /** Works it out at `nowMs`; resolves with those for which it has changed, which are shown so. */
  refresh(nowMs: number): Promise<readonly CertificateConfig[]>;
}

interface RelationsParts {
  readonly config: () => Config;
  readonly memory: Pick<Memory, 'facts' | 'latest' | 'changes' | 'changedSince' | 'reconsider'>;
  /** Facts of certificates that were listed and never read. */
  readonly listed: () => readonly Contender[];
  /** Whether all certificates of the account are seen. */
  readonly allSeen: (account: string) => boolean | null;
  /** Whether a list has it and the configuration does not name it. */
  readonly isFound?: (key: CertificateKey) => boolean;
  /** What is seen from outside; none where nobody looks. */
  readonly lookouts?: Pick<Lookouts, 'of' | 'changes'>;
}

/** Certificates between two turns of the event loop: about 1 ms. */
const SLICE = 1_000;

export function createRelations(parts: RelationsParts): Relations {
  const { config, memory, listed, allSeen, lookouts = NO_LOOKOUTS, isFound = () => false } = parts;
  let successions: Successions | null = null;
  let seen = new Map<string, boolean | null>();
  let basis: {
    readonly changes: number;
    readonly looked: number;
    readonly config: Config;
    readonly atMs: number;
    readonly untilMs: number;
  } | null = null;
  /** Those that were looked at, as they were judged last. */
  let looks = new Map<string, readonly Look[]>();

  function isCurrent(nowMs: number): boolean {
    const sameAccounts = config().accounts.every(({ name }) => allSeen(name) === seen.get(name));
    return (
      basis !== null &&
      basis.changes === memory.changes() &&
      basis.looked === lookouts.changes() &&
      basis.config === config() &&
      nowMs < basis.untilMs &&
      sameAccounts
    );
  }

  /** What was found before, where that helps. */
  function sinceThen(now: Config, nowMs: number): { since?: Since } {
    if (basis === null || successions === null || basis.config !== now || nowMs < basis.atMs) return {};
    const changed = memory.changedSince(basis.changes);
    return changed === null ? {} : { since: { successions, changed } };
  }

  return {
    of: (key) => lookup({ successions, seen, isFound, looksOf: lookouts.of })(key),
    async refresh(nowMs) {
      if (isCurrent(nowMs)) return [];
      const now = config();
      const changes = memory.changes();
      const looked = lookouts.changes();
      const contenders = await contendersOf(memory, listed());
      const next = await createSuccession({
        contenders,
        accountsOf: accountsOf(now),
        nowMs,
        nextTurn: () => nextTurn(),
        ...sinceThen(now, nowMs),
      });
      const untilMs = await soonestEnd(contenders, nowMs);
      const hadLooks = looks;
      const before = lookup({
        successions,
        seen,
        isFound,
        looksOf: (key) => hadLooks.get(keyText(key)) ?? ALONE.looks,
      });
      successions = next;
      seen = new Map(now.accounts.map(({ name }) => [name, allSeen(name)]));
      const after = lookup({ successions, seen, isFound, looksOf: lookouts.of });
      basis = { changes, looked, config: now, atMs: nowMs, untilMs };
      const changed: CertificateConfig[] = [];
      const lookedAt = new Map<string, readonly Look[]>();
      for (const [n, certificate] of now.certificates.entries()) {
        if (!same(before(certificate), after(certificate))) changed.push(certificate);
        const seenThere = lookouts.of(certificate);
        if (seenThere.length > 0) lookedAt.set(keyText(certificate), seenThere);
        if (n % SLICE === SLICE - 1) await nextTurn();
      }
      looks = lookedAt;
      memory.reconsider(changed, after, nowMs);
      return changed;
    },
  };
}

interface Known {
  readonly successions: Successions | null;
  readonly seen: ReadonlyMap<string, boolean | null>;
  readonly isFound: (key: CertificateKey) => boolean;
  readonly looksOf: (key: CertificateKey) => readonly Look[];
}

function lookup({ successions, seen, isFound, looksOf }: Known): (key: CertificateKey) => Surroundings {
  return (key) => {
    const succession = successions?.of(key) ?? ALONE.succession;
    const { successor } = succession;
    // Where somebody has the successor looked at, it tells what is wrong there.
    const looks = successor === null ? looksOf(key) : elsewhere(looksOf(key), looksOf(successor));
    const allSeen = seen.get(key.account);
    return { succession, allSeen: allSeen === undefined ? false : allSeen, looks, isFound: isFound(key) };
  };
}

/** Those at places that the others do not mean: an old one may be served where nobody looks for the new one. */
function elsewhere(looks: readonly Look[], others: readonly Look[]): readonly Look[] {
  const meant = new Set(others.filter(({ guessed }) => guessed !== true).map(lookText));
  const left = looks.filter((look) => !meant.has(lookText(look)));
  return left.length === looks.length ? looks : left;
}

const NO_LOOKOUTS: Pick<Lookouts, 'of' | 'changes'> = { of: () => ALONE.looks, changes: () => 0 };

async function contendersOf(
  { facts, latest }: Pick<Memory, 'facts' | 'latest'>,
  listed: readonly Contender[],
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  let looked = 0;
  for (const { account, id, certificate, missingSinceMs, standingSinceMs } of facts()) {
    looked += 1;
    if (looked % SLICE === 0) await nextTurn();
    if (certificate === null) continue;
    contenders.push({ account, id, certificate, present: missingSinceMs === null, standingSinceMs });
  }
  for (const contender of listed) {
    const { certificate = null, missingSinceMs = null } = latest(contender) ?? {};
    // What was never read and is not there by its id is nobody's successor, whatever a list says of it.
    if (certificate === null && missingSinceMs === null) contenders.push(contender);
  }
  return contenders;
}

function accountsOf({ accounts }: Config): (account: string) => readonly string[] {
  const others = new Map(accounts.map(({ name, successors }) => [name, [name, ...successors]]));
  return (account) => others.get(account) ?? [account];
}

/** Until then no end passes, so that only a change changes something. */
async function soonestEnd(contenders: readonly Contender[], nowMs: number): Promise<number> {
  let soonestMs = Number.POSITIVE_INFINITY;
  const note = ({ certificate: { notAfterMs } }: Contender): void => {
    if (notAfterMs !== null && notAfterMs > nowMs) soonestMs = Math.min(soonestMs, notAfterMs);
  };
  await eachInTurns(contenders, note, { slices: createSlices(SLICE, () => nextTurn()) });
  return soonestMs;
}

function same(a: Surroundings, b: Surroundings): boolean {
  const seenAlike = a.looks === b.looks || sameLooks(a.looks, b.looks);
  return a.allSeen === b.allSeen && seenAlike && sameSuccession(a.succession, b.succession);
}

function sameSuccession(a: Succession, b: Succession): boolean {
  return (
    a === b ||
    (sameKey(a.successor, b.successor) &&
      sameKey(a.applied, b.applied) &&
      a.successor?.notAfterMs === b.successor?.notAfterMs &&
      a.successor?.name === b.successor?.name &&
      a.applied?.status === b.applied?.status)
  );
}

function sameKey(a: CertificateKey | null, b: CertificateKey | null): boolean {
  return a === b || (a !== null && b !== null && a.account === b.account && a.id === b.id);
}
