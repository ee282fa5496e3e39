// The weekly mail (what is ahead, what is silenced, how the monitor is), and the test mail. Pure; takes cleaned content.
import type { NoticeCertificate, Summary } from '../alerts/alert.ts';
import { KINDS } from '../certificates/finding.ts';
import { detailsOf, facts, linkFact, type Pen, pageOf, titleOf } from './certificate-lines.ts';
import type { Block, Letter, Row, Tone } from './letter.ts';
import { summaryCounts } from './subject.ts';

const MOST_ROWS = 100;

/** The summary as a letter. */
export function summaryLetter(summary: Summary, pen: Pen): Letter {
  const { words } = pen;
  const { label } = words;
  const tone: Tone = summary.active.some(({ severity }) => severity === 'critical')
    ? 'critical'
    : summary.active.length > 0
      ? 'warning'
      : 'plain';
  return {
    tone,
    badge: words.summary,
    lead: summaryCounts(summary, words),
    blocks: [
      ...(summary.parkedMails > 0
        ? [{ type: 'paragraph', text: words.parked(summary.parkedMails) } as const]
        : []),
      monitorFacts(summary, pen),
      ...section(label.attention, activeRows(summary, pen), pen),
      ...section(
        label.ahead,
        summary.ahead.map((one) => row({ certificate: one, remarks: [] }, pen)),
        pen,
      ),
      ...section(
        label.unread,
        summary.unread.map(({ certificate, reason }) => row({ certificate, remarks: [reason] }, pen)),
        pen,
      ),
      ...section(label.silenced, silencedRows(summary, pen), pen),
    ],
    footer: [words.footer()],
  };
}

function monitorFacts(summary: Summary, { words, nowMs, publicUrl }: Pen): Block {
  const { label } = words;
  const { lastCompleteCheckMs } = summary;
  const known = facts([
    [label.watched, String(summary.watched)],
    [label.healthy, String(summary.healthy)],
    [label.active, String(summary.active.length)],
    [label.silenced, String(summary.silenced.length)],
    [label.unread, String(summary.unread.length)],
    [label.parkedMails, String(summary.parkedMails)],
    [
      label.lastCompleteCheck,
      lastCompleteCheckMs === null ? words.never : words.when(lastCompleteCheckMs, nowMs),
    ],
  ]);
  return { type: 'facts', title: label.monitor, facts: [...known, ...linkFact(label.page, publicUrl)] };
}

function activeRows(summary: Summary, pen: Pen): readonly Row[] {
  const { words } = pen;
  const order = [...summary.active].sort(
    (a, b) =>
      Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind),
  );
  return order.map(({ certificate, severity, kind }) => ({
    ...row({ certificate, remarks: [] }, pen),
    tone: severity,
    badge: `${words.severity[severity]} · ${words.kind(kind)}`,
  }));
}

function silencedRows(summary: Summary, pen: Pen): readonly Row[] {
  return summary.silenced.map(({ certificate, untilMs, reason }) =>
    row({ certificate, remarks: [pen.words.silencedUntil(untilMs, reason)] }, pen),
  );
}

function row(
  { certificate, remarks }: { certificate: NoticeCertificate; remarks: readonly string[] },
  pen: Pen,
): Row {
  const details = [...remarks, ...detailsOf(certificate, pen)];
  return {
    tone: 'plain',
    badge: '',
    title: titleOf(certificate),
    href: pageOf(certificate, pen.publicUrl),
    details,
    runbook: certificate.runbook,
  };
}

function section(title: string, rows: readonly Row[], { words }: Pen): readonly Block[] {
  if (rows.length === 0) return [];
  const left = rows.length - MOST_ROWS;
  return [
    { type: 'rows', title, rows: rows.slice(0, MOST_ROWS), more: left > 0 ? words.andMore(left) : null },
  ];
}

/** What `test-mail` sends. */
export function testLetter(atMs: number, { words, publicUrl }: Pen): Letter {
  const sent = facts([[words.label.sent, words.instant(atMs)]]);
  return {
    tone: 'plain',
    badge: words.test,
    lead: words.testLead,
    blocks: [
      { type: 'paragraph', text: words.testText },
      {
        type: 'facts',
        title: words.label.monitor,
        facts: [...sent, ...linkFact(words.label.page, publicUrl)],
      },
    ],
    footer: [words.footer()],
  };
}
