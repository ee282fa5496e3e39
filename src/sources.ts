// What the web server shows, taken from the running program.
import { type Silence, silenceState } from './alerts/silence.ts';
import type { Census } from './census.ts';
import type { Config } from './config/config.ts';
import type { Deployments } from './deployments.ts';
import type { Memory } from './memory.ts';
import type { Monitor } from './monitor.ts';
import { type Clock, MINUTE_MS, SECOND_MS } from './shared/time.ts';
import type { Store } from './state/store.ts';
import type { Exposition } from './telemetry/exposition.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { VERSION } from './version.ts';
import type { Health, Sources } from './web/sources.ts';

/** A scheduler that has not moved for this long, or a check without an answer for that long, is stuck. */
const BEAT_WITHIN_MS = MINUTE_MS;
const PROGRESS_WITHIN_MS = 10 * MINUTE_MS;

export function createSources({
  config,
  monitor,
  memory,
  census,
  deployments,
  metrics,
  exposition,
  store,
  configuration,
  clock,
}: {
  config: () => Config;
  monitor: Monitor;
  memory: Memory;
  census: Pick<Census, 'counts'>;
  deployments: Pick<Deployments, 'of'>;
  metrics: Metrics;
  exposition: Exposition;
  store: Pick<Store, 'outboxCounts' | 'silences' | 'history' | 'mailsAbout' | 'endsChangedMs'>;
  /** How the last reading of the configuration went. */
  configuration: () => { readonly ok: boolean; readonly atMs: number };
  clock: Clock;
}): Sources {
  const silencesNow = keepForASecond(() => store.silences(), clock);
  return {
    scrape: { own: (format) => metrics.render(format), kept: () => exposition.current() },
    status: {
      certificates: () => memory.shown(),
      monitor: () => ({
        version: VERSION,
        accounts: config().accounts.map(({ name }) => name),
        unwatched: new Map(census.counts().map(({ account, unmonitored }) => [account, unmonitored])),
        lastCheckMs: memory.marks.lastCheckMs,
        lastCompleteCheckMs: memory.marks.lastCompleteCheckMs,
        nextCheckMs: monitor.nextCheckMs(),
        nextSummaryMs: monitor.nextSummaryMs(),
        configuration: configuration(),
        outbox: store.outboxCounts(),
        publicUrl: config().http.publicUrl,
      }),
      ladderMs: () => config().email?.ladderMs ?? [],
      silences: () => silencesNow().filter((silence) => holds(silence, memory, clock.wallMs())),
      alertsOf: (key) => memory.remembered(key).alerts,
      deployedOf: deployments.of,
      historyOf: (key, limit) => store.history(key, limit),
      mailsAbout: (key, limit) => store.mailsAbout(key, limit),
      endsChangedMs: () => store.endsChangedMs(),
    },
    health: { live: () => liveness(monitor, clock.monotonicMs()), ready: () => readiness(monitor) },
  };
}

/** `silence` writes from another process, and whoever looks at the page then wants to see it: memory knows at the next check. */
function keepForASecond<Value>(read: () => Value, clock: Clock): () => Value {
  let last: { readonly value: Value; readonly atMs: number } | null = null;
  return () => {
    const atMs = clock.monotonicMs();
    if (last === null || atMs - last.atMs >= SECOND_MS) last = { value: read(), atMs };
    return last.value;
  };
}

function holds(silence: Silence, memory: Memory, nowMs: number): boolean {
  if (!memory.isConfigured(silence)) return false;
  return silenceState(silence, memory.remembered(silence).watch, nowMs) !== 'lifted';
}

function liveness(monitor: Monitor, nowMonotonicMs: number): Health {
  const { beatMs, progressMs } = monitor.pulse();
  if (beatMs === null) return { ok: true, reason: 'starting' };
  if (nowMonotonicMs - beatMs > BEAT_WITHIN_MS)
    return { ok: false, reason: 'the scheduler has not moved for a minute' };
  if (progressMs !== null && nowMonotonicMs - progressMs > PROGRESS_WITHIN_MS) {
    return { ok: false, reason: 'the check under way has had no answer for ten minutes' };
  }
  return { ok: true, reason: 'the scheduler moves' };
}

/** A cloud or a mail server that fails does not make it unready: the pod would leave the service just when it is needed. */
function readiness(monitor: Monitor): Health {
  return monitor.started()
    ? { ok: true, reason: 'configuration loaded, state open, scheduler started' }
    : { ok: false, reason: 'the scheduler has not started' };
}
