// A mail in words: subject, text, HTML and headers, the same for each copy of it. Pure.
import type { Mail, MailContent } from '../alerts/alert.ts';
import type { Language } from '../shared/language.ts';
import { oneLine } from '../shared/text.ts';
import { mailWords } from '../words/words.ts';
import type { Pen } from './certificate-lines.ts';
import { httpLink, messageIdOrNull } from './clean.ts';
import { cleaned } from './cleaned.ts';
import { digestLetter } from './digest-letter.ts';
import { renderHtml } from './html.ts';
import type { Letter } from './letter.ts';
import { noticeLetter } from './notice-letter.ts';
import { subjectOf } from './subject.ts';
import { summaryLetter } from './summary-letter.ts';
import { testLetter } from './test-letter.ts';
import { renderText } from './text.ts';

export interface MessageSettings {
  /** `Certificate monitor <certs@example.com>` or a bare address. */
  readonly from: string;
  /** Where the status page can be reached; null: no links to it. */
  readonly publicUrl: string | null;
  readonly language: Language;
}

/** A message ready to be put into MIME; no value has a line break, except `text` and `html`. */
export interface RenderedMessage {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `<…@…>`. */
  readonly messageId: string;
  /** Oldest first; may be empty. */
  readonly references: readonly string[];
  readonly date: Date;
  /** Further headers by name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly priority: 'high' | 'normal';
}

/** Longest address that a path can hold, with room for a name (RFC 5321, 4.5.3.1.3). */
const ADDRESS = 400;

/**
 * Puts a mail into words. Depends on nothing but its arguments: a copy made later is the same to the byte.
 * Throws where the Message-ID has not the form `<…@…>`: without it a copy could not be recognised.
 */
export function renderMessage(mail: Mail, { from, publicUrl, language }: MessageSettings): RenderedMessage {
  const messageId = messageIdOrNull(mail.messageId);
  if (messageId === null)
    throw new Error(
      `Cannot compose the mail: its Message-ID ${oneLine(mail.messageId, 80)} must have the form <…@…>`,
    );
  const words = mailWords(language);
  const content = cleaned(mail.content);
  const letter = letterOf(content, {
    words,
    nowMs: mail.createdAtMs,
    publicUrl: httpLink(publicUrl)?.replace(/\/+$/, '') ?? null,
  });
  const priority = priorityOf(content);
  return {
    from: oneLine(from, ADDRESS),
    to: oneLine(mail.recipient, ADDRESS),
    subject: subjectOf(content, words),
    text: renderText(letter, words),
    html: renderHtml(letter, language),
    messageId,
    references: mail.references.filter((reference) => messageIdOrNull(reference) !== null),
    date: new Date(mail.createdAtMs),
    headers: headersOf(priority),
    priority,
  };
}

function letterOf(content: MailContent, pen: Pen): Letter {
  switch (content.type) {
    case 'notices': {
      const [only, ...others] = content.notices;
      return only !== undefined && others.length === 0
        ? noticeLetter(only, pen)
        : digestLetter(content.notices, pen);
    }
    case 'summary':
      return summaryLetter(content.summary, pen);
    case 'test':
      return testLetter(content.atMs, pen);
  }
}

function priorityOf(content: MailContent): 'high' | 'normal' {
  if (content.type !== 'notices') return 'normal';
  return content.notices.some(({ change, severity }) => change !== 'resolved' && severity === 'critical')
    ? 'high'
    : 'normal';
}

/** RFC 3834, 5 (so that nobody's absence is answered to us); the second says the same to Exchange. */
function headersOf(priority: 'high' | 'normal'): Readonly<Record<string, string>> {
  const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
  return priority === 'high' ? { ...headers, Importance: 'high', 'X-Priority': '1 (Highest)' } : headers;
}
