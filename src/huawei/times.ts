// The API's and HTTP's ways to write a time, as epoch milliseconds. Pure: nothing is left to the machine's zone.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';

/** The date and time stand in the first 19 characters, always at the same places. */
const API_TIME = /^\d{4}-\d\d-\d\d[ Tt]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:[Zz]|[+-]\d\d(?::?\d\d)?))?$/;
const WALL_LENGTH = 19;
const HTTP_TIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const EPOCH_TEXT = /^\d{12,15}$/;
/** Below it (March 1973) a number is a count of seconds, or nothing at all, and never a time in milliseconds. */
const EARLIEST_EPOCH_MS = 100_000_000_000;
const END_OF_9999_MS = 253_402_300_799_999;

/**
 * `2021-05-27 16:46:25.0` and its relatives: with or without fraction, with `T`, with `Z` or an offset (which then wins
 * over `utcOffsetMinutes`), or epoch milliseconds as a number or digits (HUAWEI-API, trap 1). Strict: a day that is not
 * in the calendar is no time. Returns null for everything else.
 */
export function parseApiTime(value: unknown, utcOffsetMinutes: number): number | null {
  if (typeof value === 'number') return inRange(value, EARLIEST_EPOCH_MS);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (EPOCH_TEXT.test(text)) return inRange(Number(text), EARLIEST_EPOCH_MS);
  if (!API_TIME.test(text)) return null;
  const dayMs = startOfDay({ year: digits(text, 0, 4), month: digits(text, 5, 2), day: digits(text, 8, 2) });
  const clockMs = timeOfDay(text, 11);
  const offsetMs = zoneMs(text, utcOffsetMinutes);
  if (dayMs === null || clockMs === null || offsetMs === null) return null;
  return inRange(dayMs + clockMs + fractionMs(text) - offsetMs, 0);
}

/** `Wed, 27 May 2026 16:46:25 GMT` (RFC 9110, IMF-fixdate; the obsolete forms are not sent any more), or null. */
export function parseHttpTime(text: string): number | null {
  if (!HTTP_TIME.test(text)) return null;
  const month = MONTHS.indexOf(text.slice(8, 11)) + 1;
  const dayMs = startOfDay({ year: digits(text, 12, 4), month, day: digits(text, 5, 2) });
  const clockMs = timeOfDay(text, 17);
  return dayMs === null || clockMs === null ? null : dayMs + clockMs;
}

function startOfDay({ year, month, day }: { year: number; month: number; day: number }): number | null {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  const days = (DAYS[month - 1] ?? 0) + leap;
  return year < 1970 || day < 1 || day > days ? null : Date.UTC(year, month - 1, day);
}

/** `hh:mm:ss` at `from`; neither 24:00 nor a leap second is a time here. */
function timeOfDay(text: string, from: number): number | null {
  const hour = digits(text, from, 2);
  const minute = digits(text, from + 3, 2);
  const second = digits(text, from + 6, 2);
  return hour > 23 || minute > 59 || second > 59
    ? null
    : hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
}

/** Milliseconds of `.0`, `.965000`, `,5` after the seconds; what is finer is dropped. */
function fractionMs(text: string): number {
  const mark = text[WALL_LENGTH];
  if (mark !== '.' && mark !== ',') return 0;
  let ms = 0;
  for (let at = WALL_LENGTH + 1, weight = 100; weight >= 1 && isDigit(text, at); at += 1, weight /= 10) {
    ms += digits(text, at, 1) * weight;
  }
  return ms;
}

/** What the text says of its zone, or the given offset where it says nothing; null where it cannot be. */
function zoneMs(text: string, utcOffsetMinutes: number): number | null {
  if (text.endsWith('Z') || text.endsWith('z')) return 0;
  const at = Math.max(text.indexOf('+', WALL_LENGTH), text.indexOf('-', WALL_LENGTH));
  if (at === -1) return utcOffsetMinutes * MINUTE_MS;
  const hours = digits(text, at + 1, 2);
  const minutes = text.length > at + 3 ? digits(text, text.length - 2, 2) : 0;
  if (hours > 14 || minutes > 59) return null;
  return (text[at] === '-' ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}

/** The number that stands there; the caller has checked that these are digits. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function inRange(ms: number, earliestMs: number): number | null {
  return Number.isSafeInteger(ms) && ms >= earliestMs && ms <= END_OF_9999_MS ? ms : null;
}
