// The mail about several things at once: a table, the gravest first. Pure; takes cleaned content.
import type { Notice } from '../alerts/alert.ts';
import { KINDS } from '../certificates/finding.ts';
import { detailsOf, linkTo, type Pen, subjectMatter, titleOf } from './certificate-lines.ts';
import type { Block, Letter, Row, Tone } from './letter.ts';
import { badgeOf, briefOf, isDated, noticeLinks, remarksOf, stateSinceMs, toneOf } from './notice-letter.ts';
import { countsOf } from './subject.ts';

const MOST_ROWS = 100;
/** Of a notice that speaks of many certificates, so many are named. */
const MOST_NAMES = 10;
/** What a phone shows beside the subject has room for so many. */
const PREVIEWED = 3;

const TONES: readonly Tone[] = ['critical', 'warning', 'info', 'resolved', 'plain'];

/** The mail for two notices or more. */
export function digestLetter(notices: readonly Notice[], pen: Pen): Letter {
  const { words } = pen;
  const sorted = byUrgency(notices);
  const left = sorted.length - MOST_ROWS;
  const [gravest] = sorted;
  const rows = sorted.slice(0, MOST_ROWS).map((notice) => noticeRow(notice, pen));
  const tone = gravest === undefined ? 'plain' : toneOf(gravest);
  return {
    tone,
    badge: tone === 'resolved' ? words.resolved : ((gravest && words.severity[gravest.severity]) ?? ''),
    lead: countsOf(notices, words),
    preview: words.list(
      sorted
        .slice(0, PREVIEWED)
        .map((notice) => `${words.kind(notice.kind)} ${subjectMatter(notice, { words })}`),
      Math.max(0, sorted.length - PREVIEWED),
    ),
    blocks: [
      { type: 'rows', title: words.label.certificates, rows, more: left > 0 ? words.andMore(left) : null },
      ...stepBlocks(sorted, pen),
    ],
    links: linkTo(words.label.page, pen.publicUrl),
    footer: [words.footer],
  };
}

/** Severity, kind, time left; resolved ones last; then by account and id, so that the order is always the same. */
function byUrgency(notices: readonly Notice[]): readonly Notice[] {
  const keyed = notices.map((notice) => ({ notice, key: urgencyOf(notice) }));
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ notice }) => notice);
}

type Urgency = readonly (number | string)[];

function urgencyOf(notice: Notice): Urgency {
  const ends = notice.certificates.flatMap(({ notAfterMs }) => (notAfterMs === null ? [] : [notAfterMs]));
  const [alert] = notice.alerts;
  const soonest = ends.length === 0 ? Number.MAX_VALUE : Math.min(...ends);
  return [
    TONES.indexOf(toneOf(notice)),
    KINDS.indexOf(notice.kind),
    soonest,
    alert?.account ?? '',
    alert?.id ?? '',
  ];
}

function compare(a: Urgency, b: Urgency): number {
  for (const [index, value] of a.entries()) {
    const other = b[index];
    if (other !== undefined && value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function noticeRow(notice: Notice, pen: Pen): Row {
  const [only] = notice.certificateCount > 1 ? [] : notice.certificates;
  const dated = isDated(notice) && notice.change !== 'resolved';
  const about = only === undefined ? names(notice, pen) : detailsOf(only, { dated, pen });
  return {
    tone: toneOf(notice),
    badge: badgeOf(notice, pen),
    title: subjectMatter(notice, pen),
    brief: briefOf(notice, pen),
    details: [...remarksOf(notice, pen), ...sinceOf(notice, pen), ...about],
    links: noticeLinks(notice, pen),
  };
}

/** A digest may come days after the fact: what has no date of its own says since when it is so. */
function sinceOf(notice: Notice, { words, nowMs }: Pen): readonly string[] {
  if (notice.change === 'resolved' || isDated(notice)) return [];
  return [words.pair(words.label.stateSince, words.when(stateSinceMs(notice), nowMs))];
}

/** A line each; the notice may speak of more than it lists. */
function names(notice: Notice, { words }: Pen): readonly string[] {
  const shown = notice.certificates.slice(0, MOST_NAMES);
  const left = notice.certificateCount - shown.length;
  const titles = shown.map((certificate) => `${titleOf(certificate)} ${certificate.id}`);
  return titles.length === 0 || left <= 0 ? titles : [...titles, words.andMore(left)];
}

function stepBlocks(notices: readonly Notice[], { words }: Pen): readonly Block[] {
  const blocks = new Map<string, Block>();
  for (const { change, kind, cause } of notices) {
    const title = words.nextStepsFor(words.kind(kind), kind === 'unreadable' ? words.cause(cause) : null);
    if (change === 'resolved' || blocks.has(title)) continue;
    blocks.set(title, { type: 'steps', title, steps: words.advice(kind, cause) });
  }
  return [...blocks.values()];
}
