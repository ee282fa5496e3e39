// The words of a mail in English: tags, labels, remarks. Pure.
import type { Change } from '../alerts/alert.ts';
import { formatSpan, plural, SECOND_MS } from '../shared/time.ts';
import { englishCertificate } from './english-certificate.ts';
import type { Counted, MailWords } from './mail-words.ts';

const { instant, certificates, relative, andMore } = englishCertificate;

function change(
  what: Change,
  { rungMs, reminderMs, occurrence }: Parameters<MailWords['change']>[1],
): string | null {
  switch (what) {
    case 'first':
      return occurrence > 1
        ? `It is back: it had been reported as resolved (occurrence ${occurrence}).`
        : null;
    case 'rung':
      return rungMs === null ? null : `Told again because ${formatSpan(rungMs)} or less are left.`;
    case 'reminder':
      return reminderMs === null ? null : `A reminder: this has been so for ${formatSpan(reminderMs)}.`;
    case 'resolved':
      return null;
  }
}

function count(what: Counted, number: number): string {
  switch (what) {
    case 'unread':
      return `${number} not read`;
    case 'ahead':
      return `${number} ${number === 1 ? 'ends' : 'end'} within 90 days`;
    default:
      return `${number} ${what}`;
  }
}

function clockWrong(account: string, seconds: number): string {
  const side = seconds > 0 ? 'behind' : 'ahead of';
  return `${formatSpan(Math.abs(seconds) * SECOND_MS)} ${side} that of account ${account}`;
}

export const englishMail: MailWords = {
  ...englishCertificate,
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
    stateSince: 'Since',
    firstSeen: 'First seen',
    found: 'Found',
    ended: 'Resolved',
    deployed: 'Deployed',
    lastRead: 'Last read',
    runbook: 'Runbook',
    page: 'Status page',
    monitor: 'The monitor itself',
    sent: 'Sent',
    glance: 'At a glance',
    watched: 'Watched',
    healthy: 'Healthy',
    critical: 'Critical',
    warning: 'Warning',
    silenced: 'Silenced',
    unread: 'Not read',
    ahead: 'Ends within 90 days',
    attention: 'Needs attention',
    undelivered: 'Mails not delivered',
    waitingMails: 'Mails waiting',
    parkedMails: 'Mails refused',
    unmonitored: 'Watched by nobody',
    lastCompleteCheck: 'Last complete check',
    clock: 'Clock',
  },
  colon: ':',
  pair: (label, value) => `${label}: ${value}`,
  list: (items, more) => `${items.join(', ')}${more > 0 ? ` ${andMore(more)}` : ''}`,
  sentences: (texts) => texts.map((text) => text.replace(/[^.!?]$/, '$&.')).join(' '),
  change,
  technical: (reason) => reason,
  resolved: 'RESOLVED',
  test: 'TEST',
  testSubject: 'Mail from the certificate monitor arrives',
  testLead: 'This is a test: mail from the certificate monitor arrives here',
  testText: 'It says nothing about any certificate. There is nothing to do.',
  summary: 'SUMMARY',
  account: (name) => `account ${name}`,
  ofAccount: (number, account) => `${certificates(number)} of account ${account}`,
  ofAccountBriefly: (number, account) => `${number} of account ${account}`,
  ofAccounts: (number) => `${certificates(number)} of several accounts`,
  briefCause: (reason) => reason.replaceAll('_', ' '),
  nextStepsFor: (kind, cause) => `What to do next: ${kind}${cause === null ? '' : ` (${cause})`}`,
  flaps:
    'It is flapping: it was resolved and came back within a day. While that goes on you are told at most twice a day.',
  lasted: (sinceMs, untilMs) => `It lasted ${formatSpan(untilMs - sinceMs)}, since ${instant(sinceMs)}.`,
  counts: (total, counts, more) =>
    `${certificates(total)}: ${[...counts, ...(more ? ['…'] : [])].join(', ')}`,
  count,
  allWell: 'all well',
  stalled: 'checks stand still',
  silencedUntil: (untilMs, reason) =>
    `Silenced until ${instant(untilMs)}${reason === null ? '' : `: ${reason}`}`,
  stale: (lastMs, nowMs) =>
    lastMs === null
      ? 'No check has ended so far: do not rely on what stands here.'
      : `No check has ended since ${instant(lastMs)} (${relative(lastMs, nowMs)}): what stands here may be out of date.`,
  notReadYet: 'Not read yet',
  undelivered: (waiting, parked) =>
    [
      ...(waiting > 0 ? [`${plural(waiting, 'mail')} waiting`] : []),
      ...(parked > 0 ? [`${plural(parked, 'mail')} refused for good`] : []),
    ].join(', '),
  answer: (response) => `The mail server's answer: ${response}`,
  seeMails: 'To see each of them: ccm-cert-monitor mails',
  clockRight: "agrees with the cloud's",
  clockWrong,
  footer: 'Sent by ccm-cert-monitor. Nobody reads replies to this mail.',
  silence: (id) => `To stop these mails for a while: ccm-cert-monitor silence ${id} --until YYYY-MM-DD`,
};
