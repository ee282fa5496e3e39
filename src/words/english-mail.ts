// The words of a mail in English: tags, labels, remarks. Another language is another object of this shape. Pure.
import type { Change } from '../alerts/alert.ts';
import { formatSpan, plural } from '../shared/time.ts';
import { englishCertificate } from './english-certificate.ts';

const { instant } = englishCertificate;

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

export const englishMail = {
  ...englishCertificate,
  /** Why it is told again, or null where nothing needs to be said. */
  change,
  resolved: 'RESOLVED',
  resolvedCount: 'resolved',
  test: 'TEST',
  testSubject: 'Mail from the certificate monitor arrives',
  testLead: 'This is a test: mail from the certificate monitor arrives here',
  testText: 'Nothing is wrong with any certificate because of this mail, and nothing needs to be done.',
  summary: 'SUMMARY',
  ofAccount: (count: number, account: string): string =>
    `${plural(count, 'certificate')} of account ${account}`,
  ofAccounts: (count: number): string => `${plural(count, 'certificate')} of several accounts`,
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

export type MailWords = typeof englishMail;
