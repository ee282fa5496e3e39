// The subject of a mail: the whole story in sixty characters, wherever the names allow it. Pure; takes cleaned content.
import type { MailContent, Notice, Summary } from '../alerts/alert.ts';
import { KINDS, SEVERITIES } from '../certificates/finding.ts';
import { oneLine } from '../shared/text.ts';
import type { MailWords } from '../words/mail-words.ts';
import { subjectMatter, titleParts } from './certificate-lines.ts';
import { countOf, isStale, standingOf } from './summary-counts.ts';

/** What a list of mails shows of a subject. */
const ROOM = 60;
/** Longer domains are rare, and the mail has them whole. */
const LONGEST_TITLE = 100;
const LONGEST = 200;
/** A name that is cut shorter than this says nothing. */
const SHORTEST_NAME = 8;

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
      return ofSummary(content.summary, words);
    case 'test':
      return `[${words.test}] ${words.testSubject}`;
  }
}

/** `[CRITICAL] EXPIRED www.example.com (scm-testing)`. */
function ofOne(notice: Notice, words: MailWords): string {
  const resolved = notice.change === 'resolved';
  const tag = resolved ? words.resolved : words.severity[notice.severity];
  const start = `[${tag}] ${words.kind(notice.kind)} `;
  const [certificate] = notice.certificates;
  if (notice.certificateCount === 1 && certificate !== undefined)
    return start + fittingTitle(titleParts(certificate), ROOM - start.length);
  return start + fittingGroup(notice, words, ROOM - start.length);
}

/** Many of one account: with the cause, for which `certificates` gives way, or else without. */
function fittingGroup(notice: Notice, words: MailWords, room: number): string {
  const whole = oneLine(subjectMatter(notice, { words }), LONGEST_TITLE);
  if (notice.change === 'resolved' || notice.cause === notice.kind) return whole;
  const accounts = new Set(notice.alerts.map(({ account }) => account));
  const [account = ''] = accounts;
  const brief = accounts.size === 1 ? words.ofAccountBriefly(notice.certificateCount, account) : whole;
  const caused = [whole, brief].map((text) => words.pair(text, words.briefCause(notice.cause)));
  return caused.find((text) => text.length <= room) ?? whole;
}

/** The domain stays whole; the name beside it is cut, or left out where nothing of it would be left. */
function fittingTitle(
  { first, second }: { readonly first: string; readonly second: string | null },
  room: number,
): string {
  const title = oneLine(first, LONGEST_TITLE);
  const left = room - title.length - ' ()'.length;
  if (second === null || left < Math.min(SHORTEST_NAME, second.length)) return title;
  return `${title} (${oneLine(second, left)})`;
}

/** `[CRITICAL] 3 certificates: 1 expired, 2 expiring`. */
function ofMany(notices: readonly Notice[], words: MailWords): string {
  const open = notices.filter(({ change }) => change !== 'resolved');
  const worst = SEVERITIES.findLast((one) => open.some(({ severity }) => severity === one)) ?? 'warning';
  const start = `[${open.length === 0 ? words.resolved : words.severity[worst]}] `;
  return (
    start + fittingCounts({ total: distinct(notices), counts: kindCounts(notices, words) }, words, start)
  );
}

function ofSummary(summary: Summary, words: MailWords): string {
  const start = `[${words.summary}] `;
  return (
    start + fittingCounts({ total: summary.watched, counts: summaryWords(summary, words) }, words, start)
  );
}

/** As many counts as there is room for, the gravest first, at least one; `…` for the others, so that nobody takes these for all. */
function fittingCounts(
  { total, counts }: { total: number; counts: readonly string[] },
  words: MailWords,
  start: string,
): string {
  for (let shown = counts.length; shown > 1; shown -= 1) {
    const text = words.counts(total, counts.slice(0, shown), shown < counts.length);
    if (start.length + text.length <= ROOM) return text;
  }
  return words.counts(total, counts.slice(0, 1), counts.length > 1);
}

/** `3 certificates: 1 expired, 1 expiring, 1 resolved`; of only resolved ones, the kinds that they had. */
export function countsOf(notices: readonly Notice[], words: MailWords): string {
  return words.counts(distinct(notices), kindCounts(notices, words), false);
}

/** `40 certificates: 2 critical, 1 warning, 5 within 90 days`, or `all well` first. */
export function summaryCounts(summary: Summary, words: MailWords): string {
  return words.counts(summary.watched, summaryWords(summary, words), false);
}

function kindCounts(notices: readonly Notice[], words: MailWords): readonly string[] {
  const open = notices.filter(({ change }) => change !== 'resolved');
  const counted = open.length === 0 ? notices : open;
  const kinds = KINDS.map((what) => ({ what, count: sum(counted.filter(({ kind }) => kind === what)) }));
  const resolved = { what: 'resolved', count: open.length === 0 ? 0 : sum(notices) - sum(open) } as const;
  return [...kinds, resolved]
    .filter(({ count }) => count > 0)
    .map(({ what, count }) => words.count(what, count));
}

function summaryWords(summary: Summary, words: MailWords): readonly string[] {
  const counts = (['critical', 'warning', 'unread', 'silenced', 'ahead'] as const)
    .map((what) => ({ what, count: countOf(summary, what) }))
    .filter(({ count }) => count > 0)
    .map(({ what, count }) => words.count(what, count));
  if (isStale(summary)) return [words.stalled, ...counts];
  return standingOf(summary) === 'well' ? [words.allWell, ...counts] : counts;
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
