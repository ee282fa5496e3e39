// What the monitor says about itself, in the domain's words: the rest of the program never sees a metric's name.
import { KINDS, type Kind, SEVERITIES, type Severity } from '../certificates/finding.ts';
import { FAILURE_REASONS, type FailureReason } from '../certificates/reading.ts';
import { type Clock, systemClock } from '../shared/time.ts';
import { toOpenMetrics } from './openmetrics.ts';
import { createOwnSeries, type OwnSeries } from './own-series.ts';
import { createProcessSeries } from './process-series.ts';

export const API_OPERATIONS = [
  'ShowCertificate',
  'CreateToken',
  'ListCertificates',
  'ListDeployedResources',
] as const;
export type ApiOperation = (typeof API_OPERATIONS)[number];

/** The closed list of the `outcome` label of API requests. */
export const REQUEST_OUTCOMES = ['ok', ...FAILURE_REASONS] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

/** complete: every read had its answer; partial: some had; failed: none had. */
export type CheckResult = 'complete' | 'partial' | 'failed';

const CHECK_RESULTS = ['complete', 'partial', 'failed', 'skipped'] as const;
const MAIL_OUTCOMES = ['sent', 'deferred', 'refused', 'ambiguous'] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

/** The two text formats of Prometheus: 0.0.4 and OpenMetrics 1.0. */
export type TextFormat = 'text' | 'openmetrics';

export interface Metrics {
  /** Counts a check that ran; `atMs` is its end. */
  checkFinished(check: { result: CheckResult; seconds: number; atMs: number }): void;
  /** Counts a slot in which no check ran, because the one before had not ended. */
  checkSkipped(): void;
  /** What the state remembers of checks before the start; null is unknown and stays absent. */
  checksKnown(checks: { lastCheckMs: number | null; lastCompleteCheckMs: number | null }): void;
  /** Counts a request to the cloud; ignored for an account that is not configured any more. */
  request(request: {
    account: string;
    operation: ApiOperation;
    outcome: RequestOutcome;
    seconds: number;
  }): void;
  /** The cloud's clock minus ours. */
  clockSkew(skew: { account: string; seconds: number }): void;
  /** The same, as last seen; only of accounts that have answered. */
  clockSkews(): readonly { readonly account: string; readonly seconds: number }[];
  readFailed(account: string, reason: FailureReason): void;
  /** Counts an attempt at delivery. */
  mail(outcome: MailOutcome): void;
  /** `oldestMs`: when the oldest waiting mail was written; null where none waits. */
  outbox(outbox: { waiting: number; parked: number; oldestMs: number | null }): void;
  /** All alerts that last; a pair of kind and severity that is not named counts 0. */
  alerts(counts: readonly { kind: Kind; severity: Severity; count: number }[]): void;
  /** Every load of the configuration, the first one included. */
  reload(reload: { ok: boolean; atMs: number }): void;
  /** Every load of the web configuration, the first one included; never called where there is none. */
  webReload(reload: { ok: boolean; atMs: number }): void;
  /** Of accounts that were listed whole; those of others go. */
  accountCertificates(
    counts: readonly { readonly account: string; readonly monitored: number; readonly unmonitored: number }[],
  ): void;
  /** By account what is to be added to its offset, in milliseconds; those of others go. */
  offsetErrors(errors: ReadonlyMap<string, number>): void;
  stateWriteFailed(): void;
  /** The configured accounts: series of departed ones go, those of new ones start at 0. */
  accounts(names: readonly string[]): void;
  /** The monitor's own part of /metrics; in OpenMetrics without the closing `# EOF`. */
  render(format?: TextFormat): Promise<string>;
}

export interface MetricsOptions {
  readonly version: string;
  readonly revision: string;
  readonly accounts: readonly string[];
  readonly clock?: Clock;
}

/** Metrics in registries of their own, closed label sets at 0, what is not known yet absent. */
export function createMetrics({ version, revision, accounts, clock = systemClock }: MetricsOptions): Metrics {
  const series = createOwnSeries();
  series.buildInfo.set({ version, revision, node_version: process.version }, 1);
  startAtZero(series);
  const known = createAccounts(series);
  known.replace(accounts);
  const skews = new Map<string, number>();
  const render = createRender(series, clock);

  /** Applies a change, after which the text is made anew. */
  function changing<A extends unknown[]>(change: (...facts: A) => void): (...facts: A) => void {
    return (...facts) => {
      change(...facts);
      render.changed();
    };
  }

  return {
    checkFinished: changing(({ result, seconds, atMs }) => {
      series.checks.inc({ result });
      series.checkSeconds.observe(seconds);
      series.lastCheck.set(atMs / 1000);
      if (result === 'complete') series.lastCompleteCheck.set(atMs / 1000);
    }),
    checkSkipped: changing(() => series.checks.inc({ result: 'skipped' })),
    checksKnown: changing(({ lastCheckMs, lastCompleteCheckMs }) => {
      if (lastCheckMs !== null) series.lastCheck.set(lastCheckMs / 1000);
      if (lastCompleteCheckMs !== null) series.lastCompleteCheck.set(lastCompleteCheckMs / 1000);
    }),
    request: changing(({ account, operation, outcome, seconds }) => {
      if (!known.has(account)) return;
      series.requests.inc({ account, operation, outcome });
      series.requestSeconds.observe({ account, operation }, seconds);
    }),
    clockSkew: changing(({ account, seconds }) => {
      if (!known.has(account)) return;
      series.clockSkew.set({ account }, seconds);
      skews.set(account, seconds);
    }),
    clockSkews: () => [...skews].map(([account, seconds]) => ({ account, seconds })),
    readFailed: changing((account, reason) => {
      if (known.has(account)) series.readFailures.inc({ account, reason });
    }),
    mail: changing((outcome) => series.mails.inc({ outcome })),
    outbox: changing(({ waiting, parked, oldestMs }) => {
      series.outbox.set({ state: 'waiting' }, waiting);
      series.outbox.set({ state: 'parked' }, parked);
      if (oldestMs === null) series.outboxOldest.remove();
      else series.outboxOldest.set(oldestMs / 1000);
    }),
    alerts: changing((counts) => {
      alertsAtZero(series);
      for (const { kind, severity, count } of counts) series.alerts.inc({ kind, severity }, count);
    }),
    reload: changing(({ ok, atMs }) => {
      series.reloadOk.set(Number(ok));
      if (ok) series.reloadOkAt.set(atMs / 1000);
    }),
    webReload: changing(({ ok, atMs }) => {
      series.webReloadOk.set(Number(ok));
      if (ok) series.webReloadOkAt.set(atMs / 1000);
    }),
    accountCertificates: changing((counts) => {
      series.accountCertificates.reset();
      for (const { account, monitored, unmonitored } of counts) {
        series.accountCertificates.set({ account, state: 'monitored' }, monitored);
        series.accountCertificates.set({ account, state: 'unmonitored' }, unmonitored);
      }
    }),
    offsetErrors: changing((errors) => {
      series.offsetError.reset();
      for (const [account, ms] of errors) series.offsetError.set({ account }, ms / 1000);
    }),
    stateWriteFailed: changing(() => series.stateWriteFailures.inc()),
    accounts: changing((names) => {
      known.replace(names);
      for (const account of skews.keys()) if (!known.has(account)) skews.delete(account);
    }),
    render: render.text,
  };
}

/** prom-client starts gauges without labels at 0: what is not known is taken out, what is counted starts at 0. */
function startAtZero(series: OwnSeries): void {
  for (const result of CHECK_RESULTS) series.checks.inc({ result }, 0);
  for (const outcome of MAIL_OUTCOMES) series.mails.inc({ outcome }, 0);
  for (const state of ['waiting', 'parked']) series.outbox.set({ state }, 0);
  alertsAtZero(series);
  const unknown = [
    series.lastCheck,
    series.lastCompleteCheck,
    series.outboxOldest,
    series.reloadOk,
    series.reloadOkAt,
    series.webReloadOk,
    series.webReloadOkAt,
  ];
  for (const gauge of unknown) gauge.remove();
}

function alertsAtZero(series: OwnSeries): void {
  for (const kind of KINDS) for (const severity of SEVERITIES) series.alerts.set({ kind, severity }, 0);
}

/** The accounts that have series. prom-client keeps every label set for ever, so those of departed accounts are taken out. */
function createAccounts(series: OwnSeries) {
  const names = new Set<string>();

  function add(account: string): void {
    names.add(account);
    for (const reason of FAILURE_REASONS) series.readFailures.inc({ account, reason }, 0);
    for (const operation of API_OPERATIONS) {
      series.requestSeconds.zero({ account, operation });
      for (const outcome of REQUEST_OUTCOMES) series.requests.inc({ account, operation, outcome }, 0);
    }
  }

  function remove(account: string): void {
    names.delete(account);
    series.clockSkew.remove({ account });
    for (const reason of FAILURE_REASONS) series.readFailures.remove({ account, reason });
    for (const operation of API_OPERATIONS) {
      series.requestSeconds.remove({ account, operation });
      for (const outcome of REQUEST_OUTCOMES) series.requests.remove({ account, operation, outcome });
    }
  }

  return {
    has: (account: string): boolean => names.has(account),
    replace(wanted: readonly string[]): void {
      for (const account of [...names]) if (!wanted.includes(account)) remove(account);
      for (const account of wanted) if (!names.has(account)) add(account);
    },
  };
}

/** Text is made at the scrape, and only where something changed since the last one. */
function createRender(series: OwnSeries, clock: Clock) {
  const processSeries = createProcessSeries(() => clock.monotonicMs());
  let changes = 0;
  let own = { changes: -1, text: '' };
  const plain = { own: '', ofProcess: '', text: '' };
  const openMetrics = { from: '', text: '' };

  /** Where nothing changed the same string, and not only an equal one: who compares it is done at once. */
  async function plainText(): Promise<string> {
    const ofProcess = await processSeries.text();
    if (own.changes !== changes) own = { changes, text: await series.registry.metrics() };
    if (plain.own !== own.text || plain.ofProcess !== ofProcess)
      Object.assign(plain, { own: own.text, ofProcess, text: own.text + ofProcess });
    return plain.text;
  }

  return {
    changed(): void {
      changes += 1;
    },
    async text(format: TextFormat = 'text'): Promise<string> {
      const text = await plainText();
      if (format === 'text') return text;
      if (openMetrics.from !== text) Object.assign(openMetrics, { from: text, text: toOpenMetrics(text) });
      return openMetrics.text;
    },
  };
}
