// When a job runs: node-cron's slots, one run at a time, caught up once after sleep, clock steps and restarts.
import { createTask } from 'node-cron';
import { type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from './shared/time.ts';
import { createSlots } from './slots.ts';

export interface ScheduleState {
  readonly nowMs: number;
  readonly nowMonotonicMs: number;
  /** The slot after the last run, on the wall clock; null where the expression has none. */
  readonly nextSlotMs: number | null;
  /** When, on the monotonic clock, that slot was to come at the latest; null where there is none. */
  readonly latestMonotonicMs: number | null;
  /** Whether the wall clock was seen to be set back since the slot was noted. */
  readonly setBack: boolean;
}

/** How long the timer of a slot may be late before the watchdog runs the job instead. */
const GRACE_MS = 2 * SECOND_MS;

/** The two clocks drift apart: only after this does the monotonic one judge where nobody saw the other set back. */
const DRIFT_GRACE_MS = MINUTE_MS;

/**
 * Whether a run is due though no slot fired: the slot has passed on the wall clock (sleep, a step forward, a
 * restart, a blocked loop), or the time to it has passed on the monotonic clock (a step back). Any number of
 * missed slots makes one run.
 */
export function overdue({
  nowMs,
  nowMonotonicMs,
  nextSlotMs,
  latestMonotonicMs,
  setBack,
}: ScheduleState): boolean {
  if (nextSlotMs === null) return false;
  if (nowMs >= nextSlotMs + GRACE_MS) return true;
  const graceMs = setBack ? GRACE_MS : DRIFT_GRACE_MS;
  return latestMonotonicMs !== null && nowMonotonicMs >= latestMonotonicMs + graceMs;
}

export interface Schedule {
  /** Runs the job now, or right after the run under way. */
  request(): void;
  /** The slot after this moment; null where the expression has none. */
  nextSlotMs(): number | null;
  running(): boolean;
  /** When the watchdog last looked, on the monotonic clock. */
  lastBeatMs(): number;
  /** Takes no new slot; resolves when the run under way has ended. */
  stop(): Promise<void>;
}

/** How often the watchdog looks. */
const BEAT_MS = SECOND_MS;

/** A timer cannot be set for more than 24 days. */
const LONGEST_TIMER_MS = HOUR_MS;

/**
 * Starts the schedule. `knownNextSlotMs` is the slot that the state remembers: where it is past, a run is due at
 * once; where there is none, `first` says whether the first run is due now or at the next slot. `job` must not reject.
 */
export function startSchedule({
  cron,
  timeZone,
  clock,
  knownNextSlotMs,
  first,
  job,
  onSkipped,
}: {
  cron: string;
  timeZone: string;
  clock: Clock;
  knownNextSlotMs: number | null;
  first: 'now' | 'at the next slot';
  /** Gets the slot after the one it runs for; null where there is none. */
  job: (nextSlotMs: number | null) => Promise<void>;
  onSkipped: () => void;
}): Schedule {
  // Asked for its slots, and never started: its own timer walks through every slot that a clock has jumped over.
  // After a year, with a slot each minute, nothing else would run for half a minute.
  const zoned = createTask(cron, () => undefined, { timezone: timeZone });
  const utc = createTask(cron, () => undefined, { timezone: 'UTC' });
  const slotAfter = createSlots({ cron, timeZone }, { zoned, utc });
  let under: Promise<void> | null = null;
  let wanted = false;
  let stopped = false;
  let slotMs = knownNextSlotMs;
  let latestMonotonicMs: number | null = null;
  let beatMs = clock.monotonicMs();
  let beatWallMs = clock.wallMs();
  let setBack = false;
  let timer: NodeJS.Timeout | undefined;

  function arm(): void {
    clearTimeout(timer);
    if (slotMs === null || stopped) return;
    timer = setTimeout(tick, Math.min(LONGEST_TIMER_MS, Math.max(0, slotMs - clock.wallMs())));
  }

  function tick(): void {
    if (slotMs === null || clock.wallMs() < slotMs) arm();
    else if (under === null) run();
    else {
      onSkipped();
      plan();
    }
  }

  /** Notes the slot to come: what was due until now is dealt with. */
  function plan(): void {
    setBack = false;
    const fromMs = clock.wallMs();
    slotMs = slotAfter(fromMs);
    const nowMs = clock.wallMs();
    // Set back while the slot was sought: it is far off by a clock that is no more.
    if (nowMs < fromMs) slotMs = slotAfter(nowMs);
    latestMonotonicMs = slotMs === null ? null : clock.monotonicMs() + (slotMs - nowMs);
    arm();
  }

  function run(): void {
    if (stopped) return;
    wanted = false;
    plan();
    under = job(slotMs).finally(() => {
      under = null;
      if (wanted) run();
    });
  }

  function nextSlotMs(): number | null {
    return slotAfter(clock.wallMs());
  }

  function beat(): void {
    const nowMs = clock.wallMs();
    const nowMonotonicMs = clock.monotonicMs();
    setBack ||= nowMs - beatWallMs < nowMonotonicMs - beatMs - GRACE_MS;
    beatMs = nowMonotonicMs;
    beatWallMs = nowMs;
    const state = { nowMs, nowMonotonicMs, nextSlotMs: slotMs, latestMonotonicMs, setBack };
    if (under === null && overdue(state)) run();
  }

  const watchdog = setInterval(beat, BEAT_MS);
  if (slotMs === null ? first === 'now' : clock.wallMs() >= slotMs) run();
  // Also where the state knows of a slot to come: a wrong clock may have put it far ahead.
  else plan();

  return {
    request() {
      if (under === null) run();
      else wanted = true;
    },
    nextSlotMs,
    running: () => under !== null,
    lastBeatMs: () => beatMs,
    async stop() {
      stopped = true;
      clearInterval(watchdog);
      clearTimeout(timer);
      await Promise.all([zoned.destroy(), utc.destroy()]);
      await under;
    },
  };
}

/** Names a schedule: the state remembers for which one a slot was noted. */
export function cronText({ cron, timeZone }: { cron: string; timeZone: string }): string {
  return `${cron} ${timeZone}`;
}
