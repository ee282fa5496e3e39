// The reference model: what the contract says is found and told of one certificate, in a hundred plain lines. Pure.
// Written from DESIGN ("What is found", "What is told") alone; it shares no code with the program, and holds no cleverness.
export type Kind =
  | 'expired'
  | 'revoked'
  | 'unpassed'
  | 'missing'
  | 'unreadable'
  | 'expiring'
  | 'revoking'
  | 'pending'
  | 'unrecognised';

/** What one check sees: the certificate, or how the read failed. */
export type Seen =
  | { status: string; notAfter: number | null }
  | { failure: 'missing' | 'unreachable' | 'malformed' };

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

interface Alert {
  epoch: number;
  since: number;
  told: boolean;
  rung: number;
  reminder: number;
  flaps: boolean;
}

/** What is remembered of a kind beside its alert: when it was first told (a day back), when it ended, whether its end is still owed. */
interface Past {
  tellings: number[];
  ended: number;
  epoch: number;
  owed: boolean;
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
  alerts: Map<Kind, Alert>;
  past: Map<Kind, Past>;
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
  alerts: new Map(),
  past: new Map(),
});

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

/** One check of one certificate: what is told now, as words, one for each notice. */
export function check(m: Memory, seen: Seen, rules: Rules, now: number): string[] {
  learn(m, seen, now);
  const found = findings(m, rules, now);
  const mute = (kind: Kind) => silenced(m, now) || !rules.kinds.includes(kind);
  const told: string[] = [];
  for (const [kind, alert] of [...m.alerts]) {
    if (found.get(kind) === alert.epoch) continue;
    m.alerts.delete(kind);
    const turned = worse(kind, found, m.alerts);
    const tell = alert.told && !turned && rules.resolved && !mute(kind);
    const before = m.past.get(kind);
    const owed = alert.flaps && ((before?.owed ?? false) || tell);
    m.past.set(kind, { tellings: before?.tellings ?? [], ended: now, epoch: alert.epoch, owed });
    if (tell && !alert.flaps) told.push(`resolved ${kind}`);
  }
  for (const [kind, epoch] of found) {
    const past = m.past.get(kind);
    const again =
      past !== undefined &&
      now - past.ended < DAY &&
      (kind === 'expiring' || kind === 'expired' ? past.epoch === epoch : true);
    const alert = m.alerts.get(kind) ?? {
      epoch,
      since: now,
      told: false,
      rung: Infinity,
      reminder: 0,
      flaps: again,
    };
    m.alerts.set(kind, alert);
    if (mute(kind)) continue;
    const rung =
      kind === 'expiring'
        ? Math.min(Infinity, ...rules.ladder.filter((r) => r <= rules.warning && epoch - now <= r))
        : Infinity;
    const reminder =
      kind === 'expiring' ? 0 : Math.max(0, ...rules.reminders.filter((age) => now - alert.since >= age));
    const tellings = (past?.tellings ?? []).filter((at) => now - at < DAY);
    if (!alert.told && alert.flaps && tellings.length >= 2) continue;
    if (!alert.told) {
      told.push(`first ${kind}${alert.flaps ? ' flapping' : ''}`);
      m.past.set(kind, { ended: -Infinity, epoch, owed: false, ...past, tellings: [...tellings, now] });
    } else if (rung < alert.rung) told.push(`rung ${kind} ${rung / DAY}d`);
    else if (reminder > alert.reminder) told.push(`reminder ${kind} ${reminder / DAY}d`);
    Object.assign(alert, {
      told: true,
      rung: Math.min(rung, alert.rung),
      reminder: Math.max(reminder, alert.reminder),
    });
  }
  for (const [kind, past] of m.past) {
    if (!past.owed || m.alerts.has(kind) || now - past.ended < DAY) continue;
    past.owed = false;
    if (rules.resolved && !mute(kind)) told.push(`resolved ${kind} flapping`);
  }
  return told.sort();
}

/** A failure changes nothing that is known: it only counts as one. */
function learn(m: Memory, seen: Seen, now: number): void {
  if ('failure' in seen) {
    m.failing ??= now;
    if (seen.failure === 'missing') m.missing ??= now;
    return;
  }
  if (stateOf(seen.status) !== stateOf(m.status)) m.statusSince = now;
  m.notAfter = seen.notAfter ?? (seen.status === 'EXPIRED' ? m.notAfter : null);
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
  if (![...LIVE, ...APPLICATION, ...OTHERS].includes(status)) found.set('unrecognised', m.statusSince);
  return found;
}

const GRAVER: Partial<Record<Kind, readonly Kind[]>> = {
  expiring: ['expired', 'revoked'],
  expired: ['revoked'],
  revoking: ['revoked', 'expired'],
  pending: ['unpassed', 'expired', 'revoked'],
  unrecognised: ['revoked', 'expired', 'unpassed'],
};

/** Whether it turned into something worse, that tells itself. */
function worse(kind: Kind, found: Map<Kind, number>, active: Map<Kind, Alert>): boolean {
  if (found.has('missing')) return kind !== 'missing';
  return (GRAVER[kind] ?? []).some((one) => found.has(one) && !active.has(one));
}

/** A silence ends at its time, and as soon as the status or the end is another one. */
function silenced(m: Memory, now: number): boolean {
  const { silence } = m;
  if (
    silence !== null &&
    (now >= silence.until || silence.status !== m.status || silence.notAfter !== m.notAfter)
  )
    m.silence = null;
  return m.silence !== null;
}
