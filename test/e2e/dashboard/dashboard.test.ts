// The Grafana dashboard and the runbooks against the running program and a real Prometheus that scrapes it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLifetime } from '../../../src/shared/lifetime.ts';
import { certificateId, issued } from '../../simulator/certificates.ts';
import { castOfDemo } from '../../simulator/demo/scenario.ts';
import { startTlsEndpoint, type TlsEndpoint } from '../../simulator/tls/endpoint.ts';
import { selfSigned } from '../../simulator/tls/issue.ts';
import { createSetting } from '../../support/setting.ts';
import { type Prometheus, quickShippedRules, startPrometheus } from '../prometheus/prometheus.ts';
import {
  DASHBOARD_FILE,
  filledIn,
  metricNamesIn,
  type Panel,
  queriesOf,
  readDashboard,
} from './dashboard-file.ts';
import { readRunbooks } from './runbooks.ts';

const dashboard = readDashboard();
const queries = queriesOf(dashboard);
const runbookQueries = readRunbooks().flatMap(({ alert, promql }) =>
  promql.map((expression, n) => ({ name: `${alert}, ${n + 1}`, expression })),
);
/** Those that the demo can never read: they are well until the first complete check. */
const UNREADABLE = [certificateId(15), certificateId(16)];
/** The second takes the place of the first. */
const RENEWAL = [
  issued({ id: certificateId(41), domain: 'renewed.example.com', daysLeft: 5 }),
  issued({ id: certificateId(42), domain: 'renewed.example.com', daysLeft: 300 }),
];
/** Prometheus makes this one itself, of the rules. */
const ALERTS = 'ALERTS';

describe('the dashboard as a file', () => {
  test('has panels with ids of their own that do not overlap, each with a title and a description', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(cellsOf);
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ type, description }) => type !== 'row' && !description)).toEqual([]);
    expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
  });

  test('names no data source but its own variable, and offers data source and account', () => {
    const sources = [
      ...dashboard.panels.flatMap(({ datasource, targets }) => [
        datasource,
        ...targets.map((t) => t.datasource),
      ]),
      ...dashboard.annotations.list.map(({ datasource }) => datasource),
      ...dashboard.templating.list.map(({ datasource }) => datasource),
    ];
    const uids = new Set(sources.flatMap((source) => (source === undefined ? [] : [source.uid])));
    expect([...uids]).toEqual([['$', '{datasource}'].join('')]);
    expect(dashboard.templating.list.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'datasource datasource',
      'query account',
    ]);
  });

  test.each([
    ['sum by (state) (ccm_a{x="not_me"}[5m])', ['ccm_a']],
    ['a_total * on (account) group_left (name) b_info > bool 0', ['a_total', 'b_info']],
    ['histogram_quantile(0.5, rate(c_bucket[15s])) or vector(0)', ['c_bucket']],
    ['0 * time() unless ignoring (x) max_over_time(d[1m] offset 5m)', ['d']],
  ])('is read well: the metrics in %s are found, and nothing else', (expression, names) => {
    expect(metricNamesIn(expression)).toEqual(names);
  });

  test('is what scripts/dashboard.js makes', () => {
    const script =
      "import { dashboardText } from './scripts/dashboard.js'; process.stdout.write(dashboardText())";
    const made = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    expect(readFileSync(DASHBOARD_FILE, 'utf8')).toBe(made);
  });
});

describe('the dashboard and the runbooks against the program', () => {
  const lifetime = createLifetime();
  let prometheus: Prometheus;
  let metrics: string;
  let served: TlsEndpoint;

  beforeAll(async () => {
    const setting = await createSetting();
    lifetime.onClose('setting', () => setting.close());
    prometheus = await startPrometheus({ rules: quickShippedRules() });
    lifetime.onClose('Prometheus', () => prometheus.stop());

    const cast = castOfDemo(Date.now());
    for (const { draft } of cast) if (draft !== null) setting.cloud.put(draft);
    for (const id of UNREADABLE)
      setting.cloud.put(issued({ id, domain: `${id}.example.com`, daysLeft: 100 }));
    const renewal = RENEWAL.map((draft) => setting.cloud.put(draft).id);
    served = await startTlsEndpoint({ leaf: selfSigned({ commonName: 'renewed.example.com' }) });
    lifetime.onClose('endpoint', served.close);
    const watched = [...cast.map(({ configured }) => configured.id), ...renewal];
    setting.configure(watched, {
      certificates: watched.map((id) =>
        id === renewal[1] ? { id, probe: [`127.0.0.1:${served.port}`] } : { id },
      ),
    });
    const program = setting.start();
    const url = await program.url();
    // As the Prometheus Operator scrapes: its label `endpoint` wins over that of the program.
    const labels = { pod: 'ccm-cert-monitor-0', endpoint: 'http' };
    prometheus.target([{ address: url.replace('http://', ''), labels }]);
    await prometheus.waitFor(
      'ccm_monitor_last_complete_check_timestamp_seconds',
      (found) => found.length === 1,
    );
    for (const id of UNREADABLE) setting.cloud.remove(id);
    for (const { draft } of cast) if (draft?.id && UNREADABLE.includes(draft.id)) setting.cloud.put(draft);
    await prometheus.waitFor(
      'increase(ccm_monitor_read_failures_total{reason="missing"}[15s]) > 2',
      (found) => found.length === 1,
    );
    await prometheus.waitFor('ALERTS{alertname="CcmCertificateMissing"}', (found) => found.length === 1);
    metrics = await (await fetch(`${url}/metrics`)).text();
  }, 240_000);

  afterAll(async () => {
    expect(await lifetime.close()).toEqual([]);
  });

  test.each(queries)('asks only for metrics that the program exports: $name', ({ expression }) => {
    const names = metricNamesIn(expression);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name !== ALERTS && !isExported(name, metrics))).toEqual([]);
  });

  test.each(queries)('is answered with data: $name', async ({ expression }) => {
    await prometheus.waitFor(expression, (samples) => samples.length > 0);
  });

  test.each(
    dashboard.panels.filter(
      ({ transformations, targets }) => transformations[0]?.id === 'merge' && targets.length > 1,
    ),
  )(
    'joins the queries of a table into one row for each certificate, or endpoint of it: $title',
    async ({ targets }) => {
      for (const { expr } of targets) {
        const samples = await prometheus.query(filledIn(expr));
        const keys = samples.map(
          ({ metric }) =>
            `${metric['account']} ${metric['certificate_id']} ${metric['endpoint']} ${metric['instance']}`,
        );
        expect(new Set(keys).size).toBe(keys.length);
      }
    },
  );

  test('shows the place of an endpoint, and so does the alert, though the operator has a label of that name', async () => {
    const endpoint = `127.0.0.1:${served.port}`;
    await prometheus.waitFor(
      queryOf('What endpoints serve'),
      (found) => found.length === 1 && found[0]?.metric['endpoint'] === endpoint,
    );
    await prometheus.waitFor(
      `ALERTS{alertname="CcmEndpointUntrusted", endpoint="${endpoint}", untrusted="self_signed"}`,
      (found) => found.length === 1,
    );
  });

  test('shows what needs attention: the numbers are those of the status page', async () => {
    const ofProgram = (value: number) =>
      [...metrics.matchAll(/^ccm_certificate_severity\{.*\} (\d)$/gm)].filter(
        ([, found]) => Number(found) === value,
      );
    for (const [title, severity] of [
      ['Critical', 2],
      ['Warning', 1],
      ['Healthy', 0],
    ] as const)
      await prometheus.waitFor(
        queryOf(title),
        ([sample]) => Number(sample?.value[1]) === ofProgram(severity).length,
      );
    expect(ofProgram(2).length).toBeGreaterThan(4);
  });

  test.each(runbookQueries)('knows what a runbook tells to ask for: $name', async ({ expression }) => {
    await prometheus.query(expression);
    expect(metricNamesIn(expression).filter((name) => name !== ALERTS && !isExported(name, metrics))).toEqual(
      [],
    );
  });
});

function queryOf(title: string): string {
  const [found] = queries.filter(({ name }) => name === `${title}, A`);
  if (found === undefined) throw new Error(`Cannot find the panel ${title} in the dashboard`);
  return found.expression;
}

/** Whether /metrics has a family, or a part of a histogram, of this name. */
function isExported(name: string, metrics: string): boolean {
  const family = (of: string, type = '\\w+') => new RegExp(`^# TYPE ${of} ${type}$`, 'm').test(metrics);
  const histogram = /^(.+)_(?:bucket|sum|count)$/.exec(name)?.[1];
  return family(name) || (histogram !== undefined && family(histogram, 'histogram'));
}

function cellsOf({ gridPos: { x, y, w, h } }: Panel): readonly string[] {
  return Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`);
}
