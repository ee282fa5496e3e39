// The prober of the running program: whom it trusts, what a caFile that cannot be used does, and when it is made anew.
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../src/certificates/endpoint.ts';
import type { Config } from '../src/config/config.ts';
import { createProbing, type Probing } from '../src/probing.ts';
import { systemClock } from '../src/shared/time.ts';
import { startTlsEndpoint, type TlsEndpoint } from './simulator/tls/endpoint.ts';
import { selfSigned } from './simulator/tls/issue.ts';
import { config } from './support/factories.ts';
import { temporaryFolder } from './support/fakes.ts';

const NAME = 'shop.example';
const root = selfSigned({ commonName: 'Test root', isAuthority: true });
const another = selfSigned({ commonName: 'Another root', isAuthority: true });
const going = new AbortController().signal;

let folder: ReturnType<typeof temporaryFolder>;
let caFile: string;
let endpoint: TlsEndpoint;
let settings: Config['probes'];
let probing: Probing;

beforeEach(async () => {
  folder = temporaryFolder();
  caFile = folder.file('ca.pem');
  endpoint = await startTlsEndpoint({ leaf: root.issue({ names: [NAME] }) });
  settings = { concurrency: 4, perSecond: 1_000, timeoutMs: 20_000, caFile };
  probing = createProbing({
    config: () => config([], { probes: settings }),
    clock: systemClock,
    extraCaFile: undefined,
  });
});

afterEach(async () => {
  await probing.close();
  await endpoint.close();
  folder.remove();
});

async function look(over: Partial<Endpoint> = {}) {
  const { probe } = await probing.prober();
  const place = { host: '127.0.0.1', port: endpoint.port, serverName: NAME, startTls: null, named: true };
  return probe({ ...place, ...over }, going);
}

const TRUSTED = { ok: true, served: { untrusted: null } };
const half = another.cert.slice(0, another.cert.length / 2);
const PEM_FORM = 'must hold certificates in PEM form, and nothing that cannot be read';

describe('a caFile', () => {
  test('with the authority has it trusted, and one with another has not', async () => {
    writeFileSync(caFile, root.cert);
    expect(await look()).toMatchObject(TRUSTED);
    writeFileSync(caFile, another.cert);
    expect(await look()).toMatchObject({ ok: true, served: { untrusted: { code: 'unknown_issuer' } } });
  });

  test.each<[string, string | null, string]>([
    ['that is away', null, 'cannot be read (ENOENT)'],
    ['that is empty', '', PEM_FORM],
    ['that is no PEM', 'trust me\n', PEM_FORM],
    ['that holds a key', root.key, PEM_FORM],
    ['that holds half a certificate', half, PEM_FORM],
    ['that holds one without its middle', root.cert.replace(/\n.{64}\n/, '\n'), PEM_FORM],
    ['that holds the authority and then half a certificate', root.cert + half, PEM_FORM],
    ['that holds half a certificate and then the authority', half + root.cert, PEM_FORM],
  ])('%s has nobody looked at, and says so, until it is mended', async (_, text, why) => {
    if (text !== null) writeFileSync(caFile, text);
    expect(await look()).toEqual({
      ok: false,
      failure: {
        reason: 'malformed',
        message: `Cannot look at 127.0.0.1:${endpoint.port}: probes.caFile ${caFile} ${why}`,
      },
    });
    expect(endpoint.connections).toBe(0);
    writeFileSync(caFile, another.cert + root.cert);
    expect(await look()).toMatchObject(TRUSTED);
  });

  test('that was good and is away now has nobody looked at, though the prober of before is there', async () => {
    writeFileSync(caFile, root.cert);
    expect(await look()).toMatchObject(TRUSTED);
    rmSync(caFile);
    expect(await look()).toMatchObject({ ok: false, failure: { reason: 'malformed' } });
    expect(endpoint.connections).toBe(1);
  });

  test('is said not to be a file where it is a folder', async () => {
    settings = { ...settings, caFile: folder.path };
    expect(await look()).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining(`probes.caFile ${folder.path} cannot be read (EISDIR)`) },
    });
  });

  test('is trusted beside that of NODE_EXTRA_CA_CERTS, which may be away', async () => {
    writeFileSync(caFile, another.cert);
    const extra = folder.file('extra.pem');
    const withExtra = (extraCaFile: string) =>
      createProbing({ config: () => config([], { probes: settings }), clock: systemClock, extraCaFile });
    const place = { host: '127.0.0.1', port: endpoint.port, serverName: NAME, startTls: null, named: true };
    for (const [text, untrusted] of [
      [null, { code: 'unknown_issuer' }],
      [root.cert, null],
    ] as const) {
      if (text !== null) writeFileSync(extra, text);
      const own = withExtra(extra);
      const { probe } = await own.prober();
      expect(await probe(place, going)).toMatchObject({ ok: true, served: { untrusted } });
      await own.close();
    }
  });
});

describe('the prober', () => {
  test('is the same for every round of looks, until its settings or its authorities change', async () => {
    writeFileSync(caFile, root.cert);
    const first = await probing.prober();
    settings = { ...settings };
    expect(await probing.prober()).toBe(first);
    settings = { ...settings, timeoutMs: 10_000 };
    const second = await probing.prober();
    expect(second).not.toBe(first);
    writeFileSync(caFile, another.cert);
    expect(await probing.prober()).not.toBe(second);
  });

  test('takes a new deadline from the next round on', async () => {
    writeFileSync(caFile, root.cert);
    endpoint.misbehave('says nothing');
    settings = { ...settings, timeoutMs: 150 };
    expect(await look()).toMatchObject({
      failure: { reason: 'timeout', message: expect.stringMatching(/within 0\.15 s$/) },
    });
    settings = { ...settings, timeoutMs: 250 };
    expect(await look()).toMatchObject({ failure: { message: expect.stringMatching(/within 0\.25 s$/) } });
  });

  test('of before ends what it still runs', async () => {
    writeFileSync(caFile, root.cert);
    endpoint.misbehave('says nothing');
    const looking = look();
    await endpoint.waitFor(({ connections }) => connections === 1);
    settings = { ...settings, caFile: null };
    const changed = probing.prober();
    await expect(looking).rejects.toMatchObject({ code: 'ABORTED' });
    await changed;
    await endpoint.waitFor(({ openConnections }) => openConnections === 0);
  });
});
