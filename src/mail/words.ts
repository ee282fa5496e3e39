// The words of a mail in English: names of kinds, sentences, labels. Another language is another object of this shape. Pure.
import type { Change, Ending } from '../alerts/alert.ts';
import type { Kind } from '../certificates/finding.ts';
import type { EmailConfig } from '../config/config.ts';
import { formatInstant, formatSpan, plural } from '../shared/time.ts';
import { adviceFor } from './advice.ts';

/** A certificate as a lead speaks of it. Times are epoch milliseconds, `nowMs` that of the mail. */
export interface Told {
  readonly kind: Kind;
  readonly title: string;
  /** The title names several certificates. */
  readonly many: boolean;
  readonly account: string;
  readonly status: string | null;
  readonly notAfterMs: number | null;
  readonly stateSinceMs: number;
  readonly revokeReason: string | null;
  readonly cause: string;
  readonly nowMs: number;
}

/** How far a Date reaches (ECMA-262, "Time Values and Time Range"). */
const LAST_INSTANT_MS = 8.64e15;

/** `2026-11-23 19:20 UTC`; what no calendar holds is said to be unknown instead of breaking the mail. */
function instant(ms: number): string {
  return Math.abs(ms) <= LAST_INSTANT_MS ? formatInstant(ms) : 'an unknown time';
}

/** `in 6 days`, `3 hours ago`. */
function relative(ms: number, nowMs: number): string {
  return ms > nowMs ? `in ${formatSpan(ms - nowMs)}` : `${formatSpan(nowMs - ms)} ago`;
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ['unreachable', 'the API cannot be reached'],
  ['timeout', 'the API does not answer in time'],
  ['throttled', 'the API answers that there are too many requests'],
  ['unauthorized', 'the API does not accept the credentials'],
  ['forbidden', 'the credentials lack the permission'],
  ['missing', 'the API knows no such certificate'],
  ['malformed', 'what the API answers makes no sense'],
  ['server_error', 'the API reports an error of its own'],
]);

function lead(told: Told): string {
  const { title, many, notAfterMs, nowMs } = told;
  const is = many ? 'are' : 'is';
  const has = many ? 'have' : 'has';
  switch (told.kind) {
    case 'revoked':
      return `${title} ${is} revoked${told.revokeReason === null ? '' : `: ${told.revokeReason}`}`;
    case 'expired':
      if (notAfterMs === null || notAfterMs > nowMs) return `${title} ${has} expired: the cloud says so`;
      return `${title} ${has} expired: it ended ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
    case 'unpassed':
      return `The application for ${title} failed`;
    case 'missing':
      return `${title} ${is} missing: account ${told.account} has no such certificate`;
    case 'unreadable':
      return `${title} cannot be read: ${CAUSES.get(told.cause) ?? told.cause}`;
    case 'expiring':
      if (notAfterMs === null) return `${title} ${is} about to expire`;
      return `${title} ${notAfterMs > nowMs ? 'ends' : 'ended'} ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
    case 'revoking':
      return `A revocation of ${title} is under review`;
    case 'pending':
      return `${title} ${has} been in application for ${formatSpan(nowMs - told.stateSinceMs)}, without a certificate`;
    case 'unrecognised':
      return `${title} ${has} a status that is not documented${told.status === null ? '' : `: ${told.status}`}`;
  }
}

/** What is no longer so: `is no longer expiring`. */
function over(kind: Kind, many: boolean): string {
  const is = many ? 'are' : 'is';
  switch (kind) {
    case 'revoked':
    case 'expired':
    case 'missing':
    case 'expiring':
      return `${is} no longer ${kind}`;
    case 'unpassed':
      return `${is} no longer refused`;
    case 'unreadable':
      return 'can be read again';
    case 'revoking':
      return `${is} no longer under revocation`;
    case 'pending':
      return `${is} no longer in application`;
    case 'unrecognised':
      return `${many ? 'have' : 'has'} a known status again`;
  }
}

function ending(how: Ending | null, nowMs: number): string {
  switch (how?.how) {
    case 'renewed':
      return `renewed until ${instant(how.notAfterMs)} (${relative(how.notAfterMs, nowMs)})`;
    case 'status':
      return `the status is ${how.status} now`;
    case 'gone':
      return 'it is gone, the cloud has no such certificate any more';
    case 'thresholds':
      return 'it is not within the thresholds of the configuration any more';
    case 'readable':
    case undefined:
      return '';
  }
}

function change(
  what: Change,
  {
    rungMs,
    reminderMs,
    occurrence,
  }: { rungMs: number | null; reminderMs: number | null; occurrence: number },
): string | null {
  switch (what) {
    case 'first':
      return occurrence > 1
        ? `It is back: it was told as resolved before (sighting number ${occurrence}).`
        : null;
    case 'rung':
      return rungMs === null ? null : `Told again: ${formatSpan(rungMs)} or less left.`;
    case 'reminder':
      return reminderMs === null ? null : `Told again after ${formatSpan(reminderMs)}: it is still so.`;
    case 'resolved':
      return null;
  }
}

const english = {
  instant,
  relative,
  /** `2026-11-23 19:20 UTC (3 hours ago)`. */
  when: (ms: number, nowMs: number): string => `${instant(ms)} (${relative(ms, nowMs)})`,
  lead,
  /** The end of an alert as words; empty where the lead has said it already. */
  ending,
  over,
  /** Why it is told again, or null where nothing needs to be said. */
  change,
  advice: adviceFor,
  severity: { critical: 'CRITICAL', warning: 'WARNING' },
  resolved: 'RESOLVED',
  resolvedCount: 'resolved',
  test: 'TEST',
  testSubject: 'Mail from the certificate monitor arrives',
  testLead: 'This is a test: mail from the certificate monitor arrives here',
  testText: 'Nothing is wrong with any certificate because of this mail, and nothing needs to be done.',
  summary: 'SUMMARY',
  /** The kind as a word of the subject. */
  kind: (kind: Kind): string => kind.toUpperCase(),
  certificates: (count: number): string => plural(count, 'certificate'),
  ofAccount: (count: number, account: string): string =>
    `${plural(count, 'certificate')} of account ${account}`,
  ofAccounts: (count: number): string => `${plural(count, 'certificate')} of several accounts`,
  andMore: (count: number): string => `and ${count} more`,
  flaps:
    'It flaps: it was resolved and came back within a day. While it does so it is told at most twice a day.',
  rung: (ms: number): string => `${formatSpan(ms)} or less left`,
  lasted: (sinceMs: number, untilMs: number): string =>
    `It lasted ${formatSpan(untilMs - sinceMs)}, since ${instant(sinceMs)}.`,
  critical: 'critical',
  warning: 'warning',
  ahead: 'ending within 90 days',
  allWell: 'nothing to do',
  silencedUntil: (untilMs: number, reason: string | null): string =>
    `Silenced until ${instant(untilMs)}${reason === null ? '' : `: ${reason}`}`,
  parked: (count: number): string =>
    `${plural(count, 'mail')} could not be delivered: the mail server refused for good. See: ccm-cert-monitor mails`,
  never: 'never',
  unknown: 'unknown',
  label: {
    nextSteps: 'What to do next',
    certificate: 'Certificate',
    certificates: 'Certificates',
    domains: 'Domains',
    name: 'Name',
    alias: 'Alias',
    id: 'Id',
    account: 'Account',
    owner: 'Owner',
    status: 'Status',
    notAfter: 'Not after',
    stateSince: 'So since',
    firstSeen: 'First seen',
    found: 'Found',
    rung: 'Step',
    lastRead: 'Last read',
    runbook: 'Runbook',
    page: 'Status page',
    monitor: 'The monitor',
    sent: 'Sent',
    watched: 'Watched',
    healthy: 'Healthy',
    active: 'Alerts',
    silenced: 'Silenced',
    unread: 'Not read',
    parkedMails: 'Parked mails',
    lastCompleteCheck: 'Last complete check',
    attention: 'Needs attention',
    ahead: 'Ends within 90 days',
  },
  footer: (): string => 'Sent by ccm-cert-monitor. Replies to this mail are read by nobody.',
  silence: (id: string): string =>
    `To stop these mails for a while: ccm-cert-monitor silence ${id} --until YYYY-MM-DD`,
};

export type Words = typeof english;

const LANGUAGES: Readonly<Record<EmailConfig['language'], Words>> = { en: english };

/** The words of a language. */
export function wordsOf(language: EmailConfig['language']): Words {
  return LANGUAGES[language];
}
