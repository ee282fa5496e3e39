// The built program with a web configuration: refused at the start, kept on reload, rotated, and probes beside it.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { issued } from '../simulator/certificates.ts';
import { runProgramToEnd } from '../support/program.ts';
import { createSetting, type Setting } from '../support/setting.ts';
import { TEST_TLS_FOLDER } from '../support/smtp/test-tls.ts';
import { basic, CLIENT, getSecurely, hashed, type SecureAnswer } from '../web/secured.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
  for (const name of ['server.pem', 'server.key.pem', 'ca.pem'])
    copyFileSync(new URL(`test-only-${name}`, TEST_TLS_FOLDER), join(setting.workspace.folder, name));
});

afterEach(async () => {
  await setting.close();
});

const TLS = `tls_server_config:
  cert_file: server.pem
  key_file: server.key.pem
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
`;

function write(text: string): string {
  const path = join(setting.workspace.folder, 'web.yaml');
  writeFileSync(path, text);
  return path;
}

function configure(text: string): string {
  const webConfigFile = write(text);
  const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
  setting.configure([id], { http: { host: '127.0.0.1', port: 0, probePort: 0, webConfigFile } });
  return webConfigFile;
}

async function metricsWith(get: () => Promise<SecureAnswer>, text: string): Promise<string> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const answer = await get().catch(() => null);
    if (answer?.text.includes(text)) return answer.text;
    if (Date.now() > deadline) throw new Error(`Cannot find ${text} in:\n${answer?.text.slice(-3_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a web configuration', () => {
  test('with faults ends the program at the start with all of them', async () => {
    const path = configure(`${TLS.replace('ca.pem', 'none.pem')}basic_auth_users: { alice: hunter2 }\n`);
    const { code, output } = await runProgramToEnd(['run', '--config', setting.workspace.configPath]);
    expect(code).toBe(1);
    expect(output).toContain('Cannot use the web configuration: 2 faults\n');
    expect(output).toContain(`${path}:5 tls_server_config.client_ca_file: found no such file; must be`);
    expect(output).toContain(
      `${path}:6 basic_auth_users.alice: found a plain value, which is not shown; must be`,
    );
    expect(output).not.toContain('hunter2');
  });

  test('protects every page, leaves the probes to a port of their own, and outlives a bad change', async () => {
    const users = `basic_auth_users: { prometheus: ${hashed('open sesame')} }\n`;
    configure(TLS + users);
    const program = setting.start();
    const port = Number(new URL(await program.url()).port);
    const { probePort } = await program.waitForLine((line) => typeof line['probePort'] === 'number');
    const path = '/metrics';
    const get = () => getSecurely(port, { ...CLIENT, path, headers: basic('prometheus', 'open sesame') });

    const metrics = await metricsWith(get, 'ccm_certificate_up{');
    expect(metrics).toContain('ccm_monitor_web_config_last_reload_successful 1');
    expect(metrics).toMatch(/ccm_monitor_web_config_last_reload_success_timestamp_seconds \d/);
    expect((await getSecurely(port, { ...CLIENT, path })).status).toBe(401);
    await expect(getSecurely(port, { path })).rejects.toThrow();
    const probe = async (at: string) => (await fetch(`http://127.0.0.1:${String(probePort)}${at}`)).status;
    expect(await Promise.all(['/healthz', '/readyz', '/metrics', '/'].map(probe))).toEqual([
      200, 200, 404, 404,
    ]);

    write(`${TLS}typo: 1\n`);
    await metricsWith(get, 'ccm_monitor_web_config_last_reload_successful 0');
    const line = await program.waitForLine(({ msg }) => msg.includes('stays as it was'));
    expect(line.msg).toContain('typo: found an unknown key');
    write(TLS);
    await metricsWith(
      () => getSecurely(port, { ...CLIENT, path }),
      'ccm_monitor_web_config_last_reload_successful 1',
    );
    write(TLS + users);
    program.kill('SIGHUP');
    const readWithUsers = () => program.lines.filter(({ msg }) => msg.includes('HTTPS, 1 user')).length;
    await program.waitForLine(() => readWithUsers() === 2);
    expect((await getSecurely(port, { ...CLIENT, path })).status).toBe(401);

    program.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.output()).not.toContain('sesame');
    expect(program.output()).not.toContain('$2b$');
  });
});
