// Which certificates the accounts have: listed now and then, so that discovered ones are watched, and what nobody watches is told.
import { type AccountFacts, type AccountJudgement, judgeAccount } from './alerts/account.ts';
import type { Alert, NoticeCertificate } from './alerts/alert.ts';
import { keyText } from './certificates/certificate.ts';
import {
  type Discovery,
  discover,
  discoveryChanges,
  factsOfListed,
  needsWatching,
} from './certificates/discovery.ts';
import type { ListedCertificate, Listing } from './certificates/listed.ts';
import type { ReadFailure } from './certificates/reading.ts';
import type { Contender } from './certificates/succession.ts';
import { policyOf } from './check.ts';
import { discoveredConfig, isChosen } from './choose.ts';
import type { AccountConfig, Config } from './config/config.ts';
import type { Lane } from './read-all.ts';
import { groupBy } from './shared/collections.ts';
import { codeOf } from './shared/errors.ts';
import type { Clock } from './shared/time.ts';
import type { Store } from './state/store.ts';

/** How many of an account's certificates are watched and how many are not; of those that have ended for good nobody asks. */
export interface AccountCount {
  readonly account: string;
  readonly monitored: number;
  readonly unmonitored: number;
}

export interface Census {
  /** The configuration with the discovered certificates in it: the same object until something changes. */
  effective(): Config;
  /** Takes a new configuration; the accounts are listed anew with the next check. */
  configure(written: Config): void;
  /** Lists the accounts whose turn it is; resolves with what is to be told of accounts. */
  refresh(signal: AbortSignal): Promise<readonly AccountJudgement[]>;
  alertsOf(account: string): readonly Alert[];
  /** Takes in what was committed. */
  advance(account: string, alerts: readonly Alert[]): void;
  /** Of accounts that were listed whole, as of their last list. */
  counts(): readonly AccountCount[];
  /** Whether everything in the account is seen: it is discovered without a filter, and was listed whole. */
  allSeen(account: string): boolean;
  /** What lists tell of discovered certificates, for those that were not read yet. */
  listed(): readonly Contender[];
  /** Alerts about accounts that last. */
  activeAlerts(): readonly Alert[];
  /** Accounts that are to be discovered and could not be listed, with the reason. */
  failures(): readonly { readonly account: string; readonly failure: ReadFailure }[];
}

interface CensusParts {
  readonly written: Config;
  readonly store: Pick<Store, 'discoveries' | 'noteDiscoveries'>;
  /** Alerts about accounts, from the state. */
  readonly alerts: readonly Alert[];
  readonly lanes: () => ReadonlyMap<string, Lane>;
  readonly clock: Clock;
  readonly onWriteFailed: (error: unknown) => void;
  /** A list that is cut short, or one that could not be had. */
  readonly onTrouble: (trouble: { account: string; message: string; failure: ReadFailure | null }) => void;
}

/** What is known of one account since the start. */
interface Known {
  /** Monotonic; null: not yet, or to be listed with the next check. */
  listedAtMs: number | null;
  failure: ReadFailure | null;
  silentSinceMs: number | null;
  count: AccountCount | null;
  unmonitored: readonly ListedCertificate[];
}

const SHOWN = 100;

export function createCensus(parts: CensusParts): Census {
  const { store, clock, lanes } = parts;
  let written = parts.written;
  let discoveries = groupBy(store.discoveries(), ({ account }) => account);
  const alerts = new Map<string, readonly Alert[]>(groupBy(parts.alerts, ({ account }) => account));
  const accounts = new Map<string, Known>();
  let effective: Config | null = null;

  const knownOf = (account: string): Known => {
    const known = accounts.get(account) ?? {
      listedAtMs: null,
      failure: null,
      silentSinceMs: null,
      count: null,
      unmonitored: [],
    };
    accounts.set(account, known);
    return known;
  };
  const discovered = (account: AccountConfig): readonly Discovery[] =>
    account.discover === null ? [] : (discoveries.get(account.name) ?? []);

  function effectiveNow(): Config {
    if (effective !== null) return effective;
    const named = new Set(written.certificates.map(keyText));
    const found = written.accounts.flatMap((account) =>
      discovered(account)
        .filter((one) => !named.has(keyText(one)))
        .map(({ listed }) => discoveredConfig(listed, account, written)),
    );
    effective =
      found.length === 0 ? written : { ...written, certificates: [...written.certificates, ...found] };
    return effective;
  }

  async function list(account: AccountConfig, signal: AbortSignal): Promise<Listing | null> {
    const lane = lanes().get(account.name);
    if (lane === undefined) return null;
    const { enterpriseProject = null, shared = false } = account.discover ?? {};
    // Statuses are chosen here: one that has changed since it was found is not gone.
    const filter = { statuses: [], enterpriseProjectId: enterpriseProject, shared };
    try {
      return await lane.reader.list(filter, signal);
    } catch (error) {
      if (codeOf(error) === 'ABORTED') return null;
      throw error;
    }
  }

  async function listAndTake(account: AccountConfig, signal: AbortSignal): Promise<void> {
    const known = knownOf(account.name);
    const listing = await list(account, signal);
    if (listing === null || !written.accounts.includes(account)) return;
    if (!listing.ok) {
      known.failure = listing.failure;
      known.silentSinceMs ??= clock.wallMs();
      // Where nothing is to be discovered the list is an extra, for which the right may be missing.
      if (account.discover === null) known.listedAtMs = clock.monotonicMs();
      parts.onTrouble({ account: account.name, message: listing.failure.message, failure: listing.failure });
      return;
    }
    known.listedAtMs = clock.monotonicMs();
    known.failure = null;
    known.silentSinceMs = null;
    const whole = listing.shortened === null;
    if (listing.shortened !== null)
      parts.onTrouble({ account: account.name, message: listing.shortened, failure: null });
    await take(account, listing.certificates, whole);
    count(account, listing.certificates, whole);
  }

  async function take(
    account: AccountConfig,
    listed: readonly ListedCertificate[],
    whole: boolean,
  ): Promise<void> {
    const choice = account.discover;
    if (choice === null) return;
    const before = discoveries.get(account.name) ?? [];
    const now = discover({
      account: account.name,
      known: before,
      listed,
      whole,
      isChosen: (certificate) => isChosen(certificate, choice),
      nowMs: clock.wallMs(),
    });
    const changes = discoveryChanges(before, now);
    if (changes.changed.length === 0 && changes.gone.length === 0) return;
    try {
      await store.noteDiscoveries(changes);
    } catch (error) {
      // It is watched all the same, and written down with the next list.
      parts.onWriteFailed(error);
    }
    discoveries = new Map(discoveries).set(account.name, [...now]);
    effective = null;
  }

  function count(account: AccountConfig, listed: readonly ListedCertificate[], whole: boolean): void {
    const known = knownOf(account.name);
    if (!whole) {
      known.count = null;
      return;
    }
    const watched = new Set(effectiveNow().certificates.map(keyText));
    const isWatched = ({ id }: ListedCertificate) => watched.has(keyText({ account: account.name, id }));
    const monitored = listed.filter(isWatched).length;
    known.unmonitored = listed.filter((one) => !isWatched(one) && needsWatching(one));
    known.count = { account: account.name, monitored, unmonitored: known.unmonitored.length };
  }

  function isDue(account: AccountConfig): boolean {
    const { listedAtMs } = knownOf(account.name);
    return listedAtMs === null || clock.monotonicMs() - listedAtMs >= account.listEveryMs;
  }

  function factsOf({ name, discover: choice }: AccountConfig): AccountFacts {
    const { count, unmonitored, failure, silentSinceMs } = knownOf(name);
    // What is left out on purpose is no news. Certificates that are watched tell themselves that they cannot be read.
    const drift =
      choice === null ? { count: count?.unmonitored ?? null, first: unmonitored } : { count: 0, first: [] };
    const watchesNothing = !effectiveNow().certificates.some(({ account }) => account === name);
    return {
      account: name,
      unmonitored:
        drift.count === null
          ? null
          : { count: drift.count, first: drift.first.slice(0, SHOWN).map((one) => noticeFacts(name, one)) },
      silent:
        failure !== null && silentSinceMs !== null && choice !== null && watchesNothing
          ? { failure, sinceMs: silentSinceMs }
          : null,
    };
  }

  return {
    effective: effectiveNow,
    configure(next) {
      written = next;
      effective = null;
      const names = new Set(next.accounts.map(({ name }) => name));
      for (const known of [accounts, alerts])
        for (const name of known.keys()) if (!names.has(name)) known.delete(name);
      for (const known of accounts.values()) known.listedAtMs = null;
    },
    async refresh(signal) {
      const due = written.accounts.filter(isDue);
      await Promise.all(due.map((account) => listAndTake(account, signal)));
      const policy = policyOf(written);
      const to = written.email?.to ?? [];
      return written.accounts.map((account) =>
        judgeAccount({
          facts: factsOf(account),
          alerts: alerts.get(account.name) ?? [],
          policy,
          unreadableMs: written.thresholds.unreadableMs,
          to,
          nowMs: clock.wallMs(),
        }),
      );
    },
    alertsOf: (account) => alerts.get(account) ?? [],
    advance(account, now) {
      if (now.length > 0) alerts.set(account, [...now]);
      else alerts.delete(account);
    },
    counts: () => [...accounts.values()].flatMap(({ count: known }) => known ?? []),
    allSeen(name) {
      const account = written.accounts.find((one) => one.name === name);
      const count = accounts.get(name)?.count ?? null;
      return account?.discover != null && count !== null && count.unmonitored === 0;
    },
    listed: () =>
      written.accounts.flatMap((account) =>
        discovered(account).flatMap(({ id, listed, unlistedSinceMs }) => {
          const certificate = factsOfListed(listed);
          return certificate === null
            ? []
            : [
                {
                  account: account.name,
                  id,
                  certificate,
                  present: unlistedSinceMs === null,
                  standingSinceMs: 0,
                },
              ];
        }),
      ),
    activeAlerts: () => [...alerts.values()].flat().filter(({ ended }) => ended === null),
    failures: () =>
      written.accounts.flatMap(({ name, discover: choice }) => {
        const failure = choice === null ? null : knownOf(name).failure;
        return failure === null ? [] : [{ account: name, failure }];
      }),
  };
}

function noticeFacts(
  account: string,
  { id, name, domain, sans, status, notAfterMs }: ListedCertificate,
): NoticeCertificate {
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
