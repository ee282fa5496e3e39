// Compares what is so with what was known and told, and decides what is told now. Pure.
import type { Finding, Kind } from '../certificates/finding.ts';
import type { Watch } from '../certificates/watch.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Alert, Change } from './alert.ts';
import { endOf, isTaken, isWorse, settled, undetermined } from './ending.ts';
import { lastingAt, unsureAt } from './places.ts';

/** What is told at all: from the configuration; without mail `kinds` is empty. Spans in milliseconds. */
export interface Policy {
  readonly kinds: readonly Kind[];
  /** Longest first. */
  readonly ladderMs: readonly number[];
  /** Shortest first. */
  readonly remindersMs: readonly number[];
  readonly resolved: boolean;
}

/** That something about an alert is to be told; compose makes a notice of it. */
export interface Telling {
  readonly change: Change;
  readonly alert: Alert;
  readonly rungMs: number | null;
  readonly reminderMs: number | null;
}

export interface Reconciliation {
  /** Every alert of this certificate that is remembered: those that last and those that ended. */
  readonly alerts: readonly Alert[];
  readonly tellings: readonly Telling[];
}

interface Input {
  readonly watch: Watch;
  readonly findings: readonly Finding[];
  /** Kinds of which nothing can be said now; by default none. */
  readonly unsure?: readonly Kind[];
  /** Places of which that is so, by kind: what is said of the others alone is known. */
  readonly unsurePlaces?: (kind: Kind) => readonly string[];
  /** Whether its end is not told, because it is not over by that; by default none is so. */
  readonly isHushed?: (alert: Alert) => boolean;
  /** What is remembered of this certificate. */
  readonly alerts: readonly Alert[];
  readonly silenced: boolean;
  readonly policy: Policy;
  readonly nowMs: number;
}

/** An end that was told or not is remembered for as long as the same alert could come back. */
const REMEMBER_LONG_MS = 365 * DAY_MS;
const REMEMBER_OTHERS_MS = 2 * DAY_MS;

/** Told by its rungs, or once for all: the summary goes on saying it. */
const UNREMINDED: readonly Kind[] = ['expiring', 'unmonitored'];

/** A flapping alert is told at most this often within a day (DESIGN, "What is told"). */
const TELLINGS_A_DAY = 2;

/** One certificate's alerts after one check, and what is to be told of them. */
export function reconcile(given: Input): Reconciliation {
  const input = { ...given, alerts: given.alerts.map((alert) => dated(alert, given)) };
  const opened = input.findings.map((finding) => open(finding, input));
  const others = input.alerts.filter(
    (alert) => !opened.some((other) => sameAlert(alert, other)) && !forgotten(alert, input.nowMs),
  );
  const alerts: Alert[] = [];
  const tellings: Telling[] = [];
  for (const alert of opened) take(tell(alert, input), alerts, tellings);
  for (const alert of others)
    take(alert.ended === null ? end(alert, input) : tellLate(alert, input), alerts, tellings);
  return { alerts: alerts.map((alert) => settled(alert, alerts)), tellings };
}

/** An end that was told without its date is the same end once the date is known. */
function dated(alert: Alert, { watch, findings }: Input): Alert {
  const epochMs = findings.find(({ kind }) => kind === 'expired')?.epochMs;
  if (alert.kind !== 'expired' || alert.ended !== null || epochMs === undefined) return alert;
  return alert.epochMs === watch.standingSinceMs && watch.standing === 'expired'
    ? { ...alert, epochMs }
    : alert;
}

interface Step {
  readonly alert: Alert;
  readonly telling: Telling | null;
}

function take(step: Step, alerts: Alert[], tellings: Telling[]): void {
  alerts.push(step.alert);
  if (step.telling !== null) tellings.push(step.telling);
}

function sameAlert(a: { kind: Kind; epochMs: number }, b: { kind: Kind; epochMs: number }): boolean {
  return a.kind === b.kind && a.epochMs === b.epochMs;
}

/** Expiring and expired come back under the same `not_after`, and what was replaced comes back as it was. */
function forgotten({ kind, ended }: Alert, nowMs: number): boolean {
  if (ended === null || ended.told === 'due') return false;
  const long = kind === 'expiring' || kind === 'expired' || ended.told === 'replaced';
  return ended.atMs < nowMs - (long ? REMEMBER_LONG_MS : REMEMBER_OTHERS_MS);
}

/** The alert of a finding: the one that lasts, the one that comes back, or a new one. */
function open(finding: Finding, input: Input): Alert {
  const { watch, alerts, nowMs } = input;
  const { severity, cause, reason } = finding;
  const about = {
    ...(finding.renewal === undefined ? {} : { renewal: finding.renewal }),
    ...(finding.place === undefined ? {} : { place: finding.place }),
  };
  const known = alerts.find((alert) => sameAlert(alert, finding));
  const flapping = alerts.some((alert) => alert.kind === finding.kind && resolvedLately(alert, nowMs));
  if (known === undefined) {
    return {
      account: watch.account,
      id: watch.id,
      kind: finding.kind,
      epochMs: finding.epochMs,
      severity,
      cause,
      reason,
      sinceMs: nowMs,
      occurrence: 1,
      toldAtMs: null,
      toldRungMs: null,
      toldReminderMs: null,
      flapping,
      ended: null,
      tellings: [],
      threads: {},
      ...about,
    };
  }
  const current = { ...known, severity, cause, reason, ...about };
  if (known.ended === null) return { ...current, ...stillBad(known, finding, input) };
  // Where no end was told, because something worse stood in its place, people still know of it as it was.
  if (known.ended.told === 'due') return { ...current, ended: null, flapping: true, sinceMs: nowMs };
  if (known.ended.told === 'replaced') return { ...current, ended: null };
  // Nobody heard of it, so it is no news that it is back; but it lasts from now, not over the time between.
  if (known.toldAtMs === null) return { ...current, ended: null, sinceMs: nowMs };
  return {
    ...current,
    ended: null,
    flapping,
    sinceMs: nowMs,
    occurrence: known.occurrence + 1,
    toldAtMs: null,
    toldRungMs: null,
    toldReminderMs: null,
  };
}

function stillBad({ place: before }: Alert, { kind, place: now }: Finding, { unsurePlaces }: Input) {
  return now === undefined ? {} : { place: lastingAt(now, before, unsurePlaces?.(kind) ?? []) };
}

function resolvedLately(alert: Alert, nowMs: number): boolean {
  return alert.ended !== null && alert.ended.told !== 'replaced' && alert.ended.atMs > nowMs - DAY_MS;
}

/** First sighting, a deeper rung, a reminder, or nothing. */
function tell(alert: Alert, input: Input): Step {
  const { policy, nowMs } = input;
  if (input.silenced || !policy.kinds.includes(alert.kind)) return { alert, telling: null };
  const rungMs = alert.kind === 'expiring' ? rungAt(policy.ladderMs, alert.epochMs - nowMs) : null;
  const reminded = !UNREMINDED.includes(alert.kind) && alert.severity !== 'info';
  const reminderMs = reminded ? reminderAt(policy.remindersMs, nowMs - alert.sinceMs) : null;
  if (alert.toldAtMs === null) {
    if (toldWithinADay(alert.kind, input) >= TELLINGS_A_DAY)
      return { alert: { ...alert, flapping: true }, telling: null };
    const tellings = [...alert.tellings.filter((atMs) => withinADay(atMs, nowMs)), nowMs];
    const told = { ...alert, toldAtMs: nowMs, toldRungMs: rungMs, toldReminderMs: reminderMs, tellings };
    return { alert: told, telling: { change: 'first', alert: told, rungMs, reminderMs: null } };
  }
  if (rungMs !== null && rungMs < (alert.toldRungMs ?? Number.POSITIVE_INFINITY)) {
    const told = { ...alert, toldRungMs: rungMs };
    return { alert: told, telling: { change: 'rung', alert: told, rungMs, reminderMs: null } };
  }
  if (reminderMs !== null && reminderMs > (alert.toldReminderMs ?? 0)) {
    const told = { ...alert, toldReminderMs: reminderMs };
    return { alert: told, telling: { change: 'reminder', alert: told, rungMs: null, reminderMs } };
  }
  return { alert, telling: null };
}

/** The deepest rung reached: the shortest span that is not shorter than what is left. */
function rungAt(ladderMs: readonly number[], leftMs: number): number | null {
  return ladderMs.findLast((rung) => leftMs <= rung) ?? null;
}

/** The highest age reached. */
function reminderAt(remindersMs: readonly number[], ageMs: number): number | null {
  return remindersMs.findLast((age) => ageMs >= age) ?? null;
}

function toldWithinADay(kind: Kind, { alerts, nowMs }: Input): number {
  const told = alerts.flatMap((alert) => (alert.kind === kind ? alert.tellings : []));
  return told.filter((atMs) => withinADay(atMs, nowMs)).length;
}

/** What lies ahead was noted by a clock that has been set back since: it limits nothing. */
function withinADay(atMs: number, nowMs: number): boolean {
  return atMs > nowMs - DAY_MS && atMs <= nowMs;
}

/** An alert without a finding has ended, unless nothing was learned that could end it. */
function end(alert: Alert, input: Input): Step {
  if (undetermined(alert, input.watch)) return tell(alert, input);
  const lasting = unsure(alert, input);
  if (lasting !== null) return tell(lasting, input);
  const ended = endOf(alert, input);
  const over = { ...alert, ended };
  return { alert: over, telling: ended.told === 'told' && !isTaken(alert, input) ? resolved(over) : null };
}

/** The alert as far as nothing can be said of it now; null where all of it is known. */
function unsure(alert: Alert, { unsure: kinds = [], unsurePlaces }: Input): Alert | null {
  const { kind, place: before } = alert;
  if (!kinds.includes(kind)) return null;
  if (before === undefined || unsurePlaces === undefined) return alert;
  const place = unsureAt(before, unsurePlaces(kind));
  return place === null ? null : { ...alert, place };
}

/** What flapped is told as resolved only once its kind has stayed away for a day. */
function tellLate(alert: Alert, { watch, findings, alerts, policy, silenced, nowMs }: Input): Step {
  const { ended } = alert;
  // While it cannot be read, nobody knows whether it stays away.
  if (ended === null || ended.told !== 'due' || !watch.up) return { alert, telling: null };
  if (findings.some(({ kind }) => isWorse(kind, alert.kind)))
    return { alert: { ...alert, ended: { ...ended, told: 'replaced' } }, telling: null };
  // Found anew after a pause in which nobody looked: what is so is told, and not beside it that it is over.
  if (findings.some(({ kind }) => kind === alert.kind)) return { alert, telling: null };
  const others = alerts.filter((other) => other !== alert && other.kind === alert.kind);
  const lastEndMs = Math.max(ended.atMs, ...others.map((other) => other.ended?.atMs ?? nowMs));
  const laterTells = others.some(
    (other) => (other.ended?.told === 'due' || other.ended?.told === 'told') && other.ended.atMs > ended.atMs,
  );
  if (!laterTells && nowMs < lastEndMs + DAY_MS) return { alert, telling: null };
  const untold = silenced || !policy.resolved || !policy.kinds.includes(alert.kind);
  const quiet = laterTells || untold || isTaken(alert, { findings, policy });
  const over: Alert = { ...alert, ended: { ...ended, told: quiet ? 'never' : 'told' } };
  return { alert: over, telling: quiet ? null : resolved(over) };
}

function resolved(alert: Alert): Telling {
  return { change: 'resolved', alert, rungMs: null, reminderMs: null };
}
