// How spans, shares and zone offsets are written in the configuration: `36h`, `33%`, `+08:00`. Pure.
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';

/** RE2-compatible, so that the JSON Schema can carry them. */
export const DURATION_PATTERN = '^[1-9][0-9]{0,6}[smhd]$';
export const SHARE_PATTERN = '^[1-9][0-9]?(\\.[0-9]{1,2})?%$';
export const UTC_OFFSET_PATTERN = '^[+-](0[0-9]|1[0-4]):[0-5][0-9]$';

const DURATION = new RegExp(DURATION_PATTERN);
const SHARE = new RegExp(SHARE_PATTERN);
const UTC_OFFSET = new RegExp(UTC_OFFSET_PATTERN);
const MAX_UTC_OFFSET_MINUTES = 14 * 60;

/** The largest first: the order in which a span is written back. */
const UNITS: readonly { readonly unit: string; readonly ms: number }[] = [
  { unit: 'd', ms: DAY_MS },
  { unit: 'h', ms: HOUR_MS },
  { unit: 'm', ms: MINUTE_MS },
  { unit: 's', ms: SECOND_MS },
];

/** `90s`, `15m`, `36h`, `30d` in milliseconds; null for anything else. Never 0: a limit of nothing is no limit. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  const unit = UNITS.find((candidate) => text.endsWith(candidate.unit));
  return unit === undefined ? null : Number(text.slice(0, -1)) * unit.ms;
}

/** A span as the configuration writes it, in the largest unit that says it whole: `36h`, not `1.5d`. Whole seconds. */
export function formatDuration(ms: number): string {
  const unit = UNITS.find((candidate) => ms % candidate.ms === 0);
  return unit === undefined ? `${Math.round(ms / SECOND_MS)}s` : `${ms / unit.ms}${unit.unit}`;
}

/** `33%` as 0.33; from 1% to 99.99%, with at most two decimals; null for anything else. */
export function parseShare(text: string): number | null {
  return SHARE.test(text) ? Number(text.slice(0, -1)) / 100 : null;
}

/** 0.33 as `33%`. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

/** `+08:00` in minutes east of UTC (480); from -14:00 to +14:00; null for anything else. */
export function parseUtcOffset(text: string): number | null {
  if (!UTC_OFFSET.test(text)) return null;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  if (minutes > MAX_UTC_OFFSET_MINUTES) return null;
  // `-00:00` must not become -0, which compares unlike 0 in tests and in Object.is.
  return text.startsWith('-') && minutes > 0 ? -minutes : minutes;
}

/** 480 as `+08:00`. */
export function formatUtcOffset(minutes: number): string {
  const total = Math.abs(minutes);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(total / 60))}:${two(total % 60)}`;
}
