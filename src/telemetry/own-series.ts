// The monitor's own metrics and those of accounts: every such name stands here and nowhere else (DESIGN: "Metrics").
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const CHECK_BUCKETS_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800];
const REQUEST_BUCKETS_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the metrics in a registry of their own; nothing is global. */
export function createOwnSeries() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
    new Counter({ name: `ccm_monitor_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> =>
    new Gauge({ name: `ccm_monitor_${name}`, help, labelNames, registers });

  return {
    registry,
    buildInfo: gauge('build_info', 'Version of the monitor; always 1.', [
      'version',
      'revision',
      'node_version',
    ]),
    checks: counter('checks_total', 'Checks of all certificates, by how they ended.', ['result']),
    checkSeconds: new Histogram({
      name: 'ccm_monitor_check_duration_seconds',
      help: 'How long a check of all certificates took.',
      buckets: CHECK_BUCKETS_SECONDS,
      registers,
    }),
    lastCheck: gauge('last_check_timestamp_seconds', 'When the last check ended.'),
    lastCompleteCheck: gauge(
      'last_complete_check_timestamp_seconds',
      'When the last check ended in which every read had its answer.',
    ),
    requests: counter('api_requests_total', 'Requests to the cloud, by how they ended.', [
      'account',
      'operation',
      'outcome',
    ]),
    requestSeconds: new Histogram({
      name: 'ccm_monitor_api_request_duration_seconds',
      help: 'How long a request to the cloud took.',
      labelNames: ['account', 'operation'] as const,
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
    readFailures: counter('read_failures_total', 'Reads of a certificate that failed, by reason.', [
      'account',
      'reason',
    ]),
    clockSkew: gauge('clock_skew_seconds', "The cloud's clock minus ours, from its Date header.", [
      'account',
    ]),
    accountCertificates: new Gauge({
      name: 'ccm_account_certificates',
      help: 'Certificates of the account that are watched, and those that nobody watches; absent when it cannot be listed.',
      labelNames: ['account', 'state'] as const,
      registers,
    }),
    offsetError: new Gauge({
      name: 'ccm_account_utc_offset_error_seconds',
      help: 'What is to be added to utcOffset of the account, by the certificates that are served; absent when not known.',
      labelNames: ['account'] as const,
      registers,
    }),
    alerts: gauge('alerts_active', 'Alerts that last now.', ['kind', 'severity']),
    mails: counter('mails_total', 'Attempts at delivering a mail, by how they ended.', ['outcome']),
    outbox: gauge('outbox_mails', 'Mails that are not delivered yet.', ['state']),
    outboxOldest: gauge(
      'outbox_oldest_timestamp_seconds',
      'When the oldest waiting mail was written, absent when none waits.',
    ),
    reloadOk: gauge('config_last_reload_successful', 'Whether the last load of the configuration succeeded.'),
    reloadOkAt: gauge(
      'config_last_reload_success_timestamp_seconds',
      'When the configuration was last loaded with success.',
    ),
    webReloadOk: gauge(
      'web_config_last_reload_successful',
      'Whether the last load of the web configuration succeeded, absent where there is none.',
    ),
    webReloadOkAt: gauge(
      'web_config_last_reload_success_timestamp_seconds',
      'When the web configuration was last loaded with success, absent where there is none.',
    ),
    stateWriteFailures: counter('state_write_failures_total', 'Writes of the state that failed.'),
  };
}

export type OwnSeries = ReturnType<typeof createOwnSeries>;
