// Reading the configuration again: each content once, by whichever way it was noticed.
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Config } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load.ts';
import { createReload, type Reload } from '../src/reload.ts';
import { createLog } from '../src/telemetry/log.ts';
import { SOUND, section } from './config/texts.ts';
import { temporaryFolder } from './support/fakes.ts';
import { createLookout, type Lookout } from './support/lookout.ts';

let folder: ReturnType<typeof temporaryFolder>;
let lookout: Lookout;
let reload: Reload;
/** The log level of each configuration that was put in force; `-` for one that was refused. */
let events: string[];

const write = (text: string) => writeFileSync(folder.file('config.yaml'), text);
const levelled = (level: string) => section(`log: { level: ${level} }`);

beforeEach(async () => {
  folder = temporaryFolder();
  lookout = createLookout();
  events = [];
  write(SOUND);
  let digest: string | null = null;
  let current: Config = await loadConfig(folder.file('config.yaml'), (read) => {
    digest = read;
  });
  reload = createReload({
    configPath: folder.file('config.yaml'),
    digest,
    log: createLog('fatal', { write: () => undefined }),
    apply: async (next) => {
      current = next;
      events.push(next.log.level);
    },
    failed: () => void events.push('-'),
    running: () => current,
    looks: lookout.looks,
    signal: new AbortController().signal,
  });
});

afterEach(async () => {
  lookout.end();
  await reload.ended;
  folder.remove();
});

async function look(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await lookout.look();
}

test('a change that a signal told is not read again when it is seen', async () => {
  write(levelled('debug'));
  await reload.now();
  await look(3);
  expect(events).toEqual(['debug']);
});

test('nor when it was seen once before the signal came', async () => {
  write(levelled('debug'));
  await look(1);
  await reload.now();
  await look(3);
  expect(events).toEqual(['debug']);
});

test('a faulty content is told once, and what stood there before it is read again after it', async () => {
  write('nonsense');
  await reload.now();
  await look(3);
  write(SOUND);
  await look(3);
  expect(events).toEqual(['-', 'info']);
});

test('a signal reads the file whether it has changed or not', async () => {
  await reload.now();
  await reload.now();
  await look(3);
  expect(events).toEqual(['info', 'info']);
});

test('a file that is away when the signal comes is refused, and read when it is there again', async () => {
  rmSync(folder.file('config.yaml'));
  await reload.now();
  await look(2);
  write(SOUND);
  await look(2);
  expect(events).toEqual(['-', 'info']);
});

test('a file that is larger than any configuration is told once, not at each look', async () => {
  writeFileSync(folder.file('config.yaml'), '');
  truncateSync(folder.file('config.yaml'), 65 * 1024 * 1024);
  await look(5);
  expect(events).toEqual(['-']);
});
