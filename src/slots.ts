// Which slot of a schedule comes next, in the hour that a zone repeats too: node-cron knows that hour only once.
import type { ScheduledTask } from 'node-cron';
import { dateTimeFormat } from './shared/date-time-format.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './shared/time.ts';

/** No zone sets its clocks back by more. */
const SET_BACK_MS = 3 * HOUR_MS;

/** What the zone's clocks show can be out of step with its slots for this long after they changed. */
const UNSETTLED_MS = 2 * SET_BACK_MS;

/**
 * Returns how to ask for the slot after now, in epoch milliseconds; null where the expression has none. When the
 * clocks of the zone are set back, node-cron leaves out one pass of the repeated hour. That is right for a job
 * at a fixed hour, which runs once a day; one that runs every hour (`*` in the hours) goes on in both.
 */
export function createSlots(
  { cron, timeZone }: { cron: string; timeZone: string },
  task: Pick<ScheduledTask, 'getNextRuns' | 'match'>,
): (nowMs: number) => number | null {
  const fields = cron.trim().split(/\s+/);
  const everyHour = fields.at(-4)?.startsWith('*') === true;
  const stepMs = fields.length === 6 ? SECOND_MS : MINUTE_MS;
  const offset = dateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const offsetAt = (ms: number) =>
    offset.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value;

  return (nowMs) => {
    const nextMs = task.getNextRuns(1)[0]?.getTime() ?? null;
    if (nextMs === null || !everyHour) return nextMs;
    // Looking at each second of three hours takes a third of a second: only where the clocks have changed.
    if (offsetAt(nextMs) === offsetAt(nextMs - UNSETTLED_MS)) return nextMs;
    const fromMs = Math.max(nowMs + 1, nextMs - SET_BACK_MS);
    for (let slotMs = Math.ceil(fromMs / stepMs) * stepMs; slotMs < nextMs; slotMs += stepMs)
      if (task.match(new Date(slotMs))) return slotMs;
    return nextMs;
  };
}
