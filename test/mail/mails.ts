// Every kind of mail once, by the name of its fixture in test/fixtures/mails. Pure.
import type { Mail, Notice, Summary } from '../../src/alerts/alert.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import {
  expiredNotice,
  mailOf,
  NOTICE_NOW_MS,
  notice,
  noticeCertificate,
  noticesMail,
  summary,
  unreadableNotice,
} from '../support/notices.ts';

const manyDomains = Array.from({ length: 14 }, (_, index) => `host-${index + 1}.example.com`);

function single(changes: Partial<Notice>, certificate: Parameters<typeof noticeCertificate>[0] = {}): Mail {
  return noticesMail([
    notice({ severity: 'critical', certificates: [noticeCertificate(certificate)], ...changes }),
  ]);
}

/** Somebody knows of the expired certificate: it needs no attention, and is named under what is silenced. */
function silencedSummary(): Summary {
  const certificate = noticeCertificate({ status: 'EXPIRED', notAfterMs: NOTICE_NOW_MS - DAY_MS });
  return summary({
    ahead: [],
    active: [{ kind: 'expired', severity: 'critical', cause: 'expired', certificate }],
    silenced: [{ certificate, untilMs: NOTICE_NOW_MS + 3 * DAY_MS, reason: null }],
    unread: [],
    parkedMails: 0,
    waitingMails: 0,
    undelivered: [],
  });
}

/** As the first version wrote it into the outbox. */
function olderSummary(): Summary {
  const { lastCheckMs, waitingMails, undelivered, clockSkews, unread, ...older } = summary();
  return {
    ...older,
    active: [...older.active, { kind: 'unreadable', severity: 'critical', certificate: noticeCertificate() }],
    unread: unread.map(({ certificate, reason }) => ({ certificate, reason })),
  };
}

/** Name of the fixture → the mail. */
export const MAILS: Readonly<Record<string, Mail>> = {
  expired: noticesMail([expiredNotice()]),
  'expired-by-status-only': single(
    { kind: 'expired', reason: 'The cloud says that the certificate is EXPIRED' },
    { status: 'EXPIRED', notAfterMs: null },
  ),
  'expiring-first': single({ severity: 'warning' }, { alias: 'shop front', domains: manyDomains }),
  'expiring-rung': single(
    { change: 'rung', rungMs: 7 * DAY_MS, sinceMs: NOTICE_NOW_MS - 9 * DAY_MS },
    { notAfterMs: NOTICE_NOW_MS + 5 * DAY_MS + HOUR_MS },
  ),
  revoked: single(
    { kind: 'revoked', reason: 'The certificate is revoked: keyCompromise' },
    { status: 'REVOKED', revokeReason: 'keyCompromise' },
  ),
  unpassed: single(
    { kind: 'unpassed', reason: 'The application for the certificate failed' },
    { status: 'UNPASSED', notAfterMs: null },
  ),
  missing: single({
    kind: 'missing',
    reason: 'The cloud says that there is no such certificate in this account',
  }),
  'missing-account': noticesMail([
    unreadableNotice(3, {
      kind: 'missing',
      cause: 'missing',
      reason: 'The cloud says that there is no such certificate in this account',
    }),
  ]),
  unreadable: noticesMail([
    unreadableNotice(1, {
      cause: 'forbidden',
      reason: 'Cannot read the certificate: the API answered 403. It was never read',
    }),
  ]),
  'unreadable-account': noticesMail([unreadableNotice(12)]),
  revoking: single(
    { kind: 'revoking', severity: 'warning', reason: 'A revocation of the certificate is under review' },
    { status: 'REVOKING' },
  ),
  pending: single(
    {
      kind: 'pending',
      severity: 'warning',
      reason: 'The certificate has been in application (CHECKING) for 3 hours',
    },
    { status: 'CHECKING', notAfterMs: null },
  ),
  unrecognised: single(
    {
      kind: 'unrecognised',
      severity: 'warning',
      cause: 'PAUSED',
      reason: 'The status PAUSED is not one that is documented',
    },
    { status: 'PAUSED' },
  ),
  superseded: single(
    {
      kind: 'superseded',
      severity: 'info',
      reason: 'The certificate was renewed by scs1590053258999 of account default',
      renewal: {
        account: 'default',
        id: 'scs1590053258999',
        name: 'scm-testing 2027',
        notAfterMs: NOTICE_NOW_MS + 365 * DAY_MS,
      },
    },
    { notAfterMs: NOTICE_NOW_MS + 12 * DAY_MS },
  ),
  'renewal-stuck': single(
    {
      kind: 'renewal-stuck',
      severity: 'warning',
      reason: 'The certificate ends in 9 days, and its renewal is still in application (CHECKING_DOMAIN)',
      renewal: { account: 'other', id: 'scs1590053258999', name: null, notAfterMs: null },
    },
    { notAfterMs: NOTICE_NOW_MS + 9 * DAY_MS },
  ),
  'renewal-overdue': single(
    {
      kind: 'renewal-overdue',
      severity: 'warning',
      reason: 'The certificate ends in 20 days, and its account holds nothing that would take its place',
    },
    { notAfterMs: NOTICE_NOW_MS + 20 * DAY_MS },
  ),
  reminder: noticesMail([
    expiredNotice({ change: 'reminder', reminderMs: 7 * DAY_MS, sinceMs: NOTICE_NOW_MS - 7 * DAY_MS }),
  ]),
  'back-and-flapping': single(
    {
      kind: 'revoking',
      severity: 'warning',
      flapping: true,
      occurrence: 2,
      reason: 'A revocation of the certificate is under review',
    },
    { status: 'REVOKING' },
  ),
  'resolved-renewed': single(
    {
      change: 'resolved',
      ending: { how: 'renewed', notAfterMs: NOTICE_NOW_MS + 365 * DAY_MS },
      sinceMs: NOTICE_NOW_MS - 9 * DAY_MS,
    },
    { notAfterMs: NOTICE_NOW_MS + 365 * DAY_MS },
  ),
  'resolved-status': single({
    change: 'resolved',
    kind: 'revoking',
    ending: { how: 'status', status: 'ISSUED' },
    sinceMs: NOTICE_NOW_MS - 2 * DAY_MS,
  }),
  'resolved-readable-account': noticesMail([
    unreadableNotice(12, {
      change: 'resolved',
      ending: { how: 'readable' },
      sinceMs: NOTICE_NOW_MS - HOUR_MS,
    }),
  ]),
  'resolved-gone': single({ change: 'resolved', ending: { how: 'gone' }, sinceMs: NOTICE_NOW_MS - DAY_MS }),
  'resolved-thresholds': single({
    change: 'resolved',
    ending: { how: 'thresholds' },
    sinceMs: NOTICE_NOW_MS - DAY_MS,
  }),
  digest: noticesMail([
    notice({
      certificates: [
        noticeCertificate({
          id: 'scs1590053258705',
          name: 'api',
          domains: ['api.example.com'],
          notAfterMs: NOTICE_NOW_MS + 20 * DAY_MS,
        }),
      ],
    }),
    notice({ certificates: [noticeCertificate({ id: 'scs1590053258706', domains: ['mail.example.com'] })] }),
    expiredNotice(),
    unreadableNotice(12),
    notice({
      change: 'resolved',
      sinceMs: NOTICE_NOW_MS - 9 * DAY_MS,
      ending: { how: 'renewed', notAfterMs: NOTICE_NOW_MS + 90 * DAY_MS },
      certificates: [
        noticeCertificate({
          id: 'scs1590053258709',
          domains: ['done.example.com'],
          notAfterMs: NOTICE_NOW_MS + 90 * DAY_MS,
        }),
      ],
    }),
  ]),
  'digest-resolved': noticesMail([
    expiredNotice({
      change: 'resolved',
      ending: { how: 'renewed', notAfterMs: NOTICE_NOW_MS + 90 * DAY_MS },
      sinceMs: NOTICE_NOW_MS - DAY_MS,
    }),
    unreadableNotice(1, {
      change: 'resolved',
      ending: { how: 'readable' },
      sinceMs: NOTICE_NOW_MS - 2 * HOUR_MS,
    }),
  ]),
  summary: mailOf({ type: 'summary', summary: summary() }),
  'summary-all-well': mailOf({
    type: 'summary',
    summary: summary({
      healthy: 40,
      ahead: [],
      active: [],
      silenced: [],
      unread: [],
      parkedMails: 0,
      waitingMails: 0,
      undelivered: [],
    }),
  }),
  'summary-monitor-unwell': mailOf({
    type: 'summary',
    summary: summary({
      ahead: [],
      active: [],
      silenced: [],
      unread: [],
      lastCheckMs: NOTICE_NOW_MS - 3 * DAY_MS,
      lastCompleteCheckMs: NOTICE_NOW_MS - 5 * DAY_MS,
      clockSkews: [
        { account: 'default', seconds: 95 },
        { account: 'edge', seconds: -7200 },
        { account: 'shop', seconds: 1 },
      ],
    }),
  }),
  'summary-silenced-alert': mailOf({ type: 'summary', summary: silencedSummary() }),
  'summary-of-an-older-version': mailOf({ type: 'summary', summary: olderSummary() }),
  test: mailOf({ type: 'test', atMs: NOTICE_NOW_MS }),
};
