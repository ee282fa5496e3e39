// The shipped alert rules under Prometheus' own tools: each fires where it must and is silent where it must not be.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { issued } from '../../simulator/certificates.ts';
import { createSetting } from '../../support/setting.ts';
import { programInPath } from '../support/tools.ts';

const RULES = 'docs/prometheus-rules.yaml';
const CASES = 'test/e2e/rules';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Case {
  readonly name: string;
  readonly input_series: readonly { readonly series: string }[];
  readonly alert_rule_test: readonly {
    readonly alertname: string;
    readonly exp_alerts: readonly unknown[];
  }[];
}

const rules: readonly Rule[] = parse(readFileSync(RULES, 'utf8')).groups.flatMap(
  ({ rules: ofGroup }: { rules: readonly Rule[] }) => ofGroup,
);
const alerts = rules.flatMap(({ alert }) => alert ?? []);

function promtool(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(programInPath('promtool', { script: 'prometheus.sh' }), args, {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

function casesOf(alert: string): readonly Case[] {
  return parse(readFileSync(`${CASES}/${alert}.yaml`, 'utf8')).tests;
}

describe('promtool', () => {
  test('finds nothing wrong with the rules', () => {
    expect(promtool('check', 'rules', RULES)).toEqual({
      status: 0,
      output: expect.stringContaining(`SUCCESS: ${rules.length} rules found`),
    });
  });

  // A week of an application takes promtool ten seconds of CPU: on a loaded machine that is long.
  test.each(alerts)(
    'sees %s fire where it must, and be silent where it must not fire',
    (alert) => {
      expect(promtool('test', 'rules', `${CASES}/${alert}.yaml`)).toEqual({
        status: 0,
        output: expect.stringContaining('SUCCESS'),
      });
    },
    300_000,
  );
});

describe('the cases', () => {
  test('are there for every alert, and for no other', () => {
    const files = readdirSync(CASES).filter((name) => name.endsWith('.yaml'));
    expect(files.sort()).toEqual(alerts.map((alert) => `${alert}.yaml`).sort());
  });

  test.each(alerts)(
    'of %s have one that fires and one that stays silent, and a pod that is replaced',
    (alert) => {
      const cases = casesOf(alert);
      const firing = cases.filter(({ alert_rule_test }) =>
        alert_rule_test.some(({ exp_alerts }) => exp_alerts.length > 0),
      );
      const silent = cases.filter(({ alert_rule_test }) =>
        alert_rule_test.every(({ exp_alerts }) => exp_alerts.length === 0),
      );
      expect(firing.length).toBeGreaterThan(0);
      // One that ends in the middle is as good: CcmCertificateExpiringSoon, renewed.
      expect(silent.length).toBeGreaterThan(0);
      expect(cases.some(({ name }) => name.includes('a new pod'))).toBe(true);
      for (const { alert_rule_test } of cases)
        for (const { alertname } of alert_rule_test) expect(alertname).toBe(alert);
    },
  );
});

describe('every alert', () => {
  test.each(alerts)('%s has a summary, a description and a runbook', (alert) => {
    const rule = rules.find((found) => found.alert === alert);
    expect(rule?.annotations).toMatchObject({
      summary: expect.any(String),
      description: expect.any(String),
      runbook_url: `docs/runbooks/${alert}.md`,
    });
  });

  test('asks only for names and labels that the program exports, and never for those of a pod', async () => {
    const setting = await createSetting();
    try {
      const { id } = setting.cloud.put(issued({ daysLeft: 90 }));
      setting.configure([id]);
      const program = setting.start();
      await program.waitForLine(({ msg }) => msg.startsWith('Check '));
      const metrics = await (await fetch(`${await program.url()}/metrics`)).text();
      const exported = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
      const records = new Set(rules.flatMap(({ record }) => record ?? []));
      const asked = rules.flatMap(({ expr }) =>
        [...expr.matchAll(/[a-z:_]*ccm_[a-z_:]+/g)].map(([name]) => name),
      );
      expect(asked.filter((name) => !exported.has(name) && !records.has(name))).toEqual([]);
      for (const [, name, label, value] of rules.flatMap(({ expr }) => [
        ...expr.matchAll(/(ccm_\w+)\{(\w+)=~?"([^"|]+)/g),
      ]))
        expect(metrics).toMatch(new RegExp(`^${name}\\{[^}]*${label}="${value}"`, 'm'));
      expect(rules.filter(({ expr }) => /\b(sum|max|min|count)\s*\(|\bby\b/.test(expr))).toEqual([]);
    } finally {
      await setting.close();
    }
  });
});
