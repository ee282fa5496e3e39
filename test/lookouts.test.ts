// Looks at endpoints with each check: what is known before the first, and what a fault of ours must not do.
import { describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../src/certificates/endpoint.ts';
import { unsureOf } from '../src/certificates/evaluate-renewal.ts';
import type { ProbeResult } from '../src/certificates/served.ts';
import type { CertificateConfig } from '../src/config/config.ts';
import { createLookouts } from '../src/lookouts.ts';
import { certificate, config, configured, NOW, readOk, THRESHOLDS, watchAfter } from './support/factories.ts';

const place = (host: string): Endpoint => ({
  host,
  port: 443,
  serverName: null,
  startTls: null,
  named: true,
});
const REFUSED: ProbeResult = { ok: false, failure: { reason: 'reset', message: 'it was reset' } };
const going = new AbortController().signal;

function lookouts(
  certificates: readonly CertificateConfig[],
  probe: (endpoint: Endpoint) => Promise<ProbeResult> = async () => REFUSED,
) {
  const settings = config(certificates);
  return createLookouts({
    config: () => settings,
    prober: async () => ({ probe }),
    certificateOf: () => certificate({ domain: 'www.example.com', sans: ['*.example.com'] }),
  });
}

describe('a certificate that is to be looked at', () => {
  test.each<[string, CertificateConfig['probe'], readonly string[]]>([
    ['at named places', [place('a.example.com'), place('b.example.com')], ['a.example.com', 'b.example.com']],
    ['by its names', 'auto', ['www.example.com']],
    ['nowhere', [], []],
  ])('%s is not known before the first look: no alert of it ends', (_where, probe, hosts) => {
    const one = configured({ probe });
    const looks = lookouts([one]).of(one);
    expect(looks.map(({ endpoint, served }) => [endpoint.host, served])).toEqual(
      hosts.map((host) => [host, null]),
    );
    const surroundings = { succession: { successor: null, applied: null }, allSeen: false, looks };
    const unsure = unsureOf(watchAfter([NOW, readOk()]), THRESHOLDS, NOW, surroundings);
    expect(unsure.includes('untrusted')).toBe(hosts.length > 0);
  });

  test('is looked at once where two share a place, and each look says that it moves', async () => {
    const asked: string[] = [];
    let moves = 0;
    const both = ['one', 'two'].map((id) => configured({ id, probe: [place('a.example.com')] }));
    const looking = lookouts(both, async ({ host }) => {
      asked.push(host);
      return REFUSED;
    });
    await looking.look(going, () => {
      moves += 1;
    });
    expect([asked, moves]).toEqual([['a.example.com'], 1]);
    for (const one of both) expect(looking.of(one)[0]?.failure).toEqual(REFUSED.failure);
  });
});

test('a fault of ours at one place ends neither the round nor the other looks', async () => {
  const one = configured({ probe: [place('broken.example.com'), place('a.example.com')] });
  const looking = lookouts([one], async ({ host }) => {
    if (host === 'broken.example.com') throw new TypeError('a fault of ours');
    return REFUSED;
  });
  await looking.look(going, () => undefined);
  expect(looking.of(one).map(({ failure }) => failure?.message)).toEqual([
    expect.stringContaining('unexpected TypeError'),
    'it was reset',
  ]);
});
