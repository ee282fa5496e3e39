// What the running daemon has loaded of Node: fetch, TLS and the like come when somebody needs them, and not at the start.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startProgram } from '../support/program.ts';
import { createSetting, type Setting } from '../support/setting.ts';

/** Whoever makes the first one loads ICU's tables. */
const ICU = 'Intl.DateTimeFormat';
const FETCH = 'internal/deps/undici/undici';
let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

/** Modules of Node's own that the daemon had loaded at its end, after a check and answers at these paths. */
async function loadedAfter(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const { workspace } = setting;
  const list = join(workspace.folder, 'modules');
  const lister = join(workspace.folder, 'lister.cjs');
  writeFileSync(
    lister,
    `
      const names = new Set();
      Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
        construct(target, args) {
          names.add(${JSON.stringify(ICU)});
          return Reflect.construct(target, args);
        },
      });
      process.once('exit', () => {
        require('node:fs').writeFileSync(${JSON.stringify(list)}, [...process.moduleLoadList, ...names].join('\\n'));
      });
    `,
  );
  const program = startProgram(['--config', workspace.configPath], {
    env: { NODE_OPTIONS: `--require=${lister}` },
  });
  try {
    const url = await program.url();
    await program.waitForLine(({ result }) => result === 'complete');
    for (const path of paths) expect((await fetch(url + path)).status).toBe(200);
  } finally {
    program.kill('SIGTERM');
    await program.ended;
  }
  return new Set(
    readFileSync(list, 'utf8')
      .split('\n')
      .map((name) => name.replace(/^NativeModule /, '')),
  );
}

describe('the daemon that machines alone ask', () => {
  test('has loaded no fetch, no TLS, no HTTP/2, no threads and no tables of ICU', async () => {
    setting.configure(['scs0000000000001'], { email: undefined });
    const loaded = await loadedAfter(['/healthz', '/readyz', '/metrics']);
    expect(loaded).toContain('http');
    for (const name of [FETCH, 'tls', 'https', 'http2', 'worker_threads', ICU])
      expect([name, loaded.has(name)]).toEqual([name, false]);
  });

  test('loads what a page needs for the first who looks at one', async () => {
    setting.configure(['scs0000000000001'], { email: undefined });
    expect(await loadedAfter(['/'])).toContain(FETCH);
  });

  test('loads the tables of ICU for a schedule in another zone', async () => {
    const schedule = { cron: '* * * * * *', timeZone: 'Europe/Berlin' };
    setting.configure(['scs0000000000001'], { email: undefined, schedule });
    expect(await loadedAfter([])).toContain(ICU);
  });
});
