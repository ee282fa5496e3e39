// One pass over all certificates: read, judge, commit, tell, expose. The story of the program.
import type { AccountJudgement } from './alerts/account.ts';
import { conclude, isQuiet, type Judgement, judge } from './alerts/judge.ts';
import type { Policy } from './alerts/reconcile.ts';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import { SEEN_OUTSIDE } from './certificates/finding.ts';
import type { Watch } from './certificates/watch.ts';
import { type CommitParts, commitBatch } from './check-commit.ts';
import { inOrder } from './check-order.ts';
import type { Config } from './config/config.ts';
import { type Deployments, isAskedFor, needsPlaces, tellingWhere } from './deployments.ts';
import { type Lane, readAll } from './read-all.ts';
import type { Relations } from './relations.ts';
import { type Clock, MINUTE_MS, SECOND_MS } from './shared/time.ts';
import type { Marks, Store } from './state/store.ts';
import { type CheckResult, type CheckTotals, createTally } from './tally.ts';

export interface CheckReport extends CheckTotals {
  readonly result: CheckResult;
  readonly startedMs: number;
  readonly seconds: number;
  /** Ended by the signal before all was read. */
  readonly aborted: boolean;
  /** False where some of it could not be written to the state. */
  readonly committed: boolean;
}

export interface CheckParts extends Omit<CommitParts, 'mailDomain'> {
  readonly config: Config;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly store: Pick<Store, 'commit' | 'silences'>;
  readonly clock: Clock;
  readonly relations: Relations;
  /** Where certificates are deployed, for what is told; none where nobody asks. */
  readonly deployments?: Deployments;
  /** Looks at the places where certificates are to be served, once all are read. */
  readonly look: (signal: AbortSignal) => Promise<void>;
  /** Accounts that are to be discovered and could not be listed. */
  readonly unlisted: readonly string[];
  /** Of accounts as a whole at the check's time, where something differs from what is remembered. */
  readonly accounts: (nowMs: number) => readonly AccountJudgement[];
  readonly onReading: (watch: Watch) => void;
  /** Just before it is written down. */
  readonly onJudgement: (judgement: Pick<Judgement, 'addressed'>) => void;
  /** What the schedule wants remembered once the check is over. */
  readonly marks: () => Partial<Marks>;
}

/** A check that lasts makes durable, tells and exposes what it has at least this often. */
const COMMIT_EVERY_MS = MINUTE_MS;
/** Looks at endpoints that take longer than this do not hold up what was read. */
const COMMIT_BEFORE_LOOKS_MS = 2 * SECOND_MS;

/** Runs one check with one `now`; what the cloud or a full disk does is in the report. */
export async function runCheck(parts: CheckParts, signal: AbortSignal): Promise<CheckReport> {
  const { config, clock, memory, relations } = parts;
  const startedMs = clock.wallMs();
  const startedAt = clock.monotonicMs();
  const tally = createTally(
    config.accounts.map(({ name }) => name),
    new Set(parts.unlisted),
  );
  const { deployments = NO_DEPLOYMENTS } = parts;
  const commits = createCommits(
    { ...parts, deployments, mailDomain: mailDomain(config) },
    { tally, nowMs: startedMs, signal },
  );
  const told = { policy: policyOf(config), to: config.email?.to ?? [], nowMs: startedMs };
  memory.setSilences(parts.store.silences());

  await relations.refresh(startedMs);
  const keys = await inOrder(config.certificates, memory.shown());
  const everyMinute = setInterval(() => void commits.flush({}), COMMIT_EVERY_MS);
  const { unread } = await readAll({
    keys,
    lanes: parts.lanes,
    signal,
    onReading(configured, reading) {
      // Taken out by a reload meanwhile: it is told nothing, and what is known of it stays as it is.
      if (!memory.isConfigured(configured)) return;
      const surroundings = relations.of(configured);
      const remembered = memory.remembered(configured);
      const judgement = judge({ configured, reading, remembered, surroundings, ...told });
      take(judgement);
      tally.count(judgement.watch);
      parts.onReading(judgement.watch);
    },
  })
    .then(async (read) => {
      // Who has taken whose place is known once all are read: what was judged without it is judged again.
      await judgeAgain();
      // Where looking takes its time, what the cloud says is told before.
      const soon = setTimeout(() => void commits.flush({}), COMMIT_BEFORE_LOOKS_MS);
      await parts.look(signal).finally(() => clearTimeout(soon));
      if (!signal.aborted) commits.haveLooked();
      return read;
    })
    .finally(() => clearInterval(everyMinute));
  await judgeAgain();

  // Those that are about to be told come first; the others are for the page.
  await deployments.refresh([...commits.aboutToTell(), ...memory.shown().filter(isAskedFor)], signal);

  const finishedMs = clock.wallMs();
  const result = tally.result(unread);
  const complete = result === 'complete' ? { lastCompleteCheckMs: finishedMs } : {};
  // A check that was cut short is not over: at the next start it is due again.
  const committed = await commits.flush(
    unread > 0 ? {} : { lastCheckMs: finishedMs, ...complete, ...parts.marks() },
  );
  const seconds = (clock.monotonicMs() - startedAt) / 1000;
  return { result, startedMs, seconds, ...tally.totals(), aborted: unread > 0, committed };

  /** What has changed beside the certificates themselves: who takes whose place, and what is served. */
  async function judgeAgain(): Promise<void> {
    const changed = await relations.refresh(startedMs);
    // Last: another commit may have begun meanwhile, and what it tells would be told again.
    await commits.settled();
    for (const configured of changed) {
      const remembered = memory.remembered(configured);
      // As it was read, also where that could not be written down.
      const watch = memory.latest(configured);
      if (watch === null || !memory.isConfigured(configured)) continue;
      take(conclude({ configured, remembered, surroundings: relations.of(configured), ...told }, watch));
    }
  }

  function take(judgement: Judgement): void {
    memory.show(judgement);
    // Nothing to write: only the time of the last success goes on, and that the check's own mark says.
    if (isQuiet(judgement) && commits.pending(judgement.configured) === undefined)
      memory.advance([judgement], new Map(), {});
    else commits.add(judgement);
  }
}

/** What is told at all; without mail nothing is. */
export function policyOf({ email }: Config): Policy {
  if (email === null) return { kinds: [], ladderMs: [], remindersMs: [], resolved: false };
  return {
    kinds: email.kinds,
    ladderMs: email.ladderMs,
    remindersMs: email.remindersMs,
    resolved: email.resolved,
  };
}

/** The domain of the sender's address, for Message-IDs. */
export function mailDomain({ email }: Config): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(email?.from ?? '')?.[1] ?? 'ccm-cert-monitor.invalid';
}

const NO_DEPLOYMENTS: Deployments = { of: () => null, refresh: async () => undefined };

function tellsOfLooks({ addressed }: Judgement): boolean {
  return addressed.some(({ notice: { kind } }) => SEEN_OUTSIDE.includes(kind));
}

/** Commits one batch after another; a batch is what came since the last flush. */
function createCommits(
  parts: CommitParts & Pick<CheckParts, 'accounts' | 'onJudgement'> & { readonly deployments: Deployments },
  { signal, ...check }: { tally: ReturnType<typeof createTally>; nowMs: number; signal: AbortSignal },
) {
  const { deployments } = parts;
  const telling = (batch: Iterable<Judgement>) =>
    [...batch].filter(needsPlaces).map(({ configured }) => configured);
  let judgements = new Map<string, Judgement>();
  let accounts = parts.accounts(check.nowMs);
  let last = Promise.resolve(true);
  let isLooked = false;
  /** Until the looks of this check are over, what they say waits: what was seen at the last check may be mended. */
  const mayGo = (judgement: Judgement) => isLooked || !tellsOfLooks(judgement);
  return {
    haveLooked(): void {
      isLooked = true;
    },
    /** Takes the place of what waits of the same certificate. */
    add(judgement: Judgement): void {
      judgements.set(keyText(judgement.configured), judgement);
    },
    pending: (key: CertificateKey) => judgements.get(keyText(key)),
    aboutToTell: () => telling(judgements.values()),
    /** Resolves when nothing is being written. */
    async settled() {
      let awaited: typeof last;
      do {
        awaited = last;
        await awaited;
      } while (awaited !== last);
    },
    /** Resolves with whether everything so far is on disk. */
    flush(marks: Partial<Marks>): Promise<boolean> {
      const since = new Map([...judgements].filter(([, judgement]) => mayGo(judgement)));
      const ofAccounts = accounts;
      judgements = new Map([...judgements].filter(([, judgement]) => !mayGo(judgement)));
      accounts = [];
      last = last.then(async (before) => {
        await deployments.refresh(telling(since.values()), signal);
        // When its turn comes: a reload may have taken some out while the batch before was written.
        const configured = [...since.values()]
          .filter((judgement) => parts.memory.isConfigured(judgement.configured))
          .map((judgement) => tellingWhere(judgement, deployments));
        for (const judgement of [...ofAccounts, ...configured]) parts.onJudgement(judgement);
        return (
          (await commitBatch(parts, { ...check, judgements: configured, accounts: ofAccounts, marks })) &&
          before
        );
      });
      return last;
    },
  };
}
