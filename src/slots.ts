// Which slot of a schedule comes next around the hours that a zone repeats and leaves out, of which node-cron knows less.
import type { ScheduledTask } from 'node-cron';
import { dateTimeFormat, type PartsFormat } from './shared/date-time-format.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './shared/time.ts';

/** No zone sets its clocks back by more. */
const SET_BACK_MS = 3 * HOUR_MS;

/** What the zone's clocks show can be out of step with its slots for this long after they changed. */
const UNSETTLED_MS = 2 * SET_BACK_MS;

/** A zone keeps what it has set its clocks to for longer than this. */
const KEPT_MS = DAY_MS;

interface Tasks {
  /** The expression in its zone. */
  readonly zoned: Pick<ScheduledTask, 'getNextRuns' | 'match'>;
  /** The same expression, read as if the zone were UTC. */
  readonly utc: Pick<ScheduledTask, 'match'>;
}

/**
 * Returns how to ask for the slot after now, in epoch milliseconds; null where the expression has none. A job that runs
 * every hour (`*` in the hours) goes on in both passes of an hour that the zone repeats, of which node-cron leaves one out.
 * A job at a fixed hour runs once a day: in one of the two passes, and where its time is left out, right after the gap.
 */
export function createSlots(
  { cron, timeZone }: { cron: string; timeZone: string },
  { zoned, utc }: Tasks,
): (nowMs: number) => number | null {
  const fields = cron.trim().split(/\s+/);
  const everyHour = fields.at(-4)?.startsWith('*') === true;
  const stepMs = fields.length === 6 ? SECOND_MS : MINUTE_MS;
  const offset = dateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });

  /** The first slot of the repeated hour that node-cron leaves out. */
  function repeated(nowMs: number, nextMs: number): number | null {
    // Looking at each second of three hours takes a third of a second: only where the clocks have changed.
    if (offsetMs(offset, nextMs) === offsetMs(offset, nextMs - UNSETTLED_MS)) return null;
    const fromMs = Math.max(nowMs + 1, nextMs - SET_BACK_MS);
    for (let slotMs = Math.ceil(fromMs / stepMs) * stepMs; slotMs < nextMs; slotMs += stepMs)
      if (zoned.match(new Date(slotMs))) return slotMs;
    return null;
  }

  /** The end of the first gap between now and then that a slot lies in. */
  function leftOut(nowMs: number, nextMs: number): number | null {
    for (let fromMs = nowMs; fromMs < nextMs; fromMs += KEPT_MS) {
      const toMs = Math.min(nextMs, fromMs + KEPT_MS);
      const before = offsetMs(offset, fromMs);
      if (offsetMs(offset, toMs) <= before) continue;
      const endMs = firstWith(offset, { fromMs, toMs });
      const gap = { fromMs: endMs + before, toMs: endMs + offsetMs(offset, toMs) };
      // The seconds of any slot are seconds of the expression: so it is enough to look at each minute.
      for (let wallMs = gap.fromMs + (nextMs % MINUTE_MS); wallMs < gap.toMs; wallMs += MINUTE_MS)
        if (endMs > nowMs && endMs < nextMs && utc.match(new Date(wallMs))) return endMs;
    }
    return null;
  }

  return (nowMs) => {
    const nextMs = zoned.getNextRuns(1)[0]?.getTime() ?? null;
    if (nextMs === null || timeZone === 'UTC') return nextMs;
    return (everyHour ? repeated(nowMs, nextMs) : leftOut(nowMs, nextMs)) ?? nextMs;
  };
}

/** The first minute at which the zone is as far from UTC as at `toMs`; at `fromMs` it was not yet. */
function firstWith(offset: PartsFormat, { fromMs, toMs }: { fromMs: number; toMs: number }): number {
  const wanted = offsetMs(offset, toMs);
  let before = Math.floor(fromMs / MINUTE_MS);
  let after = Math.ceil(toMs / MINUTE_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMs(offset, middle * MINUTE_MS) === wanted) after = middle;
    else before = middle;
  }
  return after * MINUTE_MS;
}

/** How far the zone is ahead of UTC at that instant: `GMT`, `GMT+05:30`, `GMT-00:25:21`. */
function offsetMs(offset: PartsFormat, atMs: number): number {
  const text = offset.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(text) ?? [];
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
  return sign === '-' ? -ms : ms;
}
