// The watcher on real files, look by look: edits, replacements, symlink swaps, files that are half written or away.
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { watchConfig } from '../../src/config/watch.ts';
import { createLookout, type Lookout } from '../support/lookout.ts';

let folder = '';
let path = '';
let lookout: Lookout = createLookout();
let watching: Promise<void> = Promise.resolve();
let seen: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-watch-'));
  path = join(folder, 'config.yaml');
  lookout = createLookout();
  seen = [];
});
afterEach(async () => {
  lookout.end();
  await watching;
  await rm(folder, { recursive: true });
});

function watch(): void {
  watching = watchConfig({
    path,
    looks: lookout.looks,
    signal: new AbortController().signal,
    onChange: (text) => void seen.push(text),
  });
}

async function look(times = 1): Promise<void> {
  for (let n = 0; n < times; n += 1) await lookout.look();
}

/** As the kubelet does it: a folder per version, `..data` points to one, the file points through `..data`. */
async function swap(version: string, content: string): Promise<void> {
  await mkdir(join(folder, version));
  const file = join(folder, version, 'config.yaml');
  await writeFile(file, content);
  await utimes(file, 1, 1);
  await symlink(version, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

describe('watchConfig', () => {
  test('tells each new content once', async () => {
    await writeFile(path, 'one');
    watch();
    await look(3);
    await writeFile(path, 'two');
    await look(5);
    await writeFile(path, 'three');
    await look(5);
    expect(seen).toEqual(['two', 'three']);
  });

  test("notices a ConfigMap's symlink swap, also when size and times stay the same", async () => {
    await swap('..1', 'one');
    await symlink('..data/config.yaml', path);
    watch();
    await swap('..2', 'two');
    await look(2);
    await swap('..3', 'owt');
    await look(2);
    expect(seen).toEqual(['two', 'owt']);
  });

  test('says nothing where the file was only touched or written with the same content', async () => {
    await writeFile(path, 'one');
    watch();
    await writeFile(path, 'one');
    await look(2);
    await utimes(path, 5, 5);
    await look(2);
    expect(seen).toEqual([]);
    await writeFile(path, 'two');
    await look(2);
    expect(seen).toEqual(['two']);
  });

  test('takes no file that is being written for a new configuration', async () => {
    await writeFile(path, 'one');
    watch();
    for (const part of ['', 'tw', 'two']) {
      await writeFile(path, part);
      await look();
      expect(seen).toEqual([]);
    }
    await look();
    expect(seen).toEqual(['two']);
  });

  test('waits for a file that is away, and for one that was never there', async () => {
    watch();
    await look(2);
    await writeFile(path, 'one');
    await look(2);
    expect(seen).toEqual(['one']);
    await rm(path);
    await look(2);
    await mkdir(path);
    await look(2);
    await rm(path, { recursive: true });
    await writeFile(path, 'one');
    await look(2);
    await writeFile(path, 'two');
    await look(2);
    expect(seen).toEqual(['one', 'two']);
  });

  test('waits for the consumer, and what it throws comes out of the promise', async () => {
    await writeFile(path, 'one');
    const failing = watchConfig({
      path,
      looks: lookout.looks,
      signal: new AbortController().signal,
      onChange: () => Promise.reject(new Error('consumer')),
    });
    const failed = expect(failing).rejects.toThrow('consumer');
    await writeFile(path, 'two');
    await look();
    void look();
    await failed;
  });

  test('looks by itself, and ends when it is told to, also before it began', async () => {
    await writeFile(path, 'one');
    const stop = new AbortController();
    const alone = watchConfig({
      path,
      signal: stop.signal,
      onChange: (text) => {
        seen.push(text);
        stop.abort();
      },
    });
    await writeFile(path, 'two');
    await alone;
    expect(seen).toEqual(['two']);
    await expect(watchConfig({ path, signal: stop.signal, onChange: () => {} })).resolves.toBeUndefined();
  });
});
