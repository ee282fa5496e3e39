// What an end is told as, by what came in the alert's place; each story is a row of checks.
import { describe, expect, test } from '@jest/globals';
import { KINDS } from '../../src/certificates/finding.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { NOW, POLICY, readFailed, readOk } from '../support/factories.ts';
import { type Step, tell, words } from '../support/story.ts';

const END = NOW + 20 * DAY_MS;
const gone = readFailed('missing');
const undated = readOk({ notAfterMs: null, notAfterFault: 'is empty', fingerprint: null });
const quiet = { policy: { ...POLICY, resolved: false } };

function status(word: string, notAfterMs: number | null = NOW + 300 * DAY_MS): Reading {
  return readOk({ status: word, notAfterMs, fingerprint: null });
}

function at(hours: number, reading: Reading, more: Partial<Step> = {}): Step {
  return { nowMs: NOW + hours * HOUR_MS, reading, ...more };
}

const states: Readonly<Record<string, Reading>> = {
  revoked: status('REVOKED'),
  expired: status('EXPIRED', NOW),
  unpassed: status('UNPASSED', null),
  missing: gone,
  expiring: status('ISSUED', END),
  revoking: status('REVOKING'),
  pending: status('CHECKING', null),
  unrecognised: status('FROZEN', null),
};

function toldAt(before: string, then: string): readonly string[] {
  const [first, second] = [states[before] ?? gone, states[then] ?? gone];
  const steps = [at(0, first), at(190, first), at(191, second)];
  return (words(tell(steps)).at(-1) ?? []).filter((text) => !text.startsWith('reminder'));
}

describe('what turns into something worse is not told as over', () => {
  test.each([
    ['expiring', 'expired'],
    ['expiring', 'revoked'],
    ['expiring', 'unpassed'],
    ['expiring', 'missing'],
    ['expired', 'revoked'],
    ['expired', 'missing'],
    ['unpassed', 'revoked'],
    ['unpassed', 'expired'],
    ['unpassed', 'missing'],
    ['revoking', 'revoked'],
    ['revoking', 'expired'],
    ['revoking', 'unpassed'],
    ['revoking', 'missing'],
    ['pending', 'unpassed'],
    ['pending', 'expired'],
    ['pending', 'revoked'],
    ['pending', 'missing'],
    ['unrecognised', 'expired'],
    ['unrecognised', 'revoked'],
    ['unrecognised', 'unpassed'],
    ['unrecognised', 'missing'],
    ['revoked', 'missing'],
  ])('%s, then %s', (before, then) => {
    expect(toldAt(before, then)).toEqual([`first ${then}`]);
  });

  test.each([
    ['missing', 'revoked', ['first revoked', 'resolved missing status']],
    ['revoked', 'expired', ['first expired', 'resolved revoked status']],
    ['revoked', 'unpassed', ['first unpassed', 'resolved revoked status']],
    ['unpassed', 'revoking', ['first revoking', 'resolved unpassed status']],
    ['pending', 'revoking', ['first revoking', 'resolved pending status']],
  ])('%s, then %s, is: that is another matter', (before, then, told) => {
    expect(toldAt(before, then)).toEqual(told);
  });
});

describe('what something worse stood for', () => {
  const expired = status('EXPIRED', NOW);
  const renewed = status('ISSUED');

  test.each<[string, readonly Step[], readonly (readonly string[])[]]>([
    [
      'goes on as it was where the worse one leaves it, however long that took',
      [at(0, expired), at(1, gone), at(120, gone), at(121, expired), at(122, expired)],
      [
        ['first expired'],
        ['first missing'],
        ['reminder missing 3d'],
        ['reminder expired 3d', 'resolved missing status'],
        [],
      ],
    ],
    [
      'is over with the worse one: if it comes back it is told anew',
      [at(0, expired), at(1, gone), at(2, renewed), at(50, expired)],
      [['first expired'], ['first missing'], ['resolved missing status'], ['first expired']],
    ],
    [
      'and where nobody wants to hear of ends, too',
      [at(0, expired, quiet), at(1, gone, quiet), at(2, renewed, quiet), at(50, expired, quiet)],
      [['first expired'], ['first missing'], [], ['first expired']],
    ],
    [
      'is no matter of what ended before',
      [
        at(0, states['pending'] ?? gone),
        at(190, gone),
        at(191, renewed),
        at(250, expired),
        at(251, gone),
        at(252, expired),
      ],
      [
        [],
        ['first missing'],
        ['resolved missing status'],
        ['first expired'],
        ['first missing'],
        ['resolved missing status'],
      ],
    ],
    [
      'says that it is gone where nobody is told of what is missing',
      [
        at(0, expired),
        at(1, gone, { policy: { ...POLICY, kinds: KINDS.filter((kind) => kind !== 'missing') } }),
      ],
      [['first expired'], ['resolved expired gone']],
    ],
  ])('%s', (_title, steps, told) => {
    expect(words(tell(steps))).toEqual(told);
  });
});

describe('a known end', () => {
  const ending = status('ISSUED', END);

  test.each<[string, readonly Step[], readonly (readonly string[])[]]>([
    [
      'is not put off by a live certificate without its date, and is again as it was',
      [at(0, ending), at(1, undated), at(2, ending)],
      [['first expiring 30d'], ['first unreadable'], ['resolved unreadable readable']],
    ],
    [
      'is put off by an unknown status with another date',
      [at(0, ending), at(1, status('FROZEN', NOW + 300 * DAY_MS))],
      [['first expiring 30d'], ['first unrecognised', 'resolved expiring status']],
    ],
    [
      'is not put off by an unknown status with the same one',
      [at(0, ending), at(1, status('FROZEN', END))],
      [['first expiring 30d'], ['first unrecognised']],
    ],
    [
      'does not keep another alert from its end',
      [at(0, status('REVOKING', END)), at(1, undated)],
      [
        ['first expiring 30d', 'first revoking'],
        ['first unreadable', 'resolved revoking status'],
      ],
    ],
    [
      'that is nearer is no renewal: another alert stands in its place',
      [at(0, ending), at(1, status('ISSUED', END - 7 * DAY_MS))],
      [['first expiring 30d'], ['first expiring 14d']],
    ],
  ])('%s', (_title, steps, told) => {
    expect(words(tell(steps))).toEqual(told);
  });

  test('that flaps under one date is told twice a day, as over after a quiet day, and counts its occurrences', () => {
    const expired = status('EXPIRED', END);
    const steps = [
      at(0, expired),
      at(1, ending),
      at(2, expired),
      at(3, ending),
      at(4, expired),
      at(5, ending),
      at(30, ending),
    ];
    const kinds = { policy: { ...POLICY, kinds: ['expired' as const] } };
    const told = tell(steps.map((step) => ({ ...step, ...kinds })));
    expect(words(told)).toEqual([
      ['first expired'],
      ['resolved expired status'],
      ['first expired flapping'],
      [],
      [],
      [],
      ['resolved expired status flapping'],
    ]);
    const alert = told.at(-1)?.alerts.find(({ kind }) => kind === 'expired');
    expect(alert).toMatchObject({ occurrence: 2, flapping: true, ended: { told: 'told' } });
  });
});
