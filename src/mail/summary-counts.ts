// What a summary counts, and what it comes to: the subject, the first line and the table all say the same. Pure.
import type { Summary } from '../alerts/alert.ts';
import { keyText } from '../certificates/certificate.ts';
import { DAY_MS } from '../shared/time.ts';

/** A schedule of checks is seldom slower than daily: after two days something is wrong with the monitor itself. */
const STALE_AFTER_MS = 2 * DAY_MS;

/** Alerts that somebody should look at: what is silenced was looked at. */
export function openAlerts(summary: Summary): Summary['active'] {
  const silenced = silencedKeys(summary);
  return summary.active.filter(({ certificate }) => !silenced.has(keyText(certificate)));
}

function silencedKeys(summary: Summary): ReadonlySet<string> {
  return new Set(summary.silenced.map(({ certificate }) => keyText(certificate)));
}

/** How many there are, however many are listed; an older version's summary lists all. */
export function countOf(summary: Summary, what: keyof NonNullable<Summary['totals']>): number {
  const { totals } = summary;
  if (totals !== undefined) return totals[what];
  const open = openAlerts(summary);
  switch (what) {
    case 'critical':
    case 'warning':
      return open.filter(({ severity }) => severity === what).length;
    case 'attention':
      return open.length;
    case 'unread':
    case 'silenced':
    case 'ahead':
      return summary[what].length;
  }
}

/** When the last check ended; null: none ever did, as far as the summary knows. */
export function lastCheckMs({ lastCheckMs: known, lastCompleteCheckMs }: Summary): number | null {
  return known ?? lastCompleteCheckMs;
}

/** Whether the checks have stood still for so long that what is known may be wrong. */
export function isStale(summary: Summary): boolean {
  const last = lastCheckMs(summary);
  return last === null || summary.atMs - last > STALE_AFTER_MS;
}

/** `well` is said only where everything was looked at and nothing found, and every mail arrived. */
export function standingOf(summary: Summary): 'critical' | 'warning' | 'well' {
  if (countOf(summary, 'critical') > 0 || isStale(summary)) return 'critical';
  const well =
    summary.active.length === 0 &&
    countOf(summary, 'unread') === 0 &&
    summary.parkedMails === 0 &&
    (summary.waitingMails ?? 0) === 0;
  return well ? 'well' : 'warning';
}
