// One account, `discover: true`, nothing else: every certificate is watched, and who still serves an old one is seen, at public addresses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issued } from '../../simulator/certificates.ts';
import { startTlsEndpoint, type TlsEndpoint } from '../../simulator/tls/endpoint.ts';
import { type Issued, selfSigned } from '../../simulator/tls/issue.ts';
import { accountOf, createSetting, type Setting } from '../../support/setting.ts';
import { headerOf } from '../../support/smtp/stage-server.ts';
import { type Addresses, takeAddresses } from './addresses.ts';

const DAY_MS = 86_400_000;
const [SHOP, MAIL] = ['198.51.100.7', '198.51.100.8'];
const root = selfSigned({ commonName: 'Test root', isAuthority: true });

let setting: Setting;
let addresses: Addresses;
const endpoints: TlsEndpoint[] = [];

beforeEach(async () => {
  setting = await createSetting();
  addresses = takeAddresses({ 'shop.example': SHOP, 'mail.example': MAIL }, setting.workspace.folder);
});

afterEach(async () => {
  await setting.close();
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
  addresses.release();
});

/** In the cloud, and as a leaf to serve. */
function put(name: string, days: { from: number; left: number }): { id: string; leaf: Issued } {
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  const [notBeforeMs, notAfterMs] = [nowMs + days.from * DAY_MS, nowMs + days.left * DAY_MS];
  const leaf = root.issue({ names: [name], notBeforeMs, notAfterMs });
  const { id } = setting.cloud.put({
    ...issued({ domain: name }),
    fingerprint: leaf.fingerprint,
    issue_time: new Date(notBeforeMs),
    not_before: new Date(notBeforeMs),
    not_after: new Date(notAfterMs),
  });
  return { id, leaf };
}

const subjects = () => setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject') ?? '');

test('an old certificate that is still served is told, and that it no longer is; what lives at a name besides is nobody’s fault', async () => {
  const old = put('shop.example', { from: -300, left: 60 });
  const now = put('shop.example', { from: -3, left: 200 });
  const mail = put('mail.example', { from: -3, left: 200 });
  const shop = await startTlsEndpoint({ leaf: old.leaf, host: SHOP, port: 443 });
  // Older than the cloud's, self-signed, and about to end: another certificate, of which the account knows nothing.
  const stranger = selfSigned({ names: ['mail.example'], notBeforeMs: Date.now() - 80 * DAY_MS });
  endpoints.push(shop, await startTlsEndpoint({ leaf: stranger, host: MAIL, port: 443 }));
  const authority = join(setting.workspace.folder, 'root.pem');
  writeFileSync(authority, root.cert);
  setting.configure([], { accounts: [{ ...accountOf(setting.cloud, setting.workspace), discover: true }] });
  const program = setting.start({ under: addresses.under, env: { NODE_EXTRA_CA_CERTS: authority } });

  await setting.smtp.waitFor((mails) => mails.length === 1);
  expect(subjects()).toEqual(['[WARNING] NOT-DEPLOYED shop.example (scm-testing)']);
  const url = await program.url();
  const page = async (id: string) => (await fetch(`${url}/certificates/default/${id}`)).text();
  expect(await page(old.id)).toMatch(/<code>shop\.example:443<\/code>: serves this certificate/);
  expect(await page(now.id)).toMatch(/<code>shop\.example:443<\/code>: serves another certificate/);
  expect(await page(mail.id)).toMatch(/<code>mail\.example:443<\/code>: serves another certificate/);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics.match(/^ccm_endpoint_up\{.*$/gm)).toEqual([
    `ccm_endpoint_up{account="default",certificate_id="${old.id}",endpoint="shop.example:443"} 1`,
  ]);

  shop.present({ leaf: now.leaf });
  await setting.smtp.waitFor((mails) => mails.length === 2);
  expect(subjects()[1]).toBe('[RESOLVED] NOT-DEPLOYED shop.example (scm-testing)');
  // The clock of the account is checked besides: the simulated cloud has the zone that the configuration takes it for.
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'ccm_account_utc_offset_error_seconds{account="default"} 0',
  );
});
