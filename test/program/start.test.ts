// A start that cannot be: one line that names the object and what to do, exit code 1, no stack trace.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockState } from '../../src/state/lock.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import { runProgramToEnd, startProgram } from '../support/program.ts';
import { createSetting, type Setting } from '../support/setting.ts';

const ID = 'scs0000000000001';
let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

async function refusal(): Promise<string> {
  const { code, output } = await runProgramToEnd(['--config', setting.workspace.configPath]);
  expect(code).toBe(1);
  expect(output).not.toMatch(/^\s+at /m);
  return output;
}

describe('the daemon does not start', () => {
  test('with a faulty configuration: every fault is said with its path', async () => {
    setting.configure(['short'], { schedule: { cron: 'soon' }, http: { port: 99_999 } });
    const output = await refusal();
    for (const path of ['certificates[0].id', 'schedule.cron', 'http.port']) expect(output).toContain(path);
  });

  test('without a configuration: it says which file and how to name another', async () => {
    setting.workspace.remove();
    expect(await refusal()).toMatch(/config\.yaml.*no such file/s);
  });

  test('on a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    setting.configure([ID], { http: { host: '127.0.0.1', port } });
    try {
      expect(await refusal()).toContain(`Cannot listen on 127.0.0.1:${port}`);
    } finally {
      other.close();
    }
  });

  test('on a damaged state, which it leaves as it was', async () => {
    setting.configure([ID]);
    writeFileSync(setting.workspace.statePath, 'no database at all, and longer than a header '.repeat(100));
    const before = readFileSync(setting.workspace.statePath);
    const output = await refusal();
    expect(output).toContain('the file is damaged');
    expect(output).toContain('told once more');
    expect(readFileSync(setting.workspace.statePath)).toEqual(before);
  });

  test('on a state of a newer version, which it leaves as it was', async () => {
    setting.configure([ID]);
    await createSqliteStore(setting.workspace.statePath).close();
    const file = readFileSync(setting.workspace.statePath);
    // user_version stands at byte 60 of the header (SQLite file format, 1.3).
    file.writeUInt32BE(999, 60);
    writeFileSync(setting.workspace.statePath, file);
    expect(await refusal()).toContain('written by a newer version');
    expect(readFileSync(setting.workspace.statePath)).toEqual(file);
  });
});

test('a SIGHUP that comes during the start does not end it, and is heeded', async () => {
  setting.configure([ID], { schedule: { cron: '0 0 1 1 *' } });
  const lock = lockState(setting.workspace.statePath);
  const program = startProgram(['run', '--config', setting.workspace.configPath]);
  try {
    await program.waitForLine(({ msg }) => msg.startsWith('Starting with'));
    program.kill('SIGHUP');
    lock.release();
    await program.waitForLine(({ msg }) => msg.startsWith('The configuration was read again'));
  } finally {
    program.kill('SIGKILL');
    await program.ended;
  }
});
