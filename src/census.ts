// Which certificates the accounts have: listed now and then, so that discovered ones are watched, and what nobody watches is told.
import {
  type AccountCount,
  accountFacts,
  countList,
  type KnownAccount,
  unknownAccount,
} from './account-facts.ts';
import { type AccountJudgement, judgeAccount, sameAlerts } from './alerts/account.ts';
import type { Alert } from './alerts/alert.ts';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import { contendersOf, type Discovery, discover, discoveryChanges } from './certificates/discovery.ts';
import type { ListedCertificate, Listing } from './certificates/listed.ts';
import type { ReadFailure } from './certificates/reading.ts';
import type { Contender } from './certificates/succession.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import { policyOf } from './check.ts';
import { discoveredConfig, isChosen } from './choose.ts';
import type { AccountConfig, Config } from './config/config.ts';
import { type Lane, unexpectedFailure } from './read-all.ts';
import { groupBy } from './shared/collections.ts';
import { codeOf } from './shared/errors.ts';
import type { Clock } from './shared/time.ts';
import type { Store } from './state/store.ts';

export interface Census {
  /** The configuration with the discovered certificates in it: the same object until something changes. */
  effective(): Config;
  /** Takes a new configuration; the accounts are listed anew with the next check. */
  configure(written: Config): void;
  /** Lists the accounts whose turn it is. */
  refresh(signal: AbortSignal): Promise<void>;
  /** What is so with accounts as a whole at `nowMs`, where it differs from what is remembered. `watched`: as read last. */
  judge(nowMs: number, watched: () => readonly WatchedCertificate[]): readonly AccountJudgement[];
  /** Takes in what was committed. */
  advance(account: string, alerts: readonly Alert[]): void;
  /** Of accounts that were listed whole, as of their last list. */
  counts(): readonly AccountCount[];
  /** Accounts that hold what nobody watches, though nobody chose to leave it out. */
  drift(): readonly { readonly account: string; readonly count: number }[];
  /** Whether it is watched by the word of a list alone. */
  isFound(key: CertificateKey): boolean;
  /** Whether everything in the account is seen; null where it is discovered and was not listed whole lately. */
  allSeen(account: string): boolean | null;
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
  /** Whether it was never read, and the cloud says that it is not there. */
  readonly isRefuted?: (key: CertificateKey) => boolean;
  /** A list that is cut short, or one that could not be had. */
  readonly onTrouble: (trouble: { account: string; message: string; failure: ReadFailure | null }) => void;
}

export function createCensus(parts: CensusParts): Census {
  const { store, clock, lanes } = parts;
  let written = parts.written;
  /** What is watched, and what of it is written down. */
  const discoveries = new Map<string, readonly Discovery[]>(
    groupBy(store.discoveries(), ({ account }) => account),
  );
  const stored = new Map(discoveries);
  const alerts = new Map<string, readonly Alert[]>(groupBy(parts.alerts, ({ account }) => account));
  const accounts = new Map<string, KnownAccount>();
  let effective: Config | null = null;
  /** Those of the effective configuration that are not written. */
  let found = new Set<string>();
  forgetOthers();

  function forgetOthers(): void {
    const names = new Set(written.accounts.map(({ name }) => name));
    for (const known of [accounts, alerts])
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
  }

  const knownOf = (account: string): KnownAccount => {
    const known = accounts.get(account) ?? unknownAccount();
    accounts.set(account, known);
    return known;
  };
  const watchedKeys = () => new Set(effectiveNow().certificates.map(keyText));
  const discovered = (account: AccountConfig): readonly Discovery[] =>
    account.discover === null ? [] : (discoveries.get(account.name) ?? []);

  function effectiveNow(): Config {
    if (effective !== null) return effective;
    const named = new Set(written.certificates.map(keyText));
    const more = written.accounts.flatMap((account) =>
      discovered(account)
        .filter((one) => !named.has(keyText(one)))
        .map(({ listed }) => discoveredConfig(listed, account, written)),
    );
    effective =
      more.length === 0 ? written : { ...written, certificates: [...written.certificates, ...more] };
    found = new Set(more.map(keyText));
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
      return codeOf(error) === 'ABORTED' ? null : { ok: false, failure: unexpectedFailure('list', error) };
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
    if (whole) Object.assign(known, countList(account.name, listing.certificates, watchedKeys()));
    else known.count = null;
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
      ...(parts.isRefuted === undefined ? {} : { isRefuted: parts.isRefuted }),
      nowMs: clock.wallMs(),
    });
    if (!isSame(discoveryChanges(before, now))) {
      discoveries.set(account.name, now);
      effective = null;
    }
    const changes = discoveryChanges(stored.get(account.name) ?? [], now);
    if (isSame(changes)) return;
    try {
      await store.noteDiscoveries(changes);
      stored.set(account.name, now);
    } catch (error) {
      // It is watched all the same, and written down with the next list.
      parts.onWriteFailed(error);
    }
  }

  function isDue(account: AccountConfig): boolean {
    const { listedAtMs } = knownOf(account.name);
    return listedAtMs === null || clock.monotonicMs() - listedAtMs >= account.listEveryMs;
  }

  /** One that was not listed since the start, because a reload came between, says nothing of what lasts. */
  function wasAsked({ name }: AccountConfig): boolean {
    const { listedAtMs, failure } = knownOf(name);
    return listedAtMs !== null || failure !== null;
  }

  return {
    effective: effectiveNow,
    configure(next) {
      written = next;
      effective = null;
      forgetOthers();
      for (const known of accounts.values()) known.listedAtMs = null;
    },
    async refresh(signal) {
      const due = written.accounts.filter(isDue);
      await Promise.all(due.map((account) => listAndTake(account, signal)));
    },
    judge(nowMs, watched) {
      const policy = policyOf(written);
      const to = written.email?.to ?? [];
      return written.accounts.filter(wasAsked).flatMap((account) => {
        const known = alerts.get(account.name) ?? [];
        const judgement = judgeAccount({
          facts: accountFacts(account, { known: knownOf(account.name), watched }),
          alerts: known,
          policy,
          unreadableMs: written.thresholds.unreadableMs,
          to,
          nowMs,
        });
        return sameAlerts(known, judgement.alerts) ? [] : [judgement];
      });
    },
    advance(account, now) {
      // A reload may have taken it out while that was written.
      const isThere = written.accounts.some(({ name }) => name === account);
      if (now.length > 0 && isThere) alerts.set(account, [...now]);
      else alerts.delete(account);
    },
    isFound: (key) => found.has(keyText(key)),
    counts: () => [...accounts.values()].flatMap(({ count: known }) => known ?? []),
    drift: () =>
      written.accounts.flatMap(({ name, discover: choice }) => {
        const count = accounts.get(name)?.count?.unmonitored ?? 0;
        return choice === null && count > 0 ? [{ account: name, count }] : [];
      }),
    allSeen(name) {
      const account = written.accounts.find((one) => one.name === name);
      if (account === undefined || account.discover === null) return false;
      const count = accounts.get(name)?.count ?? null;
      return count === null ? null : count.unmonitored === 0;
    },
    listed: () => written.accounts.flatMap((account) => discovered(account).flatMap(contendersOf)),
    activeAlerts: () => [...alerts.values()].flat().filter(({ ended }) => ended === null),
    failures: () =>
      written.accounts.flatMap(({ name, discover: choice }) => {
        const failure = choice === null ? null : knownOf(name).failure;
        return failure === null ? [] : [{ account: name, failure }];
      }),
  };
}

function isSame({ changed, gone }: ReturnType<typeof discoveryChanges>): boolean {
  return changed.length === 0 && gone.length === 0;
}
