// Looks at endpoints with each check: what is known before the first, and what a fault of ours must not do.
import { describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../src/certificates/endpoint.ts';
import { unsureOf } from '../src/certificates/evaluate-renewal.ts';
import type { ProbeResult } from '../src/certificates/served.ts';
import type { CertificateConfig, Config } from '../src/config/config.ts';
import { createLookouts } from '../src/lookouts.ts';
import { HOUR_MS, MINUTE_MS } from '../src/shared/time.ts';
import { aborted } from '../src/shared/waits.ts';
import { createFakeClock } from './support/clock.ts';
import { certificate, config, configured, NOW, readOk, THRESHOLDS, watchAfter } from './support/factories.ts';

const place = (host: string): Endpoint => ({
  host,
  port: 443,
  serverName: null,
  startTls: null,
  named: true,
});
const REFUSED: ProbeResult = { ok: false, failure: { reason: 'reset', message: 'it was reset' } };
const clock = createFakeClock();
const going = new AbortController().signal;

function lookouts(
  certificates: readonly CertificateConfig[],
  probe: (endpoint: Endpoint, signal: AbortSignal) => Promise<ProbeResult> = async () => REFUSED,
  more: Partial<Config> = {},
) {
  const settings = config(certificates, more);
  return createLookouts({
    config: () => settings,
    prober: async () => ({ probe }),
    certificateOf: () => certificate({ domain: 'www.example.com', sans: ['*.example.com'] }),
    clock,
  });
}

describe('a certificate that is to be looked at', () => {
  test.each<[string, CertificateConfig['probe'], readonly string[]]>([
    ['at named places', [place('a.example.com'), place('b.example.com')], ['a.example.com', 'b.example.com']],
    ['by its names', 'auto', ['www.example.com']],
    ['by its names, though nobody asked', 'guess', ['www.example.com']],
    ['nowhere', [], []],
  ])('%s is not known before the first look: no alert of it ends', (_where, probe, hosts) => {
    const one = configured({ probe });
    const looks = lookouts([one]).of(one);
    expect(looks.map(({ endpoint, served }) => [endpoint.host, served])).toEqual(
      hosts.map((host) => [host, null]),
    );
    const surroundings = { succession: { successor: null, applied: null }, allSeen: false, looks };
    expect(looks.every(({ guessed }) => (guessed === true) === (probe === 'guess'))).toBe(true);
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

/** What a place serves: the leaf of the certificate that every test here has, or another one. */
function serving(fingerprint: string): ProbeResult {
  const leaf = {
    fingerprint,
    fingerprint256: fingerprint,
    subject: null,
    issuer: null,
    names: [],
    serialNumber: '01',
    notBeforeMs: NOW,
    notAfterMs: NOW,
  };
  const served = {
    chain: [leaf],
    earliestNotAfterMs: NOW,
    untrusted: null,
    protocol: null,
    address: '',
  } as const;
  return { ok: true, served };
}

describe('a place to which the names alone lead', () => {
  test('is looked at with each check while it serves the certificate, else once an hour', async () => {
    const one = configured({ probe: 'guess' });
    let asked = 0;
    let answer: ProbeResult = REFUSED;
    const looking = lookouts([one], async () => {
      asked += 1;
      return answer;
    });
    const round = async (afterMs: number): Promise<number> => {
      clock.pass(afterMs);
      const before = asked;
      await looking.look(going, () => undefined);
      return asked - before;
    };
    expect(await round(0)).toBe(1);
    expect(await round(MINUTE_MS)).toBe(0);
    answer = serving('somebody else’s');
    expect(await round(HOUR_MS - MINUTE_MS)).toBe(1);
    expect(await round(MINUTE_MS)).toBe(0);
    answer = serving(certificate().fingerprint ?? '');
    expect(await round(HOUR_MS)).toBe(1);
    expect([await round(MINUTE_MS), await round(MINUTE_MS)]).toEqual([1, 1]);
    answer = REFUSED;
    expect(await round(MINUTE_MS)).toBe(1);
    // It was seen there: a look that fails does not make it somebody else's place.
    expect(await round(MINUTE_MS)).toBe(1);
    expect(looking.of(one)[0]?.served).not.toBeNull();
  });

  test('is looked at with each check while what was told of it lasts: after a restart nobody knows what is served', async () => {
    const one = configured({ probe: 'guess' });
    const two = configured({ id: 'two', probe: 'guess' });
    const names = Array.from({ length: 20 }, (_, n) => `n${n}.example.com`);
    const asked: string[] = [];
    let lasting = 'two';
    const looking = createLookouts({
      config: () =>
        config([one, two], { probes: { concurrency: 1, perSecond: 0.1, timeoutMs: 1_000, caFile: null } }),
      prober: async () => ({
        probe: async ({ host }) => {
          asked.push(host);
          return REFUSED;
        },
      }),
      certificateOf: ({ id }) =>
        certificate({ domain: null, sans: id === 'two' ? ['two.example.com'] : names }),
      lasts: ({ id }) => id === lasting,
      clock,
    });
    await looking.look(going, () => undefined);
    expect(asked).toEqual(['two.example.com', 'n0.example.com', 'n1.example.com']);
    await looking.look(going, () => undefined);
    expect(asked.slice(3)).toEqual(['two.example.com', 'n2.example.com', 'n3.example.com']);
    lasting = '';
    await looking.look(going, () => undefined);
    expect(asked.slice(6)).toEqual(['n4.example.com', 'n5.example.com']);
  });

  test('is looked at with each check where somebody else has it looked at, and counts as each of them says', async () => {
    const guess = configured({ id: 'guess', probe: 'guess' });
    const auto = configured({ id: 'auto', probe: 'auto' });
    let asked = 0;
    const looking = lookouts([guess, auto, guess], async () => {
      asked += 1;
      return REFUSED;
    });
    for (let n = 0; n < 3; n += 1) await looking.look(going, () => undefined);
    expect(asked).toBe(3);
    expect(looking.of(guess)[0]?.guessed).toBe(true);
    expect(looking.of(auto)[0]?.guessed).toBeUndefined();
  });
});

describe('a round of looks', () => {
  test('gives fifteen seconds to those at which nobody waits, after all others', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `n${n}.example.com`);
    const asked: string[] = [];
    const settings = config(
      [configured({ id: 'guess', probe: 'guess' }), configured({ probe: [place('z')] })],
      {
        probes: { concurrency: 1, perSecond: 1, timeoutMs: 1_000, caFile: null },
      },
    );
    const looking = createLookouts({
      config: () => settings,
      prober: async () => ({
        probe: async ({ host }) => {
          asked.push(host);
          return REFUSED;
        },
      }),
      certificateOf: () => certificate({ domain: null, sans: names }),
      clock,
    });
    expect(await looking.look(going, () => undefined)).toBe(0);
    // Of a certificate twenty names are looked at.
    expect(asked).toEqual(['z', ...names.slice(0, 15)]);
    await looking.look(going, () => undefined);
    expect(asked.slice(16)).toEqual(['z', ...names.slice(15, 20)]);
  });

  test('begins no more than fit into two minutes; those that waited come first in the next', async () => {
    const one = configured({ probe: Array.from({ length: 50 }, (_, n) => place(`n${n}.example.com`)) });
    const rounds: string[][] = [[], [], []];
    let now = 0;
    const probes = { concurrency: 1, perSecond: 0.25, timeoutMs: 1_000, caFile: null };
    const looking = lookouts(
      [one],
      async ({ host }) => {
        rounds[now]?.push(host);
        return REFUSED;
      },
      { probes },
    );
    const left: number[] = [];
    for (now = 0; now < 3; now += 1) {
      left.push(await looking.look(going, () => undefined));
      clock.pass(MINUTE_MS);
    }
    expect(left).toEqual([20, 20, 20]);
    expect(rounds.map((hosts) => [hosts.length, hosts[0]])).toEqual([
      [30, 'n0.example.com'],
      [30, 'n30.example.com'],
      [30, 'n10.example.com'],
    ]);
    expect(new Set([...(rounds[0] ?? []), ...(rounds[1] ?? [])]).size).toBe(50);
  });

  test('that is stopped keeps what was known', async () => {
    const one = configured({ probe: [place('a.example.com')] });
    const stop = new AbortController();
    let answer: () => Promise<ProbeResult> = async () => serving('a');
    const looking = lookouts([one], () => answer());
    await looking.look(stop.signal, () => undefined);
    const before = looking.of(one);
    answer = () => {
      stop.abort();
      return Promise.reject(aborted());
    };
    expect(await looking.look(stop.signal, () => undefined)).toBe(1);
    expect(looking.of(one)).toBe(before);
  });
});
