// What each kind of mail says, compared with the files a reviewer reads; and what no mail may say.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Mail, Notice } from '../../src/alerts/alert.ts';
import { KINDS } from '../../src/certificates/finding.ts';
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import { type RenderedMessage, renderMessage } from '../../src/mail/message.ts';
import { LANGUAGES } from '../../src/shared/language.ts';
import { DAY_MS } from '../../src/shared/time.ts';
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
import { MAILS } from './mails.ts';

const SETTINGS = {
  from: 'Certificate monitor <certs@example.com>',
  publicUrl: 'https://certs.example.com/',
  language: 'en',
} as const;
const FIXTURES = new URL('../fixtures/mails/', import.meta.url);

/** The mail as a reviewer reads it; `WRITE_FIXTURES=1` writes the files anew, to be looked at in the diff. */
function readable({ from, to, subject, messageId, headers, text }: RenderedMessage): string {
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

function expectFixture(path: string, now: string): void {
  const file = new URL(path, FIXTURES);
  if (process.env['WRITE_FIXTURES'] === '1') writeFileSync(file, now);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no fixture').toBe(now);
}

describe.each(LANGUAGES)('each mail in %s reads as its fixtures', (language) => {
  test.each(Object.entries(MAILS))('%s', (name, mail) => {
    const message = renderMessage(mail, { ...SETTINGS, language });
    expectFixture(`${language}/${name}.txt`, readable(message));
    expectFixture(`${language}/${name}.html`, message.html);
  });

  test('and there is no fixture without its mail', () => {
    const files = Object.keys(MAILS).flatMap((name) => [`${name}.html`, `${name}.txt`]);
    expect(readdirSync(new URL(`${language}/`, FIXTURES)).sort()).toEqual(files.sort());
  });
});

function ofAccount(account: string, count: number): Notice['alerts'] {
  return Array.from({ length: count }, (_, n) => ({ account, id: `id${n}`, kind: 'unreadable', epochMs: 0 }));
}

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
      '[CRITICAL] UNREADABLE 12 of account default: unauthorized',
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
      'says the cause of many in full where there is room',
      noticesMail([unreadableNotice(2, { cause: 'timeout', alerts: ofAccount('eu', 2) })]),
      '[CRITICAL] UNREADABLE 2 certificates of account eu: timeout',
    ],
    [
      'leaves the cause of many out where there is none',
      noticesMail([
        unreadableNotice(2, { cause: 'server_error', alerts: ofAccount('a-long-name-of-one', 2) }),
      ]),
      '[CRITICAL] UNREADABLE 2 certificates of account a-long-name-of-one',
    ],
    [
      'cuts a name, not the domain, to sixty characters',
      noticesMail([
        expiredNotice({ certificates: [noticeCertificate({ alias: 'the shop front of Europe' })] }),
      ]),
      '[CRITICAL] EXPIRED www.example.com (the shop front of Euro…)',
    ],
    [
      'leaves the name out where nothing of it would be left',
      noticesMail([
        expiredNotice({
          certificates: [noticeCertificate({ domains: ['a-rather-long.domain.example.com'] })],
        }),
      ]),
      '[CRITICAL] EXPIRED a-rather-long.domain.example.com',
    ],
    [
      'counts the gravest where there is no room for all',
      MAILS['digest'] as Mail,
      '[CRITICAL] 16 certificates: 1 expired, 12 unreadable, …',
    ],
    [
      'counts what a summary found',
      MAILS['summary'] as Mail,
      '[SUMMARY] 40 certificates: 1 critical, 1 warning, …',
    ],
    ['says that all is well', MAILS['summary-all-well'] as Mail, '[SUMMARY] 40 certificates: all well'],
    [
      'does not say that all is well where the checks stand still',
      MAILS['summary-monitor-unwell'] as Mail,
      '[SUMMARY] 40 certificates: checks stand still',
    ],
    [
      'cuts a domain that is too long',
      noticesMail([notice({ certificates: [noticeCertificate({ domains: [long] })] })]),
      `[WARNING] EXPIRING ${long.slice(0, 99)}…`,
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
    expect(html.match(/<tr><td class="l"/g)).toHaveLength(100);
  });

  test.each(LANGUAGES)(
    'of a hundred rows in %s is not so big that Gmail cuts off its steps and links',
    (language) => {
      const names = (index: number) =>
        Array.from({ length: 20 }, (_, n) => `host-${n}.shop-${index}.eu.example.com`);
      const notices = Array.from({ length: 130 }, (_, index) =>
        notice({
          certificates: [
            noticeCertificate({
              id: `scs${1590053258000 + index}`,
              alias: 'shop front of Europe',
              domains: names(index),
              runbook: 'https://wiki.example.com/runbooks/certificates/renew',
            }),
          ],
        }),
      );
      const { html } = renderMessage(noticesMail(notices), { ...SETTINGS, language });
      expect(Buffer.byteLength(html)).toBeLessThan(102_000);
    },
  );

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
    expect(text).toContain('    shop-3.example.com (shop-3) scs1590053270003\n    and 37 more\n');
    expect(text).toContain(
      'UNREADABLE: 7 certificates of several accounts\n    Cannot be read: the API does not answer in time\n',
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
      '2 certificates of account default have been waiting to be issued for 3 hours',
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

describe.each(LANGUAGES)('the HTML part in %s', (language) => {
  const all = Object.entries(MAILS).map(
    ([name, mail]) => [name, renderMessage(mail, { ...SETTINGS, language })] as const,
  );

  test.each(all)('of %s loads nothing, and says its lead and then what the text says', (_, message) => {
    const { html, text } = message;
    expect(html).not.toMatch(/<(?:img|script|link|iframe)|src=|url\(|@import/i);
    expect(html).toContain(`<html lang="${language}"`);
    const lead = text.split('\n')[0] ?? '';
    expect(wordsOf(/<h1 .*?<\/h1>/.exec(html)?.[0] ?? '')).toBe(lead);
    const said = wordsOf(html);
    for (const line of text.split('\n-- \n')[0]?.split('\n') ?? [])
      for (const piece of line.split(/https?:\/\/\S+|[:：]|^ *(?:- |\d+\. )| · /))
        expect(said).toContain(piece.trim());
  });

  test.each(all)('of %s has its preview first, which does not repeat the subject', (_, message) => {
    const body = wordsOf(message.html.slice(message.html.indexOf('<body')));
    const preview = body.split('\u034f')[0]?.trim() ?? '';
    expect(preview).not.toBe('');
    expect(preview.length).toBeLessThanOrEqual(600);
    expect(message.subject).not.toContain(preview);
  });

  test('looks right where styles in the head are dropped: colours and width stand in the tags', () => {
    for (const [, { html }] of all) {
      const bare = html.replace(/<style>.*?<\/style>/gs, '').replace(/ class="[^"]*"/g, '');
      expect(bare).toMatch(/<table [^>]*bgcolor="#ffffff" style="max-width:600px/);
      expect(bare).toMatch(/<h1 style="[^"]*font-size:18px/);
      for (const [link] of bare.matchAll(/<a [^>]*style=[^>]*>/g)) expect(link).toMatch(/;color:#/);
    }
  });

  test('is balanced: each tag that opens closes, Outlook its own included', () => {
    for (const [, { html }] of all)
      for (const part of [html, html.replaceAll(/<!--\[if mso\]>|<!\[endif\]-->/g, '')]) expectBalanced(part);
  });
});

const EMPTY_TAGS = ['!doctype', 'meta', 'br'];

function expectBalanced(html: string): void {
  const open: string[] = [];
  for (const [, slash, name = ''] of html.replaceAll(/<!--.*?-->/gs, '').matchAll(/<(\/?)([a-z!][\w:!]*)/g)) {
    if (EMPTY_TAGS.includes(name)) continue;
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
}

/** What a reader sees, entities decoded. */
function wordsOf(html: string): string {
  return html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<!--.*?-->/gs, '')
    .replaceAll(/<\/?nobr>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#847;', '\u034f')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}

test('a summary says how many there are beyond those that it lists', () => {
  const totals = { critical: 3, warning: 250, attention: 260, unread: 120, silenced: 1, ahead: 9_000 };
  const { text, subject } = renderMessage(
    mailOf({ type: 'summary', summary: summary({ totals }) }),
    SETTINGS,
  );
  expect(subject).toBe('[SUMMARY] 40 certificates: 3 critical, 250 warning, …');
  expect(text).toMatch(/Needs attention\n(?:.*\n)+? {2}and 258 more\n/);
  expect(text).toMatch(/Not read\n- (?:.*\n)+? {2}and 119 more\n/);
  expect(text).toMatch(/Ends within 90 days\n(?:.*\n)+? {2}and 8998 more\n/);
});

describe('two taps from the mail to the runbook', () => {
  const withoutOwn = (id: string) => noticeCertificate({ id, runbook: null });
  const shipped = 'https://certs.example.com/runbooks/';

  test.each<[string, Mail, string]>([
    [
      'a single mail',
      noticesMail([expiredNotice({ certificates: [withoutOwn('a')] })]),
      'CcmCertificateExpired',
    ],
    [
      'a digest',
      noticesMail([notice({ certificates: [withoutOwn('a')] }), notice({ certificates: [withoutOwn('b')] })]),
      'CcmCertificateExpiringSoon',
    ],
    ['many of one account', noticesMail([unreadableNotice(3)]), 'CcmCertificateUnreadable'],
    [
      'a summary',
      mailOf({
        type: 'summary',
        summary: summary({
          active: [{ kind: 'revoked', severity: 'critical', certificate: withoutOwn('a') }],
        }),
      }),
      'CcmCertificateRevoked',
    ],
  ])('%s links to the shipped one where the certificate has none of its own', (_, mail, name) => {
    const { text, html } = renderMessage(mail, SETTINGS);
    expect(text).toContain(`Runbook: ${shipped}${name}\n`);
    expect(html).toContain(`href="${shipped}${name}"`);
  });

  test('links to the own one where there is one, whether or not the page can be reached', () => {
    const { text } = renderMessage(noticesMail([expiredNotice()]), { ...SETTINGS, publicUrl: null });
    expect(text).toContain('Runbook: https://wiki.example.com/certificates\n');
    expect(text).not.toContain('CcmCertificateExpired');
  });
});
