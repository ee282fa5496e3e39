// The reference model: what the contract says is found and told of one certificate, in a hundred plain lines. Pure.
// Written from DESIGN ("What is found", "What is told") alone; it shares no code with the program, and holds no cleverness.
import type { FailureReason } from '../../src/certificates/reading.ts';

/** What is found of one certificate by itself. */
export const KINDS = [
  'expired',
  'revoked',
  'unpassed',
  'missing',
  'unreadable',
  'expiring',
  'revoking',
  'pending',
  'unrecognised',
] as const;

export type Kind = (typeof KINDS)[number];

/** What one check sees: the certificate, or how the read failed. */
export type Seen = { status: string; notAfter: number | null } | { failure: FailureReason };

export interface Rules {
  warning: number;
  critical: number;
  pending: number;
  unreadable: number;
  kinds: readonly Kind[];
  ladder: readonly number[];
  reminders: readonly number[];
  resolved: boolean;
}

/** `over`: nobody has to hear of its end any more. `turned`: something worse stands for it. `owed`: its end is told once it stays away. */
interface Alert {
  kind: Kind;
  epoch: number;
  since: number;
  told: boolean;
  rung: number;
  reminder: number;
  flaps: boolean;
  ended: { at: number; as: 'over' | 'turned' | 'owed' } | null;
}

export interface Memory {
  watchedSince: number;
  status: string | null;
  notAfter: number | null;
  statusSince: number;
  lastSuccess: number | null;
  failing: number | null;
  missing: number | null;
  malformed: boolean;
  silence: { until: number; status: string | null; notAfter: number | null } | null;
  alerts: Alert[];
  /** When each kind was told for the first time, any of its alerts. */
  firsts: { kind: Kind; at: number }[];
}

const DAY = 86_400_000;
const LIVE = [
  'ISSUED',
  'UPLOAD',
  'SUPPLEMENTCHECKING',
  'CANCELSUPPLEMENTING',
  'REVOKING',
  'CANCLEREVOKING',
  'CANCELREVOKING',
];
const APPLICATION = ['PAID', 'CHECKING', 'CHECKING_DOMAIN', 'CHECKING_ORG', 'ISSUING', 'CANCELCHECKING'];
const OTHERS = ['EXPIRED', 'REVOKED', 'UNPASSED'];

export const start = (now: number): Memory => ({
  watchedSince: now,
  status: null,
  notAfter: null,
  statusSince: now,
  lastSuccess: null,
  failing: null,
  missing: null,
  malformed: false,
  silence: null,
  alerts: [],
  firsts: [],
});

const isKnown = (status: string) => [...LIVE, ...APPLICATION, ...OTHERS].includes(status);

/** The state that a status is in: all steps of an application are one, and so is all of a life. */
const stateOf = (status: string | null) =>
  status === null
    ? null
    : status === 'REVOKING'
      ? status
      : LIVE.includes(status)
        ? 'live'
        : APPLICATION.includes(status)
          ? 'application'
          : status;

/** What one look at the certificate says is so: kind → epoch. */
export function look(m: Memory, seen: Seen, rules: Rules, now: number): Map<Kind, number> {
  learn(m, seen, now);
  return findings(m, rules, now);
}

/** One check of one certificate: what is told now, as words, one for each notice. */
export function check(m: Memory, seen: Seen, rules: Rules, now: number): string[] {
  const found = look(m, seen, rules, now);
  const lasts = new Map([...uncertain(m, found), ...found]);
  const quiet = silenced(m, now);
  const mute = (kind: Kind) => quiet || !rules.kinds.includes(kind);
  const words: string[] = [];
  const say = (what: string, { kind, flaps }: Alert) =>
    words.push(`${what} ${kind}${flaps ? ' flapping' : ''}`);
  const over = m.alerts.filter(({ ended }) => ended?.as === 'owed');
  for (const [kind, epoch] of lasts) {
    const alert = opened(m, kind, epoch, now);
    if (mute(kind)) continue;
    const rung = Math.min(
      Infinity,
      ...rules.ladder.filter((one) => kind === 'expiring' && epoch - now <= one),
    );
    const age = now - alert.since;
    const reminder = Math.max(0, ...rules.reminders.filter((one) => kind !== 'expiring' && one <= age));
    if (!alert.told) {
      if (m.firsts.filter((one) => one.kind === kind && now - one.at < DAY).length >= 2) {
        alert.flaps = true;
        continue;
      }
      m.firsts.push({ kind, at: now });
      say('first', alert);
    } else if (rung < alert.rung) say(`rung ${rung / DAY}d`, alert);
    else if (reminder > alert.reminder) say(`reminder ${reminder / DAY}d`, alert);
    alert.rung = alert.told ? Math.min(rung, alert.rung) : rung;
    alert.reminder = alert.told ? Math.max(reminder, alert.reminder) : reminder;
    alert.told = true;
  }
  for (const alert of m.alerts) {
    if (alert.ended !== null || lasts.get(alert.kind) === alert.epoch) continue;
    const owed = alert.flaps && now - alert.since < DAY;
    const tell = alert.told && rules.resolved && !mute(alert.kind);
    alert.ended = {
      at: now,
      as: turned(alert.kind, found, rules) ? 'turned' : alert.told && owed ? 'owed' : 'over',
    };
    if (alert.ended.as === 'over' && tell) say('resolved', alert);
  }
  // An end that is owed is told of the last one only, once the kind has stayed away for a day for all that can be seen.
  for (const alert of over) {
    if (alert.ended?.as !== 'owed' || m.failing !== null) continue;
    if (turned(alert.kind, found, rules) && !found.has(alert.kind)) alert.ended.as = 'turned';
    if (alert.ended.as !== 'owed') continue;
    const { at } = alert.ended;
    const others = m.alerts.filter((other) => other.kind === alert.kind && other !== alert);
    const later = others.some(
      ({ told, ended }) => told && ended !== null && ended.as !== 'turned' && ended.at > at,
    );
    const back = others.some(({ ended }) => ended === null || now - ended.at < DAY);
    if (!later && (back || now - at < DAY)) continue;
    alert.ended.as = 'over';
    if (!later && rules.resolved && !mute(alert.kind)) say('resolved', alert);
  }
  // Where what stood for it is over, so is the whole: whatever comes back starts anew.
  const stands = ({ kind }: Alert, other: Kind) => [kind, 'missing', ...(GRAVER[kind] ?? [])].includes(other);
  for (const alert of m.alerts)
    if (alert.ended?.as === 'turned')
      for (const { kind, told, ended } of m.alerts)
        if (ended?.as === 'over' && told && ended.at >= alert.ended.at && stands(alert, kind))
          alert.ended.as = 'over';
  return words.sort();
}

/** The alert of a finding: as it was where people still take it to last, else from the start. */
function opened(m: Memory, kind: Kind, epoch: number, now: number): Alert {
  const same = m.alerts.filter((alert) => alert.kind === kind);
  const flaps = same.some(({ ended }) => ended !== null && ended.as !== 'turned' && now - ended.at < DAY);
  const known = same.find((alert) => alert.epoch === epoch);
  const fresh = { kind, epoch, since: now, told: false, rung: Infinity, reminder: 0, flaps, ended: null };
  if (known === undefined) m.alerts.push(fresh);
  else if (known.ended?.as === 'owed') Object.assign(known, { ended: null, flaps: true, since: now });
  else if (known.ended?.as === 'over' && known.told) Object.assign(known, fresh);
  else if (known.ended?.as === 'over') Object.assign(known, { ended: null, since: now });
  else known.ended = null;
  return known ?? fresh;
}

/** A failure changes nothing that is known: it only counts as one. An end that had no date is the same one once it has. */
function learn(m: Memory, seen: Seen, now: number): void {
  if ('failure' in seen) {
    m.failing ??= now;
    if (seen.failure === 'missing') m.missing ??= now;
    return;
  }
  if (stateOf(seen.status) !== stateOf(m.status)) m.statusSince = now;
  for (const alert of m.alerts)
    if (
      alert.kind === 'expired' &&
      alert.ended === null &&
      seen.status === 'EXPIRED' &&
      alert.epoch === m.statusSince
    )
      alert.epoch = seen.notAfter ?? alert.epoch;
  m.notAfter = seen.notAfter ?? (seen.status === 'EXPIRED' || !isKnown(seen.status) ? m.notAfter : null);
  Object.assign(m, {
    status: seen.status,
    missing: null,
    malformed: LIVE.includes(seen.status) && m.notAfter === null,
  });
  if (m.malformed) m.failing ??= now;
  else Object.assign(m, { failing: null, lastSuccess: now });
}

/** The table of kinds: kind → epoch. */
function findings(m: Memory, rules: Rules, now: number): Map<Kind, number> {
  if (m.missing !== null) return new Map([['missing', m.missing]]);
  const { status, notAfter } = m;
  const left = (notAfter ?? Infinity) - now;
  const found = new Map<Kind, number>();
  if (m.failing !== null && (m.malformed || now - (m.lastSuccess ?? m.watchedSince) > rules.unreadable))
    found.set('unreadable', m.failing);
  if (status === null) return found;
  if (status === 'REVOKED') found.set('revoked', m.statusSince);
  else if (status === 'EXPIRED' || left <= 0) found.set('expired', notAfter ?? m.statusSince);
  else if (LIVE.includes(status) && left <= Math.max(rules.warning, rules.critical))
    found.set('expiring', notAfter ?? 0);
  if (status === 'UNPASSED') found.set('unpassed', m.statusSince);
  if (status === 'REVOKING') found.set('revoking', m.statusSince);
  if (APPLICATION.includes(status) && now - m.statusSince > rules.pending)
    found.set('pending', m.statusSince);
  if (!isKnown(status)) found.set('unrecognised', m.statusSince);
  return found;
}

/** What says nothing of the end puts no end off: a status that nobody knows, and a live certificate without its date. */
function uncertain(
  { alerts, malformed, missing, status, notAfter }: Memory,
  found: Map<Kind, number>,
): [Kind, number][] {
  const ends = alerts.filter(
    ({ kind, ended }) => ended === null && (kind === 'expiring' || kind === 'expired'),
  );
  return ends
    .filter(({ kind }) => missing === null && !found.has(kind))
    .filter(
      ({ epoch }) => malformed || (status !== null && !isKnown(status) && (notAfter ?? epoch) === epoch),
    )
    .map(({ kind, epoch }) => [kind, epoch]);
}

const GRAVER: Partial<Record<Kind, readonly Kind[]>> = {
  expiring: ['expired', 'revoked', 'unpassed'],
  expired: ['revoked'],
  unpassed: ['revoked', 'expired'],
  revoking: ['revoked', 'expired', 'unpassed'],
  pending: ['unpassed', 'expired', 'revoked'],
  unrecognised: ['revoked', 'expired', 'unpassed'],
};

/** Whether it turned into something worse, or into the same anew, that tells itself; of what is gone nobody hears but by this end, where `missing` is not told. */
function turned(kind: Kind, found: Map<Kind, number>, rules: Rules): boolean {
  if (found.has(kind)) return true;
  if (found.has('missing')) return rules.kinds.includes('missing');
  return (GRAVER[kind] ?? []).some((one) => found.has(one));
}

/** A silence ends at its time, and as soon as the status or the end is another one. */
function silenced(m: Memory, now: number): boolean {
  const { silence } = m;
  if (silence !== null && silence.status === null)
    Object.assign(silence, { status: m.status, notAfter: m.notAfter });
  if (
    silence !== null &&
    (now >= silence.until || silence.status !== m.status || silence.notAfter !== m.notAfter)
  )
    m.silence = null;
  return m.silence !== null;
}
