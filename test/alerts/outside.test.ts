// What is seen from outside, over time: what ends it, what only hides it, and what a look that has not been cannot say.
import { describe, expect, test } from '@jest/globals';
import type { Certificate } from '../../src/certificates/certificate.ts';
import type { Look } from '../../src/certificates/look.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { ALONE, type Surroundings } from '../../src/certificates/rule.ts';
import type { Successor } from '../../src/certificates/succession.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { NOW, readFailed, readOk } from '../support/factories.ts';
import { type Step, tell, words } from '../support/story.ts';

const FINGERPRINT = 'a'.repeat(40);
const END = NOW + 200 * DAY_MS;

const SUCCESSOR: Successor = {
  account: 'default',
  id: 'new',
  name: null,
  notAfterMs: END + 2 * DAY_MS,
  issuedMs: NOW - 5 * DAY_MS,
};

/** What the one place serves; `ending`: with an intermediate that has twenty days left. */
type What = 'refused' | 'ending' | 'good' | 'unseen';

function place(what: What): Look {
  const leaf = {
    fingerprint: FINGERPRINT,
    fingerprint256: FINGERPRINT,
    subject: null,
    issuer: null,
    names: ['www.example.com'],
    serialNumber: '01',
    notBeforeMs: NOW - 30 * DAY_MS,
    notAfterMs: END,
  };
  const untrusted =
    what === 'refused' ? { code: 'unknown_issuer' as const, message: 'its issuer is not known' } : null;
  const served = {
    chain: [leaf] as const,
    earliestNotAfterMs: what === 'ending' ? NOW + 20 * DAY_MS : END,
    untrusted,
    protocol: 'TLSv1.3',
    address: '192.0.2.1',
  };
  return {
    endpoint: { host: 'www.example.com', port: 443, serverName: null, startTls: null, named: true },
    served: what === 'unseen' ? null : served,
    failure: null,
  };
}

const seen = (what: What, successor: Successor | null = null): Surroundings => ({
  ...ALONE,
  looks: [place(what)],
  succession: { successor, applied: null },
});

const read = (facts: Partial<Certificate> = {}): Reading => readOk({ notAfterMs: END, ...facts });

const at = (hours: number, surroundings: Surroundings, reading: Reading = read()): Step => ({
  nowMs: NOW + hours * HOUR_MS,
  reading,
  surroundings,
});

const REFUSED = at(0, seen('refused'));

describe('what is seen from outside', () => {
  test('is over when a look says so, and not before', () => {
    const steps = [REFUSED, at(1, seen('unseen')), at(2, seen('good'))];
    expect(words(tell(steps))).toEqual([['first untrusted'], [], ['resolved untrusted seen']]);
  });

  test.each<[string, Reading, readonly string[]]>([
    ['has ended', read({ status: 'EXPIRED', notAfterMs: NOW }), ['first expired']],
    ['is revoked', read({ status: 'REVOKED' }), ['first revoked']],
    ['is gone', readFailed('missing'), ['first missing']],
  ])('is neither told as over where the certificate %s, nor reminded of', (_what, reading, told) => {
    for (const later of ['refused', 'unseen'] as const) {
      const steps = [REFUSED, at(1, seen(later), reading), at(25, seen(later), reading)];
      expect(
        words(tell(steps)).map((all) => all.filter((one) => !/reminder (expired|revoked|missing)/.test(one))),
      ).toEqual([['first untrusted'], told, []]);
    }
  });

  test('lasts as one where the certificate comes without its end for a while', () => {
    const undated = read({ notAfterMs: null, notAfterFault: 'is empty', fingerprint: null });
    const steps = [REFUSED, at(1, seen('refused'), undated), at(2, seen('refused'))];
    expect(words(tell(steps))).toEqual([
      ['first untrusted'],
      ['first unreadable'],
      ['resolved unreadable readable'],
    ]);
  });

  test('lasts as one through a status that nobody knows', () => {
    const steps = [REFUSED, at(1, seen('refused'), read({ status: 'FROZEN' })), at(2, seen('good'))];
    expect(words(tell(steps))).toEqual([
      ['first untrusted'],
      ['first unrecognised'],
      ['resolved unrecognised status', 'resolved untrusted seen'],
    ]);
  });

  test('is not told as over where the successor is looked at itself, and is back if that goes', () => {
    const untold = { ...ALONE, succession: { successor: SUCCESSOR, applied: null } };
    const steps = [REFUSED, at(1, untold), at(2, seen('refused'))];
    expect(words(tell(steps))).toEqual([['first untrusted'], [], ['first untrusted flapping']]);
  });

  test('nor where nobody looks any more, nor what ends soon of one that is superseded', () => {
    expect(words(tell([REFUSED, at(1, ALONE)]))).toEqual([['first untrusted'], []]);
    const steps = [at(0, seen('ending')), at(1, seen('ending', SUCCESSOR))];
    expect(words(tell(steps))).toEqual([['first served-expiring'], ['first not-deployed']]);
  });

  test('lasts where a newer successor comes, and the old one is served still', () => {
    const newer = { ...SUCCESSOR, id: 'newer', issuedMs: NOW, notAfterMs: END + 9 * DAY_MS };
    const steps = [at(0, seen('good', SUCCESSOR)), at(1, seen('good', newer)), at(25, seen('good', newer))];
    expect(words(tell(steps))).toEqual([['first not-deployed'], [], ['reminder not-deployed 1d']]);
  });

  test('is told on of one that is deleted in the cloud, superseded, and served still', () => {
    const good = seen('good', SUCCESSOR);
    const steps = [at(0, good), at(1, good, readFailed('missing')), at(25, good, readFailed('missing'))];
    expect(words(tell(steps))).toEqual([
      ['first not-deployed'],
      ['first superseded'],
      ['reminder not-deployed 1d'],
    ]);
  });
});
