// The mail about several things at once: a table, the gravest first. Pure; takes cleaned content.
import type { Notice } from '../alerts/alert.ts';
import { KINDS } from '../certificates/finding.ts';
import { detailsOf, listed, type Pen, pageOf, titleOf } from './certificate-lines.ts';
import type { Block, Letter, Row, Tone } from './letter.ts';
import { badgeOf, leadOf, remarksOf, stateSinceMs, toneOf } from './notice-letter.ts';
import { countsOf } from './subject.ts';

const MOST_ROWS = 100;
/** Of a notice that speaks of many certificates, so many are named. */
const MOST_NAMES = 10;

const TONES: readonly Tone[] = ['critical', 'warning', 'resolved', 'plain'];

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
    blocks: [
      { type: 'rows', title: words.label.certificates, rows, more: left > 0 ? words.andMore(left) : null },
      ...stepBlocks(sorted, pen),
    ],
    footer: [words.footer()],
  };
}

/** Severity, kind, time left; resolved ones last; then by account and id, so that the order is always the same. */
export function byUrgency(notices: readonly Notice[]): readonly Notice[] {
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
  const about = only === undefined ? names(notice, pen) : detailsOf(only, pen);
  const reason = notice.kind === 'unreadable' && notice.change !== 'resolved' ? [notice.reason] : [];
  return {
    tone: toneOf(notice),
    badge: badgeOf(notice, pen),
    title: leadOf(notice, pen),
    href: only === undefined ? null : pageOf(only, pen.publicUrl),
    details: [...reason, ...sinceOf(notice, pen), ...remarksOf(notice, pen), ...about],
    runbook: only?.runbook ?? null,
  };
}

/** A digest may come days after the fact: what has no date of its own says since when it is so. */
function sinceOf(notice: Notice, { words, nowMs }: Pen): readonly string[] {
  const dated = notice.kind === 'expiring' || notice.kind === 'expired';
  if (notice.change === 'resolved' || dated) return [];
  return [`${words.label.stateSince}: ${words.when(stateSinceMs(notice), nowMs)}`];
}

function names(notice: Notice, { words }: Pen): readonly string[] {
  const titles = notice.certificates.map((certificate) => `${titleOf(certificate)} ${certificate.id}`);
  if (titles.length === 0) return [];
  // The notice may speak of more than it lists.
  const unlisted = Array.from({ length: Math.max(0, notice.certificateCount - titles.length) }, () => '');
  return [listed([...titles, ...unlisted], Math.min(MOST_NAMES, titles.length), words)];
}

function stepBlocks(notices: readonly Notice[], { words }: Pen): readonly Block[] {
  const blocks = new Map<string, Block>();
  for (const { change, kind, cause } of notices) {
    const key = kind === 'unreadable' ? `${kind}: ${cause}` : kind;
    if (change === 'resolved' || blocks.has(key)) continue;
    const title = `${words.label.nextSteps}: ${words.kind(kind)}${kind === 'unreadable' ? ` (${cause})` : ''}`;
    blocks.set(key, { type: 'steps', title, steps: words.advice(kind, cause) });
  }
  return [...blocks.values()];
}
