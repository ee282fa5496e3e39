// Spans and instants: one set of constants and one way to write a time. Pure.

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How far a Date reaches (ECMA-262, "Time Values and Time Range"). */
export const LAST_INSTANT_MS = 8.64e15;

/** Wall clock and monotonic clock, in milliseconds; the edge passes them in, tests pass their own. */
export interface Clock {
  wallMs(): number;
  monotonicMs(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** `2026-11-23 19:20 UTC`: the way times are written for people; the zone is always said. */
export function formatInstant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `12 days`, `1 day 4 hours`, `3 hours`, `5 minutes`: the two largest units that matter, rounded down; never negative. */
export function formatSpan(ms: number): string {
  const total = Math.max(0, ms);
  const days = Math.floor(total / DAY_MS);
  const hours = Math.floor((total % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((total % HOUR_MS) / MINUTE_MS);
  if (days >= 3 || (days > 0 && hours === 0)) return plural(days, 'day');
  if (days > 0) return `${plural(days, 'day')} ${plural(hours, 'hour')}`;
  if (hours > 0)
    return minutes > 0 && hours < 3
      ? `${plural(hours, 'hour')} ${plural(minutes, 'minute')}`
      : plural(hours, 'hour');
  return minutes > 0 ? plural(minutes, 'minute') : 'less than a minute';
}

/** `1 certificate`, `3 certificates`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
