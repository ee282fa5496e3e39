// Hostile names, statuses and reasons through the mail and parsed back: no extra header, no markup, no forged line.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { Mail } from '../../src/alerts/alert.ts';
import { renderMessage } from '../../src/mail/message.ts';
import { toWire } from '../../src/mail/mime.ts';
import { LANGUAGES, type Language } from '../../src/shared/language.ts';
import { ANY_CHARACTER } from '../support/any-character.ts';
import { notice, noticeCertificate, noticesMail } from '../support/notices.ts';
import { HEADERS, HOSTILE, mailsWith } from './hostile-texts.ts';

const SETTINGS = {
  from: 'Certificate monitor <certs@example.com>',
  publicUrl: 'https://certs.example.com',
  language: 'en',
} as const;

async function parsedBack(
  mail: Mail,
  language: Language = 'en',
): Promise<{ raw: string; parsed: ParsedMail }> {
  const { bytes } = await toWire(renderMessage(mail, { ...SETTINGS, language }));
  return {
    raw: bytes.toString('latin1'),
    parsed: await simpleParser(bytes, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
    }),
  };
}

async function expectHarmless(mail: Mail, language: Language): Promise<void> {
  const { raw, parsed } = await parsedBack(mail, language);
  const names = parsed.headerLines.map(({ key }) => key);
  expect(names.filter((name) => !HEADERS.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect([parsed.to].flat().map((to) => to?.text)).toEqual(['oncall@example.com']);
  expect(parsed.subject?.length).toBeLessThanOrEqual(200);
  expect(`${parsed.subject}${parsed.text?.replaceAll('\n', '')}`).not.toMatch(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u,
  );
  expectOnlyOurMarkup(String(parsed.html));
  expect(raw.length).toBeLessThan(250_000);
  expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
}

/** Tags and links that the renderer writes itself; a `<` of a value is an entity. */
function expectOnlyOurMarkup(html: string): void {
  const tags = [...html.matchAll(/<\/?([a-z0-9:]+|!doctype)/gi)].map(([, tag]) => tag?.toLowerCase());
  const ours = [
    '!doctype',
    'html',
    'head',
    'meta',
    'title',
    'style',
    'xml',
    'o:officedocumentsettings',
    'o:pixelsperinch',
    'body',
    'div',
    'h1',
    'h2',
    'p',
    'table',
    'tr',
    'td',
    'b',
    'nobr',
    'span',
    'br',
    'ol',
    'li',
    'a',
  ];
  expect(tags.filter((tag) => tag === undefined || !ours.includes(tag))).toEqual([]);
  expect(html.match(/<[^>]*\son\w+=/i)).toBeNull();
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
  expect(links.filter((href) => !/^https?:\/\/[^@"'<>\s]+$/.test(href))).toEqual([]);
  const opened = [...html.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
  expect(opened.filter((tag) => !OUR_TAG.test(tag))).toEqual([]);
  // Outlook's own parts: a value must neither end one nor begin one.
  expect(html.match(/<!--.*?-->/gs)).toHaveLength(3);
  expect(html.match(/<style>/g)).toHaveLength(4);
}

/** A tag as the renderer writes it: attributes that it knows, in double quotes. */
const OUR_TAG =
  /^<[a-z][a-z0-9:]*(?: (?:class|style|href|lang|xmlns(?::o)?|charset|name|content|role|width|height|align|valign|border|cellpadding|cellspacing|bgcolor|dir|aria-hidden)="[^"<>]*")*>$/i;

/** Labels at the start of a line of the text part: a value must not be able to add one. */
function labelsOf(mail: Mail): readonly string[] {
  return [...renderMessage(mail, SETTINGS).text.matchAll(/^ {2}([A-Z][a-z ]+):/gm)].map(
    ([, label]) => label ?? '',
  );
}

describe('texts that attack', () => {
  test.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 40)), text] as const))(
    '%s does no harm',
    async (_, text) => {
      const [single, digest, weekly] = mailsWith(text) as readonly [Mail, Mail, Mail];
      for (const mail of [single, digest, weekly]) await expectHarmless(mail, 'en');
      // What a value can do does not hang on the words around it: the other language sees the mail with most of them.
      await expectHarmless(digest, 'zh-CN');
    },
  );

  test('a name cannot forge a line of its own', () => {
    for (const text of HOSTILE) {
      const [mail] = mailsWith(text) as readonly [Mail];
      const labels = labelsOf(mail);
      expect(labels.length).toBe(new Set(labels).size);
      expect(labels.filter((label) => label === 'Status').length).toBeLessThanOrEqual(1);
    }
  });

  test('what is said in the preview, the title and the heading is escaped there too', () => {
    const alias = '"><i>&';
    const { html } = renderMessage(
      noticesMail([notice({ certificates: [noticeCertificate({ alias })] }), notice()]),
      SETTINGS,
    );
    expect(html).not.toContain('<i>');
    expect(html).toContain('EXPIRING www.example.com (&quot;&gt;&lt;i&gt;&amp;)');
  });

  test('a recipient or sender cannot add another one', async () => {
    const mail = noticesMail([notice()], { recipient: 'a@example.com, b@example.com' });
    await expect(toWire(renderMessage(mail, SETTINGS))).rejects.toThrow(
      'the recipient is a@example.com, b@example.com, and must be one mail address',
    );
    const injected = noticesMail([notice()], { recipient: 'a@example.com\r\nBcc: b@example.com' });
    await expect(toWire(renderMessage(injected, SETTINGS))).rejects.toThrow('must be one mail address');
    await expect(
      toWire(renderMessage(noticesMail([notice()]), { ...SETTINGS, from: 'nobody' })),
    ).rejects.toThrow('email.from is nobody, and must be one mail address');
  });

  test('emoji and other scripts arrive as they are', async () => {
    const { parsed } = await parsedBack(
      noticesMail([notice({ certificates: [noticeCertificate({ alias: 'שלום 🔥 магазин' })] })]),
    );
    expect(parsed.subject).toBe('[WARNING] EXPIRING www.example.com (שלום 🔥 магазин)');
    expect(parsed.text).toContain('Alias:     שלום 🔥 магазин');
    const chinese = await parsedBack(
      noticesMail([notice({ certificates: [noticeCertificate({ alias: '支付网关' })] })]),
      'zh-CN',
    );
    expect(chinese.parsed.subject).toBe('[警告] 即将到期 www.example.com (支付网关)');
    expect(chinese.parsed.text).toContain('别名：     支付网关\n');
    expect(String(chinese.parsed.html)).toContain('<html lang="zh-CN"');
  });
});

// As many runs as fit: a slow machine tries fewer, and does not fail for that.
test('no text whatsoever adds a header, markup or a line', async () => {
  const piece = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: ANY_CHARACTER }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 2 }),
      fc.constantFrom(...LANGUAGES),
      async (pieces, which, language) => {
        const mail = mailsWith(pieces.join(''))[which];
        if (mail !== undefined) await expectHarmless(mail, language);
      },
    ),
    { numRuns: 120, interruptAfterTimeLimit: 15_000 },
  );
});

test('copies are the same to the byte, boundary and date included', async () => {
  const mail = noticesMail([notice({ certificates: [noticeCertificate({ alias: 'שלום' })] })], {
    references: ['<first@x>', '<second@x>'],
  });
  const [one, two] = await Promise.all(
    [mail, structuredClone(mail)].map((copy) => toWire(renderMessage(copy, SETTINGS))),
  );
  expect(one?.bytes.equals(two?.bytes ?? Buffer.alloc(0))).toBe(true);
  const text = one?.bytes.toString('latin1');
  expect(text).toContain('Message-ID: <3f9a1c0de5@certs.example.com>\r\n');
  expect(text).toContain('Date: Mon, 23 Nov 2026 19:20:00 +0000\r\n');
  expect(text).toContain('References: <first@x> <second@x>\r\n');
  expect(text).toContain('In-Reply-To: <second@x>\r\n');
});
