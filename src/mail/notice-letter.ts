// The mail about one thing: one certificate, or many of one account with one cause. Pure; takes cleaned content.
import type { Notice, NoticeCertificate } from '../alerts/alert.ts';
import type { Told } from '../words/certificate-words.ts';
import {
  detailsOf,
  facts,
  factsOf,
  linksOf,
  linkTo,
  type Pen,
  runbookLink,
  subjectMatter,
  titleOf,
} from './certificate-lines.ts';
import type { Block, Fact, Letter, Link, Row, Tone } from './letter.ts';

/** How a notice looks: its severity, or that it is over. */
export function toneOf(notice: Notice): Tone {
  return notice.change === 'resolved' ? 'resolved' : notice.severity;
}

/** `CRITICAL · EXPIRED`, `RESOLVED · EXPIRING`. */
export function badgeOf(notice: Notice, { words }: Pen): string {
  const first = notice.change === 'resolved' ? words.resolved : words.severity[notice.severity];
  return `${first} · ${words.kind(notice.kind)}`;
}

/** What is so, in one sentence that stands alone. */
function leadOf(notice: Notice, pen: Pen): string {
  const { words, nowMs } = pen;
  if (notice.change !== 'resolved') return words.lead(toldOf(notice, pen));
  const how = words.ending(notice.ending, nowMs);
  const over = words.isOver(subjectMatter(notice, pen), notice.kind, notice.certificateCount > 1);
  return how === '' ? over : words.pair(over, how);
}

/** The same beside the title. */
export function briefOf(notice: Notice, pen: Pen): string {
  const { words, nowMs } = pen;
  if (notice.change !== 'resolved') return words.brief(toldOf(notice, pen));
  const how = words.ending(notice.ending, nowMs);
  const text = how === '' ? words.over(notice.kind, notice.certificateCount > 1) : how;
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function toldOf(notice: Notice, pen: Pen): Told {
  const many = notice.certificateCount > 1;
  const [certificate] = many ? [] : notice.certificates;
  return {
    kind: notice.kind,
    title: subjectMatter(notice, pen),
    many,
    account: notice.alerts[0]?.account ?? certificate?.account ?? pen.words.unknown,
    status: certificate?.status ?? null,
    notAfterMs: certificate?.notAfterMs ?? null,
    stateSinceMs: stateSinceMs(notice),
    revokeReason: certificate?.revokeReason ?? null,
    cause: notice.cause,
    renewal: notice.renewal ?? null,
    place: notice.place ?? null,
    nowMs: pen.nowMs,
  };
}

/** What failed, why it is told now, how it flaps, how long it lasted: sentences, none where there is nothing to say. */
export function remarksOf(notice: Notice, { words }: Pen): readonly string[] {
  const resolved = notice.change === 'resolved';
  const failed =
    notice.kind === 'unreadable' && !resolved && notice.reason !== '' ? words.technical(notice.reason) : null;
  const told = words.change(notice.change, notice);
  const lasted = resolved ? words.lasted(notice.sinceMs, notice.atMs) : null;
  return [told, failed, lasted, notice.flapping ? words.flaps : null].filter((remark) => remark !== null);
}

/** Whether its end says since when it is so. */
export function isDated({ kind }: Notice): boolean {
  return kind === 'expiring' || kind === 'expired';
}

/** The mail for a single notice. */
export function noticeLetter(notice: Notice, pen: Pen): Letter {
  const { words } = pen;
  const resolved = notice.change === 'resolved';
  const steps = resolved ? [] : words.advice(notice.kind, notice.cause);
  const remarks = remarksOf(notice, pen);
  const next = resolved ? remarks : steps;
  return {
    tone: toneOf(notice),
    badge: badgeOf(notice, pen),
    lead: leadOf(notice, pen),
    preview: words.sentences([briefOf(notice, pen), ...next.slice(0, 1)]),
    blocks: [
      ...remarks.map((text): Block => ({ type: 'paragraph', text })),
      ...(resolved ? [] : [{ type: 'steps', title: words.label.nextSteps, steps } as const]),
      ...certificateBlocks(notice, pen),
    ],
    links: noticeLinks(notice, pen),
    footer: [words.footer, ...silenceHint(notice, pen)],
  };
}

/** Where to go from a notice: runbook and page of its certificate, or of all. */
export function noticeLinks(notice: Notice, pen: Pen): readonly Link[] {
  const [only] = notice.certificateCount > 1 ? [] : notice.certificates;
  const found = notice.change === 'resolved' ? null : notice;
  // What nobody watches has no page of its own.
  if (only !== undefined && notice.kind !== 'unmonitored') return linksOf(only, { found, pen });
  return [...runbookLink(null, { found, pen }), ...linkTo(pen.words.label.page, pen.publicUrl)];
}

function certificateBlocks(notice: Notice, pen: Pen): readonly Block[] {
  const { words } = pen;
  const [only] = notice.certificates;
  const { certificate, certificates } = words.label;
  const times = timesOf(notice, pen);
  if (notice.certificateCount > 1) {
    const rows = notice.certificates.map((one) => certificateRow(one, { kind: notice.kind, pen }));
    const left = notice.certificateCount - rows.length;
    const more = left > 0 ? words.andMore(left) : null;
    return [
      { type: 'facts', title: words.certificates(notice.certificateCount), facts: times },
      { type: 'rows', title: certificates, rows, more },
    ];
  }
  const known = only === undefined ? [] : factsOf(only, pen);
  return [{ type: 'facts', title: certificate, facts: [...known, ...times] }];
}

/** One of many: the mail's own links lead to the shipped runbook, so only a runbook of its own is repeated. */
function certificateRow(
  certificate: NoticeCertificate,
  { kind, pen }: { kind: Notice['kind']; pen: Pen },
): Row {
  return {
    tone: 'plain',
    badge: '',
    title: titleOf(certificate),
    brief: null,
    details: detailsOf(certificate, { dated: false, pen }),
    links: kind === 'unmonitored' ? [] : linksOf(certificate, { found: null, pen }),
  };
}

function timesOf(notice: Notice, { words, nowMs }: Pen): readonly Fact[] {
  const { label } = words;
  // How long it lasted stands above.
  if (notice.change === 'resolved') return facts([[label.ended, words.instant(notice.atMs)]]);
  return facts([
    [label.stateSince, isDated(notice) ? null : words.when(stateSinceMs(notice), nowMs)],
    [label.firstSeen, notice.sinceMs === notice.atMs ? null : words.when(notice.sinceMs, nowMs)],
    [label.found, words.instant(notice.atMs)],
  ]);
}

/** The start of what is so: what the alert's identity keeps, and the earliest of several. */
export function stateSinceMs(notice: Notice): number {
  return Math.min(notice.sinceMs, ...notice.alerts.map(({ epochMs }) => epochMs));
}

function silenceHint(notice: Notice, { words }: Pen): readonly string[] {
  const [alert] = notice.alerts;
  // Somebody will paste it into a shell.
  if (
    notice.change === 'resolved' ||
    notice.alerts.length !== 1 ||
    alert === undefined ||
    !/^[A-Za-z0-9_-]+$/.test(alert.id)
  )
    return [];
  return [words.silence(alert.id)];
}
