// The regular summary: what is ahead, what is silenced, what cannot be read, how the monitor itself is. Pure.
import { type CertificateKey, isLive, keyText } from '../certificates/certificate.ts';
import { severityNumber } from '../certificates/evaluate.ts';
import { KINDS, SEVERITIES } from '../certificates/finding.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Alert, Mail, NoticeCertificate, Summary } from './alert.ts';
import { messageIdOf } from './compose.ts';
import type { Silence } from './silence.ts';

/** How far ahead the summary looks. */
const AHEAD_MS = 90 * DAY_MS;

/** It counts all and lists the gravest: each recipient's mail is kept for a year. */
const LISTED = 100;

/** What has not been delivered, and to whom. */
interface OutboxState {
  readonly waiting: number;
  readonly parked: number;
  readonly undelivered: Undelivered;
}

type Undelivered = NonNullable<Summary['undelivered']>;
type ClockSkews = NonNullable<Summary['clockSkews']>;

/** What the summary says at `nowMs`. Of silences and alerts only those of watched certificates count. */
export function summarise({
  watched,
  alerts,
  silences,
  checks,
  outbox,
  clockSkews,
  unmonitored,
  nowMs,
}: {
  watched: readonly WatchedCertificate[];
  alerts: readonly Alert[];
  silences: readonly Silence[];
  checks: { readonly lastCheckMs: number | null; readonly lastCompleteCheckMs: number | null };
  outbox: OutboxState;
  clockSkews: ClockSkews;
  unmonitored: NonNullable<Summary['unmonitored']>;
  nowMs: number;
}): Summary {
  const byKey = new Map(watched.map((certificate) => [keyText(certificate), certificate]));
  const silenced = silences
    .filter((silence) => byKey.has(keyText(silence)) && silence.untilMs > nowMs)
    .toSorted((a, b) => a.untilMs - b.untilMs);
  const silencedKeys = new Set(silenced.map(keyText));
  // What needs nobody stands in no list of what does.
  const active = alerts.filter((alert) => alert.severity !== 'info' && byKey.has(keyText(alert)));
  const open = active.filter((alert) => !silencedKeys.has(keyText(alert)));
  const ahead = watched.filter((certificate) => endsWithin(certificate, nowMs));
  const unread = watched.filter(isUnread);
  const factsOf = (key: CertificateKey): NoticeCertificate[] =>
    [byKey.get(keyText(key))].flatMap((one) => (one === undefined ? [] : [shortFacts(one)]));
  const shownSilences = silenced.slice(0, LISTED);
  const shownKeys = new Set(shownSilences.map(keyText));
  const gravest = open.toSorted(
    (a, b) => byGravity(a, b) || byEnd(byKey.get(keyText(a)), byKey.get(keyText(b))),
  );
  return {
    atMs: nowMs,
    watched: watched.length,
    healthy: watched.filter(({ up, findings }) => up === true && severityNumber(findings) === 0).length,
    totals: {
      ...severitiesOf(open),
      attention: open.length,
      unread: unread.length,
      silenced: silenced.length,
      ahead: ahead.length,
    },
    ahead: ahead.toSorted(byEnd).slice(0, LISTED).map(shortFacts),
    // Of what is silenced the alerts stand in the table of silences.
    active: [...gravest.slice(0, LISTED), ...active.filter((alert) => shownKeys.has(keyText(alert)))].flatMap(
      ({ kind, severity, cause, epochMs, ...key }) =>
        factsOf(key).map((certificate) => ({ kind, severity, cause, epochMs, certificate })),
    ),
    silenced: shownSilences.flatMap(({ untilMs, reason, ...key }) =>
      factsOf(key).map((certificate) => ({ certificate, untilMs, reason })),
    ),
    unread: unread
      .toSorted((a, b) => (a.lastSuccessMs ?? 0) - (b.lastSuccessMs ?? 0))
      .slice(0, LISTED)
      .map(unreadOf),
    lastCheckMs: checks.lastCheckMs,
    lastCompleteCheckMs: checks.lastCompleteCheckMs,
    parkedMails: outbox.parked,
    waitingMails: outbox.waiting,
    undelivered: outbox.undelivered,
    clockSkews,
    unmonitored,
  };
}

/** How many certificates; one that is critical and has a warning too is critical. */
function severitiesOf(open: readonly Alert[]): { readonly critical: number; readonly warning: number } {
  const critical = new Set(open.filter(({ severity }) => severity === 'critical').map(keyText)).size;
  return { critical, warning: new Set(open.map(keyText)).size - critical };
}

/** The gravest first. */
function byGravity(a: Alert, b: Alert): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)
  );
}

/** The soonest end first. */
function byEnd(a: WatchedCertificate | undefined, b: WatchedCertificate | undefined): number {
  return endOf(a) - endOf(b);
}

/** A missing certificate is an answer, and an alert of its own; what nobody has tried to read yet counts. */
function isUnread({ failure, up }: WatchedCertificate): boolean {
  return failure === null ? up === null : failure.reason !== 'missing';
}

/** Why the last read brought nothing. */
function unreadOf(watched: WatchedCertificate): Summary['unread'][number] {
  const { failure } = watched;
  const certificate = shortFacts(watched);
  return failure === null
    ? { certificate, reason: '' }
    : { certificate, reason: failure.message, cause: failure.reason };
}

/** One mail per recipient; the slot makes the Message-ID, so that a summary made twice is the same mail. */
export function summaryMails({
  summary,
  recipients,
  slotMs,
  domain,
}: {
  summary: Summary;
  recipients: readonly string[];
  slotMs: number;
  domain: string;
}): readonly Mail[] {
  return [...new Set(recipients)].map((recipient) => ({
    messageId: messageIdOf([recipient, 'summary', String(slotMs)], domain),
    recipient,
    createdAtMs: summary.atMs,
    references: [],
    content: { type: 'summary', summary },
  }));
}

function endsWithin({ certificate }: WatchedCertificate, nowMs: number): boolean {
  if (certificate === null || certificate.notAfterMs === null || !isLive(certificate)) return false;
  return certificate.notAfterMs > nowMs && certificate.notAfterMs - nowMs <= AHEAD_MS;
}

function endOf(watched: WatchedCertificate | undefined): number {
  return watched?.certificate?.notAfterMs ?? Number.MAX_SAFE_INTEGER;
}

function shortFacts({
  account,
  id,
  alias,
  owner,
  runbook,
  certificate,
  lastSuccessMs,
}: WatchedCertificate): NoticeCertificate {
  return {
    account,
    id,
    name: certificate?.name ?? null,
    alias,
    domains: certificate?.domain ? [certificate.domain] : [],
    owner,
    runbook,
    status: certificate?.status ?? null,
    notAfterMs: certificate?.notAfterMs ?? null,
    revokeReason: certificate?.revokeReason ?? null,
    lastSuccessMs,
  };
}
