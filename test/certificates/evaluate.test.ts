// What evaluation says of every status, at every boundary: the table of the contract, row by row.
import { describe, expect, test } from '@jest/globals';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { evaluate, severityNumber } from '../../src/certificates/evaluate.ts';
import type { Thresholds } from '../../src/certificates/thresholds.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import { NOW, readFailed, readOk, THRESHOLDS, watchAfter } from '../support/factories.ts';

const LONG_AGO = NOW - 100 * DAY_MS;
const SHARES: Thresholds = {
  ...THRESHOLDS,
  warning: { kind: 'share', share: 1 / 3 },
  critical: { kind: 'share', share: 0.1 },
};

/** `kind severity epoch` of each finding about one that was read with these facts since long ago. */
function found(facts: Partial<Certificate>, { thresholds = THRESHOLDS, nowMs = NOW } = {}): string[] {
  const watch = watchAfter([LONG_AGO, readOk(facts)], [nowMs, readOk(facts)]);
  return evaluate(watch, thresholds, nowMs).map((f) => `${f.kind} ${f.severity} ${f.epochMs}`);
}

describe('every status that was seen anywhere means what the contract says', () => {
  const farOff = { notAfterMs: NOW + 365 * DAY_MS };
  const undated = { notAfterMs: null, notBeforeMs: null, fingerprint: null };
  test.each<[string, Partial<Certificate>, string[]]>([
    ['ISSUED', farOff, []],
    ['UPLOAD', farOff, []],
    ['SUPPLEMENTCHECKING', farOff, []],
    ['CANCELSUPPLEMENTING', farOff, []],
    ['CANCLEREVOKING', farOff, []],
    ['CANCELREVOKING', farOff, []],
    ['REVOKING', farOff, [`revoking warning ${LONG_AGO}`]],
    ['EXPIRED', undated, [`expired critical ${LONG_AGO}`]],
    ['EXPIRED', { notAfterMs: NOW - DAY_MS }, [`expired critical ${NOW - DAY_MS}`]],
    ['EXPIRED', { notAfterMs: NOW + DAY_MS }, [`expired critical ${NOW + DAY_MS}`]],
    ['REVOKED', farOff, [`revoked critical ${LONG_AGO}`]],
    ['REVOKED', { notAfterMs: NOW - DAY_MS }, [`revoked critical ${LONG_AGO}`]],
    ['REVOKED', { notAfterMs: NOW + DAY_MS }, [`revoked critical ${LONG_AGO}`]],
    ['UNPASSED', undated, [`unpassed critical ${LONG_AGO}`]],
    ['PAID', undated, [`pending warning ${LONG_AGO}`]],
    ['CHECKING', undated, [`pending warning ${LONG_AGO}`]],
    ['CHECKING_DOMAIN', undated, [`pending warning ${LONG_AGO}`]],
    ['CHECKING_ORG', undated, [`pending warning ${LONG_AGO}`]],
    ['ISSUING', undated, [`pending warning ${LONG_AGO}`]],
    ['CANCELCHECKING', undated, [`pending warning ${LONG_AGO}`]],
    ['ALL', farOff, [`unrecognised warning ${LONG_AGO}`]],
    ['SOMETHING_NEW', farOff, [`unrecognised warning ${LONG_AGO}`]],
    ['issued', farOff, [`unrecognised warning ${LONG_AGO}`]],
    ['__proto__', farOff, [`unrecognised warning ${LONG_AGO}`]],
    [
      'REVOKING',
      { notAfterMs: NOW + DAY_MS },
      [`expiring critical ${NOW + DAY_MS}`, `revoking warning ${LONG_AGO}`],
    ],
    ['REVOKING', { notAfterMs: NOW }, [`expired critical ${NOW}`, `revoking warning ${LONG_AGO}`]],
    ['SOMETHING_NEW', { notAfterMs: NOW }, [`expired critical ${NOW}`, `unrecognised warning ${LONG_AGO}`]],
    ['CHECKING', { notAfterMs: NOW + DAY_MS }, [`pending warning ${LONG_AGO}`]],
  ])('%s with %o gives %j', (status, facts, expected) => {
    expect(found({ status, ...facts })).toEqual(expected);
  });
});

describe('an end is judged to the millisecond', () => {
  test.each<[string, number, string[]]>([
    ['one millisecond outside the warning', 30 * DAY_MS + 1, []],
    ['exactly at the warning', 30 * DAY_MS, ['expiring warning']],
    ['one millisecond outside critical', 7 * DAY_MS + 1, ['expiring warning']],
    ['exactly at critical', 7 * DAY_MS, ['expiring critical']],
    ['one millisecond before the end', 1, ['expiring critical']],
    ['exactly at the end', 0, ['expired critical']],
    ['one millisecond after the end', -1, ['expired critical']],
    ['ten years after the end', -3650 * DAY_MS, ['expired critical']],
  ])('%s', (_title, leftMs, expected) => {
    const notAfterMs = NOW + leftMs;
    expect(found({ notAfterMs })).toEqual(expected.map((text) => `${text} ${notAfterMs}`));
  });
});

describe('a share of the lifetime is measured from the best known start', () => {
  const end = NOW + 20 * DAY_MS;
  test.each<[string, Partial<Certificate>, string[]]>([
    [
      'from not_before: a third of 60 days is reached',
      { notAfterMs: end, notBeforeMs: end - 60 * DAY_MS },
      ['warning'],
    ],
    ['from not_before: a third of 59 days is not', { notAfterMs: end, notBeforeMs: end - 59 * DAY_MS }, []],
    [
      'from the time of issue where not_before is not known',
      { notAfterMs: end, notBeforeMs: null, issuedAtMs: end - 60 * DAY_MS },
      ['warning'],
    ],
    [
      'from the months that were ordered where no start is known',
      { notAfterMs: end, notBeforeMs: null, issuedAtMs: null, validityMonths: 2 },
      ['warning'],
    ],
    [
      'from the months where not_before is not before the end',
      { notAfterMs: end, notBeforeMs: end, validityMonths: 1 },
      [],
    ],
    [
      'the default of 30 days where nothing is known',
      { notAfterMs: end, notBeforeMs: null, issuedAtMs: null, validityMonths: null },
      ['warning'],
    ],
    [
      'nothing is known and 0 months were ordered: the default again',
      { notAfterMs: NOW + 31 * DAY_MS, notBeforeMs: null, issuedAtMs: null, validityMonths: 0 },
      [],
    ],
    [
      'the share for critical, a tenth of 200 days',
      { notAfterMs: end, notBeforeMs: end - 200 * DAY_MS },
      ['critical'],
    ],
  ])('%s', (_title, facts, severities) => {
    expect(found(facts, { thresholds: SHARES })).toEqual(
      severities.map((severity) => `expiring ${severity} ${facts.notAfterMs}`),
    );
  });
});

describe('a share for warning and a duration for critical: the graver of those reached holds', () => {
  const mixed: Thresholds = { ...THRESHOLDS, warning: { kind: 'share', share: 1 / 3 } };
  const end = NOW + 6 * DAY_MS;
  test.each<[string, number, string[]]>([
    ['a third of 30 days comes before 7 days: critical within them', 30, ['critical']],
    ['a third of 15 days comes after 7 days: critical from the start', 15, ['critical']],
  ])('%s', (_title, lifetimeDays, severities) => {
    const facts = { notAfterMs: end, notBeforeMs: end - lifetimeDays * DAY_MS };
    expect(found(facts, { thresholds: mixed })).toEqual(
      severities.map((severity) => `expiring ${severity} ${end}`),
    );
  });

  test('before the 7 days, a third of 30 days is a warning, and a third of 15 days is nothing', () => {
    const later = NOW + 9 * DAY_MS;
    const of = (days: number) =>
      found({ notAfterMs: later, notBeforeMs: later - days * DAY_MS }, { thresholds: mixed });
    expect([of(30), of(15)]).toEqual([[`expiring warning ${later}`], []]);
  });
});

describe('in application for too long', () => {
  test.each<[string, number, string[]]>([
    ['exactly as long as allowed is not pending', 7 * DAY_MS, []],
    ['a millisecond longer is', 7 * DAY_MS + 1, ['pending']],
  ])('%s', (_title, ageMs, kinds) => {
    const watch = watchAfter(
      [NOW - ageMs, readOk({ status: 'PAID', notAfterMs: null })],
      [NOW, readOk({ status: 'CHECKING', notAfterMs: null })],
    );
    expect(evaluate(watch, THRESHOLDS, NOW).map(({ kind }) => kind)).toEqual(kinds);
  });

  test('the age counts from the start of the application, whatever its steps are called', () => {
    const watch = watchAfter(
      [NOW - 8 * DAY_MS, readOk({ status: 'PAID', notAfterMs: null })],
      [NOW - 2 * DAY_MS, readOk({ status: 'CHECKING_ORG', notAfterMs: null })],
    );
    expect(evaluate(watch, THRESHOLDS, NOW)[0]).toMatchObject({
      kind: 'pending',
      epochMs: NOW - 8 * DAY_MS,
      reason: 'The certificate has been in application (CHECKING_ORG) for 8 days',
    });
  });
});

describe('what cannot be read', () => {
  test('exactly as long as allowed without a success is not unreadable, a millisecond longer is', () => {
    const watch = watchAfter([NOW - HOUR_MS, readOk()], [NOW - 50 * MINUTE_MS, readFailed()]);
    expect(evaluate(watch, THRESHOLDS, NOW)).toEqual([]);
    expect(evaluate(watch, THRESHOLDS, NOW + 1)).toEqual([
      {
        kind: 'unreadable',
        severity: 'critical',
        cause: 'timeout',
        reason: 'It failed: timeout. It was last read at 2026-11-23 11:00 UTC',
        epochMs: NOW - 50 * MINUTE_MS,
      },
    ]);
  });

  test('one that was never read counts from the first try, and says so', () => {
    const watch = watchAfter([NOW - HOUR_MS - 1, readFailed('unauthorized')]);
    expect(evaluate(watch, THRESHOLDS, NOW)).toMatchObject([
      { kind: 'unreadable', cause: 'unauthorized', reason: 'It failed: unauthorized. It was never read' },
    ]);
  });

  test('a single failure says nothing, and a success ends it', () => {
    expect(evaluate(watchAfter([NOW, readFailed()]), THRESHOLDS, NOW)).toEqual([]);
    const again = watchAfter([LONG_AGO, readFailed()], [NOW, readOk()]);
    expect(evaluate(again, THRESHOLDS, NOW)).toEqual([]);
  });

  test.each(['is empty', 'is not a date: "soon"'])(
    'a live certificate whose not_after %s is unreadable at once, with reason malformed',
    (notAfterFault) => {
      const watch = watchAfter([NOW, readOk({ notAfterMs: null, notAfterFault })]);
      expect(watch.up).toBe(false);
      expect(evaluate(watch, THRESHOLDS, NOW)).toMatchObject([
        { kind: 'unreadable', severity: 'critical', cause: 'malformed', epochMs: NOW },
      ]);
    },
  );

  test('one that came without its date stays unreadable while reads fail', () => {
    const watch = watchAfter(
      [NOW - 2, readOk({ notAfterMs: null, notAfterFault: 'is empty' })],
      [NOW - 1, readFailed()],
    );
    expect(evaluate(watch, THRESHOLDS, NOW)).toMatchObject([{ kind: 'unreadable', epochMs: NOW - 2 }]);
  });

  test('time goes on for what was known: it expires, and is unreadable too', () => {
    const watch = watchAfter(
      [NOW - 2 * DAY_MS, readOk({ notAfterMs: NOW - DAY_MS })],
      [NOW - DAY_MS - 1, readFailed()],
    );
    expect(evaluate(watch, THRESHOLDS, NOW).map(({ kind }) => kind)).toEqual(['expired', 'unreadable']);
  });

  test('a clock that was set back does not keep it from being unreadable', () => {
    const watch = watchAfter([NOW + 365 * DAY_MS, readOk()], [NOW, readFailed()]);
    expect(evaluate(watch, THRESHOLDS, NOW + HOUR_MS + 1).map(({ kind }) => kind)).toEqual(['unreadable']);
  });
});

describe('what is missing', () => {
  test('it stands alone, whatever was known before', () => {
    const watch = watchAfter(
      [LONG_AGO, readOk({ status: 'REVOKED', notAfterMs: NOW - DAY_MS })],
      [NOW - 2 * DAY_MS, readFailed('missing')],
    );
    expect(evaluate(watch, THRESHOLDS, NOW)).toMatchObject([
      { kind: 'missing', severity: 'critical', epochMs: NOW - 2 * DAY_MS },
    ]);
  });

  test('a passing failure is no evidence that it is back; a success is', () => {
    const failing = watchAfter([NOW - 2, readFailed('missing')], [NOW - 1, readFailed('timeout')]);
    expect(evaluate(failing, THRESHOLDS, NOW)).toMatchObject([{ kind: 'missing', epochMs: NOW - 2 }]);
    const back = watchAfter([NOW - 2, readFailed('missing')], [NOW - 1, readOk()]);
    expect(evaluate(back, THRESHOLDS, NOW)).toEqual([]);
  });
});

describe('the words of a finding', () => {
  test.each<[Partial<Certificate>, string]>([
    [{ status: 'REVOKED', revokeReason: 'keyCompromise' }, 'The certificate is revoked: keyCompromise'],
    [{ status: 'REVOKED' }, 'The certificate is revoked'],
    [{ notAfterMs: NOW - DAY_MS }, 'The certificate ended at 2026-11-22 12:00 UTC'],
    [{ status: 'EXPIRED' }, 'The cloud says that the certificate is EXPIRED'],
    [{ notAfterMs: NOW + 13 * DAY_MS }, 'The certificate ends in 13 days, at 2026-12-06 12:00 UTC'],
    [{ status: 'NEW', notAfterMs: null }, 'The status NEW is not one that is documented'],
    [{ status: 'REVOKING' }, 'A revocation of the certificate is under review'],
    [{ status: 'UNPASSED', notAfterMs: null }, 'The application for the certificate failed'],
  ])('%o: %s', (facts, reason) => {
    const watch = watchAfter([LONG_AGO, readOk(facts)], [NOW, readOk(facts)]);
    expect(evaluate(watch, THRESHOLDS, NOW)[0]?.reason).toBe(reason);
  });

  test('an unknown word is the cause of unrecognised, so that two words are two causes', () => {
    expect(evaluate(watchAfter([NOW, readOk({ status: 'FROZEN' })]), THRESHOLDS, NOW)[0]).toMatchObject({
      kind: 'unrecognised',
      cause: 'FROZEN',
    });
  });
});

test('the severity that is exported is that of the gravest finding', () => {
  expect(severityNumber([])).toBe(0);
  expect(severityNumber([{ severity: 'warning' }])).toBe(1);
  expect(severityNumber([{ severity: 'warning' }, { severity: 'critical' }])).toBe(2);
});
