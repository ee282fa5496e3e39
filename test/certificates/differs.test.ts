// What makes a row of a certificate be written again: each thing by itself.
import { describe, expect, test } from '@jest/globals';
import { spanOf, type Threshold } from '../../src/certificates/thresholds.ts';
import { differs, type Watch } from '../../src/certificates/watch.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { certificate, NOW, readFailed, readOk, watchAfter } from '../support/factories.ts';

const READ = watchAfter([NOW, readOk()]);
const FAILING = watchAfter([NOW, readOk()], [NOW + 1, readFailed('timeout')]);

describe('a certificate is written again', () => {
  test.each<[string, Watch, Partial<Watch>, boolean]>([
    ['not where nothing changed', READ, {}, false],
    ['not where only the time of its last success went on', READ, { lastSuccessMs: NOW + 5 }, false],
    ['where that is written because it is down', FAILING, { lastSuccessMs: NOW + 5 }, true],
    ['not where it is down as before', FAILING, {}, false],
    ['where it is up or down', READ, { up: false }, true],
    ['where its standing is another', READ, { standing: 'revoked' }, true],
    ['where its standing began anew', READ, { standingSinceMs: NOW + 1 }, true],
    ['where it fails since another time', FAILING, { failingSinceMs: NOW + 9 }, true],
    ['where it is missing', FAILING, { missingSinceMs: NOW }, true],
    [
      'where it fails for another reason',
      FAILING,
      { failure: { reason: 'forbidden', message: 'It failed: timeout', requestId: null } },
      true,
    ],
    [
      'where the failure says something else',
      FAILING,
      { failure: { reason: 'timeout', message: 'It failed again', requestId: null } },
      true,
    ],
    ['where there are no facts any more', READ, { certificate: null }, true],
    ['where a fact is another', READ, { certificate: certificate({ name: 'renamed' }) }, true],
    ['where a name was added', READ, { certificate: certificate({ sans: ['example.com', 'b'] }) }, true],
    ['where one of its names is another', READ, { certificate: certificate({ sans: ['b'] }) }, true],
    ['not where the facts are equal', READ, { certificate: certificate() }, false],
  ])('%s', (_title, before, change, expected) => {
    expect(differs(before, { ...before, ...change })).toBe(expected);
  });

  test('where only one of several names is another', () => {
    const names = (...sans: string[]) => ({ ...READ, certificate: certificate({ sans }) });
    expect(differs(names('a', 'b'), names('a', 'c'))).toBe(true);
  });

  test('where it was never written, and where its first facts came', () => {
    const unread = watchAfter([NOW, readFailed('timeout')]);
    expect([differs(null, READ), differs(unread, { ...unread })]).toEqual([true, false]);
    expect(differs({ ...READ, certificate: null }, READ)).toBe(true);
  });
});

describe('a share of the lifetime', () => {
  const share: Threshold = { kind: 'share', share: 0.5 };
  test.each<[string, Parameters<typeof certificate>[0], number]>([
    ['is of the time from not_before to not_after', { notBeforeMs: NOW, notAfterMs: NOW + 90 * DAY_MS }, 45],
    ['or from the time of issue', { notBeforeMs: null, issuedAtMs: NOW, notAfterMs: NOW + 60 * DAY_MS }, 30],
    ['or of the months that were ordered', { notAfterMs: null, validityMonths: 12 }, 180],
    ['also where it ends as it begins', { notBeforeMs: NOW, notAfterMs: NOW, validityMonths: 2 }, 30],
    ['or ends before it begins', { notBeforeMs: NOW, notAfterMs: NOW - 1, validityMonths: 2 }, 30],
    ['else the default holds', { notAfterMs: null, validityMonths: null }, 7],
    ['and no months are no lifetime', { notAfterMs: null, validityMonths: 0 }, 7],
  ])('%s', (_title, facts, days) => {
    expect(spanOf(share, certificate(facts), 7 * DAY_MS) / DAY_MS).toBe(days);
  });
});
