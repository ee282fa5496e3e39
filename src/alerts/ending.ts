// How an alert ends, and whether people are told: by what it turned into, by what is so now, by the settings. Pure.
import { isLive, standingOf } from '../certificates/certificate.ts';
import { type Finding, type Kind, SEEN_OUTSIDE } from '../certificates/finding.ts';
import type { Watch } from '../certificates/watch.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Alert, Ended, Ending } from './alert.ts';

/** What the end of an alert is judged by. */
interface Circumstances {
  readonly watch: Watch;
  readonly findings: readonly Finding[];
  readonly isHushed?: (alert: Alert) => boolean;
  readonly silenced: boolean;
  readonly policy: { readonly kinds: readonly Kind[]; readonly resolved: boolean };
  readonly nowMs: number;
}

/** What each kind can turn into; the worse one tells itself, so the end of the first is not told. */
const WORSE: Readonly<Record<Kind, readonly Kind[]>> = {
  revoked: ['missing'],
  expired: ['revoked', 'missing'],
  unpassed: ['revoked', 'expired', 'missing'],
  missing: [],
  unreadable: ['missing'],
  expiring: ['expired', 'revoked', 'unpassed', 'missing'],
  revoking: ['revoked', 'expired', 'unpassed', 'missing'],
  // An application that went away leaves the end as near as it was: nothing is over by that.
  'renewal-stuck': ['expiring', 'renewal-overdue', 'expired', 'revoked', 'missing'],
  'renewal-overdue': ['renewal-stuck', 'expired', 'revoked', 'missing'],
  // What has ended tells that itself; nothing is better at the places where it is served.
  untrusted: ['expired', 'revoked', 'missing'],
  'served-expiring': ['untrusted', 'expired', 'revoked', 'missing'],
  'not-deployed': ['expired', 'revoked', 'missing'],
  pending: ['unpassed', 'expired', 'revoked', 'missing'],
  unrecognised: ['expired', 'revoked', 'unpassed', 'missing'],
  unmonitored: [],
  superseded: [],
};

/** What is over once another certificate is live in its place. */
const TAKEN: readonly Kind[] = ['expiring', 'expired', 'missing', 'renewal-stuck', 'renewal-overdue'];

/** Neither an unknown status nor a live certificate without its date says that a known end is put off. */
export function undetermined({ kind, epochMs }: Alert, { certificate, missingSinceMs }: Watch): boolean {
  if (missingSinceMs !== null || certificate === null) return false;
  const { notAfterMs, notAfterFault, status } = certificate;
  // Of which issue it is seen from outside is said by its end.
  if (SEEN_OUTSIDE.includes(kind)) return notAfterFault !== null && notAfterMs === null;
  if (kind !== 'expiring' && kind !== 'expired') return false;
  if (standingOf(status) === 'unrecognised') return notAfterMs === null || notAfterMs === epochMs;
  return notAfterFault !== null && notAfterMs === null;
}

/** Whether the one is what the other can turn into. */
export function isWorse(kind: Kind, than: Kind): boolean {
  return WORSE[than].includes(kind);
}

/** Whether people hear of its end by the notice of who has taken its place. */
export function isTaken(
  { kind }: Alert,
  { findings, policy }: Pick<Circumstances, 'findings' | 'policy'>,
): boolean {
  return TAKEN.includes(kind) && policy.kinds.includes('superseded') && isSuperseded(findings);
}

function isSuperseded(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => kind === 'superseded');
}

/** The end of an alert that is over now. */
export function endOf(alert: Alert, circumstances: Circumstances): Ended {
  return {
    atMs: circumstances.nowMs,
    ending: endingOf(alert, circumstances),
    told: tellingOfEnd(alert, circumstances),
  };
}

/**
 * Where something worse, or a re-issue, stood in the alert's place and has ended since, people take the whole
 * for over: if the alert comes back, it is a new occurrence.
 */
export function settled(alert: Alert, alerts: readonly Alert[]): Alert {
  const { kind, ended } = alert;
  // An end that is owed is told by a later one of the same kind: who heard that takes all of it for over.
  const owed = alerts.some(
    (other) => other.kind === kind && other.ended?.told === 'told' && other.ended.atMs >= (ended?.atMs ?? 0),
  );
  if (ended?.told === 'due') return owed ? { ...alert, ended: { ...ended, told: 'told' } } : alert;
  if (ended === null || ended.told !== 'replaced') return alert;
  const over = alerts.some(
    (other) =>
      (other.kind === kind || WORSE[kind].includes(other.kind)) &&
      (other.ended?.told === 'told' || (other.ended?.told === 'never' && other.toldAtMs !== null)) &&
      other.ended.atMs >= ended.atMs,
  );
  return over ? { ...alert, ended: { ...ended, told: 'told' } } : alert;
}

function tellingOfEnd(alert: Alert, circumstances: Circumstances): Ended['told'] {
  const { findings, isHushed = () => false, silenced, policy, nowMs } = circumstances;
  // Also where the worse one is told to nobody: "resolved" would be a lie. That it is gone is the truth of its own.
  const tells = (kind: Kind) => kind !== 'missing' || policy.kinds.includes('missing');
  if (findings.some(({ kind }) => kind === alert.kind || (isWorse(kind, alert.kind) && tells(kind))))
    return 'replaced';
  // That something needs nobody any more is no news; should it come back, it is told anew.
  if (alert.toldAtMs === null || alert.severity === 'info' || isHushed(alert)) return 'never';
  // Who hears that another has taken its place takes it for over: nothing is owed, and if it comes back it is told anew.
  const taken = isTaken(alert, circumstances);
  if (alert.flapping && nowMs - alert.sinceMs < DAY_MS && !taken) return 'due';
  return silenced || !policy.resolved || !policy.kinds.includes(alert.kind) ? 'never' : 'told';
}

function endingOf(alert: Alert, { watch, findings }: Circumstances): Ending {
  if (TAKEN.includes(alert.kind) && isSuperseded(findings)) return { how: 'superseded' };
  if (watch.missingSinceMs !== null) return { how: 'gone' };
  if (alert.kind === 'unreadable') return { how: 'readable' };
  const certificate = watch.certificate;
  if (certificate === null) return { how: 'thresholds' };
  if (SEEN_OUTSIDE.includes(alert.kind) && isLive(certificate)) return { how: 'seen' };
  const { notAfterMs, status } = certificate;
  const dated = alert.kind === 'expiring' || alert.kind === 'expired';
  if (dated && isLive(certificate) && notAfterMs !== null && notAfterMs > alert.epochMs)
    return { how: 'renewed', notAfterMs };
  if (alert.kind === 'expiring' && notAfterMs === alert.epochMs && isLive(certificate))
    return { how: 'thresholds' };
  return { how: 'status', status };
}
