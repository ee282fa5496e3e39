// Makes notices of what is to be told, and one mail per recipient of the notices. Pure.
import { createHash } from 'node:crypto';
import { keyText } from '../certificates/certificate.ts';
import { groupBy } from '../shared/collections.ts';
import type { Alert, AlertKey, Mail, Notice, NoticeCertificate } from './alert.ts';
import { withoutOthers } from './places.ts';
import type { Telling } from './reconcile.ts';

/** A notice and those who get it. */
export interface Addressed {
  readonly notice: Notice;
  readonly recipients: readonly string[];
}

/** A mail that nobody can have seen yet: what it says may still be put together with what is new. */
interface Waiting {
  readonly mail: Mail;
}

/** How many certificates one notice lists; the count says how many there are. */
const LISTED = 100;

/** The notice of one telling, with the certificate's facts as they are now. */
export function noticeOf({
  telling,
  certificate,
  nowMs,
}: {
  telling: Telling;
  certificate: NoticeCertificate;
  nowMs: number;
}): Notice {
  const { alert, change, rungMs, reminderMs } = telling;
  return {
    change,
    kind: alert.kind,
    severity: alert.severity,
    cause: alert.cause,
    reason: alert.reason,
    alerts: [{ account: alert.account, id: alert.id, kind: alert.kind, epochMs: alert.epochMs }],
    occurrence: alert.occurrence,
    flapping: alert.flapping,
    atMs: nowMs,
    sinceMs: alert.sinceMs,
    rungMs,
    reminderMs,
    ending: alert.ended?.ending ?? null,
    ...(alert.renewal === undefined ? {} : { renewal: alert.renewal }),
    ...(alert.place === undefined ? {} : { place: withoutOthers(alert.place) }),
    certificates: [certificate],
    certificateCount: 1,
  };
}

/**
 * The new mails, and the Message-IDs of the waiting ones that they take the place of. A waiting mail keeps
 * what is still so; what a newer notice about the same alert says, or what has ended, leaves it.
 * `grouped` says which notices of one account with one cause are told as one.
 */
export function composeMails({
  addressed,
  endedAlerts,
  waiting,
  grouped,
  domain,
  nowMs,
}: {
  addressed: readonly Addressed[];
  endedAlerts: readonly AlertKey[];
  waiting: readonly Waiting[];
  grouped: (notice: Notice) => boolean;
  domain: string;
  nowMs: number;
}): { readonly mails: readonly Mail[]; readonly replaced: readonly string[] } {
  const news = byRecipient(addressed);
  const stale = new Set([
    ...endedAlerts.map(alertText),
    ...addressed.flatMap(({ notice }) => notice.alerts.map(alertText)),
  ]);
  const mails: Mail[] = [];
  const replaced: string[] = [];
  const mailDomain = { domain, nowMs };
  for (const [recipient, olds] of groupBy(waiting.flatMap(noticesOf), (old) => old.recipient)) {
    const before = olds.flatMap((old) => old.notices);
    const kept = before.map((notice) => withoutAlerts(notice, stale)).filter((notice) => notice !== null);
    const fresh = news.get(recipient) ?? [];
    const same = kept.length === before.length && kept.every((notice, index) => notice === before[index]);
    // Two that wait for one person become one, too: after an outage there is one digest.
    if (fresh.length === 0 && same && olds.length === 1) continue;
    news.delete(recipient);
    replaced.push(...olds.map((old) => old.messageId));
    const notices = group([...kept, ...fresh], grouped);
    // Nobody saw what is replaced, but later mails about its alerts may refer to it: so does this one.
    const references = kept.length === 0 ? [] : olds.map((old) => old.messageId);
    const waitingSinceMs = Math.min(nowMs, ...olds.map((old) => old.waitingSinceMs));
    if (notices.length > 0)
      mails.push({ ...noticesMail({ recipient, notices, references, ...mailDomain }), waitingSinceMs });
  }
  for (const [recipient, notices] of news)
    mails.push(noticesMail({ recipient, notices: group(notices, grouped), references: [], ...mailDomain }));
  return { mails, replaced };
}

/** What a waiting mail tells, where that is notices: a summary stands for itself. */
function noticesOf({
  mail: { content, messageId, recipient, createdAtMs, waitingSinceMs = createdAtMs },
}: Waiting): Old[] {
  return content.type === 'notices'
    ? [{ messageId, recipient, notices: content.notices, waitingSinceMs }]
    : [];
}

interface Old {
  readonly messageId: string;
  readonly recipient: string;
  readonly notices: readonly Notice[];
  readonly waitingSinceMs: number;
}

function byRecipient(addressed: readonly Addressed[]): Map<string, Notice[]> {
  const news = new Map<string, Notice[]>();
  for (const { notice, recipients } of addressed) {
    for (const recipient of new Set(recipients)) {
      const notices = news.get(recipient);
      if (notices === undefined) news.set(recipient, [notice]);
      else notices.push(notice);
    }
  }
  return news;
}

/** The notice without the alerts that are told anew or have ended; the same object where none of them is its own. */
function withoutAlerts(notice: Notice, stale: ReadonlySet<string>): Notice | null {
  const alerts = notice.alerts.filter((alert) => !stale.has(alertText(alert)));
  if (alerts.length === notice.alerts.length) return notice;
  if (alerts.length === 0) return null;
  const left = new Set(alerts.map(keyText));
  const certificates = notice.certificates.filter((certificate) => left.has(keyText(certificate)));
  return { ...notice, alerts, certificates, certificateCount: alerts.length };
}

/** Notices of one account, kind, cause and change become one, where `grouped` says so. */
function group(notices: readonly Notice[], grouped: (notice: Notice) => boolean): Notice[] {
  const together = groupBy(notices, (notice) => {
    const [first] = notice.alerts;
    return first !== undefined && grouped(notice)
      ? [notice.kind, notice.cause, notice.change, first.account].join('\u0000')
      : notice;
  });
  return [...together.values()].flatMap(join);
}

function join(notices: readonly Notice[]): readonly Notice[] {
  const [first] = notices;
  if (first === undefined || notices.length === 1) return notices;
  const alerts = notices.flatMap((notice) => notice.alerts);
  const joined = {
    ...first,
    alerts,
    atMs: Math.max(...notices.map((notice) => notice.atMs)),
    sinceMs: Math.min(...notices.map((notice) => notice.sinceMs)),
    reminderMs:
      first.reminderMs === null ? null : Math.max(...notices.map((notice) => notice.reminderMs ?? 0)),
    flapping: notices.some((notice) => notice.flapping),
    certificates: notices.flatMap((notice) => notice.certificates).slice(0, LISTED),
    certificateCount: alerts.length,
  };
  return [joined];
}

function noticesMail({
  recipient,
  notices,
  references,
  domain,
  nowMs,
}: {
  recipient: string;
  notices: readonly Notice[];
  references: readonly string[];
  domain: string;
  nowMs: number;
}): Mail {
  return {
    messageId: messageIdOf([recipient, ...notices.map(noticeText).sort()], domain),
    recipient,
    createdAtMs: nowMs,
    references,
    content: { type: 'notices', notices },
  };
}

/** A Message-ID made of what is told and to whom: the same again for a copy, another for anything else (RFC 5322, 3.6.4). */
export function messageIdOf(parts: readonly string[], domain: string): string {
  const digest = createHash('sha256').update(parts.join('\u0001')).digest('hex').slice(0, 40);
  return `<${digest}@${domain}>`;
}

function noticeText(notice: Notice): string {
  const { change, occurrence, sinceMs, rungMs, reminderMs, atMs } = notice;
  return [change, occurrence, sinceMs, rungMs, reminderMs, atMs, ...notice.alerts.map(alertText).sort()].join(
    '\u0000',
  );
}

export function alertText(alert: AlertKey): string {
  return [alert.account, alert.id, alert.kind, alert.epochMs].join('\u0000');
}

/**
 * Ties the mails to their alerts: each mail refers to the first mails about its alerts, and becomes the
 * first one where there was none, or where that one was replaced before anybody saw it.
 */
export function thread({
  mails,
  replaced,
  alerts,
}: {
  mails: readonly Mail[];
  replaced: readonly string[];
  alerts: ReadonlyMap<string, Alert>;
}): {
  readonly mails: readonly Mail[];
  readonly alerts: ReadonlyMap<string, Alert>;
} {
  const unseen = new Set(replaced);
  const threaded = new Map<string, Alert>();
  const tied = mails.map((mail): Mail => {
    if (mail.content.type !== 'notices') return mail;
    const references = new Set(mail.references);
    for (const key of mail.content.notices.flatMap((notice) => notice.alerts)) {
      const alert = threaded.get(alertText(key)) ?? alerts.get(alertText(key));
      if (alert === undefined) continue;
      const first = alert.threads[mail.recipient];
      if (first !== undefined && !unseen.has(first)) references.add(first);
      else
        threaded.set(alertText(key), {
          ...alert,
          threads: { ...alert.threads, [mail.recipient]: mail.messageId },
        });
    }
    return { ...mail, references: [...references].slice(0, 20) };
  });
  return { mails: tied, alerts: threaded };
}
