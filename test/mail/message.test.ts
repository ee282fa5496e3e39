// What each kind of mail says, compared with the files a reviewer reads; and what no mail may say.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Mail, Notice } from '../../src/alerts/alert.ts';
import { KINDS } from '../../src/certificates/finding.ts';
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import { renderMessage } from '../../src/mail/message.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import {
  expiredNotice,
  NOTICE_NOW_MS,
  notice,
  noticeCertificate,
  noticesMail,
  unreadableNotice,
} from '../support/notices.ts';
import { MAILS } from './mails.ts';

const SETTINGS = {
  from: 'Certificate monitor <certs@example.com>',
  publicUrl: 'https://certs.example.com/',
  language: 'en',
} as const;
const FIXTURES = new URL('../fixtures/mails/', import.meta.url);

/** The mail as a reviewer reads it; `WRITE_FIXTURES=1` writes the files anew, to be looked at in the diff. */
function readable(mail: Mail): string {
  const { from, to, subject, messageId, headers, text } = renderMessage(mail, SETTINGS);
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    ...more,
    '',
    text,
  ].join('\n');
}

describe('each mail reads as its fixture', () => {
  test.each(Object.entries(MAILS))('%s', (name, mail) => {
    const file = new URL(`${name}.txt`, FIXTURES);
    const now = readable(mail);
    if (process.env['WRITE_FIXTURES'] === '1') writeFileSync(file, now);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no fixture').toBe(now);
  });
});

describe('the subject', () => {
  const resolved = { change: 'resolved', ending: { how: 'readable' } } as const;
  const other = noticeCertificate({ id: 'scs1590053258705' });
  const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.com`;
  test.each<[string, Mail, string]>([
    [
      'names severity, kind, domain and name',
      noticesMail([expiredNotice()]),
      '[CRITICAL] EXPIRED www.example.com (scm-testing)',
    ],
    [
      'prefers the alias to the name',
      noticesMail([notice({ certificates: [noticeCertificate({ alias: 'shop front' })] })]),
      '[WARNING] EXPIRING www.example.com (shop front)',
    ],
    [
      'says a name that is the domain once',
      noticesMail([notice({ certificates: [noticeCertificate({ name: 'www.example.com' })] })]),
      '[WARNING] EXPIRING www.example.com',
    ],
    [
      'has the domain alone where there is no name',
      noticesMail([notice({ certificates: [noticeCertificate({ name: null })] })]),
      '[WARNING] EXPIRING www.example.com',
    ],
    [
      'has the name and the id where there is no domain',
      noticesMail([notice({ certificates: [noticeCertificate({ domains: [] })] })]),
      '[WARNING] EXPIRING scm-testing (scs1590053258704)',
    ],
    [
      'has the id where nothing else is known',
      noticesMail([notice({ certificates: [noticeCertificate({ domains: [], name: null })] })]),
      '[WARNING] EXPIRING scs1590053258704',
    ],
    [
      'has the id where no certificate is listed',
      noticesMail([notice({ certificates: [], certificateCount: 1, alerts: notice().alerts })]),
      '[WARNING] EXPIRING scs1590053258704',
    ],
    [
      'names the account of many',
      noticesMail([unreadableNotice(12)]),
      '[CRITICAL] UNREADABLE 12 certificates of account default: unauthorized',
    ],
    [
      'leaves out a cause that is the kind',
      noticesMail([unreadableNotice(2, { kind: 'missing', cause: 'missing' })]),
      '[CRITICAL] MISSING 2 certificates of account default',
    ],
    [
      'does not name one account of several',
      noticesMail([notice({ certificates: [noticeCertificate(), noticeCertificate({ account: 'other' })] })]),
      '[WARNING] EXPIRING 2 certificates of several accounts',
    ],
    [
      'says that it is over',
      noticesMail([expiredNotice(resolved)]),
      '[RESOLVED] EXPIRED www.example.com (scm-testing)',
    ],
    [
      'says that it is over for many',
      noticesMail([unreadableNotice(12, resolved)]),
      '[RESOLVED] UNREADABLE 12 certificates of account default',
    ],
    [
      'counts kinds, the gravest first',
      noticesMail([
        notice(),
        notice({ certificates: [other] }),
        expiredNotice({ certificates: [noticeCertificate({ id: 'scs1590053258706' })] }),
      ]),
      '[CRITICAL] 3 certificates: 1 expired, 2 expiring',
    ],
    [
      'is a warning where nothing is worse',
      noticesMail([notice(), notice({ certificates: [other] })]),
      '[WARNING] 2 certificates: 2 expiring',
    ],
    [
      'counts a certificate of two notices once',
      noticesMail([notice(), notice({ kind: 'revoking' })]),
      '[WARNING] 1 certificate: 1 expiring, 1 revoking',
    ],
    [
      'is not RESOLVED while something holds',
      noticesMail([notice(), expiredNotice({ ...resolved, certificates: [other] })]),
      '[WARNING] 2 certificates: 1 expiring, 1 resolved',
    ],
    [
      'counts kinds of what is over',
      noticesMail([notice(resolved), expiredNotice({ ...resolved, certificates: [other] })]),
      '[RESOLVED] 2 certificates: 1 expired, 1 expiring',
    ],
    [
      'counts what is not listed',
      noticesMail([notice(), unreadableNotice(2, { certificateCount: 200 })]),
      '[CRITICAL] 201 certificates: 200 unreadable, 1 expiring',
    ],
    [
      'cuts a domain that is too long',
      noticesMail([notice({ certificates: [noticeCertificate({ domains: [long] })] })]),
      `[WARNING] EXPIRING ${long.slice(0, 99)}… (scm-testing)`,
    ],
    ['is TEST for a test', MAILS['test'] as Mail, '[TEST] Mail from the certificate monitor arrives'],
  ])('%s', (_, mail, subject) => {
    expect(renderMessage(mail, SETTINGS).subject).toBe(subject);
  });
});

describe('a digest', () => {
  test('shows a hundred rows, says how many more there are, and puts the most urgent first', () => {
    const notices = Array.from({ length: 130 }, (_, index) =>
      notice({
        certificates: [
          noticeCertificate({
            id: `scs${1590053258000 + index}`,
            domains: [`d${index}.example.com`],
            notAfterMs: NOTICE_NOW_MS + (index + 1) * DAY_MS,
          }),
        ],
      }),
    );
    const { text, html } = renderMessage(noticesMail(notices.toReversed()), SETTINGS);
    const rows = [...text.matchAll(/^- WARNING · EXPIRING: (d\d+)\./gm)].map(([, name]) => name);
    expect(rows).toEqual(Array.from({ length: 100 }, (_, index) => `d${index}`));
    expect(text).toContain('\n  and 30 more\n');
    expect(html.match(/<tr>/g)).toHaveLength(100);
  });

  test('is in the same order whatever the order of its notices', () => {
    const same = Array.from({ length: 8 }, (_, index) =>
      notice({ certificates: [noticeCertificate({ id: `scs159005325800${index}` })] }),
    );
    expect(renderMessage(noticesMail(same.toReversed()), SETTINGS).text).toBe(
      renderMessage(noticesMail(same), SETTINGS).text,
    );
  });

  test('names many certificates of one notice, and how many more there are', () => {
    const { text } = renderMessage(
      noticesMail([
        notice(),
        unreadableNotice(3, { certificateCount: 40 }),
        unreadableNotice(0, { certificateCount: 7, cause: 'timeout' }),
      ]),
      SETTINGS,
    );
    expect(text).toContain('shop-3.example.com (shop-3) scs1590053270003 and 37 more');
    expect(text).toContain(
      '7 certificates of several accounts cannot be read: the API does not answer in time',
    );
  });

  test('of nothing is still a mail', () => {
    expect(renderMessage(noticesMail([]), SETTINGS).subject).toBe('[RESOLVED] 0 certificates:');
  });
});

describe('headers and settings', () => {
  test.each<[string, Mail, 'high' | 'normal']>([
    ['critical', noticesMail([expiredNotice()]), 'high'],
    ['warning', noticesMail([notice()]), 'normal'],
    ['resolved', noticesMail([expiredNotice({ change: 'resolved' })]), 'normal'],
    ['a digest with something critical', noticesMail([notice(), expiredNotice()]), 'high'],
    ['summary', MAILS['summary'] as Mail, 'normal'],
  ])('the importance of %s', (_, mail, priority) => {
    const message = renderMessage(mail, SETTINGS);
    expect(message.priority).toBe(priority);
    expect(message.headers['Importance']).toBe(priority === 'high' ? 'high' : undefined);
    expect(message.headers).toMatchObject({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    });
  });

  test('a copy is the same, whenever it is made', () => {
    for (const mail of Object.values(MAILS)) {
      expect(renderMessage(structuredClone(mail), SETTINGS)).toEqual(renderMessage(mail, SETTINGS));
    }
  });

  test('without a public address, or with one that is no web address, there is no link to the page', () => {
    for (const publicUrl of [null, 'javascript:alert(1)']) {
      const { text, html } = renderMessage(noticesMail([expiredNotice()]), { ...SETTINGS, publicUrl });
      expect(text).not.toContain('Status page');
      expect(html).not.toContain('/certificates/default');
    }
  });

  test('account and id are encoded in the link', () => {
    const odd = noticeCertificate({ account: 'a/b ?', id: 'x#"><y' });
    const { text } = renderMessage(noticesMail([notice({ certificates: [odd] })]), SETTINGS);
    expect(text).toContain('https://certs.example.com/certificates/a%2Fb%20%3F/x%23%22%3E%3Cy');
    expect(text).not.toContain('ccm-cert-monitor silence');
  });

  test('references that are no Message-IDs are dropped, and a Message-ID that is none is an error', () => {
    const { references } = renderMessage(
      noticesMail([notice()], { references: ['<a@b>', '<c@d>\r\nBcc: x@y', 'e@f'] }),
      SETTINGS,
    );
    expect(references).toEqual(['<a@b>']);
    expect(() => renderMessage(noticesMail([notice()], { messageId: '<a b@c>' }), SETTINGS)).toThrow(
      'Cannot compose the mail: its Message-ID <a b@c> must have the form <…@…>',
    );
  });

  test('a time that no calendar holds does not stop the mail', () => {
    const { text } = renderMessage(
      noticesMail([notice({ certificates: [noticeCertificate({ notAfterMs: 9e15 })] })]),
      SETTINGS,
    );
    expect(text).toContain('an unknown time');
  });
});

describe('what is said of the same kind in other circumstances', () => {
  test.each<[string, Partial<Notice>, string]>([
    [
      'expiring without its date',
      { certificates: [noticeCertificate({ notAfterMs: null })] },
      'www.example.com (scm-testing) is about to expire',
    ],
    [
      'expiring, told late',
      { certificates: [noticeCertificate({ notAfterMs: NOTICE_NOW_MS - DAY_MS })] },
      'www.example.com (scm-testing) ended 1 day ago, at 2026-11-22 19:20 UTC',
    ],
    ['revoked without a reason', { kind: 'revoked' }, 'www.example.com (scm-testing) is revoked'],
    [
      'unreadable for an unknown cause',
      { kind: 'unreadable', cause: 'constructor' },
      'www.example.com (scm-testing) cannot be read: constructor',
    ],
    [
      'an unknown status that is not known',
      { kind: 'unrecognised', certificates: [noticeCertificate({ status: null })] },
      'www.example.com (scm-testing) has a status that is not documented',
    ],
    [
      'many pending',
      { kind: 'pending', certificates: [noticeCertificate(), noticeCertificate({ id: 'x' })] },
      '2 certificates of account default have been in application for 3 hours, without a certificate',
    ],
    [
      'resolved without an ending',
      { change: 'resolved', ending: null },
      'www.example.com (scm-testing) is no longer expiring',
    ],
    [
      'a rung that is not known',
      { change: 'rung', rungMs: null },
      'www.example.com (scm-testing) ends in 13 days, at 2026-12-06 19:20 UTC',
    ],
    [
      'a reminder whose age is not known',
      { change: 'reminder' },
      'www.example.com (scm-testing) ends in 13 days, at 2026-12-06 19:20 UTC',
    ],
  ])('%s', (_, changes, lead) => {
    expect(renderMessage(noticesMail([notice(changes)]), SETTINGS).text.split('\n')[0]).toBe(lead);
  });

  test.each(KINDS)('%s has steps to take, and words for its end', (kind) => {
    const open = renderMessage(noticesMail([notice({ kind })]), SETTINGS).text;
    expect(open).toMatch(/What to do next\n {2}1\. \S/);
    for (const count of [1, 2]) {
      const certificates = Array.from({ length: count }, () => noticeCertificate());
      const { text } = renderMessage(
        noticesMail([
          notice({ kind, change: 'resolved', certificates, ending: { how: 'status', status: 'ISSUED' } }),
        ]),
        SETTINGS,
      );
      expect(text).toMatch(
        /^.+ (?:(?:is|are) no longer|can be read again|(?:has|have) a known status again).*: the status is ISSUED now\n/,
      );
    }
  });

  test.each(FAILURE_REASONS.filter((reason) => reason !== 'missing'))(
    'unreadable because of %s says what to do about that',
    (cause) => {
      const { text } = renderMessage(noticesMail([unreadableNotice(1, { cause })]), SETTINGS);
      expect(text).not.toContain('shows each failure with its reason');
    },
  );
});

test('the HTML part loads nothing from anywhere, and names its lead first', () => {
  for (const mail of Object.values(MAILS)) {
    const { html, text } = renderMessage(mail, SETTINGS);
    expect(html).not.toMatch(/<(?:img|script|link|iframe|style)|src=|url\(/i);
    expect(html.indexOf('<h1')).toBeLessThan(html.indexOf('<table'));
    expect(html).toContain(`dir="auto">${text.split('\n')[0]?.replaceAll('"', '&quot;')}</h1>`);
  }
});
