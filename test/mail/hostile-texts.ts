// Texts that attack, everywhere that a text can come from outside, and the headers that a mail of ours has. Pure.
import type { Mail, Notice } from '../../src/alerts/alert.ts';
import {
  mailOf,
  notice,
  noticeCertificate,
  noticesMail,
  summary,
  unreadableNotice,
} from '../support/notices.ts';

export const HOSTILE: readonly string[] = [
  'x\r\nBcc: victim@example.com',
  'x\r\n\r\n<script>alert(1)</script>',
  'x\nSubject: all is well',
  'x\rX-Injected: 1',
  'x\u2028Status: ISSUED\u2029Not after: never',
  'x\u0085Status: ISSUED\u000bOwner: me\u000c',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE mails; --",
  '</h1></table><a href="javascript:alert(1)">click</a>',
  '=?utf-8?B?QmNjOiB4QHk=?=',
  '=?utf-8?Q?=0D=0ABcc:_x@y?=',
  '\u202egpj.exe\u2066abc\u2069',
  'NUL\u0000 and ESC\u001b[31m',
  '🔥👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'שלום العالم',
  'half \ud83d and \udd25 pairs',
  'a'.repeat(10_000),
  '\r\n'.repeat(5_000),
  '---_NmP-Part_1',
  '.\r\n.\r\nQUIT',
  '-->\n<!--[if mso]><v:rect>',
  '</title></style><style>*{display:none}',
  '&#60;script&#62;&lt;b&gt;',
  '" style="display:none" title="',
  "' onmouseover='alert(1)",
  'javascript:alert(1)',
  'https://user:secret@example.com/"><b>',
  '㊙️ 证书 <证书>',
  '',
];

/** One text everywhere that a text can come from outside. */
function everywhere(text: string): Partial<Notice> {
  const certificate = noticeCertificate({
    account: text,
    id: text,
    name: text,
    alias: text,
    domains: [text, `www.${text}`],
    owner: text,
    runbook: text,
    status: text,
    revokeReason: text,
  });
  return { reason: text, cause: text, certificates: [certificate] };
}

/** Kinds of mails that say this text wherever they can. */
export function mailsWith(text: string): readonly Mail[] {
  const given = everywhere(text);
  const [certificate = noticeCertificate()] = given.certificates ?? [];
  const single = notice({ ...given, kind: 'revoked', severity: 'critical' });
  return [
    noticesMail([single]),
    noticesMail([
      single,
      notice({ ...given, change: 'resolved', ending: { how: 'status', status: text } }),
      unreadableNotice(3, { reason: text, cause: text }),
    ]),
    mailOf({
      type: 'summary',
      summary: summary({
        ahead: [certificate],
        active: [{ kind: 'expired', severity: 'critical', certificate }],
        silenced: [{ certificate, untilMs: 0, reason: text }],
        unread: [
          { certificate, reason: text },
          { certificate, reason: text, cause: text },
        ],
        undelivered: [{ recipient: text, waiting: 1, parked: 1, response: text }],
        clockSkews: [{ account: text, seconds: 60 }],
      }),
    }),
  ];
}

/** The headers that a mail of ours has; anything else was smuggled in. */
export const HEADERS = [
  'auto-submitted',
  'x-auto-response-suppress',
  'importance',
  'x-priority',
  'from',
  'to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
];
