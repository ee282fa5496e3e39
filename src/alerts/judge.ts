// One certificate, one reading: from what came to what is remembered and told. Pure.
import type { Certificate } from '../certificates/certificate.ts';
import { evaluate } from '../certificates/evaluate.ts';
import { isHushed, unsureOf, unsurePlaces } from '../certificates/evaluate-renewal.ts';
import type { Finding } from '../certificates/finding.ts';
import { type HistoryEntry, historyOf } from '../certificates/history.ts';
import type { Look } from '../certificates/look.ts';
import type { Reading } from '../certificates/reading.ts';
import { ALONE, type Surroundings } from '../certificates/rule.ts';
import type { Successor } from '../certificates/succession.ts';
import { differs, learn, type Watch } from '../certificates/watch.ts';
import type { CertificateConfig } from '../config/config.ts';
import type { Alert, AlertKey, NoticeCertificate } from './alert.ts';
import { type Addressed, alertText, noticeOf } from './compose.ts';
import { samePlaces } from './places.ts';
import { type Policy, reconcile } from './reconcile.ts';
import { type Silence, silenceState } from './silence.ts';

/** What is remembered of the certificate before the reading. */
export interface Remembered {
  readonly watch: Watch | null;
  readonly alerts: readonly Alert[];
  readonly silence: Silence | null;
}

export interface Judgement {
  readonly configured: CertificateConfig;
  readonly watch: Watch;
  /** Whether anything but the time of the last success differs from what was remembered. */
  readonly watchChanged: boolean;
  readonly findings: readonly Finding[];
  readonly successor: Successor | null;
  readonly looks: readonly Look[];
  readonly alerts: readonly Alert[];
  /** Whether any alert differs from what was remembered. */
  readonly alertsChanged: boolean;
  readonly addressed: readonly Addressed[];
  /** Alerts that lasted before the reading and are over: what still waits to be sent of them is out of date. */
  readonly endedAlerts: readonly AlertKey[];
  readonly silence: { readonly lifted: boolean; readonly adopted: Silence | null };
  readonly history: readonly HistoryEntry[];
}

interface Question {
  readonly configured: CertificateConfig;
  readonly remembered: Remembered;
  /** What is known beside it. */
  readonly surroundings?: Surroundings;
  readonly policy: Policy;
  /** The recipients of everything. */
  readonly to: readonly string[];
  /** The check's time. */
  readonly nowMs: number;
}

/** What a reading comes to. */
export function judge({ reading, ...question }: Question & { readonly reading: Reading }): Judgement {
  const { configured, remembered, nowMs } = question;
  return conclude(question, learn({ key: configured, known: remembered.watch, reading, nowMs }));
}

/** What `learned`, the certificate as it is known now, comes to: judged again where its surroundings have changed. */
export function conclude(
  { configured, remembered, surroundings = ALONE, policy, to, nowMs }: Question,
  learned: Watch,
): Judgement {
  const watchChanged = differs(remembered.watch, learned);
  // The objects that are known live on where nothing changed: ten thousand new ones at each check would grow old.
  const watch =
    watchChanged || remembered.watch === null
      ? learned
      : { ...remembered.watch, lastSuccessMs: learned.lastSuccessMs };
  const findings = evaluate(watch, configured.thresholds, nowMs, surroundings);
  const silence = judgeSilence(remembered.silence, watch, nowMs);
  const { alerts, tellings } = reconcile({
    watch,
    findings,
    unsure: unsureOf(watch, configured.thresholds, nowMs, surroundings),
    unsurePlaces: (kind) => unsurePlaces(kind, { watch, findings, surroundings }),
    isHushed: (alert) => isHushed(alert, surroundings),
    alerts: remembered.alerts,
    silenced: silence.holds,
    policy,
    nowMs,
  });
  const certificate = factsOf(configured, watch);
  const recipients = [...to, ...configured.recipients];
  const before = new Map(remembered.alerts.map((alert) => [alertText(alert), alert]));
  const lasted = remembered.alerts.filter((alert) => alert.ended === null);
  const began = alerts.filter(
    (alert) => alert.ended === null && before.get(alertText(alert))?.ended !== null && !goesOn(alert, lasted),
  );
  const ended = alerts.filter(
    (alert) => alert.ended !== null && before.get(alertText(alert))?.ended === null,
  );
  return {
    configured,
    watch,
    watchChanged,
    findings,
    successor: surroundings.succession.successor,
    looks: surroundings.looks,
    alerts,
    alertsChanged:
      alerts.length !== remembered.alerts.length ||
      alerts.some((alert) => !sameAlert(alert, before.get(alertText(alert)))),
    addressed: tellings.map((telling) => ({ notice: noticeOf({ telling, certificate, nowMs }), recipients })),
    endedAlerts: ended.filter((alert) => alert.ended?.told !== 'due'),
    silence: { lifted: silence.lifted, adopted: silence.adopted },
    history: [
      ...historyOf(remembered.watch, watch, nowMs),
      ...began.map((alert) => alertEntry(alert, 'alert', nowMs)),
      ...ended.map((alert) => alertEntry(alert, 'resolved', nowMs)),
    ],
  };
}

/** An alert that lasts under another epoch: its date has become known. */
function goesOn({ kind, sinceMs }: Alert, lasted: readonly Alert[]): boolean {
  return lasted.some((other) => other.kind === kind && other.sinceMs === sinceMs);
}

/** Whether there is anything to write or to tell. */
export function isQuiet(judgement: Judgement): boolean {
  const { watchChanged, alertsChanged, addressed, history, silence } = judgement;
  return (
    !watchChanged &&
    !alertsChanged &&
    addressed.length === 0 &&
    history.length === 0 &&
    !silence.lifted &&
    silence.adopted === null
  );
}

/** The facts of a certificate that a notice carries. */
export function factsOf(configured: CertificateConfig, watch: Watch | null): NoticeCertificate {
  const certificate = watch?.certificate ?? null;
  return {
    account: configured.account,
    id: configured.id,
    name: certificate?.name ?? null,
    alias: configured.alias,
    domains: certificate === null ? [] : domainsOf(certificate),
    owner: configured.owner,
    runbook: configured.runbook,
    status: certificate?.status ?? null,
    notAfterMs: certificate?.notAfterMs ?? null,
    revokeReason: certificate?.revokeReason ?? null,
    lastSuccessMs: watch?.lastSuccessMs ?? null,
  };
}

function domainsOf({ domain, sans }: Certificate): readonly string[] {
  return [...new Set(domain === null ? sans : [domain, ...sans])];
}

function judgeSilence(
  silence: Silence | null,
  watch: Watch,
  nowMs: number,
): { holds: boolean; lifted: boolean; adopted: Silence | null } {
  if (silence === null) return { holds: false, lifted: false, adopted: null };
  switch (silenceState(silence, watch, nowMs)) {
    case 'holds':
      return { holds: true, lifted: false, adopted: null };
    case 'lifted':
      return { holds: false, lifted: true, adopted: null };
    case 'adopt': {
      const certificate = watch.certificate;
      const baseline =
        certificate === null ? null : { status: certificate.status, notAfterMs: certificate.notAfterMs };
      return { holds: true, lifted: false, adopted: { ...silence, baseline } };
    }
  }
}

/** The reason is put into words anew at each check ("ends in 13 days"): that alone is no change. */
function sameAlert(a: Alert, b: Alert | undefined): boolean {
  return (
    b !== undefined &&
    a.severity === b.severity &&
    a.cause === b.cause &&
    a.sinceMs === b.sinceMs &&
    a.occurrence === b.occurrence &&
    a.toldAtMs === b.toldAtMs &&
    a.toldRungMs === b.toldRungMs &&
    a.toldReminderMs === b.toldReminderMs &&
    a.flapping === b.flapping &&
    samePlaces(a.place, b.place) &&
    a.ended?.atMs === b.ended?.atMs &&
    a.ended?.told === b.ended?.told
  );
}

function alertEntry(alert: Alert, event: 'alert' | 'resolved', atMs: number): HistoryEntry {
  const { account, id, kind } = alert;
  const how = alert.ended === null ? alert.reason : alert.ended.ending.how;
  return { account, id, atMs, event, text: `${kind}: ${how}` };
}
