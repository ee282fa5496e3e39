// Who takes whose place among the watched certificates: worked out anew where something has changed, and shown.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import { ALONE, type Surroundings } from './certificates/evaluate.ts';
import {
  type Contender,
  createSuccession,
  type Succession,
  type Successions,
} from './certificates/succession.ts';
import type { CertificateConfig, Config } from './config/config.ts';
import type { Memory } from './memory.ts';

export interface Relations {
  of(key: CertificateKey): Surroundings;
  /** Works it out at `nowMs`; resolves with those for which it has changed, which are shown so. */
  refresh(nowMs: number): Promise<readonly CertificateConfig[]>;
}

interface RelationsParts {
  readonly config: () => Config;
  readonly memory: Pick<Memory, 'facts' | 'changes' | 'reconsider'>;
  /** Facts of certificates that were listed and never read. */
  readonly listed: () => readonly Contender[];
  /** Whether all certificates of the account are seen. */
  readonly allSeen: (account: string) => boolean;
}

/** Certificates between two turns of the event loop: about 1 ms. */
const SLICE = 2_000;

export function createRelations(parts: RelationsParts): Relations {
  const { config, memory, listed, allSeen } = parts;
  let successions: Successions | null = null;
  let seen = new Set<string>();
  let basis: { readonly changes: number; readonly config: Config; readonly untilMs: number } | null = null;

  function isCurrent(nowMs: number): boolean {
    const sameAccounts = config().accounts.every(({ name }) => allSeen(name) === seen.has(name));
    return (
      basis !== null &&
      basis.changes === memory.changes() &&
      basis.config === config() &&
      nowMs < basis.untilMs &&
      sameAccounts
    );
  }

  return {
    of: (key) => lookup(successions, seen)(key),
    async refresh(nowMs) {
      if (isCurrent(nowMs)) return [];
      const now = config();
      const changes = memory.changes();
      const contenders = await contendersOf(memory.facts(), listed());
      const next = await createSuccession({
        contenders,
        accountsOf: accountsOf(now),
        nowMs,
        nextTurn: () => nextTurn(),
      });
      const before = lookup(successions, seen);
      successions = next;
      seen = new Set(now.accounts.map(({ name }) => name).filter(allSeen));
      const after = lookup(successions, seen);
      basis = { changes, config: now, untilMs: soonestEnd(contenders, nowMs) };
      const changed: CertificateConfig[] = [];
      for (const [n, certificate] of now.certificates.entries()) {
        if (!same(before(certificate), after(certificate))) changed.push(certificate);
        if (n % SLICE === SLICE - 1) await nextTurn();
      }
      memory.reconsider(changed, after, nowMs);
      return changed;
    },
  };
}

function lookup(
  successions: Successions | null,
  seen: ReadonlySet<string>,
): (key: CertificateKey) => Surroundings {
  return (key) => ({
    succession: successions?.of(key) ?? ALONE.succession,
    allSeen: seen.has(key.account),
  });
}

async function contendersOf(
  facts: ReturnType<Memory['facts']>,
  listed: readonly Contender[],
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  const known = new Set<string>();
  let looked = 0;
  for (const { account, id, certificate, missingSinceMs, standingSinceMs } of facts) {
    looked += 1;
    if (looked % SLICE === 0) await nextTurn();
    if (certificate === null) continue;
    known.add(keyText({ account, id }));
    contenders.push({ account, id, certificate, present: missingSinceMs === null, standingSinceMs });
  }
  for (const contender of listed) if (!known.has(keyText(contender))) contenders.push(contender);
  return contenders;
}

function accountsOf({ accounts }: Config): (account: string) => readonly string[] {
  const others = new Map(accounts.map(({ name, successors }) => [name, [name, ...successors]]));
  return (account) => others.get(account) ?? [account];
}

/** Until then no end passes, so that only a change changes something. */
function soonestEnd(contenders: readonly Contender[], nowMs: number): number {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const { certificate } of contenders) {
    const { notAfterMs } = certificate;
    if (notAfterMs !== null && notAfterMs > nowMs) soonestMs = Math.min(soonestMs, notAfterMs);
  }
  return soonestMs;
}

function same(a: Surroundings, b: Surroundings): boolean {
  return a.allSeen === b.allSeen && sameSuccession(a.succession, b.succession);
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
