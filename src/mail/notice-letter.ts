// The mail about one thing: one certificate, or many of one account with one cause. Pure; takes cleaned content.
import type { Notice, NoticeCertificate } from '../alerts/alert.ts';
import { runbookPath } from '../certificates/runbook.ts';
import {
  detailsOf,
  facts,
  factsOf,
  linkFact,
  type Pen,
  pageOf,
  subjectMatter,
  titleOf,
} from './certificate-lines.ts';
import type { Block, Fact, Letter, Row, Tone } from './letter.ts';

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
export function leadOf(notice: Notice, { words, nowMs }: Pen): string {
  const title = subjectMatter(notice, { words });
  const many = notice.certificateCount > 1;
  if (notice.change === 'resolved') {
    const how = words.ending(notice.ending, nowMs);
    return `${title} ${words.over(notice.kind, many)}${how === '' ? '' : `: ${how}`}`;
  }
  const [certificate] = many ? [] : notice.certificates;
  return words.lead({
    kind: notice.kind,
    title,
    many,
    account: notice.alerts[0]?.account ?? certificate?.account ?? words.unknown,
    status: certificate?.status ?? null,
    notAfterMs: certificate?.notAfterMs ?? null,
    stateSinceMs: stateSinceMs(notice),
    revokeReason: certificate?.revokeReason ?? null,
    cause: notice.cause,
    nowMs,
  });
}

/** Why it is told now, how it flaps, how long it lasted: sentences, none where there is nothing to say. */
export function remarksOf(notice: Notice, { words }: Pen): readonly string[] {
  const told = words.change(notice.change, notice);
  const lasted = notice.change === 'resolved' ? words.lasted(notice.sinceMs, notice.atMs) : null;
  return [told, lasted, notice.flapping ? words.flaps : null].filter((remark) => remark !== null);
}

/** The mail for a single notice. */
export function noticeLetter(notice: Notice, pen: Pen): Letter {
  const { words } = pen;
  const resolved = notice.change === 'resolved';
  const steps = words.advice(notice.kind, notice.cause);
  const reason = notice.kind === 'unreadable' && !resolved ? [notice.reason] : [];
  return {
    tone: toneOf(notice),
    badge: badgeOf(notice, pen),
    lead: leadOf(notice, pen),
    blocks: [
      ...[...reason, ...remarksOf(notice, pen)].map((text): Block => ({ type: 'paragraph', text })),
      ...(resolved ? [] : [{ type: 'steps', title: words.label.nextSteps, steps } as const]),
      ...certificateBlocks(notice, pen),
    ],
    footer: [words.footer(), ...silenceHint(notice, pen)],
  };
}

function certificateBlocks(notice: Notice, pen: Pen): readonly Block[] {
  const { words } = pen;
  const [only] = notice.certificates;
  const { certificate, certificates } = words.label;
  const times = timesOf(notice, pen);
  if (notice.certificateCount > 1) {
    const rows = notice.certificates.map((one) => certificateRow(one, pen));
    const left = notice.certificateCount - rows.length;
    const more = left > 0 ? words.andMore(left) : null;
    return [
      { type: 'facts', title: words.certificates(notice.certificateCount), facts: times },
      { type: 'rows', title: certificates, rows, more },
    ];
  }
  if (only === undefined) return [{ type: 'facts', title: certificate, facts: times }];
  const links = [
    ...linkFact(words.label.runbook, only.runbook ?? shippedRunbook(notice, pen)),
    ...linkFact(words.label.page, pageOf(only, pen.publicUrl)),
  ];
  return [{ type: 'facts', title: certificate, facts: [...factsOf(only, pen), ...times, ...links] }];
}

/** The page of docs/runbooks, as the status page shows it. */
function shippedRunbook({ kind, severity, change }: Notice, { publicUrl }: Pen): string | null {
  return publicUrl === null || change === 'resolved' ? null : `${publicUrl}${runbookPath(kind, severity)}`;
}

function certificateRow(certificate: NoticeCertificate, pen: Pen): Row {
  const details = detailsOf(certificate, pen);
  const { runbook } = certificate;
  return {
    tone: 'plain',
    badge: '',
    title: titleOf(certificate),
    href: pageOf(certificate, pen.publicUrl),
    details,
    runbook,
  };
}

function timesOf(notice: Notice, { words, nowMs }: Pen): readonly Fact[] {
  const { label } = words;
  const dated = notice.kind === 'expiring' || notice.kind === 'expired';
  const saysMore =
    notice.change !== 'resolved' && !dated && notice.kind !== 'unreadable' && notice.reason !== '';
  const found = words.instant(notice.atMs);
  return facts([
    [label.stateSince, dated ? null : words.when(stateSinceMs(notice), nowMs)],
    [label.firstSeen, notice.sinceMs === notice.atMs ? null : words.when(notice.sinceMs, nowMs)],
    [label.found, saysMore ? `${found}: ${notice.reason}` : found],
    [label.rung, notice.rungMs === null ? null : words.rung(notice.rungMs)],
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
