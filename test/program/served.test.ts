// What endpoints serve, through the front door: real TLS on loopback, the built program, and the mails that come of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { issued } from '../simulator/certificates.ts';
import { startTlsEndpoint, type TlsEndpoint } from '../simulator/tls/endpoint.ts';
import { type Issued, selfSigned } from '../simulator/tls/issue.ts';
import type { Program } from '../support/program.ts';
import { createSetting, type Setting } from '../support/setting.ts';
import { headerOf } from '../support/smtp/stage-server.ts';

const DAY_MS = 86_400_000;
const NAME = 'shop.example';
const root = selfSigned({ commonName: 'Test root', isAuthority: true });

let setting: Setting;
let endpoint: TlsEndpoint | null = null;
let program: Program | null = null;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
  await endpoint?.close();
  endpoint = null;
});

const subjects = () => setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject') ?? '');

/** A certificate as it is issued, and as the cloud shows it. */
function certificateOf(days: { from: number; left: number }): {
  leaf: Issued;
  fields: Record<string, unknown>;
} {
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  const [notBeforeMs, notAfterMs] = [nowMs + days.from * DAY_MS, nowMs + days.left * DAY_MS];
  const leaf = root.issue({ names: [NAME], notBeforeMs, notAfterMs });
  return {
    leaf,
    fields: {
      fingerprint: leaf.fingerprint,
      issue_time: new Date(notBeforeMs),
      not_before: new Date(notBeforeMs),
      not_after: new Date(notAfterMs),
    },
  };
}

async function watch(
  id: string,
  leaf: Issued,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  endpoint = await startTlsEndpoint({ leaf });
  const caFile = join(setting.workspace.folder, 'probe-ca.pem');
  writeFileSync(caFile, root.cert);
  setting.configure([], {
    certificates: [{ id, probe: [{ address: `127.0.0.1:${endpoint.port}`, serverName: NAME }], ...more }],
    probes: { caFile, timeout: '2s' },
  });
  program = setting.start();
  const url = await program.url();
  await program.waitForLine(({ msg }) => msg.startsWith('Check complete'));
  return url;
}

async function metricsWith(url: string, text: string): Promise<string> {
  const endMs = Date.now() + 15_000;
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (metrics.includes(text)) return metrics;
    if (Date.now() > endMs)
      throw new Error(`Cannot find ${text} in\n${metrics.match(/^ccm_endpoint.*$/gm)?.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an endpoint', () => {
  test('that serves what was issued is well, and its metrics say so', async () => {
    const { leaf, fields } = certificateOf({ from: -10, left: 200 });
    const { id } = setting.cloud.put({ ...issued({ domain: NAME }), ...fields });
    const url = await watch(id, leaf);
    const labels = `account="default",certificate_id="${id}",endpoint="127.0.0.1:${endpoint?.port} ${NAME}"`;
    const metrics = await metricsWith(url, `ccm_endpoint_up{${labels}} 1`);
    expect(metrics).toContain(`ccm_endpoint_certificate_match{${labels}} 1`);
    expect(metrics).toMatch(/^ccm_endpoint_not_after_timestamp_seconds\{.*\} \d{10}$/m);
    expect(metrics).toMatch(/^ccm_endpoint_info\{.*protocol="TLSv1\.3",untrusted=""\} 1$/m);
    expect(subjects()).toEqual([]);
  });

  test('that still serves the old certificate is told once, and that it is deployed', async () => {
    const old = certificateOf({ from: -300, left: 60 });
    const now = certificateOf({ from: -3, left: 200 });
    const { id } = setting.cloud.put({ ...issued({ domain: NAME }), ...now.fields });
    await watch(id, old.leaf);
    await setting.smtp.waitFor((mails) => mails.length === 1);
    endpoint?.present({ leaf: now.leaf });
    await setting.smtp.waitFor((mails) => mails.length === 2);
    expect(subjects()).toEqual([
      `[WARNING] NOT-DEPLOYED ${NAME} (scm-testing)`,
      `[RESOLVED] NOT-DEPLOYED ${NAME} (scm-testing)`,
    ]);
  });

  test('that clients refuse is told; while it cannot be seen, nothing is over, not even after a restart', async () => {
    const { leaf, fields } = certificateOf({ from: -10, left: 200 });
    const { id } = setting.cloud.put({ ...issued({ domain: NAME }), ...fields });
    const stranger = selfSigned({ names: [NAME] });
    const url = await watch(id, stranger);
    await setting.smtp.waitFor((mails) => mails.length === 1);
    expect(subjects()).toEqual([`[CRITICAL] UNTRUSTED ${NAME} (scm-testing)`]);
    endpoint?.misbehave('resets at once');
    const up = `ccm_endpoint_up{account="default",certificate_id="${id}",endpoint="127.0.0.1:${endpoint?.port} ${NAME}"}`;
    const metrics = await metricsWith(url, `${up} 0`);
    expect(metrics).toContain('untrusted="self_signed"} 1');
    program?.kill('SIGTERM');
    await program?.ended;
    program = setting.start();
    await metricsWith(await program.url(), `${up} 0`);
    expect(subjects()).toHaveLength(1);
    endpoint?.misbehave(null);
    endpoint?.present({ leaf });
    await setting.smtp.waitFor((mails) => mails.length === 2);
    expect(subjects()[1]).toBe(`[RESOLVED] UNTRUSTED ${NAME} (scm-testing)`);
  });

  test('tells by the exact end of its certificate that the zone of the account is wrong', async () => {
    const { leaf, fields } = certificateOf({ from: -10, left: 200 });
    const { id } = setting.cloud.put({ ...issued({ domain: NAME }), ...fields });
    setting.cloud.settings.utcOffsetMinutes = 0;
    const url = await watch(id, leaf);
    await metricsWith(url, 'ccm_account_utc_offset_error_seconds{account="default"} -28800');
    await program?.waitForLine(({ msg }) => msg.includes('set its utcOffset to "+00:00"'));
  });
});
