// The regular summary: what is ahead, what is silenced, what cannot be read, how the monitor itself is. Pure.
import { isLive, keyText } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Alert, Mail, NoticeCertificate, Summary } from './alert.ts';
import { messageIdOf } from './compose.ts';
import type { Silence } from './silence.ts';

/** How far ahead the summary looks. What is listed of it is the letter's affair: it counts all and shows the gravest. */
const AHEAD_MS = 90 * DAY_MS;

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
  nowMs,
}: {
  watched: readonly WatchedCertificate[];
  alerts: readonly Alert[];
  silences: readonly Silence[];
  checks: { readonly lastCheckMs: number | null; readonly lastCompleteCheckMs: number | null };
  outbox: OutboxState;
  clockSkews: ClockSkews;
  nowMs: number;
}): Summary {
  const byKey = new Map(watched.map((certificate) => [keyText(certificate), certificate]));
  const ahead = watched.filter((certificate) => endsWithin(certificate, nowMs));
  return {
    atMs: nowMs,
    watched: watched.length,
    healthy: watched.filter(({ up, findings }) => up === true && findings.length === 0).length,
    ahead: ahead.toSorted((a, b) => endOf(a) - endOf(b)).map(shortFacts),
    active: alerts.flatMap(({ kind, severity, cause, epochMs, ...key }) => {
      const certificate = byKey.get(keyText(key));
      if (certificate === undefined) return [];
      return [{ kind, severity, cause, epochMs, certificate: shortFacts(certificate) }];
    }),
    silenced: silences.flatMap(({ untilMs, reason, ...key }) => {
      const certificate = byKey.get(keyText(key));
      return certificate === undefined || untilMs <= nowMs
        ? []
        : [{ certificate: shortFacts(certificate), untilMs, reason }];
    }),
    unread: watched.flatMap(unreadOf),
    lastCheckMs: checks.lastCheckMs,
    lastCompleteCheckMs: checks.lastCompleteCheckMs,
    parkedMails: outbox.parked,
    waitingMails: outbox.waiting,
    undelivered: outbox.undelivered,
    clockSkews,
  };
}

/** What the last read did not bring, and what nobody has tried to read yet. */
function unreadOf(watched: WatchedCertificate): Summary['unread'] {
  const { failure, up } = watched;
  if (failure === null && up !== null) return [];
  const certificate = shortFacts(watched);
  return failure === null
    ? [{ certificate, reason: '' }]
    : [{ certificate, reason: failure.message, cause: failure.reason }];
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

function endOf({ certificate }: WatchedCertificate): number {
  return certificate?.notAfterMs ?? Number.MAX_SAFE_INTEGER;
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
