// A web configuration as Prometheus' own tools see it: they read the same file, and scrape through TLS, a client certificate and a password.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readWebConfig } from '../../../src/config/web-files.ts';
import { issued } from '../../simulator/certificates.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import { TEST_TLS_FOLDER } from '../../support/smtp/test-tls.ts';
import { hashed } from '../../web/secured.ts';
import { type ServerProcess, startServerProcess } from '../prometheus/server-process.ts';
import { programInPath } from '../support/tools.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccm-web-'));
  for (const name of [
    'server.pem',
    'server.key.pem',
    'ca.pem',
    'client.pem',
    'client.key.pem',
    'other-ca.pem',
  ])
    copyFileSync(new URL(`test-only-${name}`, TEST_TLS_FOLDER), join(folder, name));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const PAIR = 'cert_file: server.pem, key_file: server.key.pem';
const MUTUAL = `${PAIR}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem`;

describe('the same file', () => {
  test.each<[string, boolean]>([
    [`tls_server_config: { ${PAIR} }`, true],
    [`tls_server_config: { ${MUTUAL}, min_version: TLS13, curve_preferences: [X25519, CurveP256] }`, true],
    [
      `tls_server_config: { ${PAIR}, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256], prefer_server_cipher_suites: true }`,
      true,
    ],
    [
      'http_server_config: { http2: false, headers: { X-Frame-Options: deny, Content-Security-Policy: "x" } }',
      true,
    ],
    ['basic_auth_users: { alice: "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi" }', true],
    ['{}', true],
    ['tls_server_config: { cert_file: server.pem }', false],
    [`tls_server_config: { ${PAIR.replace('server.key', 'client.key')} }`, false],
    [`tls_server_config: { ${PAIR}, client_ca_file: ca.pem }`, false],
    [`tls_server_config: { ${PAIR}, client_auth_type: Everybody }`, false],
    [`tls_server_config: { ${PAIR}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] }`, false],
    [`tls_server_config: { ${PAIR}, curve_preferences: [P224] }`, false],
    ['http_server_config: { headers: { X-Frame-Options: allow } }', false],
    ['http_server_config: { headers: { Server: x } }', false],
    ['basic_auth_users: { alice: hunter2 }', false],
    ['typo: 1', false],
  ])('is taken or refused by the monitor as by promtool: %s', async (text, taken) => {
    const path = write('web.yaml', text);
    const promtool = programInPath('promtool', { script: 'prometheus.sh' });
    const { status } = spawnSync(promtool, ['check', 'web-config', path], { encoding: 'utf8' });
    const { result } = await readWebConfig(path);
    expect({ promtool: status === 0, monitor: result.ok }).toEqual({ promtool: taken, monitor: taken });
  });
});

describe('a real Prometheus', () => {
  let setting: Setting;
  let prometheus: ServerProcess | null = null;

  beforeEach(async () => {
    setting = await createSetting();
  });

  afterEach(async () => {
    await prometheus?.stop();
    await setting.close();
  });

  async function targets(origin: string): Promise<string> {
    return (await fetch(`${origin}/api/v1/targets`)).text();
  }

  /** Jobs of one target each, until all of them were looked at and one is well: on a slow machine its first scrape may be too late. */
  async function scrape(jobs: readonly object[]): Promise<string> {
    const config = { global: { scrape_interval: '3s', scrape_timeout: '3s' }, scrape_configs: jobs };
    prometheus = startServerProcess(programInPath('prometheus', { script: 'prometheus.sh' }), [
      `--config.file=${write('prometheus.yml', JSON.stringify(config))}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ]);
    const [, address] = await prometheus.printed(/msg="Listening on" address=(\S+)/);
    await prometheus.printed(/Server is ready to receive web requests/);
    const endMs = performance.now() + 60_000;
    for (;;) {
      const text = await targets(`http://${address}`);
      if (!text.includes('"health":"unknown"') && text.includes('"health":"up"')) return text;
      if (performance.now() > endMs) throw new Error(`Cannot wait any longer for the scrapes: ${text}`);
      await sleep(100);
    }
  }

  test('scrapes with certificate and password, and is refused without one of them', async () => {
    const users = `basic_auth_users: { prometheus: "${hashed('open sesame')}" }\n`;
    const webConfigFile = write('web.yaml', `tls_server_config: { ${MUTUAL} }\n${users}`);
    const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
    setting.configure([id], { http: { host: '127.0.0.1', port: 0, probePort: 0, webConfigFile } });
    const target = new URL(await setting.start().url()).host;
    const trust = { ca_file: join(folder, 'ca.pem'), server_name: 'localhost' };
    const shown = { cert_file: join(folder, 'client.pem'), key_file: join(folder, 'client.key.pem') };
    const password = { username: 'prometheus', password: 'open sesame' };
    const job = (job_name: string, over: object) => ({
      job_name,
      scheme: 'https',
      static_configs: [{ targets: [target] }],
      tls_config: { ...trust, ...shown },
      basic_auth: password,
      ...over,
    });
    const text = await scrape([
      job('both', {}),
      job('no certificate', { tls_config: trust }),
      job('no password', { basic_auth: undefined }),
      job('wrong password', { basic_auth: { ...password, password: 'guessed' } }),
      job('no TLS', { scheme: 'http', tls_config: undefined }),
      job('no trust', { tls_config: { ...trust, ...shown, ca_file: join(folder, 'other-ca.pem') } }),
    ]);
    const health = Object.fromEntries(
      JSON.parse(text).data.activeTargets.map(({ scrapePool, health, lastError }: Record<string, string>) => [
        scrapePool,
        `${health} ${lastError}`,
      ]),
    );
    expect(health).toEqual({
      both: 'up ',
      'no certificate': expect.stringMatching(/^down .*(certificate required|bad certificate|handshake)/),
      'no password': expect.stringMatching(/^down .*401/),
      'wrong password': expect.stringMatching(/^down .*401/),
      'no TLS': expect.stringMatching(/^down /),
      'no trust': expect.stringMatching(/^down .*unknown authority/),
    });
  });
});
