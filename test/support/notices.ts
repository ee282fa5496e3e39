// Notices, certificates and mails for tests: complete, plausible, and changed where a test says so. Pure.
import type {
  AlertKey,
  Mail,
  MailContent,
  Notice,
  NoticeCertificate,
  Summary,
} from '../../src/alerts/alert.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';

/** 2026-11-23 19:20 UTC: the "now" of these notices. */
export const NOTICE_NOW_MS = Date.UTC(2026, 10, 23, 19, 20);

/** A live certificate that ends in 13 days, with everything that can be known of one. */
export function noticeCertificate(changes: Partial<NoticeCertificate> = {}): NoticeCertificate {
  return {
    account: 'default',
    id: 'scs1590053258704',
    name: 'scm-testing',
    alias: null,
    domains: ['www.example.com', 'example.com'],
    owner: 'payments team',
    runbook: 'https://wiki.example.com/certificates',
    status: 'ISSUED',
    notAfterMs: NOTICE_NOW_MS + 13 * DAY_MS,
    revokeReason: null,
    lastSuccessMs: NOTICE_NOW_MS - 5 * MINUTE_MS,
    ...changes,
  };
}

/**
 * The first notice that a certificate expires, told at 14 days. Alerts and count follow the certificates
 * unless they are given.
 */
export function notice(changes: Partial<Notice> = {}): Notice {
  const certificates = changes.certificates ?? [noticeCertificate()];
  const kind = changes.kind ?? 'expiring';
  return {
    change: 'first',
    kind,
    severity: 'warning',
    cause: kind,
    reason: 'The certificate ends in 13 days',
    alerts: certificates.map((certificate) => alertKeyOf(certificate, kind)),
    occurrence: 1,
    flapping: false,
    atMs: NOTICE_NOW_MS,
    sinceMs: NOTICE_NOW_MS,
    rungMs: kind === 'expiring' ? 14 * DAY_MS : null,
    reminderMs: null,
    ending: null,
    certificateCount: certificates.length,
    ...changes,
    certificates,
  };
}

function alertKeyOf({ account, id, notAfterMs }: NoticeCertificate, kind: Notice['kind']): AlertKey {
  const dated = kind === 'expiring' || kind === 'expired';
  return {
    account,
    id,
    kind,
    epochMs: dated && notAfterMs !== null ? notAfterMs : NOTICE_NOW_MS - 3 * HOUR_MS,
  };
}

/** A certificate that expired three hours ago. */
export function expiredNotice(changes: Partial<Notice> = {}): Notice {
  const certificate = noticeCertificate({
    status: 'EXPIRED',
    notAfterMs: NOTICE_NOW_MS - 3 * HOUR_MS,
    deployed: [
      { service: 'CDN', count: 2, regions: [] },
      { service: 'ELB', count: 1, regions: [{ region: 'cn-north-4', count: 1 }] },
    ],
  });
  return notice({
    kind: 'expired',
    severity: 'critical',
    reason: 'The certificate ended at 2026-11-23 16:20 UTC',
    sinceMs: NOTICE_NOW_MS,
    certificates: [certificate],
    ...changes,
  });
}

/** `count` certificates of one account that cannot be read, for one cause. */
export function unreadableNotice(count: number, changes: Partial<Notice> = {}): Notice {
  const certificates = Array.from({ length: count }, (_, index) =>
    noticeCertificate({
      id: `scs${1590053270001 + index}`,
      name: `shop-${index + 1}`,
      domains: [`shop-${index + 1}.example.com`],
    }),
  );
  return notice({
    kind: 'unreadable',
    severity: 'critical',
    cause: 'unauthorized',
    reason:
      'Cannot read the certificate: the API answered 401 APIGW.0301 (request 6b1d). It was last read at 2026-11-23 18:00 UTC',
    certificates,
    ...changes,
  });
}

/** A summary with something under each heading. */
export function summary(changes: Partial<Summary> = {}): Summary {
  return {
    atMs: NOTICE_NOW_MS,
    watched: 40,
    healthy: 36,
    ahead: [
      noticeCertificate(),
      noticeCertificate({
        id: 'scs1590053258705',
        name: 'api',
        domains: ['api.example.com'],
        notAfterMs: NOTICE_NOW_MS + 80 * DAY_MS,
      }),
    ],
    active: [
      { kind: 'expiring', severity: 'warning', certificate: noticeCertificate() },
      {
        kind: 'revoked',
        severity: 'critical',
        certificate: noticeCertificate({
          id: 'scs1590053258706',
          domains: ['pay.example.com'],
          status: 'REVOKED',
        }),
      },
    ],
    silenced: [
      {
        certificate: noticeCertificate({ id: 'scs1590053258707', domains: ['old.example.com'] }),
        untilMs: NOTICE_NOW_MS + 30 * DAY_MS,
        reason: 'moves to the new shop',
      },
    ],
    unread: [
      {
        certificate: noticeCertificate({
          id: 'scs1590053258708',
          domains: ['far.example.com'],
          status: null,
          notAfterMs: null,
          lastSuccessMs: null,
        }),
        reason: 'Cannot read certificate scs1590053258708 of account default: no answer within 10 s',
        cause: 'timeout',
      },
    ],
    lastCompleteCheckMs: NOTICE_NOW_MS - 10 * MINUTE_MS,
    lastCheckMs: NOTICE_NOW_MS - 5 * MINUTE_MS,
    parkedMails: 1,
    waitingMails: 2,
    undelivered: [
      { recipient: 'pay@example.com', waiting: 2, parked: 0, response: '451 4.3.0 Try again later' },
      { recipient: 'gone@example.com', waiting: 0, parked: 1, response: '550 5.1.1 No such user' },
    ],
    clockSkews: [{ account: 'default', seconds: 0 }],
    ...changes,
  };
}

/** A mail to `oncall@example.com`, made at `NOTICE_NOW_MS`. */
export function mailOf(content: MailContent, changes: Partial<Mail> = {}): Mail {
  return {
    messageId: '<3f9a1c0de5@certs.example.com>',
    recipient: 'oncall@example.com',
    createdAtMs: NOTICE_NOW_MS,
    references: [],
    content,
    ...changes,
  };
}

/** A mail with these notices. */
export function noticesMail(notices: readonly Notice[], changes: Partial<Mail> = {}): Mail {
  return mailOf({ type: 'notices', notices }, changes);
}
