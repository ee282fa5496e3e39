// What the Grafana dashboard shows: its rows, and every panel with its queries. Pure.
import {
  BY_DAYS_LEFT,
  BY_SECONDS_LEFT,
  GREEN,
  graph,
  ORANGE,
  ORANGE_FROM_ONE,
  ofMonitor,
  RED,
  RED_FROM_ONE,
  RENEWED,
  SERVED,
  SEVERITIES,
  stat,
  steps,
  table,
  target,
  WIDTH,
  YES_NO,
} from './panels.js';

const ACCOUNT = 'account=~"$account"';

// A pod that is replaced leaves its series behind for a while: facts are taken over all pods, by their own labels only.
const OF_CERTIFICATE = 'max by (account, certificate_id)';
const certificate = (name) => `${OF_CERTIFICATE} (ccm_certificate_${name}{${ACCOUNT}})`;
const own = (name, labels = '') => `ccm_monitor_${name}{${labels}}`;
const secondsLeft = `(${certificate('not_after_timestamp_seconds')} - time())`;
// Dead or refused: their end is no news.
const DEAD = `${OF_CERTIFICATE} (ccm_certificate_status{${ACCOUNT}, status=~"REVOKED|UNPASSED"} == 1)`;
const liveSecondsLeft = `(${secondsLeft} unless ${DEAD})`;
// One that another live certificate has taken the place of: its end is no trouble.
const SUPERSEDED = `${certificate('superseded')} == 1`;
// It was deleted then, and the monitor finds nothing wrong with that: that it is read no more is no news either.
const RETIRED = `(${SUPERSEDED} and ${certificate('severity')} == 0)`;
const UNREAD = `(${certificate('up')} == 0 unless ${RETIRED})`;
const neededSecondsLeft = `(${secondsLeft} unless ${DEAD} unless ${SUPERSEDED})`;
const NAMES = `topk by (account, certificate_id) (1, max by (account, certificate_id, domain, name) (ccm_certificate_info{${ACCOUNT}}))`;
const named = (expression) =>
  `${expression} * on (account, certificate_id) group_left (domain, name) ${NAMES}`;
// The place is in `endpoint`, a label that the Prometheus Operator uses itself: there it is in `exported_endpoint`.
const endpoint = (name, { labels = '', only = '' } = {}) =>
  `max by (account, certificate_id, endpoint${labels}) (label_replace(ccm_endpoint_${name}{${ACCOUNT}${only}}, "endpoint", "$1", "exported_endpoint", "(.+)"))`;
const ENDPOINT_INFO = `topk by (account, certificate_id, endpoint) (1, ${endpoint('info', { labels: ', protocol, untrusted' })})`;
const count = (expression) => `count(${expression}) or vector(0)`;
const CERTIFICATE_LEGEND = '{{domain}} {{name}} ({{certificate_id}})';

const SEVERITY_COLUMN = { coloured: true, mappings: SEVERITIES };
const DAYS_COLUMN = {
  coloured: true,
  decimals: 1,
  unit: 'd',
  thresholds: BY_DAYS_LEFT,
  color: { mode: 'thresholds' },
};
const STATUS = `max by (account, certificate_id, status) (ccm_certificate_status{${ACCOUNT}} == 1)`;

/** Rows of the dashboard; within one, panels flow from left to right. */
export const ROWS = {
  'What needs attention first': [
    stat('Critical', {
      w: 3,
      expr: count(`${certificate('severity')} == 2`),
      description:
        'Certificates with a critical finding: expired, revoked, refused, missing, unreadable, or close to their end.',
    }),
    stat('Warning', {
      w: 3,
      expr: count(`${certificate('severity')} == 1`),
      thresholds: ORANGE_FROM_ONE,
      description: 'Certificates whose gravest finding is a warning.',
    }),
    stat('Not read', {
      w: 3,
      expr: count(UNREAD),
      thresholds: ORANGE_FROM_ONE,
      description: 'The last read of these certificates failed: what is known of them may be old.',
    }),
    stat('Healthy', {
      w: 3,
      expr: count(`${certificate('severity')} == 0`),
      thresholds: steps([null, 'text']),
      description: 'Certificates without any finding.',
    }),
    stat('Next end', {
      w: 3,
      expr: `min(${neededSecondsLeft} > 0)`,
      unit: 's',
      thresholds: BY_SECONDS_LEFT,
      description: 'Time until the next live certificate ends that no other has taken the place of.',
    }),
    stat('Since a complete check', {
      w: 3,
      expr: 'time() - max(ccm_monitor_last_complete_check_timestamp_seconds)',
      unit: 's',
      thresholds: steps([null, GREEN], [3_600, ORANGE], [14_400, RED]),
      description: 'Time since the last check in which every certificate was read.',
    }),
    stat('Mails that wait', {
      w: 3,
      expr: 'sum(max by (state) (ccm_monitor_outbox_mails))',
      description: 'Mails that are waiting or were refused for good: somebody has not been told.',
    }),
    stat('Configuration in force', {
      w: 3,
      expr: 'min(ccm_monitor_config_last_reload_successful) * (min(ccm_monitor_web_config_last_reload_successful) or vector(1))',
      thresholds: steps([null, RED], [1, GREEN]),
      mappings: YES_NO,
      description: 'Whether the last load of the configuration, and of the web configuration, succeeded.',
    }),
    table('Certificates that need attention', {
      h: 8,
      description: 'Every certificate with a finding, the gravest and the next to end first.',
      queries: {
        A: `${certificate('severity')} > 0`,
        B: `${secondsLeft} / 86400 and ${certificate('severity')} > 0`,
        C: `${STATUS} and on (account, certificate_id) ${certificate('severity')} > 0`,
        D: `max by (account, certificate_id, domain, name, alias) (ccm_certificate_info{${ACCOUNT}}) and on (account, certificate_id) ${certificate('severity')} > 0`,
      },
      columns: {
        A: ['Severity', SEVERITY_COLUMN],
        domain: ['Domain'],
        name: ['Name'],
        alias: ['Alias'],
        status: ['Status'],
        B: ['Days left', DAYS_COLUMN],
        account: ['Account'],
        certificate_id: ['Certificate'],
      },
      hidden: ['Value #C', 'Value #D'],
      sortBy: 'A',
      desc: true,
    }),
    table('Alerts of Prometheus', {
      h: 6,
      description: 'Alerts of the rules that come with the monitor, as Prometheus sees them now.',
      queries: { A: 'ALERTS{alertname=~"Ccm.+"}' },
      columns: {
        alertname: ['Alert'],
        alertstate: ['State'],
        severity: ['Severity'],
        domain: ['Domain'],
        name: ['Name'],
        account: ['Account'],
        certificate_id: ['Certificate'],
      },
      hidden: ['__name__', 'Value', 'Value #A', 'alias', 'kind'],
      sortBy: 'severity',
    }),
  ],
  Certificates: [
    table('All certificates', {
      h: 12,
      description: 'What is known of every certificate, the next to end first.',
      queries: {
        A: `${secondsLeft} / 86400`,
        B: `1000 * ${certificate('not_after_timestamp_seconds')}`,
        C: STATUS,
        D: `max by (account, certificate_id, domain, name, alias, certificate_type, brand) (ccm_certificate_info{${ACCOUNT}})`,
        E: certificate('severity'),
        F: certificate('up'),
        H: certificate('superseded'),
        G: `time() - ${certificate('last_success_timestamp_seconds')}`,
      },
      columns: {
        domain: ['Domain'],
        name: ['Name'],
        alias: ['Alias'],
        status: ['Status'],
        A: ['Days left', DAYS_COLUMN],
        B: ['Not after', { unit: 'dateTimeAsIso' }],
        E: ['Severity', SEVERITY_COLUMN],
        H: ['Superseded', { mappings: RENEWED }],
        F: ['Last read succeeded', { mappings: YES_NO, coloured: true }],
        G: ['Read before', { unit: 's' }],
        certificate_type: ['Type'],
        brand: ['Brand'],
        account: ['Account'],
        certificate_id: ['Certificate'],
      },
      hidden: ['Value #C', 'Value #D'],
      sortBy: 'A',
    }),
    table('Superseded, and still there', {
      h: 7,
      description:
        'Another live certificate covers all names of these and ends later: see that it is deployed, then retire these.',
      queries: {
        A: `${secondsLeft} / 86400 and ${SUPERSEDED}`,
        B: `1000 * ${certificate('not_after_timestamp_seconds')} and ${SUPERSEDED}`,
        C: `${STATUS} and on (account, certificate_id) ${SUPERSEDED}`,
        D: `max by (account, certificate_id, domain, name, alias) (ccm_certificate_info{${ACCOUNT}}) and on (account, certificate_id) ${SUPERSEDED}`,
      },
      columns: {
        domain: ['Domain'],
        name: ['Name'],
        alias: ['Alias'],
        status: ['Status'],
        A: ['Days left', { decimals: 1, unit: 'd' }],
        B: ['Not after', { unit: 'dateTimeAsIso' }],
        account: ['Account'],
        certificate_id: ['Certificate'],
      },
      hidden: ['Value #C', 'Value #D'],
      sortBy: 'A',
    }),
    graph('Days left, the 25 next to end', {
      w: 12,
      h: 9,
      unit: 'd',
      min: null,
      lines: [[`bottomk(25, ${named(`(${liveSecondsLeft} / 86400)`)})`, CERTIFICATE_LEGEND]],
      description: 'A line that jumps up was renewed under the same id.',
    }),
    graph('Ends ahead', {
      w: 12,
      h: 9,
      lines: [7, 30, 60, 90].map((days) => [
        count(`${neededSecondsLeft} > 0 < ${days * 86_400}`),
        `within ${days} days`,
      ]),
      description: 'Live certificates that end within so many days and that no other has taken the place of.',
    }),
    graph('Watched, and by nobody', {
      w: 12,
      lines: [[`max by (account, state) (ccm_account_certificates{${ACCOUNT}})`, '{{account}}: {{state}}']],
      description:
        'Certificates of each account that are watched, and those that nobody watches, but for what has ended for good. No line where the account cannot be listed whole.',
    }),
    graph('Superseded, by account', {
      w: 12,
      lines: [[`sum by (account) (${certificate('superseded')})`, '{{account}}']],
      description: 'Certificates that are still there although another live one has taken their place.',
    }),
    {
      type: 'state-timeline',
      title: 'What was wrong, and when',
      description: 'Every certificate that had a finding in the time shown, by its gravest one.',
      size: { w: WIDTH, h: 9 },
      targets: [
        target(
          named(
            `(${certificate('severity')} and on (account, certificate_id) max_over_time(ccm_certificate_severity{${ACCOUNT}}[$__range]) > 0)`,
          ),
          CERTIFICATE_LEGEND,
        ),
      ],
      fieldConfig: {
        defaults: {
          mappings: SEVERITIES,
          color: { mode: 'thresholds' },
          thresholds: steps([null, GREEN], [1, ORANGE], [2, RED]),
          custom: { fillOpacity: 80, lineWidth: 0 },
        },
        overrides: [],
      },
      options: {
        mergeValues: true,
        showValue: 'auto',
        alignValue: 'left',
        rowHeight: 0.9,
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      },
    },
  ],
  Endpoints: [
    table('What endpoints serve', {
      h: 8,
      description:
        'Every place that the configuration has by `probe`, as it was last seen, the next end first. Another certificate than this one may be a newer one, served on purpose.',
      queries: {
        A: `(${endpoint('not_after_timestamp_seconds')} - time()) / 86400`,
        B: endpoint('up'),
        C: endpoint('certificate_match'),
        D: named(ENDPOINT_INFO),
      },
      columns: {
        domain: ['Domain'],
        name: ['Name'],
        endpoint: ['Endpoint'],
        A: ['Days left', DAYS_COLUMN],
        untrusted: ['Refused by clients'],
        C: ['This certificate', { mappings: SERVED }],
        B: ['Last look succeeded', { mappings: YES_NO, coloured: true }],
        protocol: ['Protocol'],
        account: ['Account'],
        certificate_id: ['Certificate'],
      },
      hidden: ['Value #D'],
      sortBy: 'A',
    }),
    graph('Endpoints, by what was seen', {
      w: 24,
      lines: [
        [count(endpoint('up')), 'looked at'],
        [count(`${endpoint('up')} == 0`), 'the last look failed'],
        [count(endpoint('info', { only: ', untrusted!=""' })), 'refused by clients'],
        [count(`${endpoint('certificate_match')} == 0`), 'another certificate'],
      ],
      description:
        'How many places are looked at, how many of them did not answer, and what the others serve.',
    }),
  ],
  Freshness: [
    graph('Age of what is known', {
      unit: 's',
      lines: [
        [
          `max by (account) (time() - ${certificate('last_success_timestamp_seconds')} unless ${RETIRED})`,
          '{{account}}, the longest unread',
        ],
      ],
      description: 'Time since the last successful read; it saws between 0 and the interval of the schedule.',
    }),
    graph('Checks', {
      lines: [['sum by (result) (increase(ccm_monitor_checks_total[$__rate_interval]))', '{{result}}']],
      stacked: true,
      description:
        'How checks ended: complete, partial (some certificates were not read), failed (none was), skipped (the one before had not ended).',
    }),
    graph('How long a check takes', {
      unit: 's',
      lines: [50, 95].map((share) => [
        `histogram_quantile(${share / 100}, sum by (le) (rate(ccm_monitor_check_duration_seconds_bucket[$__rate_interval])))`,
        `${share} %`,
      ]),
      description: 'Median and 95th percentile.',
    }),
    graph('Reads that failed', {
      lines: [
        [
          `sum by (account, reason) (increase(ccm_monitor_read_failures_total{${ACCOUNT}}[$__rate_interval])) > 0`,
          '{{account}}: {{reason}}',
        ],
      ],
      stacked: true,
      description: 'By reason; empty while everything can be read.',
    }),
    graph('Certificates that cannot be read', {
      lines: [
        [`count by (account) (${UNREAD}) or 0 * count by (account) (${certificate('up')})`, '{{account}}'],
      ],
      description: 'The last read of so many certificates failed.',
    }),
    graph('Clock skew', {
      unit: 's',
      min: null,
      lines: [[`max by (account) (${own('clock_skew_seconds', ACCOUNT)})`, '{{account}}']],
      description: "The cloud's clock minus the monitor's. Signed requests are refused from 15 minutes on.",
    }),
  ],
  'Alerts and mails': [
    graph('Alerts that last', {
      lines: [['max by (kind, severity) (ccm_monitor_alerts_active) > 0', '{{kind}}, {{severity}}']],
      stacked: true,
      description: 'What the monitor itself has told or is about to tell by mail.',
    }),
    graph('Attempts at delivery', {
      lines: [['sum by (outcome) (increase(ccm_monitor_mails_total[$__rate_interval]))', '{{outcome}}']],
      stacked: true,
      description: 'sent, deferred (tried again), refused, ambiguous (handed over, and no answer came).',
    }),
    graph('Mails not delivered', {
      w: 4,
      lines: [['max by (state) (ccm_monitor_outbox_mails)', '{{state}}']],
      description: 'waiting: tried again; parked: refused for good.',
    }),
    graph('Oldest mail that waits', {
      w: 4,
      unit: 's',
      lines: [['(time() - max(ccm_monitor_outbox_oldest_timestamp_seconds)) or vector(0)', 'age']],
      description: 'Age of the oldest waiting mail, 0 when none waits.',
    }),
  ],
  'API of the cloud': [
    graph('Requests', {
      unit: 'reqps',
      lines: [
        [
          `sum by (account, operation) (rate(ccm_monitor_api_requests_total{${ACCOUNT}}[$__rate_interval]))`,
          '{{account}}: {{operation}}',
        ],
      ],
      stacked: true,
      description: 'Requests to IAM (CreateToken) and SCM (the others).',
    }),
    graph('Latency', {
      unit: 's',
      lines: [50, 95, 99].map((share) => [
        `histogram_quantile(${share / 100}, sum by (le, operation) (rate(ccm_monitor_api_request_duration_seconds_bucket{${ACCOUNT}}[$__rate_interval])))`,
        `{{operation}} ${share} %`,
      ]),
      description: 'Median, 95th and 99th percentile, failed requests included.',
    }),
    graph('Errors', {
      unit: 'percentunit',
      lines: [
        [
          `sum by (account, outcome) (rate(ccm_monitor_api_requests_total{${ACCOUNT}, outcome!="ok"}[$__rate_interval])) / ignoring (outcome) group_left sum by (account) (rate(ccm_monitor_api_requests_total{${ACCOUNT}}[$__rate_interval])) > 0`,
          '{{account}}: {{outcome}}',
        ],
      ],
      stacked: true,
      description:
        'Share of the requests that failed, by how; a request that is tried again counts each time. A list that is longer than the API shows by offset has one request refused (malformed) each time.',
    }),
  ],
  'The monitor itself': [
    graph('Memory', {
      unit: 'bytes',
      lines: [
        [ofMonitor('process_resident_memory_bytes'), '{{instance}} resident'],
        [ofMonitor('nodejs_heap_size_used_bytes'), '{{instance}} heap used'],
      ],
      description: 'Of the process.',
    }),
    graph('CPU', {
      unit: 'percentunit',
      lines: [[ofMonitor('rate(process_cpu_seconds_total[$__rate_interval])'), '{{instance}}']],
      description: 'Share of one core.',
    }),
    graph('Delay of the event loop', {
      unit: 's',
      lines: [[ofMonitor('nodejs_eventloop_lag_p99_seconds'), '{{instance}} 99 %']],
      description: 'How long work waits for its turn.',
    }),
    table('Versions', {
      h: 4,
      description: 'One row for each pod that is scraped.',
      queries: {
        A: 'max by (instance, version, revision, node_version) (ccm_monitor_build_info)',
        B: 'time() - max by (instance) (process_start_time_seconds) and on (instance) ccm_monitor_build_info',
        C: 'sum by (instance) (ccm_monitor_state_write_failures_total)',
      },
      columns: {
        instance: ['Instance'],
        version: ['Version'],
        revision: ['Revision'],
        node_version: ['Node'],
        B: ['Running for', { unit: 's' }],
        C: [
          'Failed writes of the state',
          { coloured: true, thresholds: RED_FROM_ONE, color: { mode: 'thresholds' } },
        ],
      },
      hidden: ['Value #A'],
      sortBy: 'instance',
    }),
  ],
};
