// What the running program knows: the state's copy in memory, advanced only by what was committed, and what is shown.
import type { Alert } from './alerts/alert.ts';
import type { Judgement, Remembered } from './alerts/judge.ts';
import type { Silence } from './alerts/silence.ts';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import { evaluate } from './certificates/evaluate.ts';
import type { Finding } from './certificates/finding.ts';
import type { Look } from './certificates/look.ts';
import { ALONE, type Surroundings } from './certificates/rule.ts';
import type { Successor } from './certificates/succession.ts';
import type { Watch } from './certificates/watch.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import { createChanges } from './changes.ts';
import type { CertificateConfig } from './config/config.ts';
import { groupBy } from './shared/collections.ts';
import type { Marks, Recalled, Snapshot } from './state/store.ts';

export interface Memory {
  readonly marks: Marks;
  /** Whether the certificate is configured now: a reload may take it out in the middle of a check. */
  isConfigured(key: CertificateKey): boolean;
  remembered(key: CertificateKey): Remembered;
  /** What the state says of silences now; another process may have set one. */
  setSilences(silences: readonly Silence[]): void;
  silences(): readonly Silence[];
  /** Takes in what was committed. */
  advance(
    judgements: readonly Judgement[],
    threaded: ReadonlyMap<string, readonly Alert[]>,
    marks: Partial<Marks>,
  ): void;
  /** Shows a reading, committed or not: metrics tell what is so even where the state cannot be written. */
  show(judgement: Pick<Judgement, 'configured' | 'watch' | 'findings' | 'successor' | 'looks'>): void;
  /** What is known of one certificate now, committed or not; null where it was never read. */
  latest(key: CertificateKey): Watch | null;
  /** What is known of the configured certificates now, committed or not. */
  facts(): Iterable<Watch>;
  /** Grows whenever facts change that others could be judged by. */
  changes(): number;
  /** Whose facts have changed after so many changes; null where it may be everybody’s. */
  changedSince(changes: number): readonly CertificateKey[] | null;
  /** Shows these as they are to be judged beside the others. */
  reconsider(
    certificates: readonly CertificateConfig[],
    surroundings: (key: CertificateKey) => Surroundings,
    nowMs: number,
  ): void;
  /** The configured certificates as they are shown. */
  shown(): readonly WatchedCertificate[];
  /** Alerts that last, of configured certificates. */
  activeAlerts(): readonly Alert[];
  /** Those among these of which the state may know more than this memory. */
  lacking(keys: readonly CertificateKey[]): readonly CertificateKey[];
  /**
   * Takes a new set of configured certificates. What is known of those that left stays in the state only, and they
   * are the result; of those that come, `recalled` brings it back.
   */
  configure(
    certificates: readonly CertificateConfig[],
    nowMs: number,
    recalled?: Recalled | null,
  ): readonly Watch[];
}

export function createMemory(snapshot: Snapshot): Memory {
  const watches = new Map<string, Watch>(snapshot.watches.map((watch) => [keyText(watch), watch]));
  const alerts = new Map<string, readonly Alert[]>(groupBy(snapshot.alerts, keyText));
  let silences = new Map<string, Silence>();
  let marks = snapshot.marks;
  let shown = new Map<string, WatchedCertificate>();
  let list: readonly WatchedCertificate[] | null = null;
  /** What was read and is not written down yet. */
  const read = new Map<string, Watch>();
  let surroundings: (key: CertificateKey) => Surroundings = () => ALONE;
  const changes = createChanges();

  const factsOf = (key: string) => read.get(key) ?? watches.get(key) ?? null;

  return {
    get marks() {
      return marks;
    },
    isConfigured: (key) => shown.has(keyText(key)),
    remembered(key) {
      const text = keyText(key);
      return {
        watch: watches.get(text) ?? null,
        alerts: alerts.get(text) ?? [],
        silence: silences.get(text) ?? null,
      };
    },
    setSilences(now) {
      silences = new Map(now.map((silence) => [keyText(silence), silence]));
    },
    silences: () => [...silences.values()],
    advance(judgements, threaded, changed) {
      for (const judgement of judgements) {
        const text = keyText(judgement.watch);
        watches.set(text, judgement.watch);
        read.delete(text);
        const now = threaded.get(text) ?? judgement.alerts;
        if (now.length > 0) alerts.set(text, now);
        else alerts.delete(text);
      }
      marks = { ...marks, ...changed };
    },
    show({ configured, watch, findings, successor, looks }) {
      // It left the configuration while it was being read.
      const key = keyText(configured);
      if (!shown.has(key)) return;
      if (matters(factsOf(key), watch)) changes.note(configured);
      if (watches.get(key) !== watch) read.set(key, watch);
      shown.set(key, watchedOf(configured, watch, { findings, successor, looks }));
      list = null;
    },
    latest: (key) => factsOf(keyText(key)),
    *facts() {
      for (const key of shown.keys()) {
        const watch = factsOf(key);
        if (watch !== null) yield watch;
      }
    },
    changes: changes.count,
    changedSince: changes.since,
    reconsider(certificates, now, nowMs) {
      surroundings = now;
      for (const certificate of certificates)
        if (shown.has(keyText(certificate))) shown.set(keyText(certificate), shownNow(certificate, nowMs));
      if (certificates.length > 0) list = null;
    },
    shown() {
      list ??= [...shown.values()];
      return list;
    },
    activeAlerts() {
      const active: Alert[] = [];
      for (const [key, known] of alerts)
        if (shown.has(key)) active.push(...known.filter((alert) => alert.ended === null));
      return active;
    },
    lacking: (keys) => keys.filter((key) => !watches.has(keyText(key))),
    configure(certificates, nowMs, recalled = null) {
      const configured = new Map(certificates.map((certificate) => [keyText(certificate), certificate]));
      const unknown = [...configured.keys()].filter((key) => !watches.has(key));
      if (recalled !== null) take(recalled, new Set(unknown));
      const departed = [...watches].filter(([key]) => !configured.has(key)).map(([, watch]) => watch);
      changes.noteAll();
      for (const known of [watches, alerts, read])
        for (const key of known.keys()) if (!configured.has(key)) known.delete(key);
      shown = new Map([...configured].map(([key, certificate]) => [key, shownNow(certificate, nowMs)]));
      list = null;
      return departed;
    },
  };

  function shownNow(certificate: CertificateConfig, nowMs: number): WatchedCertificate {
    const watch = factsOf(keyText(certificate));
    const beside = surroundings(certificate);
    const findings = watch === null ? [] : evaluate(watch, certificate.thresholds, nowMs, beside);
    return watchedOf(certificate, watch, {
      findings,
      successor: beside.succession.successor,
      looks: beside.looks,
    });
  }

  function take(recalled: Recalled, wanted: ReadonlySet<string>): void {
    for (const watch of recalled.watches) if (wanted.has(keyText(watch))) watches.set(keyText(watch), watch);
    for (const [key, known] of groupBy(recalled.alerts, keyText)) if (wanted.has(key)) alerts.set(key, known);
  }
}

/** Whether others could be judged differently by it. */
function matters(before: Watch | null, now: Watch): boolean {
  return (
    before === null ||
    before.certificate !== now.certificate ||
    (before.missingSinceMs === null) !== (now.missingSinceMs === null)
  );
}

function watchedOf(
  { account, id, alias, owner, runbook }: CertificateConfig,
  watch: Watch | null,
  judged: {
    readonly findings: readonly Finding[];
    readonly successor: Successor | null;
    readonly looks: readonly Look[];
  },
): WatchedCertificate {
  return {
    account,
    id,
    alias,
    owner,
    runbook,
    certificate: watch?.certificate ?? null,
    // Neither up nor failed is what came back into the configuration and was not read since.
    up: watch === null || (!watch.up && watch.failure === null) ? null : watch.up,
    lastSuccessMs: watch?.lastSuccessMs ?? null,
    failure: watch?.failure ?? null,
    ...judged,
  };
}

/** The slot that the state remembers; none where the schedule is another one, or a certificate was never read. */
export function knownSlot(
  { marks, shown }: Pick<Memory, 'marks' | 'shown'>,
  checkCron: string,
): number | null {
  if (marks.checkCron !== checkCron || shown().some(({ up }) => up === null)) return null;
  return marks.nextCheckMs;
}
