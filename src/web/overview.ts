// What all certificates together come to: how many of each level, when they end, how fresh each account is. Pure.
import type { FailureReason } from '../certificates/reading.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Entry } from './entries.ts';
import type { Choices } from './filter.ts';
import type { Level } from './words.ts';

export interface AccountFreshness {
  readonly name: string;
  readonly certificates: number;
  /** The oldest of the last successful reads; null where none of its certificates was ever read. */
  readonly oldestSuccessMs: number | null;
  readonly neverRead: number;
  /** Certificates whose last read failed, by reason. */
  readonly failing: ReadonlyMap<FailureReason, number>;
}

export interface Overview extends Choices {
  readonly total: number;
  readonly levels: Readonly<Record<Level, number>>;
  readonly byAccount: readonly AccountFreshness[];
  /** How many end on each day; days are counted from 1970 in UTC. */
  readonly endsByDay: ReadonlyMap<number, number>;
}

/** `accounts` are those of the configuration; one that has no certificate is shown as well. */
export function overviewOf(entries: readonly Entry[], accounts: readonly string[]): Overview {
  const levels = { critical: 0, warning: 0, unknown: 0, ok: 0 };
  const endsByDay = new Map<number, number>();
  const owners = new Set<string>();
  const statuses = new Set<string>();
  const byAccount = new Map(accounts.map((name) => [name, emptyAccount()]));
  for (const { level, servedEndMs, watched } of entries) {
    levels[level] += 1;
    if (servedEndMs !== null) count(endsByDay, Math.floor(servedEndMs / DAY_MS));
    if (watched.owner !== null) owners.add(watched.owner);
    if (watched.certificate !== null) statuses.add(watched.certificate.status);
    let account = byAccount.get(watched.account);
    if (account === undefined) {
      account = emptyAccount();
      byAccount.set(watched.account, account);
    }
    account.certificates += 1;
    if (watched.lastSuccessMs === null) account.neverRead += 1;
    else
      account.oldestSuccessMs = Math.min(
        account.oldestSuccessMs ?? watched.lastSuccessMs,
        watched.lastSuccessMs,
      );
    if (watched.failure !== null) count(account.failing, watched.failure.reason);
  }
  return {
    total: entries.length,
    levels,
    endsByDay,
    byAccount: [...byAccount].map(([name, account]) => ({ name, ...account })),
    accounts: [...byAccount.keys()],
    owners: [...owners].sort(),
    statuses: [...statuses].sort(),
  };
}

function emptyAccount() {
  return {
    certificates: 0,
    oldestSuccessMs: null as number | null,
    neverRead: 0,
    failing: new Map<FailureReason, number>(),
  };
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
