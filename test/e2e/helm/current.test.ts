// What the chart repeats is what it repeats it from: README, schema, plain rules, versions. And README's first steps work.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { chartProducts } from '../../../scripts/chart.js';
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
  const values = /```yaml\n([\s\S]*?)```/.exec(read(join(CHART, 'README.md')))?.[1] ?? '';

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

  test('leave out an alert that is switched off', () => {
    expect(alert('CcmMonitorClockSkew')).toBeUndefined();
    expect(alerts()).toHaveLength(18);
  });

  test('wait for two missed checks of a schedule of twice a day', () => {
    expect(alert('CcmMonitorChecksFailing')).toMatchObject({ expr: expect.stringContaining('>= 1440 * 60') });
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
