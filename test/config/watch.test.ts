// The watcher on real files: edits, replacements, symlink swaps, files that are away.
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { watchConfig } from '../../src/config/watch.ts';

let folder = '';
let stop = new AbortController();
let watching: Promise<void> = Promise.resolve();
let seen: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-watch-'));
  stop = new AbortController();
  seen = [];
});
afterEach(async () => {
  stop.abort();
  await watching;
  await rm(folder, { recursive: true });
});

function watch(path: string): void {
  watching = watchConfig({
    path,
    intervalMs: 2,
    signal: stop.signal,
    onChange: (text) => void seen.push(text),
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !condition(); tries += 1) await wait(2);
  expect(condition()).toBe(true);
}

/** As the kubelet does it: a folder per version, `..data` points to one, the file points through `..data`. */
async function swap(version: string, content: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, 'config.yaml'), content);
  await symlink(version, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

describe('watchConfig', () => {
  test('tells each new content once', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, 'one');
    watch(path);
    await writeFile(path, 'two');
    await until(() => seen.includes('two'));
    await writeFile(path, 'three');
    await until(() => seen.includes('three'));
    expect(seen).toEqual(['two', 'three']);
  });

  test("notices a ConfigMap's symlink swap, also when size and times stay the same", async () => {
    const path = join(folder, 'config.yaml');
    await swap('..1', 'one');
    await symlink('..data/config.yaml', path);
    watch(path);
    await swap('..2', 'two');
    await until(() => seen.length === 1);
    await mkdir(join(folder, '..3'));
    await writeFile(join(folder, '..3', 'config.yaml'), 'owt');
    for (const version of ['..2', '..3']) await utimes(join(folder, version, 'config.yaml'), 1, 1);
    await symlink('..3', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await until(() => seen.length === 2);
    expect(seen).toEqual(['two', 'owt']);
  });

  test('says nothing where the file was only touched or written with the same content', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, 'one');
    watch(path);
    await writeFile(path, 'one');
    await utimes(path, 5, 5);
    await wait(20);
    await writeFile(path, 'two');
    await until(() => seen.length > 0);
    expect(seen).toEqual(['two']);
  });

  test('waits for a file that is away, and for one that was never there', async () => {
    const path = join(folder, 'config.yaml');
    watch(path);
    await wait(10);
    await writeFile(path, 'one');
    await until(() => seen.includes('one'));
    await rm(path);
    await wait(10);
    await mkdir(path);
    await wait(10);
    await rm(path, { recursive: true });
    await writeFile(path, 'one');
    await wait(20);
    await writeFile(path, 'two');
    await until(() => seen.includes('two'));
    expect(seen).toEqual(['one', 'two']);
  });

  test('waits for the consumer, and what it throws comes out of the promise', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, 'one');
    const failing = watchConfig({
      path,
      intervalMs: 2,
      signal: stop.signal,
      onChange: () => Promise.reject(new Error('consumer')),
    });
    await writeFile(path, 'two');
    await expect(failing).rejects.toThrow('consumer');
  });

  test('ends when it is told to, also before it began', async () => {
    stop.abort();
    await expect(
      watchConfig({ path: join(folder, 'x'), signal: stop.signal, onChange: () => {} }),
    ).resolves.toBeUndefined();
  });
});
