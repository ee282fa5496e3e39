// Prometheus' own linter has nothing to say about the metrics of the running program.
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checking, expired, issued, revoked, unpassed } from '../simulator/certificates.ts';
import { createSetting, type Setting } from '../support/setting.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

function lint(metrics: string): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
  });
  if (error !== undefined)
    throw new Error('Cannot run promtool: install the package prometheus', { cause: error });
  return { status, output: stdout + stderr };
}

describe('promtool check metrics', () => {
  test.each(['stateset', 'current'])(
    'finds nothing in the metrics of a running program (metrics.status %s)',
    async (status) => {
      const drafts = [
        issued({ daysLeft: 90 }),
        expired(),
        revoked(),
        unpassed(),
        checking(),
        issued({ name: 'a "quoted"\nname\\', daysLeft: 3 }),
      ];
      const ids = drafts.map((draft) => setting.cloud.put(draft).id);
      setting.configure([...ids, 'scs0000000000000'], { metrics: { status } });
      const program = setting.start();
      const url = await program.url();
      await program.waitForLine(({ msg }) => msg.startsWith('Check '));
      await setting.smtp.waitFor((mails) => mails.length > 0);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics.match(/^ccm_certificate_up\{/gm)).toHaveLength(ids.length + 1);
      expect(lint(metrics)).toEqual({ status: 0, output: '' });
    },
  );

  test('finds a fault where there is one', () => {
    expect(lint('# HELP x_total x\n# TYPE x_total gauge\nx_total 1\n').status).not.toBe(0);
  });
});
