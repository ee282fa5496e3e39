// What is found of a certificate as it is seen from outside.
import { describe, expect, test } from '@jest/globals';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { evaluate } from '../../src/certificates/evaluate.ts';
import type { Look } from '../../src/certificates/look.ts';
import { ALONE, type Surroundings } from '../../src/certificates/rule.ts';
import type { ServedCertificate, Untrusted } from '../../src/certificates/served.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { NOW, readOk, THRESHOLDS, watchAfter } from '../support/factories.ts';

const THIS = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const LONG_AGO = NOW - 400 * DAY_MS;

interface Seen {
  readonly fingerprint?: string;
  readonly from?: number;
  readonly left?: number;
  /** Days that the intermediate has left. */
  readonly intermediate?: number;
  readonly untrusted?: Untrusted;
  readonly host?: string;
}

function one(fingerprint: string, from: number, left: number): ServedCertificate {
  return {
    fingerprint,
    fingerprint256: fingerprint,
    subject: null,
    issuer: null,
    names: [],
    serialNumber: '01',
    notBeforeMs: NOW + from * DAY_MS,
    notAfterMs: NOW + left * DAY_MS,
  };
}

function look({ fingerprint = THIS, from = -10, left = 200, intermediate = 3_000, ...more }: Seen): Look {
  return {
    endpoint: {
      host: more.host ?? 'www.example.com',
      port: 443,
      serverName: null,
      startTls: null,
      named: true,
    },
    served: {
      chain: [one(fingerprint, from, left), one('c'.repeat(40), -1_000, intermediate)],
      earliestNotAfterMs: NOW + Math.min(left, intermediate) * DAY_MS,
      untrusted: more.untrusted ?? null,
      protocol: 'TLSv1.3',
      address: '192.0.2.1',
    },
    failure: null,
  };
}

const ISSUED = {
  notBeforeMs: NOW - 10 * DAY_MS,
  issuedAtMs: NOW - 10 * DAY_MS,
  notAfterMs: NOW + 200 * DAY_MS,
  fingerprint: THIS,
};

function found(looks: readonly Look[], facts: Partial<Certificate> = {}, more: Partial<Surroundings> = {}) {
  const reading = readOk({ ...ISSUED, ...facts });
  const watch = watchAfter([LONG_AGO, reading], [NOW, reading]);
  return evaluate(watch, THRESHOLDS, NOW, { ...ALONE, looks, ...more });
}

const words = (...args: Parameters<typeof found>) =>
  found(...args).map(({ kind, severity, place }) => `${kind} ${severity} ${place?.endpoint}+${place?.more}`);

const WRONG: Untrusted = { code: 'wrong_name', message: 'it names other.example.com' };
const successorSince = (days: number): Partial<Surroundings> => ({
  succession: {
    successor: {
      account: 'default',
      id: 'new',
      name: null,
      notAfterMs: NOW + 300 * DAY_MS,
      issuedMs: NOW - days * DAY_MS,
    },
    applied: null,
  },
});

describe('what is served', () => {
  test.each<[string, Seen, readonly string[]]>([
    ['is what was issued', {}, []],
    ['is another one that is newer', { fingerprint: OTHER, from: -1, left: 80 }, []],
    [
      'is an older one',
      { fingerprint: OTHER, from: -300, left: 60 },
      ['not-deployed warning www.example.com:443+0'],
    ],
    [
      'is an older one that ends soon',
      { fingerprint: OTHER, from: -300, left: 5 },
      ['served-expiring critical www.example.com:443+0', 'not-deployed warning www.example.com:443+0'],
    ],
    [
      'has an intermediate that ends soon',
      { intermediate: 20 },
      ['served-expiring warning www.example.com:443+0'],
    ],
    ['has an intermediate that ends sooner, but not soon', { intermediate: 100 }, []],
    ['is refused by clients', { untrusted: WRONG }, ['untrusted critical www.example.com:443+0']],
  ])('%s', (_what, seen, expected) => {
    expect(words([look(seen)])).toEqual(expected);
  });

  test('is one finding for all its places, and says how many there are', () => {
    const old = { fingerprint: OTHER, from: -300, left: 60 };
    const all = [look({}), look({ ...old, host: 'a.example.com' }), look({ ...old, host: 'b.example.com' })];
    expect(words(all)).toEqual(['not-deployed warning a.example.com:443+1']);
  });

  test('is no fault before there was time to deploy it', () => {
    const hoursAgo = (hours: number) => ({
      notBeforeMs: NOW - hours * HOUR_MS,
      issuedAtMs: NOW - hours * HOUR_MS,
    });
    const old = [look({ fingerprint: OTHER, from: -300, left: 60 })];
    expect(words(old, hoursAgo(24))).toEqual([]);
    expect(words(old, hoursAgo(25))).toHaveLength(1);
  });

  test('ends when it ends, whatever zone the cloud’s time was taken for', () => {
    const early = { notAfterMs: NOW + 20 * DAY_MS + 8 * HOUR_MS };
    expect(words([look({ left: 20 })], early)).toEqual(['expiring warning undefined+undefined']);
  });

  test('is not known where nobody looked, where it was not seen, and of what does not serve', () => {
    expect(words([])).toEqual([]);
    expect(words([{ ...look({ untrusted: WRONG }), served: null }])).toEqual([]);
    expect(words([look({ untrusted: WRONG })], { status: 'UNPASSED' })).toEqual([
      'unpassed critical undefined+undefined',
    ]);
  });

  test('counts where the names alone lead only if it is this very certificate', () => {
    const guessed = (seen: Seen): Look => ({ ...look(seen), guessed: true });
    const strangers: readonly Seen[] = [
      { fingerprint: OTHER, from: -300, left: 5 },
      { fingerprint: OTHER, untrusted: WRONG },
    ];
    for (const stranger of strangers) {
      expect(words([guessed(stranger)])).toEqual([]);
      expect(words([guessed(stranger)], { fingerprint: null })).toEqual([]);
    }
    expect(words([guessed({ untrusted: WRONG }), guessed({ fingerprint: OTHER, from: -300 })])).toEqual([
      'untrusted critical www.example.com:443+0',
    ]);
    expect(words([guessed({ intermediate: 20 })])).toEqual(['served-expiring warning www.example.com:443+0']);
    expect(words([guessed({ left: 200 })], {}, successorSince(2))).toEqual([
      'not-deployed warning www.example.com:443+0',
    ]);
  });

  test('is told by the end of the certificate itself, once that has come: also where the cloud is late to say so', () => {
    const ended = { notAfterMs: NOW - HOUR_MS };
    const expired: Untrusted = { code: 'expired', message: 'it has ended' };
    expect(words([look({ left: -1 / 24, untrusted: expired })], ended)).toEqual([
      'expired critical undefined+undefined',
    ]);
  });

  test('counts whatever word the cloud has for the certificate', () => {
    expect(words([look({ untrusted: WRONG })], { status: 'FROZEN' })).toEqual([
      'untrusted critical www.example.com:443+0',
      'unrecognised warning undefined+undefined',
    ]);
  });

  test('is the old one still, though its successor was issued a day ago and more', () => {
    const near = { notAfterMs: NOW + 20 * DAY_MS };
    const still = [look({ left: 20 })];
    expect(words(still, near, successorSince(2))).toEqual([
      'not-deployed warning www.example.com:443+0',
      'superseded info undefined+undefined',
    ]);
    expect(words(still, near, successorSince(0.5))).toEqual(['superseded info undefined+undefined']);
    expect(words([look({ fingerprint: OTHER, from: -2, left: 300 })], near, successorSince(2))).toEqual([
      'superseded info undefined+undefined',
    ]);
    // What was never deployed at all is no better for being replaced: an even older one is served.
    expect(words([look({ fingerprint: OTHER, from: -300, left: 5 })], near, successorSince(0.5))).toEqual([
      'not-deployed warning www.example.com:443+0',
      'superseded info undefined+undefined',
    ]);
    const ended = { status: 'EXPIRED', notAfterMs: NOW - DAY_MS };
    expect(words([look({ left: -1 })], ended, successorSince(2))[0]).toBe(
      'not-deployed warning www.example.com:443+0',
    );
  });
});
