// The commands by which the runbooks silence an alert, run by a shell against a real Alertmanager and the program's own state.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createLifetime } from '../../../src/shared/lifetime.ts';
import { issued } from '../../simulator/certificates.ts';
import { createSetting } from '../../support/setting.ts';
import { programInPath } from '../support/tools.ts';
import { startAlertmanager } from './alertmanager.ts';

const FOLDER = 'docs/runbooks';
const ACCOUNT = 'default';
const PROGRAM = resolve('dist/main.js');
const SILENCES = z.array(
  z.object({
    matchers: z.array(z.object({ name: z.string(), value: z.string() })),
    status: z.object({ state: z.string() }),
  }),
);

const runbooks = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .map((name) => ({ alert: name.replace('.md', ''), text: readFileSync(join(FOLDER, name), 'utf8') }));

describe('the runbook of', () => {
  const lifetime = createLifetime();
  let home: string;
  let id: string;

  beforeAll(async () => {
    const setting = await createSetting();
    lifetime.onClose('setting', () => setting.close());
    id = setting.cloud.put(issued({ daysLeft: 90 })).id;
    setting.configure([id]);
    await setting.start().waitForLine(({ msg }) => msg.startsWith('Check '));
    const alertmanager = await startAlertmanager();
    lifetime.onClose('Alertmanager', () => alertmanager.stop());
    home = mkdtempSync(join(tmpdir(), 'ccm-home-'));
    const settings = { 'alertmanager.url': `http://${alertmanager.address}`, author: 'on call' };
    // Where its makers look for it, and where Debian does.
    for (const path of ['.config/amtool/config.yml', '.config/prometheus/amtool.yml']) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), JSON.stringify(settings));
    }
    const command = join(home, 'ccm-cert-monitor');
    writeFileSync(
      command,
      `#!/bin/sh\nCCM_CONFIG='${setting.workspace.configPath}' exec '${process.execPath}' '${PROGRAM}' "$@"\n`,
    );
    chmodSync(command, 0o755);
  }, 60_000);

  afterAll(async () => {
    expect(await lifetime.close()).toEqual([]);
    rmSync(home, { recursive: true, force: true });
  });

  function run(command: string): string {
    const amtool = dirname(programInPath('amtool', { script: 'alertmanager.sh' }));
    const env = { HOME: home, PATH: `${home}:${amtool}:/usr/bin:/bin` };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { env, encoding: 'utf8' });
    expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
    return stdout;
  }

  test.each(runbooks)('$alert silences that alert, and no other, by its own command', ({ alert, text }) => {
    const [command = ''] = commandsIn(text, 'amtool');
    run(filledIn(command, id));
    const found = SILENCES.parse(JSON.parse(run(`amtool silence query alertname=${alert} -o json`)));
    const [silence, ...more] = found;
    expect({ more, state: silence?.status.state }).toEqual({ more: [], state: 'active' });
    const values: Record<string, string> = { alertname: alert, certificate_id: id, account: ACCOUNT };
    for (const { name, value } of silence?.matchers ?? [])
      expect({ name, value }).toEqual({ name, value: values[name] });
  });

  test.each(runbooks.filter(({ alert }) => alert.startsWith('CcmCertificate')))(
    '$alert silences the mails of the certificate by its own command',
    ({ text }) => {
      const [command = ''] = commandsIn(text, 'ccm-cert-monitor silence');
      expect(run(filledIn(command, id))).toContain(`${id} sends no mails until `);
    },
  );
});

/** Lines of the shell blocks that start so. */
function commandsIn(markdown: string, start: string): readonly string[] {
  const blocks = [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith(start));
}

/** A reader puts the id of the certificate, or the name of the account, in place of the words in capitals. */
function filledIn(command: string, id: string): string {
  return command.replace(/\bID\b/, id).replace(/\bNAME\b/, ACCOUNT);
}
