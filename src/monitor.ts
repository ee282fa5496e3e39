// The running monitor: checks on schedule, with their effects on metrics, outbox and log.
import type { DeliveryObserver } from './alerts/deliver.ts';
import type { Judgement } from './alerts/judge.ts';
import type { Watch } from './certificates/watch.ts';
import { runCheck } from './check.ts';
import type { CertificateConfig } from './config/config.ts';
import { keptBy, noteDepartures } from './departures.ts';
import { discoverCertificates } from './discovering.ts';
import { expose } from './expose.ts';
import { sendHeartbeat } from './heartbeat.ts';
import { knownSlot } from './memory.ts';
import type { MonitorParts, Reconfiguration, Running } from './monitor-parts.ts';
import { createOffsetCheck } from './offsets.ts';
import { createProgress, logDelivery, logLooksLeft, logNotices, logReport } from './progress.ts';
import { cronText, type Schedule, startSchedule } from './schedule.ts';
import { DAY_MS } from './shared/time.ts';
import type { Recalled } from './state/store.ts';
import { startSummaries } from './summaries.ts';

export interface Monitor {
  readonly deliveryObserver: DeliveryObserver;
  /** Takes in that the state knows these certificates and the configuration does not. */
  depart(departed: readonly Watch[]): Promise<void>;
  start(running: Running): void;
  /** What the state knows of those among these that the memory lacks: to be asked before they are in force. */
  recall(certificates: readonly CertificateConfig[]): Promise<Recalled>;
  /** Goes on with a new configuration: its accounts, certificates and schedules. */
  reconfigure(change: Reconfiguration): Promise<void>;
  /** Takes no new slot and ends what runs. */
  stop(): Promise<void>;
  /** A request of the check under way has ended: it moves. */
  progressed(): void;
  started(): boolean;
  nextCheckMs(): number | null;
  /** null where the summary is switched off. */
  nextSummaryMs(): number | null;
  /** When the scheduler last moved, and when a check that is under way last got an answer; monotonic. */
  pulse(): { readonly beatMs: number | null; readonly progressMs: number | null };
}

export function createMonitor(parts: MonitorParts): Monitor {
  const { config, store, memory, census, relations, lookouts, lanes, metrics, log, clock } = parts;
  let running: Running | null = null;
  let checks: Schedule | null = null;
  let summaries: Schedule | null = null;
  let checking: Promise<void> = Promise.resolve();
  // The next check does not wait for whoever listens to heartbeats.
  let beating: Promise<void> = Promise.resolve();
  let exposed: Promise<void> = Promise.resolve();
  let progressMs: number | null = null;
  let prunedAtMs = Number.NEGATIVE_INFINITY;

  function progressed(): void {
    if (progressMs !== null) progressMs = clock.monotonicMs();
  }

  const checkOffsets = createOffsetCheck(parts);

  function writeFailed(error: unknown): void {
    metrics.stateWriteFailed();
    log.error(
      { err: error },
      'The state cannot be written: nothing new is told until it can be; the next check finds the same again',
    );
  }

  function committed(): void {
    try {
      exposed = expose(parts);
    } catch (error) {
      writeFailed(error);
    }
    running?.delivery.wake();
  }

  const depart = (departed: readonly Watch[]) =>
    noteDepartures({ config, store, clock, onWriteFailed: writeFailed }, departed);

  const immediate = () => running?.delivery.immediate() ?? false;

  async function check(now: Running, nextSlotMs: number | null): Promise<void> {
    if (now.signal.aborted) return;
    const { schedule, heartbeat } = config();
    const progress = createProgress();
    const onReading = (watch: Watch) => {
      progressMs = clock.monotonicMs();
      progress.note(watch);
      const { failure, account } = watch;
      if (failure !== null) metrics.readFailed(account, failure.reason);
    };
    const onJudgement = (judgement: Pick<Judgement, 'addressed'>) => logNotices(log, judgement);
    progressMs = clock.monotonicMs();
    try {
      await discoverCertificates({ ...parts, lanes: lanes.all(), depart }, now.signal);
      const marks = () => ({ nextCheckMs: nextSlotMs, checkCron: cronText(schedule) });
      const report = await runCheck(
        {
          ...parts,
          config: config(),
          lanes: lanes.all(),
          immediate,
          async look(signal) {
            const left = await lookouts.look(signal, progressed);
            if (left > 0 && !signal.aborted) logLooksLeft(log, left);
          },
          unlisted: census.failures().map(({ account }) => account),
          accounts: (nowMs) => census.judge(nowMs, memory.shown),
          onAccount: census.advance,
          onReading,
          onJudgement,
          onCommitted: committed,
          onWriteFailed: writeFailed,
          marks,
        },
        now.signal,
      );
      progress.log(log);
      checkOffsets(memory.shown());
      // Whoever sees that a check has ended, in the log or in its metrics, finds what it found in theirs.
      await exposed;
      logReport(log, report);
      const { result, seconds, aborted } = report;
      if (!aborted) metrics.checkFinished({ result, seconds, atMs: clock.wallMs() });
      if (heartbeat !== null && !report.aborted && report.silentAccounts.length === 0)
        beating = beat(heartbeat.url, now.signal);
      await prune();
    } catch (error) {
      log.error(
        { err: error },
        'The check ended early by an unexpected error; the next one comes on schedule',
      );
    } finally {
      progressMs = null;
    }
  }

  async function beat(url: string, signal: AbortSignal): Promise<void> {
    const why = await sendHeartbeat(url, { signal });
    if (why !== null && !signal.aborted) log.warn(`Cannot send the heartbeat: ${why}; check heartbeat.url`);
  }

  async function prune(): Promise<void> {
    if (clock.monotonicMs() - prunedAtMs < DAY_MS) return;
    try {
      await store.prune(clock.wallMs(), keptBy(config()));
      prunedAtMs = clock.monotonicMs();
      metrics.outbox(store.outboxCounts());
    } catch (error) {
      writeFailed(error);
    }
  }

  function startChecks(now: Running): void {
    const { schedule } = config();
    checks = startSchedule({
      ...schedule,
      clock,
      knownNextSlotMs: knownSlot(memory, cronText(schedule)),
      first: 'now',
      job(nextSlotMs) {
        // A new schedule may start while the old one's last check still runs.
        checking = checking.then(() => check(now, nextSlotMs));
        return checking;
      },
      onSkipped: () => metrics.checkSkipped(),
    });
  }

  function summariesNow(): Schedule | null {
    return startSummaries({
      ...parts,
      clockSkews: metrics.clockSkews,
      unmonitored: census.drift,
      immediate,
      onCommitted: committed,
      onWriteFailed: writeFailed,
    });
  }

  return {
    deliveryObserver: {
      outcome(mail, outcome, retryInMs) {
        metrics.mail(outcome.outcome);
        logDelivery(log, { mail, outcome, retryInMs });
      },
      written: () => metrics.outbox(store.outboxCounts()),
      writeFailed,
    },
    depart,
    start(now) {
      running = now;
      exposed = expose(parts);
      summaries = summariesNow();
      startChecks(now);
    },
    recall: (certificates) => store.recall(memory.lacking(certificates)),
    async reconfigure({ before, next, recalled }) {
      void depart(memory.configure(next.certificates, clock.wallMs(), recalled));
      await relations.refresh(clock.wallMs());
      prunedAtMs = Number.NEGATIVE_INFINITY; // an address to which mails are parked may have left
      void lanes.configure(next.accounts, checking);
      exposed = expose(parts);
      if (running === null || running.signal.aborted) return;
      if (cronText(before.schedule) === cronText(next.schedule)) checks?.request();
      else {
        const ending = checks?.stop();
        startChecks(running);
        await ending;
      }
      if (
        before.email?.summary === next.email?.summary &&
        before.schedule.timeZone === next.schedule.timeZone
      )
        return;
      await summaries?.stop();
      summaries = summariesNow();
    },
    async stop() {
      await Promise.all([checks?.stop(), summaries?.stop()]);
      await beating;
    },
    progressed,
    started: () => checks !== null,
    nextCheckMs: () => checks?.nextSlotMs() ?? null,
    nextSummaryMs: () => summaries?.nextSlotMs() ?? null,
    pulse: () => ({ beatMs: checks?.lastBeatMs() ?? null, progressMs }),
  };
}
