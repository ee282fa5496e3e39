// The section `probes` while the program runs: a reload that changes it, and a caFile that breaks and is mended.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issued } from '../simulator/certificates.ts';
import { startTlsEndpoint, type TlsEndpoint } from '../simulator/tls/endpoint.ts';
import { selfSigned } from '../simulator/tls/issue.ts';
import type { Program } from '../support/program.ts';
import { createSetting, type Setting } from '../support/setting.ts';
import { headerOf } from '../support/smtp/stage-server.ts';

const NAME = 'shop.example';
const root = selfSigned({ commonName: 'Test root', isAuthority: true });
const leaf = root.issue({ names: [NAME] });

let setting: Setting;
let endpoint: TlsEndpoint;
let caFile: string;

beforeEach(async () => {
  setting = await createSetting();
  endpoint = await startTlsEndpoint({ leaf });
  caFile = join(setting.workspace.folder, 'probe-ca.pem');
  writeFileSync(caFile, root.cert);
});

afterEach(async () => {
  await setting.close();
  await endpoint.close();
});

const subjects = () => setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject') ?? '');

function configure(probes: Readonly<Record<string, unknown>>): void {
  const probe = [{ address: `127.0.0.1:${endpoint.port}`, serverName: NAME }];
  const certificates = [...setting.cloud.certificates.keys()].map((id) => ({ id, probe }));
  setting.configure([], { certificates, probes: { timeout: '20s', ...probes } });
}

async function reload(program: Program, probes: Readonly<Record<string, unknown>>): Promise<void> {
  const before = program.lines.length;
  configure(probes);
  program.kill('SIGHUP');
  await program.waitForLine((line) => program.lines.indexOf(line) >= before && isReload(line.msg));
}

const isReload = (text: string) => text === 'The configuration was read again: probes changed';

/** Asks until the sample is there, or for 20 s; what was there last. */
async function upUntil(url: string, value: number): Promise<number | undefined> {
  const endMs = Date.now() + 20_000;
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const sample = /^ccm_endpoint_up\{.*\} (\d)$/m.exec(metrics)?.[1];
    const up = sample === undefined ? undefined : Number(sample);
    if (up === value || Date.now() > endMs) return up;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('an authority that a reload adds ends what was told without it, and one that it takes away is missed', async () => {
  setting.cloud.put({ ...issued({ domain: NAME, daysLeft: 90 }), fingerprint: leaf.fingerprint });
  configure({});
  const program = setting.start();
  await setting.smtp.waitFor((mails) => mails.length === 1, { timeoutMs: 20_000 });
  expect(subjects()).toEqual([`[CRITICAL] UNTRUSTED ${NAME} (scm-testing)`]);
  await reload(program, { caFile });
  await setting.smtp.waitFor((mails) => mails.length === 2, { timeoutMs: 20_000 });
  expect(subjects()[1]).toBe(`[RESOLVED] UNTRUSTED ${NAME} (scm-testing)`);
  await reload(program, {});
  await setting.smtp.waitFor((mails) => mails.length === 3, { timeoutMs: 20_000 });
  expect(subjects()[2]).toBe(`[CRITICAL] UNTRUSTED ${NAME} (scm-testing)`);
});

test('a caFile that breaks has nothing looked at and nothing told; it is looked again when it is mended', async () => {
  const { id } = setting.cloud.put({
    ...issued({ domain: NAME, daysLeft: 90 }),
    fingerprint: leaf.fingerprint,
  });
  configure({ caFile });
  const program = setting.start();
  const url = await program.url();
  expect(await upUntil(url, 1)).toBe(1);
  writeFileSync(caFile, root.cert.slice(0, 200));
  expect(await upUntil(url, 0)).toBe(0);
  const { connections } = endpoint;
  const page = await (await fetch(`${url}/certificates/default/${id}`)).text();
  expect(page).toContain(`probes.caFile ${caFile} must hold certificates in PEM form`);
  const checks = () => program.lines.filter(({ msg }) => msg.startsWith('Check ')).length;
  const before = checks();
  await program.waitForLine(() => checks() >= before + 2, 20_000);
  expect(endpoint.connections).toBe(connections);
  writeFileSync(caFile, root.cert);
  expect(await upUntil(url, 1)).toBe(1);
  expect(endpoint.connections).toBeGreaterThan(connections);
  expect(subjects()).toEqual([]);
});
