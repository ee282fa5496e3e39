// The web configuration while the program runs: files that change, faults that change nothing, and no second word about the same.
// Synchronous, so that the watcher, which runs in the same process, never sees half of a change.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WebConfig } from '../src/config/config.ts';
import type { Reload } from '../src/reload.ts';
import { createLog } from '../src/telemetry/log.ts';
import { createWebReload, firstWebConfig } from '../src/web-reload.ts';
import { createWatch, type Watch } from './simulator/wait-for.ts';
import { TEST_TLS_FOLDER } from './support/smtp/test-tls.ts';

const HASH = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
const TLS = 'tls_server_config: { cert_file: tls.crt, key_file: tls.key }\n';

interface Seen {
  readonly applied: WebConfig[];
  failed: number;
  readonly lines: { msg: string; level: string }[];
}

let folder = '';
let stop = new AbortController();
let reload: Reload | null = null;
let seen: Seen;
let watch: Watch<Seen>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccm-web-'));
  pair('server');
  stop = new AbortController();
  seen = { applied: [], failed: 0, lines: [] };
  watch = createWatch(
    () => seen,
    (all) => JSON.stringify(all),
  );
});

afterEach(async () => {
  stop.abort();
  await reload?.ended;
  reload = null;
  rmSync(folder, { recursive: true });
});

function pair(name: 'server' | 'client', into = folder): void {
  copyFileSync(new URL(`test-only-${name}.pem`, TEST_TLS_FOLDER), join(into, 'tls.crt'));
  copyFileSync(new URL(`test-only-${name}.key.pem`, TEST_TLS_FOLDER), join(into, 'tls.key'));
}

function webFile(): string {
  return join(folder, 'web.yaml');
}

async function start(intervalMs = 3): Promise<Reload> {
  const log = createLog('info', {
    write(line: string) {
      seen.lines.push(JSON.parse(line));
      watch?.changed();
    },
  });
  const started = createWebReload({
    path: webFile(),
    first: await firstWebConfig(webFile(), log),
    log,
    apply(config) {
      seen.applied.push(config);
      watch.changed();
    },
    failed() {
      seen.failed += 1;
      watch.changed();
    },
    signal: stop.signal,
    intervalMs,
  });
  reload = started;
  return started;
}

const texts = (): readonly string[] => seen.lines.map(({ msg }) => msg.replaceAll(folder, ''));

describe('the web configuration', () => {
  test('that has a fault at the start is refused with all of them', async () => {
    writeFileSync(webFile(), 'tls_server_config: { cert_file: none, key_file: none }');
    await expect(start()).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(
        /^Cannot use the web configuration: 2 faults\n.*cert_file.*\n.*key_file/,
      ),
    });
  });

  test('is said at the start, with a warning where passwords travel in clear', async () => {
    writeFileSync(webFile(), `basic_auth_users: { alice: ${HASH} }`);
    await start();
    expect(texts()).toEqual([
      'The web configuration was read: plain HTTP, 1 user',
      'Passwords travel in clear: the web configuration has basic_auth_users and no tls_server_config',
    ]);
    expect(JSON.stringify(seen.lines)).not.toContain('2y$10');
  });

  test('is read again when its file changes, and not told where it says the same', async () => {
    writeFileSync(webFile(), TLS);
    await start();
    writeFileSync(webFile(), TLS);
    writeFileSync(webFile(), `${TLS}basic_auth_users: { alice: ${HASH} }`);
    await watch.waitFor(({ applied }) => applied.length === 1);
    expect(seen.applied[0]?.users().has('alice')).toBe(true);
    expect(texts()).toEqual([
      'The web configuration was read: HTTPS, 0 users',
      'The web configuration was read: HTTPS, 1 user',
    ]);
  });

  test("is read again when a certificate behind a Secret's symlink is exchanged", async () => {
    for (const [version, name] of [
      ['..1', 'server'],
      ['..2', 'client'],
    ] as const) {
      mkdirSync(join(folder, version));
      pair(name, join(folder, version));
    }
    symlinkSync('..1', join(folder, '..data'));
    const inData = TLS.replaceAll('tls.', '..data/tls.');
    writeFileSync(webFile(), inData);
    await start();
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await watch.waitFor(({ applied }) => applied.length === 1);
    expect(seen.failed).toBe(0);
  });

  test('stays as it was where the new one has a fault, which is said once, and comes back when it is mended', async () => {
    writeFileSync(webFile(), TLS);
    await start();
    rmSync(join(folder, 'tls.key'));
    await watch.waitFor(({ failed }) => failed === 1);
    expect(texts().at(-1)).toBe(
      'The web configuration stays as it was. Cannot use the web configuration: 1 fault\n' +
        '/web.yaml:1 tls_server_config.key_file: found no such file; must be a readable file with the private key in PEM form, without a passphrase',
    );
    pair('client');
    await watch.waitFor(({ applied }) => applied.length === 1);
    pair('server');
    await watch.waitFor(({ applied }) => applied.length === 2);
    expect(seen.lines.filter(({ level }) => level === 'error').length).toBe(seen.failed);
  });

  test('survives what nobody expected', async () => {
    writeFileSync(webFile(), TLS);
    const { now } = await start(60_000);
    seen.applied.push = () => {
      throw new Error('no memory');
    };
    writeFileSync(webFile(), '{}');
    await now();
    expect(seen.failed).toBe(1);
    expect(texts().at(-1)).toBe('The web configuration stays as it was, by an unexpected error');
    Reflect.deleteProperty(seen.applied, 'push');
    writeFileSync(webFile(), TLS);
    await now();
    expect(seen.applied).toHaveLength(1);
  });

  test('is read at once when somebody asks for it, and not after the end', async () => {
    writeFileSync(webFile(), TLS);
    const { now } = await start(60_000);
    writeFileSync(webFile(), '{}');
    await now();
    expect(seen.applied).toHaveLength(1);
    await now();
    expect(seen.applied).toHaveLength(1);
    stop.abort();
    writeFileSync(webFile(), TLS);
    await now();
    expect(seen.applied).toHaveLength(1);
  });
});
