// What the chart repeats is what it repeats it from: README, schema, plain rules, versions. And README's first steps work.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { chartProducts } from '../../../scripts/chart.js';
import { programInPath } from '../support/tools.ts';
import { at, CHART, ciFile, HELM_VERSIONS, helm, manifestsOf, only } from './helm.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

describe('the products of `npm run chart`', () => {
  test.each(Object.entries(chartProducts(read)))('%s is current', (path, text) => {
    expect(read(path)).toBe(text);
  });

  test('docs/prometheus-rules.yaml is what the chart renders with its default values', () => {
    const rule = only(manifestsOf('minimal', ['--set', 'prometheusRule.enabled=true']), 'PrometheusRule');
    expect(parse(read('docs/prometheus-rules.yaml'))).toEqual(rule['spec']);
  });

  test('the version of the program is that of the package', () => {
    expect(at(parse(read(join(CHART, 'Chart.yaml'))), 'appVersion')).toBe(
      at(JSON.parse(read('package.json')), 'version'),
    );
  });
});

describe("the values of the README's first steps", () => {
  const values = valuesIn(read(join(CHART, 'README.md')));

  test("are those of the program's own README", () => {
    expect(valuesIn(read('README.md').split('## Kubernetes')[1] ?? '')).toBe(values);
  });

  test('are those that CI renders', () => {
    expect(parse(values)).toEqual(parse(read(ciFile('minimal'))));
  });

  test('are five: the image, the accounts, the certificates, the mail, the Secrets', () => {
    const { config, ...rest } = parse(values);
    expect([...Object.keys(rest), ...Object.keys(config).map((key) => `config.${key}`)].sort()).toEqual([
      'config.accounts',
      'config.certificates',
      'config.email',
      'image',
      'secrets',
    ]);
    expect(rest.secrets).toHaveLength(2);
  });

  test.each(HELM_VERSIONS)('install with Helm %i', (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'ccm-readme-'));
    try {
      const path = join(folder, 'my-values.yaml');
      writeFileSync(path, values);
      expect(helm(version, ['template', 'certs', CHART, '--values', path])).toMatchObject({
        status: 0,
        err: '',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The first block of YAML. */
function valuesIn(markdown: string): string {
  return /```yaml\n([\s\S]*?)```/.exec(markdown)?.[1] ?? '';
}

describe('the rules with other values', () => {
  const groups = () => at(only(manifestsOf('full'), 'PrometheusRule'), 'spec.groups');
  const alerts = () =>
    [at(groups(), '0.rules'), at(groups(), '1.rules')]
      .flat()
      .filter((rule) => at(rule, 'alert') !== undefined);
  const alert = (name: string) => alerts().find((rule) => at(rule, 'alert') === name);

  test('take thresholds, severities, labels and the place of the runbooks from them', () => {
    expect(alert('CcmCertificateExpiringSoon')).toMatchObject({
      expr: expect.stringContaining('> 5 <= 20'),
      labels: { severity: 'warning', team: 'platform' },
      annotations: { runbook_url: 'https://wiki.example.com/certs/CcmCertificateExpiringSoon.md' },
    });
    expect(alert('CcmCertificateUnpassed')).toMatchObject({ labels: { severity: 'warning' } });
  });

  test("lead to the monitor's own pages where it has a public address, but not when it is the monitor that is away", () => {
    const args = [
      ...['--set', 'prometheusRule.enabled=true'],
      ...['--set', 'config.http.publicUrl=https://certs.example.com/monitor/'],
    ];
    const groups = at(only(manifestsOf('minimal', args), 'PrometheusRule'), 'spec.groups');
    const urls = [at(groups, '0.rules'), at(groups, '1.rules')]
      .flat()
      .flatMap((rule) => (at(rule, 'alert') === undefined ? [] : [at(rule, 'annotations.runbook_url')]));
    const elsewhere = urls.filter(
      (url) => !String(url).startsWith('https://certs.example.com/monitor/runbooks/Ccm'),
    );
    expect(elsewhere).toEqual(['docs/runbooks/CcmMonitorAbsent.md']);
    expect(urls).toContain('https://certs.example.com/monitor/runbooks/CcmCertificateRevoked');
  });

  test.each([
    { by: 'serviceMonitor', args: [], labels: 'namespace="certs",job="rel-ccm-cert-monitor"' },
    { by: 'podMonitor', args: [], labels: 'namespace="certs",job="certs/rel-ccm-cert-monitor"' },
    { by: 'serviceMonitor', args: ['--set', 'prometheusRule.target=job="mine"'], labels: 'job="mine"' },
  ])('miss this monitor, not just any, where a $by finds it', ({ by, args, labels }) => {
    const all = ['--set', 'prometheusRule.enabled=true', '--set', `${by}.enabled=true`, ...args];
    const rule = only(manifestsOf('minimal', all), 'PrometheusRule');
    expect(JSON.stringify(rule)).toContain(
      JSON.stringify(`absent_over_time(ccm_monitor_build_info{${labels}}[10m])`).slice(1, -1),
    );
  });

  test.each([
    { what: 'of the values full', values: 'full', args: [] },
    { what: 'of the values emptydir', values: 'emptydir', args: [] },
    {
      what: 'with parts of a day, one label, and a target',
      values: 'webconfig',
      args: [
        ...[
          '--set-json',
          'prometheusRule.thresholds={"expiringSoonDays":0.5,"expiringCriticalDays":0,"pendingDays":0.25}',
        ],
        ...['--set', 'prometheusRule.droppedLabels={pod},prometheusRule.gapMinutes=1'],
        ...['--set', 'prometheusRule.target=cluster=~"a|b"'],
      ],
    },
  ])('are taken by promtool: $what', ({ values, args }) => {
    const rule = only(
      manifestsOf(values, ['--set', 'prometheusRule.enabled=true', ...args]),
      'PrometheusRule',
    );
    const folder = mkdtempSync(join(tmpdir(), 'ccm-rules-'));
    try {
      writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(rule['spec']));
      const promtool = programInPath('promtool', { script: 'prometheus.sh' });
      const { stdout, stderr } = spawnSync(promtool, ['check', 'rules', join(folder, 'rules.yaml')], {
        encoding: 'utf8',
      });
      expect(stdout + stderr).toMatch(/SUCCESS: \d+ rules found/);
      expect(JSON.stringify(rule)).not.toContain('${');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('leave out an alert that is switched off', () => {
    expect(alert('CcmMonitorClockSkew')).toBeUndefined();
    expect(alerts()).toHaveLength(26);
  });

  test('wait for two missed checks of a schedule of twice a day', () => {
    expect(alert('CcmMonitorChecksFailing')).toMatchObject({ expr: expect.stringContaining('>= 1440 * 60') });
  });

  test.each([
    ['* * * * *', 10],
    ['*/5 * * * *', 15],
    ['7 * * * *', 180],
  ])(
    'go on without a look for three intervals of %s, but never for less than a gap: %i minutes',
    (cron, minutes) => {
      const args = ['--set', 'prometheusRule.enabled=true', '--set', `config.schedule.cron=${cron}`];
      const text = JSON.stringify(only(manifestsOf('minimal', args), 'PrometheusRule'));
      expect(text).toContain(`(ccm_endpoint_not_after_timestamp_seconds[${minutes}m])`);
      expect(text).toContain(`ccm_endpoint_info:last_seen_timestamp_seconds[${minutes}m])`);
    },
  );

  test('keep the place of an endpoint, whichever labels of a scrape are dropped', () => {
    const dropped = 'prometheusRule.droppedLabels={endpoint,pod,zone}';
    const text = JSON.stringify(only(manifestsOf('full', ['--set', dropped]), 'PrometheusRule'));
    expect(text).toContain('max without (pod, zone, exported_endpoint) (');
    expect(text).toContain('max without (endpoint, pod, zone) (');
  });

  test('find the interval of a simple schedule by themselves', () => {
    for (const [cron, minutes] of [
      ['*/5 * * * *', 15],
      ['7 * * * *', 180],
      ['* * * * *', 3],
      ['*/10 * * * * *', 3],
    ]) {
      const args = ['--set', 'prometheusRule.enabled=true', '--set', `config.schedule.cron=${cron}`];
      expect(JSON.stringify(only(manifestsOf('minimal', args), 'PrometheusRule'))).toContain(
        `>= ${minutes} * 60`,
      );
    }
  });
});
