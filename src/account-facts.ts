// What is known of one account as a whole, and what of it there is to tell. Pure.
import type { AccountFacts, WatchedThere } from './alerts/account.ts';
import type { NoticeCertificate } from './alerts/alert.ts';
import { keyText } from './certificates/certificate.ts';
import { needsWatching } from './certificates/discovery.ts';
import type { ListedCertificate } from './certificates/listed.ts';
import type { ReadFailure } from './certificates/reading.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import type { AccountConfig } from './config/config.ts';

/** How many of an account's certificates are watched and how many are not; of those that have ended for good nobody asks. */
export interface AccountCount {
  readonly account: string;
  readonly monitored: number;
  readonly unmonitored: number;
}

/** What the census knows of one account since the start. */
export interface KnownAccount {
  /** Monotonic; null: not yet, or to be listed with the next check. */
  listedAtMs: number | null;
  failure: ReadFailure | null;
  silentSinceMs: number | null;
  /** null: the last list was not whole, or there was none. */
  count: AccountCount | null;
  unmonitored: readonly ListedCertificate[];
}

/** A mail lists so many; it says how many there are. */
const LISTED = 100;

export function unknownAccount(): KnownAccount {
  return { listedAtMs: null, failure: null, silentSinceMs: null, count: null, unmonitored: [] };
}

/** Counts a whole list against what is watched, by `keyText`. */
export function countList(
  account: string,
  listed: readonly ListedCertificate[],
  watched: ReadonlySet<string>,
): Pick<KnownAccount, 'count' | 'unmonitored'> {
  const isWatched = ({ id }: ListedCertificate) => watched.has(keyText({ account, id }));
  const unmonitored = listed.filter((one) => !isWatched(one) && needsWatching(one));
  const monitored = listed.filter(isWatched).length;
  return { unmonitored, count: { account, monitored, unmonitored: unmonitored.length } };
}

type Watched = Pick<WatchedCertificate, 'account' | 'up' | 'failure'>;

/** Where the cloud says that there is no such certificate, the account answers. */
export function watchedThere(account: string, watched: Iterable<Watched>): WatchedThere {
  let there: WatchedThere = 'none';
  for (const one of watched) {
    if (one.account !== account) continue;
    if (one.up === true || one.failure?.reason === 'missing') return 'read';
    there = 'unread';
  }
  return there;
}

/** What is left out on purpose is no news. `watched`: of all accounts, as they were read last. */
export function accountFacts(
  { name, discover }: Pick<AccountConfig, 'name' | 'discover'>,
  { known, watched }: { known: KnownAccount; watched: () => Iterable<Watched> },
): AccountFacts {
  const { count, unmonitored, failure, silentSinceMs } = known;
  const silent =
    discover !== null && failure !== null && silentSinceMs !== null
      ? { failure, sinceMs: silentSinceMs, watched: watchedThere(name, watched()) }
      : null;
  if (discover !== null) return { account: name, unmonitored: { count: 0, first: [] }, silent };
  const first = unmonitored.slice(0, LISTED).map((listed) => noticeFacts(name, listed));
  return {
    account: name,
    unmonitored: count === null ? null : { count: count.unmonitored, first },
    silent,
    isDiscovered: false,
  };
}

function noticeFacts(account: string, listed: ListedCertificate): NoticeCertificate {
  const { id, name, domain, sans, status, notAfterMs } = listed;
  return {
    account,
    id,
    name,
    alias: null,
    domains: [...new Set(domain === null ? sans : [domain, ...sans])],
    owner: null,
    runbook: null,
    status,
    notAfterMs,
    revokeReason: null,
    lastSuccessMs: null,
  };
}
