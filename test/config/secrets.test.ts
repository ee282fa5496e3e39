// Secrets are read when they are used, and an error never shows one.
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readSecret } from '../../src/config/secrets.ts';
import { MonitorError } from '../../src/shared/errors.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function failure(ref: Parameters<typeof readSecret>[0]): Promise<MonitorError> {
  const error: unknown = await readSecret(ref).catch((reason: unknown) => reason);
  if (error instanceof MonitorError && error.code === 'SECRET') return error;
  throw new Error('it was read');
}

describe('from a file', () => {
  test.each([
    ['as it stands', 'hunter2', 'hunter2'],
    ['without one trailing LF', 'hunter2\n', 'hunter2'],
    ['without one trailing CRLF', 'hunter2\r\n', 'hunter2'],
    ['with a second line break kept', 'hunter2\n\n', 'hunter2\n'],
    ['with spaces kept', ' hunter 2 ', ' hunter 2 '],
  ])('it comes %s', async (_title, content, secret) => {
    const file = join(folder, 'secret');
    await writeFile(file, content);
    expect(await readSecret({ file })).toBe(secret);
  });

  test('it is read anew each time', async () => {
    const file = join(folder, 'renewed');
    await writeFile(file, 'old');
    expect(await readSecret({ file })).toBe('old');
    await writeFile(file, 'new');
    expect(await readSecret({ file })).toBe('new');
  });

  test('a token of two megabytes is a token', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'x'.repeat(2 * 1024 * 1024));
    expect(await readSecret({ file })).toHaveLength(2 * 1024 * 1024);
  });

  test.each([
    ['missing', async () => {}, 'there is no such file (ENOENT); check the path and the mounted secret'],
    ['empty', (path: string) => writeFile(path, ''), 'it is empty; write the secret to it'],
    ['break', (path: string) => writeFile(path, '\n'), 'it is empty; write the secret to it'],
    ['folder', (path: string) => mkdir(path), 'it is a folder; name a file that holds the secret'],
    [
      'binary',
      (path: string) => writeFile(path, Buffer.from([0x68, 0xff, 0xfe])),
      'it is not text in UTF-8; write the secret to it as text',
    ],
    [
      'long'.repeat(100),
      async () => {},
      'it cannot be read (ENAMETOOLONG); check the path and the mounted secret',
    ],
  ])('%s: the error names the file and why', async (name, prepare, why) => {
    const file = join(folder, name);
    await prepare(file);
    expect((await failure({ file })).message).toBe(`Cannot read secret from file ${file}: ${why}`);
  });

  test('a file that is too large is not read', async () => {
    const file = join(folder, 'large');
    await writeFile(file, '');
    await truncate(file, 4 * 1024 * 1024 + 1);
    expect((await failure({ file })).message).toContain('it is larger than 4 MiB');
  });

  test('a device is not read', async () =>
    expect((await failure({ file: '/dev/zero' })).message).toContain('it is not a plain file'));

  test('the cause of a failing read is kept', async () => {
    expect((await failure({ file: join(folder, 'missing') })).cause).toMatchObject({ code: 'ENOENT' });
  });

  test('an error shows nothing of the content', async () => {
    const file = join(folder, 'half');
    await writeFile(file, Buffer.concat([Buffer.from('hunter2'), Buffer.from([0xff])]));
    expect(inspect(await failure({ file }), { depth: 9 })).not.toContain('hunter2');
  });
});

describe('from the environment', () => {
  const name = 'CCM_TEST_SECRET';
  afterEach(() => {
    delete process.env[name];
  });

  test('it comes as it stands', async () => {
    process.env[name] = 'hunter2';
    expect(await readSecret({ env: name })).toBe('hunter2');
  });

  test('a variable that is not set is an error', async () => {
    expect((await failure({ env: name })).message).toBe(
      `Cannot read secret from variable ${name}: it is not set; set it in the environment of the monitor`,
    );
  });

  test('an empty variable is an error', async () => {
    process.env[name] = '';
    expect((await failure({ env: name })).message).toBe(
      `Cannot read secret from variable ${name}: it is empty; set it to the secret`,
    );
  });
});
