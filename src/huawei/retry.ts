// When to try again, and after how long. Pure: chance is an argument.
import type { FailureReason } from '../certificates/reading.ts';
import type { Answer } from './answer.ts';
import { parseHttpTime } from './times.ts';

const BASE_MS = 500;
const CAP_MS = 10_000;
/** The longest Retry-After that is waited for; after a longer one the check goes on without the account. */
export const LONGEST_WAIT_MS = 30_000;

/** Whether another attempt can help by itself. */
export function isPassing(reason: FailureReason): boolean {
  switch (reason) {
    case 'unreachable':
    case 'timeout':
    case 'throttled':
    case 'server_error':
      return true;
    case 'unauthorized':
    case 'forbidden':
    case 'missing':
    case 'malformed':
      return false;
  }
}

/** Full jitter: anything up to 0.5 s, 1 s, 2 s, … 10 s after attempt 1, 2, 3, …; `random` is in [0, 1). */
export function backoffMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)));
}

/** What Retry-After says, in milliseconds from now: seconds, or an HTTP date counted from the answer's own Date. */
export function retryAfterMs({ headers }: Pick<Answer, 'headers'>, nowMs: number): number | null {
  const text = headers.retryAfter?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  const atMs = parseHttpTime(text);
  if (atMs === null) return null;
  return Math.max(0, atMs - (serverTimeMs({ headers }) ?? nowMs));
}

/** What the answer's Date says, or null. */
export function serverTimeMs({ headers }: Pick<Answer, 'headers'>): number | null {
  return parseHttpTime(headers.date?.trim() ?? '');
}

export interface Timing {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * The cloud's clock minus ours in seconds, to half a second, or null where no Date came. Date has whole seconds and is
 * the time of the answer's origin, Age seconds ago; what one second and the time on the way explain is no skew.
 */
export function clockSkewSeconds(
  { headers }: Pick<Answer, 'headers'>,
  { sentMs, receivedMs }: Timing,
): number | null {
  const dateMs = serverTimeMs({ headers });
  if (dateMs === null) return null;
  const ageMs = /^\d{1,9}$/.test(headers.age ?? '') ? Number(headers.age) * 1_000 : 0;
  const leastMs = dateMs + ageMs - receivedMs;
  const mostMs = dateMs + ageMs + 1_000 - sentMs;
  if (leastMs <= 0 && mostMs >= 0) return 0;
  return Math.round((leastMs + mostMs) / 1_000) / 2;
}
