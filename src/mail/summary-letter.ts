// The weekly mail, to be read in ten seconds: the counts, the monitor itself, then what to look at. Pure; takes cleaned content.
import type { NoticeCertificate, Summary } from '../alerts/alert.ts';
import { type Finding, KINDS, SEVERITIES } from '../certificates/finding.ts';
import { facts, linksOf, linkTo, listed, type Pen, titleOf } from './certificate-lines.ts';
import type { Block, Fact, Letter, Row, Tone } from './letter.ts';
import { summaryCounts } from './subject.ts';
import { countOf, isStale, lastCheckMs, openAlerts, standingOf } from './summary-counts.ts';

const MOST_ROWS = 100;
/** A clock that is wrong by less harms nothing: signatures are good for minutes. */
const SKEW_SECONDS = 5;

const TONES = { critical: 'critical', warning: 'warning', well: 'resolved' } as const;

/** The summary as a letter. */
export function summaryLetter(summary: Summary, pen: Pen): Letter {
  const { words, publicUrl } = pen;
  const { label } = words;
  const attention = attentionRows(summary, pen);
  const stale = isStale(summary) ? [words.stale(lastCheckMs(summary), summary.atMs)] : [];
  return {
    tone: TONES[standingOf(summary)],
    badge: words.summary,
    lead: summaryCounts(summary, words),
    preview: previewOf(summary, { stale, attention, pen }),
    blocks: [
      ...stale.map((text): Block => ({ type: 'paragraph', text })),
      glance(summary, pen),
      monitorItself(summary, pen),
      ...section(label.attention, { rows: attention, total: countOf(summary, 'attention') }, pen),
      ...section(label.unread, { rows: unreadRows(summary, pen), total: countOf(summary, 'unread') }, pen),
      ...section(label.undelivered, { rows: undeliveredRows(summary, pen), total: 0 }, pen),
      ...section(label.ahead, { rows: aheadRows(summary, pen), total: countOf(summary, 'ahead') }, pen),
      ...section(
        label.silenced,
        { rows: silencedRows(summary, pen), total: countOf(summary, 'silenced') },
        pen,
      ),
    ],
    links: linkTo(label.page, publicUrl),
    footer: [words.footer],
  };
}

/** The monitor's silence, else the gravest, else the next to end; what was counted stands in the subject. */
function previewOf(
  summary: Summary,
  { stale, attention, pen }: { stale: readonly string[]; attention: readonly Row[]; pen: Pen },
): string {
  const { words } = pen;
  const first = (attention.length > 0 ? attention : aheadRows(summary, pen)).slice(0, 3);
  const told = first.map(({ badge, title, brief }) => [badge, title, brief ?? ''].join(' ').trim());
  const { lastCompleteCheckMs: lastMs } = summary;
  const last = lastMs === null ? words.never : words.when(lastMs, pen.nowMs);
  return words.sentences([...stale, ...told, words.pair(words.label.lastCompleteCheck, last)]);
}

function glance(summary: Summary, { words }: Pen): Block {
  const { label } = words;
  const count = (what: Parameters<typeof countOf>[1], tone?: Tone): Fact => {
    const number = countOf(summary, what);
    return { label: label[what], value: String(number), ...striking(number, tone) };
  };
  return {
    type: 'facts',
    title: label.glance,
    facts: [
      ...facts([
        [label.watched, String(summary.watched)],
        [label.healthy, String(summary.healthy)],
      ]),
      count('critical', 'critical'),
      count('warning', 'warning'),
      count('unread', 'warning'),
      count('silenced'),
      count('ahead'),
    ],
  };
}

function monitorItself(summary: Summary, { words, nowMs }: Pen): Block {
  const { label } = words;
  const { lastCompleteCheckMs: lastMs, waitingMails, parkedMails } = summary;
  const mails = (name: string, number: number): Fact => ({
    label: name,
    value: String(number),
    ...striking(number, 'warning'),
  });
  return {
    type: 'facts',
    title: label.monitor,
    facts: [
      ...facts([[label.lastCompleteCheck, lastMs === null ? words.never : words.when(lastMs, nowMs)]]),
      ...(waitingMails === undefined ? [] : [mails(label.waitingMails, waitingMails)]),
      mails(label.parkedMails, parkedMails),
      ...(summary.unmonitored ?? []).map(
        ({ account, count }): Fact => ({
          label: label.unmonitored,
          value: words.ofAccount(count, account),
          tone: 'warning',
        }),
      ),
      ...facts([[label.clock, clockOf(summary, { words })]]),
    ],
  };
}

function striking(number: number, tone: Tone | undefined): { readonly tone?: Tone } {
  return number === 0 || tone === undefined ? {} : { tone };
}

/** Null where no answer has told the cloud's time yet. */
function clockOf({ clockSkews = [] }: Summary, { words }: Pick<Pen, 'words'>): string | null {
  if (clockSkews.length === 0) return null;
  const wrong = clockSkews.filter(({ seconds }) => Math.abs(seconds) >= SKEW_SECONDS);
  if (wrong.length === 0) return words.clockRight;
  return listed(
    wrong.map(({ account, seconds }) => words.clockWrong(account, seconds)),
    3,
    words,
  );
}

function attentionRows(summary: Summary, pen: Pen): readonly Row[] {
  return [...openAlerts(summary)]
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
        KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
        endOf(a.certificate) - endOf(b.certificate),
    )
    .map(({ certificate, ...found }) => ({
      ...row(certificate, { brief: briefOf(certificate, found, pen), found, pen }),
      tone: found.severity,
      badge: badgeOf(found, pen),
    }));
}

function endOf({ notAfterMs }: NoticeCertificate): number {
  return notAfterMs ?? Number.MAX_SAFE_INTEGER;
}

type Found = Pick<Finding, 'kind' | 'severity'> & { readonly cause?: string; readonly epochMs?: number };

function badgeOf({ severity, kind }: Found, { words }: Pen): string {
  return `${words.severity[severity]} · ${words.kind(kind)}`;
}

/** What is so; an older version's summary does not know why or since when: then the badge has to do. */
function briefOf(certificate: NoticeCertificate, found: Found, { words, nowMs }: Pen): string | null {
  const { kind, cause, epochMs } = found;
  if ((kind === 'unreadable' && cause === undefined) || (kind === 'pending' && epochMs === undefined))
    return null;
  return words.brief({
    ...certificate,
    kind,
    title: titleOf(certificate),
    many: false,
    stateSinceMs: epochMs ?? nowMs,
    cause: cause ?? kind,
    renewal: null,
    place: null,
    nowMs,
  });
}

function unreadRows(summary: Summary, pen: Pen): readonly Row[] {
  const { words, nowMs } = pen;
  const { label } = words;
  const found = { kind: 'unreadable', severity: 'critical' } as const;
  return summary.unread.map(({ certificate, reason, cause }) => {
    const { lastSuccessMs } = certificate;
    const read = lastSuccessMs === null ? words.never : words.when(lastSuccessMs, nowMs);
    const plain = reason === '' ? words.notReadYet : reason;
    const brief = cause === undefined ? plain : briefOf(certificate, { ...found, cause }, pen);
    const known = row(certificate, { brief, found, pen });
    const why = cause === undefined || reason === '' ? [] : [words.technical(reason)];
    return { ...known, details: [...why, ...known.details, words.pair(label.lastRead, read)] };
  });
}

function undeliveredRows({ undelivered = [] }: Summary, { words }: Pen): readonly Row[] {
  return undelivered.map(({ recipient, waiting, parked, response }, index) => ({
    tone: 'plain',
    badge: '',
    title: recipient,
    brief: words.undelivered(waiting, parked),
    details: [
      ...(response === null ? [] : [words.answer(response)]),
      ...(index === undelivered.length - 1 ? [words.seeMails] : []),
    ],
    links: [],
  }));
}

function aheadRows(summary: Summary, pen: Pen): readonly Row[] {
  const found = { kind: 'expiring', severity: 'warning' } as const;
  return summary.ahead.map((certificate) =>
    row(certificate, { brief: briefOf(certificate, found, pen), found, pen }),
  );
}

function silencedRows(summary: Summary, pen: Pen): readonly Row[] {
  return summary.silenced.map(({ certificate, untilMs, reason }) => {
    const found = summary.active.filter(
      ({ certificate: { account, id } }) => account === certificate.account && id === certificate.id,
    );
    return {
      ...row(certificate, { brief: pen.words.silencedUntil(untilMs, reason), found: found[0] ?? null, pen }),
      badge: found.map((one) => badgeOf(one, pen)).join(', '),
    };
  });
}

function row(
  certificate: NoticeCertificate,
  { brief, found, pen }: { brief: string | null; found: Found | null; pen: Pen },
): Row {
  const { words } = pen;
  const { label } = words;
  const known = facts([
    [label.id, certificate.id],
    [label.account, certificate.account],
    [label.owner, certificate.owner],
  ]);
  const tone: Tone = 'plain';
  return {
    tone,
    badge: '',
    title: titleOf(certificate),
    brief,
    details: [known.map((fact) => words.pair(fact.label, fact.value)).join(' · ')],
    links: linksOf(certificate, { found, pen }),
  };
}

function section(
  title: string,
  { rows, total }: { rows: readonly Row[]; total: number },
  { words }: Pen,
): readonly Block[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_ROWS);
  const left = Math.max(total, rows.length) - shown.length;
  return [{ type: 'rows', title, rows: shown, more: left > 0 ? words.andMore(left) : null }];
}
