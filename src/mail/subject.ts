// The subject of a mail: the whole story in some sixty characters. Pure; takes cleaned content.
import type { MailContent, Notice, Summary } from '../alerts/alert.ts';
import { KINDS } from '../certificates/finding.ts';
import { oneLine } from '../shared/text.ts';
import type { MailWords } from '../words/english-mail.ts';
import { subjectMatter } from './certificate-lines.ts';

const LONGEST = 200;
/** Of a domain: longer ones are rare, and the mail has them whole. */
const LONGEST_TITLE = 100;

/**
 * One line of at most 200 characters. An encoded word (RFC 2047) in a name is taken apart: mail programs
 * would decode it, line breaks included.
 */
export function subjectOf(content: MailContent, words: MailWords): string {
  return oneLine(textOf(content, words).replaceAll('=?', '= ?'), LONGEST);
}

function textOf(content: MailContent, words: MailWords): string {
  switch (content.type) {
    case 'notices': {
      const [only, ...others] = content.notices;
      return only !== undefined && others.length === 0 ? ofOne(only, words) : ofMany(content.notices, words);
    }
    case 'summary':
      return `[${words.summary}] ${summaryCounts(content.summary, words)}`;
    case 'test':
      return `[${words.test}] ${words.testSubject}`;
  }
}

/** `[CRITICAL] EXPIRED www.example.com (scm-testing)`. */
function ofOne(notice: Notice, words: MailWords): string {
  const resolved = notice.change === 'resolved';
  const tag = resolved ? words.resolved : words.severity[notice.severity];
  const cause =
    notice.certificateCount > 1 && !resolved && notice.cause !== notice.kind ? `: ${notice.cause}` : '';
  return `[${tag}] ${words.kind(notice.kind)} ${subjectMatter(notice, { words, longest: LONGEST_TITLE })}${cause}`;
}

/** `[CRITICAL] 3 certificates: 1 expired, 2 expiring`. */
function ofMany(notices: readonly Notice[], words: MailWords): string {
  const open = notices.filter(({ change }) => change !== 'resolved');
  const worst = open.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning';
  return `[${open.length === 0 ? words.resolved : words.severity[worst]}] ${countsOf(notices, words)}`;
}

/** `3 certificates: 1 expired, 1 expiring, 1 resolved`; of only resolved ones, the kinds that they had. */
export function countsOf(notices: readonly Notice[], words: MailWords): string {
  const open = notices.filter(({ change }) => change !== 'resolved');
  const counted = open.length === 0 ? notices : open;
  const kinds = KINDS.map((kind) => ({
    word: kind,
    count: sum(counted.filter((notice) => notice.kind === kind)),
  }));
  const resolved = { word: words.resolvedCount, count: open.length === 0 ? 0 : sum(notices) - sum(open) };
  const counts = [...kinds, resolved]
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`);
  return `${words.certificates(distinct(notices))}: ${counts.join(', ')}`;
}

function sum(notices: readonly Notice[]): number {
  return notices.reduce((total, { certificateCount }) => total + certificateCount, 0);
}

/** A certificate that two notices speak of is one certificate. */
function distinct(notices: readonly Notice[]): number {
  const known = new Set(
    notices.flatMap(({ alerts }) => alerts.map(({ account, id }) => `${account}\u0000${id}`)),
  );
  const unnamed = notices.reduce(
    (total, notice) => total + Math.max(0, notice.certificateCount - notice.alerts.length),
    0,
  );
  return known.size + unnamed;
}

/** `40 certificates: 2 critical, 1 warning, 5 ending within 90 days`. */
export function summaryCounts({ watched, active, ahead }: Summary, words: MailWords): string {
  const count = (severity: 'critical' | 'warning') =>
    active.filter((entry) => entry.severity === severity).length;
  const counts = [
    { count: count('critical'), word: words.critical },
    { count: count('warning'), word: words.warning },
    { count: ahead.length, word: words.ahead },
  ].filter((entry) => entry.count > 0);
  const text =
    counts.length === 0 ? words.allWell : counts.map((entry) => `${entry.count} ${entry.word}`).join(', ');
  return `${words.certificates(watched)}: ${text}`;
}
