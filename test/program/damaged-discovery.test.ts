// A state of which a discovered row is damaged: the program does not start, says which file, and leaves it as it is.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'libsql';
import { issued } from '../simulator/certificates.ts';
import { runProgramToEnd } from '../support/program.ts';
import { accountOf, createSetting, type Setting } from '../support/setting.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

test('names the state file, ends with 1 and mails nothing', async () => {
  const { cloud, workspace, smtp } = setting;
  cloud.put(issued({ domain: 'shop.example', daysLeft: 200 }));
  setting.configure([], { accounts: [{ ...accountOf(cloud, workspace), discover: true }] });
  const program = setting.start();
  await program.waitForLine(({ msg }) => msg.startsWith('Check complete'));
  program.kill('SIGTERM');
  await program.ended;
  const file = new Database(workspace.statePath);
  expect(file.prepare('UPDATE discovered SET listed = substr(listed, 1, 20)').run().changes).toBe(1);
  file.pragma('wal_checkpoint(TRUNCATE)');
  file.close();
  const before = readFileSync(workspace.statePath);

  const { code, output } = await runProgramToEnd(['run', '--config', workspace.configPath]);
  expect(code).toBe(1);
  expect(output).toContain(
    `Cannot open the state ${workspace.statePath}: the file is damaged (a row is not what was written)`,
  );
  expect(readFileSync(workspace.statePath).equals(before)).toBe(true);
  expect(smtp.accepted).toEqual([]);
});
