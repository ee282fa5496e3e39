// What is found of a certificate beside others: superseded, its renewal stuck or overdue; row by row.
import { describe, expect, test } from '@jest/globals';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { evaluate, severityNumber } from '../../src/certificates/evaluate.ts';
import { unsureOf } from '../../src/certificates/evaluate-renewal.ts';
import { ALONE, type Surroundings } from '../../src/certificates/rule.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { ACCOUNT, NOW, readFailed, readOk, THRESHOLDS, watchAfter } from '../support/factories.ts';

const LONG_AGO = NOW - 100 * DAY_MS;
const successor = { account: 'other', id: 'new', notAfterMs: NOW + 300 * DAY_MS, issuedMs: NOW, name: null };
const applied = { account: ACCOUNT, id: 'asked', status: 'CHECKING', sinceMs: NOW };
const TAKEN: Surroundings = { succession: { successor, applied: null }, allSeen: false, looks: [] };
const BOTH: Surroundings = { succession: { successor, applied }, allSeen: true, looks: [] };
const APPLIED: Surroundings = { succession: { successor: null, applied }, allSeen: true, looks: [] };
const NOBODY: Surroundings = { ...ALONE, allSeen: true };
const UNKNOWN: Surroundings = { ...ALONE, allSeen: null };

const watchOf = (facts: Partial<Certificate>) => watchAfter([LONG_AGO, readOk(facts)], [NOW, readOk(facts)]);
const found = (facts: Partial<Certificate>, surroundings: Surroundings) =>
  evaluate(watchOf(facts), THRESHOLDS, NOW, surroundings);
const kinds = (facts: Partial<Certificate>, surroundings: Surroundings) =>
  found(facts, surroundings).map(({ kind }) => kind);
const left = (days: number): Partial<Certificate> => ({ notAfterMs: NOW + days * DAY_MS });

describe('superseded', () => {
  test.each<[string, Partial<Certificate>, readonly string[]]>([
    ['stands for expiring', left(20), ['superseded']],
    ['stands for expired by the clock', left(-1), ['superseded']],
    ['stands for EXPIRED by the cloud', { status: 'EXPIRED', ...left(-1) }, ['superseded']],
    ['stands for EXPIRED while the clock says it lives', { status: 'EXPIRED', ...left(1) }, ['superseded']],
    ['does not stand for one without a known end', { status: 'EXPIRED', notAfterMs: null }, ['expired']],
    ['is no matter long before the end', left(31), []],
    ['is no matter of a revoked one', { status: 'REVOKED', ...left(20) }, ['revoked']],
    ['is no matter of a refused one', { status: 'UNPASSED', notAfterMs: null }, ['unpassed']],
    [
      'stands beside a revocation under review',
      { status: 'REVOKING', ...left(20) },
      ['revoking', 'superseded'],
    ],
    ['stands beside an unknown status', { status: 'FROZEN', ...left(-1) }, ['unrecognised', 'superseded']],
  ])('%s', (_title, facts, expected) => {
    expect(kinds(facts, TAKEN)).toEqual(expected);
    // An application beside a live successor, and that all is seen, change nothing.
    expect(kinds(facts, BOTH)).toEqual(expected);
  });

  test('says by whom, until when, under the end that it stands for, and asks for nobody', () => {
    const [finding] = found(left(20), TAKEN);
    expect(finding).toEqual({
      kind: 'superseded',
      severity: 'info',
      cause: 'superseded',
      epochMs: NOW + 20 * DAY_MS,
      renewal: { account: 'other', id: 'new', name: null, notAfterMs: NOW + 300 * DAY_MS },
      reason:
        'The certificate was renewed by new of account other, until 2027-09-19 12:00 UTC: deploy that one and retire this one',
    });
    expect(severityNumber(found(left(20), TAKEN))).toBe(0);
  });

  test('stands alone for one that is missing, whose end is known', () => {
    const gone = watchAfter([LONG_AGO, readOk(left(20))], [NOW, readFailed('missing')]);
    expect(evaluate(gone, THRESHOLDS, NOW, TAKEN).map(({ kind }) => kind)).toEqual(['superseded']);
    expect(evaluate(gone, THRESHOLDS, NOW, NOBODY).map(({ kind }) => kind)).toEqual(['missing']);
    const never = watchAfter([NOW, readFailed('missing')]);
    expect(evaluate(never, THRESHOLDS, NOW, TAKEN).map(({ kind }) => kind)).toEqual(['missing']);
  });

  test('goes on while it cannot be read', () => {
    const silent = watchAfter([LONG_AGO, readOk(left(20))], [NOW, readFailed('timeout')]);
    expect(evaluate(silent, THRESHOLDS, NOW, TAKEN).map(({ kind }) => kind)).toEqual([
      'unreadable',
      'superseded',
    ]);
  });
});

describe('a renewal is stuck or overdue to the millisecond', () => {
  const ends = (leftMs: number): Partial<Certificate> => ({ notAfterMs: NOW + leftMs });
  test.each<[string, Partial<Certificate>, Surroundings, readonly string[]]>([
    ['at ten days with an application', ends(10 * DAY_MS), APPLIED, ['expiring', 'renewal-stuck']],
    ['not a millisecond before', ends(10 * DAY_MS + 1), APPLIED, ['expiring']],
    ['until its end', ends(1), APPLIED, ['expiring', 'renewal-stuck']],
    ['at its end it has ended', ends(0), APPLIED, ['expired']],
    [
      'also where its revocation is under review',
      { status: 'REVOKING', ...ends(1) },
      APPLIED,
      ['expiring', 'renewal-stuck', 'revoking'],
    ],
    ['not where it is itself in application', { status: 'CHECKING', ...ends(1) }, APPLIED, ['pending']],
    ['not where it is revoked', { status: 'REVOKED', ...ends(1) }, APPLIED, ['revoked']],
    ['at three weeks with nobody in sight', ends(21 * DAY_MS), NOBODY, ['expiring', 'renewal-overdue']],
    ['nor before that', ends(21 * DAY_MS + 1), NOBODY, ['expiring']],
    ['not overdue where not all is seen', ends(DAY_MS), ALONE, ['expiring']],
    ['not overdue where that is not known', ends(DAY_MS), UNKNOWN, ['expiring']],
    ['not overdue where one is in application', ends(15 * DAY_MS), APPLIED, ['expiring']],
    ['not after its end', ends(-1), NOBODY, ['expired']],
    ['not without an end', { notAfterMs: null, notAfterFault: 'is empty' }, NOBODY, ['unreadable']],
  ])('%s', (_title, facts, surroundings, expected) => {
    expect(kinds(facts, surroundings)).toEqual(expected);
  });

  test('and says whose renewal it waits for', () => {
    expect(found(ends(DAY_MS), APPLIED)[1]).toMatchObject({
      severity: 'warning',
      epochMs: NOW + DAY_MS,
      renewal: { account: ACCOUNT, id: 'asked', name: null, notAfterMs: null },
      reason:
        'The certificate ends in 1 day, and its renewal asked of account default is still in application (CHECKING)',
    });
  });

  test.each<[string, Partial<Certificate>, Surroundings, readonly string[]]>([
    [
      'an overdue renewal, where it is not known whether all is seen',
      ends(DAY_MS),
      UNKNOWN,
      ['renewal-overdue'],
    ],
    ['nothing, where all is seen', ends(DAY_MS), NOBODY, []],
    ['nothing, where that is not to be known', ends(DAY_MS), ALONE, []],
    ['nothing, where a successor is known', ends(DAY_MS), { ...TAKEN, allSeen: null }, []],
    ['nothing, where an application is known', ends(DAY_MS), { ...APPLIED, allSeen: null }, []],
    ['nothing, where the end is far off', ends(22 * DAY_MS), UNKNOWN, []],
    ['nothing, where it has ended', ends(-1), UNKNOWN, []],
  ])('nothing can be said of %s', (_title, facts, surroundings, expected) => {
    expect(unsureOf(watchOf(facts), THRESHOLDS, NOW, surroundings)).toEqual(expected);
  });
});
