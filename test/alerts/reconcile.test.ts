// What people are told of one certificate over time, in sentences; each story is a row of checks.
import { describe, expect, test } from '@jest/globals';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { KINDS } from '../../src/certificates/finding.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import { NOW, POLICY, readFailed, readOk, THRESHOLDS } from '../support/factories.ts';
import { type Step, tell, words } from '../support/story.ts';

const END = NOW + 100 * DAY_MS;
const live = (facts: Partial<Certificate> = {}): Reading => readOk({ notAfterMs: END, ...facts });
const gone = readFailed('missing');
const down = readFailed('timeout');

/** A check, days before (or, negative, after) the end. */
function left(days: number, more: Partial<Step> = {}): Step {
  return { nowMs: END - days * DAY_MS, reading: live(), ...more };
}

/** A check, so many hours from now. */
function at(hours: number, reading: Reading, more: Partial<Step> = {}): Step {
  return { nowMs: NOW + hours * HOUR_MS, reading, ...more };
}

type Story = readonly [title: string, steps: readonly Step[], told: readonly (readonly string[])[]];

function tells(stories: readonly Story[]): void {
  test.each(stories)('%s', (_title, steps, told) => {
    expect(words(tell(steps))).toEqual(told);
  });
}

const healthy = live();
const revoked = live({ status: 'REVOKED' });
const expired = live({ status: 'EXPIRED' });
const unpassed = live({ status: 'UNPASSED', notAfterMs: null });
const strange = live({ status: 'FROZEN' });

describe('what comes to its end', () => {
  tells([
    ['is told nothing of while it is far off', [left(90), left(31)], [[], []]],
    ['is told first at the first rung', [left(31), left(30)], [[], ['first expiring 30d']]],
    ['is not told twice at one rung', [left(30), left(29), left(14.01)], [['first expiring 30d'], [], []]],
    [
      'is told once per rung',
      [left(30), left(14), left(7), left(3), left(1), left(0.5)],
      [
        ['first expiring 30d'],
        ['rung expiring 14d'],
        ['rung expiring 7d'],
        ['rung expiring 3d'],
        ['rung expiring 1d'],
        [],
      ],
    ],
    ['is told at the deepest rung only, when it is first seen late', [left(2)], [['first expiring 3d']]],
    [
      'has skipped rungs not made up for one by one',
      [left(30), left(2), left(1.5)],
      [['first expiring 30d'], ['rung expiring 3d'], []],
    ],
    [
      'is told of at the end itself, and not told as resolved by it',
      [left(1), left(0), left(-0.1)],
      [['first expiring 1d'], ['first expired'], []],
    ],
    [
      'is told as expired where the cloud is faster than the clock',
      [left(1), left(0.5, { reading: expired })],
      [['first expiring 1d'], ['first expired']],
    ],
    [
      'is told as flapping when the clock is set back over the end and forth',
      [left(1), left(-0.1), left(0.1), left(-0.2)],
      [['first expiring 1d'], ['first expired'], ['resolved expired status'], ['first expired flapping']],
    ],
    [
      'is not told again of a rung when the clock is set back over it',
      [left(7), left(8), left(15), left(6.9), left(3)],
      [['first expiring 7d'], [], [], [], ['rung expiring 3d']],
    ],
    [
      'has reminders while it is expired, the highest age reached, and then silence',
      [left(0), left(-0.9), left(-1), left(-8), left(-9), left(-40), left(-400), left(-4000)],
      [
        ['first expired'],
        [],
        ['reminder expired 1d'],
        ['reminder expired 7d'],
        [],
        ['reminder expired 30d'],
        [],
        [],
      ],
    ],
    [
      'is told without a rung where the threshold is wider than the ladder, and then at the first rung',
      [left(40, { thresholds: { ...THRESHOLDS, warning: { kind: 'duration', ms: 45 * DAY_MS } } }), left(29)],
      [['first expiring'], ['rung expiring 30d']],
    ],
  ]);
});

describe('what is over', () => {
  const renewal = live({ notAfterMs: END + 300 * DAY_MS });
  tells([
    [
      'a renewal under the same id is told as renewed',
      [left(7), left(6, { reading: renewal })],
      [['first expiring 7d'], ['resolved expiring renewed']],
    ],
    [
      'a renewal after the end is told as renewed',
      [left(-1), left(-2, { reading: renewal })],
      [['first expired'], ['resolved expired renewed']],
    ],
    [
      'a re-issue that ends soon as well starts anew and is no end of the first',
      [left(7), left(6, { reading: live({ notAfterMs: END + DAY_MS }) })],
      [['first expiring 7d'], ['first expiring 7d']],
    ],
    [
      'what leaves by new thresholds says so',
      [
        left(7),
        left(6, {
          thresholds: {
            ...THRESHOLDS,
            warning: { kind: 'duration', ms: 1 },
            critical: { kind: 'duration', ms: 1 },
          },
        }),
      ],
      [['first expiring 7d'], ['resolved expiring thresholds']],
    ],
    [
      'a revocation that is taken back is told with the status now',
      [at(0, revoked), at(1, healthy)],
      [['first revoked'], ['resolved revoked status']],
    ],
    [
      'what can be read again is told as readable',
      [at(0, healthy), at(2, down), at(4, healthy)],
      [[], ['first unreadable'], ['resolved unreadable readable']],
    ],
    [
      'what was missing and is there again says so',
      [at(0, gone), at(1, healthy)],
      [['first missing'], ['resolved missing status']],
    ],
    [
      'nothing is told as resolved where the configuration says so',
      [at(0, revoked), at(1, healthy, { policy: { ...POLICY, resolved: false } })],
      [['first revoked'], []],
    ],
    [
      'a kind that is not told has no end to tell of either',
      [at(0, revoked), at(1, healthy, { policy: { ...POLICY, kinds: ['expired'] } })],
      [['first revoked'], []],
    ],
    [
      'nothing is told as resolved that was never told',
      [at(0, revoked, { silenced: true }), at(1, healthy)],
      [[], []],
    ],
  ]);
});

describe('what turns into something worse is not told as resolved', () => {
  tells([
    [
      'revoking, then revoked',
      [at(0, live({ status: 'REVOKING' })), at(1, revoked)],
      [['first revoking'], ['first revoked']],
    ],
    [
      'revoking, then expired',
      [at(0, live({ status: 'REVOKING' })), at(1, expired)],
      [['first revoking'], ['first expired']],
    ],
    [
      'a revocation under review that is turned down is resolved',
      [at(0, live({ status: 'REVOKING' })), at(1, live({ status: 'CANCLEREVOKING' }))],
      [['first revoking'], ['resolved revoking status']],
    ],
    [
      'pending, then unpassed',
      [
        at(0, live({ status: 'PAID', notAfterMs: null })),
        at(200, live({ status: 'PAID', notAfterMs: null })),
        at(201, unpassed),
      ],
      [[], ['first pending'], ['first unpassed']],
    ],
    [
      'expiring, then revoked',
      [left(7), left(6, { reading: revoked })],
      [['first expiring 7d'], ['first revoked']],
    ],
    ['expired, then missing', [left(0), left(-1, { reading: gone })], [['first expired'], ['first missing']]],
    [
      'missing replaces what was told, and its return does not repeat it',
      [left(0), left(-0.1, { reading: gone }), left(-0.2), left(-0.3)],
      [['first expired'], ['first missing'], ['resolved missing status'], []],
    ],
    [
      'unreadable, then missing',
      [at(0, healthy), at(2, down), at(3, gone)],
      [[], ['first unreadable'], ['first missing']],
    ],
    [
      'an unknown word, then another: each is told once',
      [at(0, strange), at(1, live({ status: 'THAWED' }))],
      [['first unrecognised'], ['first unrecognised']],
    ],
    [
      'where the worse kind is switched off, the end is told',
      [left(0), left(-1, { reading: gone, policy: { ...POLICY, kinds: ['expired'] } })],
      [['first expired'], ['resolved expired gone']],
    ],
  ]);
});

describe('what a failing cloud cannot do', () => {
  tells([
    ['end an alert', [at(0, revoked), at(0.5, down), at(0.9, down)], [['first revoked'], [], []]],
    [
      'start one, but that it cannot be read',
      [at(0, healthy), at(0.5, down), at(1, down), at(1.1, readFailed('forbidden'))],
      [[], [], [], ['first unreadable']],
    ],
    ['bring back what is missing', [at(0, gone), at(0.5, down)], [['first missing'], []]],
    [
      'keep the rungs from being told',
      [left(7.1), left(7, { reading: down }), left(6.99, { reading: down }), left(3, { reading: down })],
      [
        ['first expiring 14d'],
        ['rung expiring 7d', 'first unreadable'].sort(),
        [],
        ['reminder unreadable 3d', 'rung expiring 3d'],
      ],
    ],
  ]);
});

describe('what an unknown or incomplete answer cannot do', () => {
  tells([
    [
      'an unknown status does not end what comes to its end',
      [left(7), left(6, { reading: strange }), left(3, { reading: strange })],
      [['first expiring 7d'], ['first unrecognised'], ['reminder unrecognised 3d', 'rung expiring 3d']],
    ],
    [
      'nor does an unknown status without a date',
      [
        left(7),
        left(6, { reading: live({ status: 'FROZEN', notAfterMs: null, fingerprint: 'c'.repeat(40) }) }),
      ],
      [['first expiring 7d'], ['first unrecognised']],
    ],
    [
      'nor does it end what has expired',
      [left(0), left(-0.5, { reading: live({ status: 'FROZEN', notAfterMs: null, fingerprint: null }) })],
      [['first expired'], ['first unrecognised']],
    ],
    [
      'a live certificate without its date ends nothing',
      [
        left(7),
        left(6, {
          reading: live({ notAfterMs: null, notAfterFault: 'is empty', fingerprint: 'b'.repeat(40) }),
        }),
      ],
      [['first expiring 7d'], ['first unreadable']],
    ],
    [
      'an expired one whose date is left out is not told again',
      [
        left(-0.1),
        left(-0.2, { reading: live({ status: 'EXPIRED', notAfterMs: null, fingerprint: null }) }),
        left(-0.3),
      ],
      [['first expired'], [], []],
    ],
  ]);
});

describe('silence and kinds', () => {
  const off = { policy: { ...POLICY, kinds: KINDS.filter((kind) => kind !== 'revoked') } };
  tells([
    ['a silence stops every mail', [left(7, { silenced: true }), left(3, { silenced: true })], [[], []]],
    [
      'what lasts when it is lifted is told first then',
      [left(7, { silenced: true }), left(3)],
      [[], ['first expiring 3d']],
    ],
    [
      'what was told before goes on at the next rung, without the rungs in between',
      [left(30), left(14, { silenced: true }), left(3)],
      [['first expiring 30d'], [], ['rung expiring 3d']],
    ],
    [
      'a kind that is switched on is told first then',
      [at(0, revoked, off), at(1, revoked)],
      [[], ['first revoked']],
    ],
    [
      'a kind that is switched off and on is not told again',
      [at(0, revoked), at(1, revoked, off), at(2, revoked)],
      [['first revoked'], [], []],
    ],
    [
      'a reminder that fell due while the kind was off is told once it is on',
      [at(0, revoked), at(25, revoked, off), at(26, revoked)],
      [['first revoked'], [], ['reminder revoked 1d']],
    ],
    [
      'without mail nothing is told',
      [at(0, revoked, { policy: { kinds: [], ladderMs: [], remindersMs: [], resolved: false } })],
      [[]],
    ],
  ]);
});

describe('what flaps', () => {
  const quiet = { policy: { ...POLICY, resolved: false } };
  const endedAgo = (days: number) => live({ notAfterMs: NOW - days * DAY_MS });
  tells([
    [
      'is told anew when it comes back after the end of a later one was told, though its own end is owed',
      [
        at(0, endedAgo(9)),
        at(1, healthy),
        at(2, endedAgo(9)),
        at(3, healthy),
        at(30, endedAgo(5)),
        at(60, healthy),
        at(61, endedAgo(9)),
      ],
      [
        ['first expired'],
        ['resolved expired renewed'],
        ['first expired flapping'],
        [],
        ['first expired'],
        ['resolved expired renewed'],
        ['first expired flapping'],
      ],
    ],
    [
      'is told twice a day at most, says that it flaps, and is resolved once it has stayed away for a day',
      [
        at(0, revoked),
        at(1, healthy),
        at(2, revoked),
        at(3, healthy),
        at(4, revoked),
        at(5, healthy),
        at(6, healthy),
        at(28.9, healthy),
        at(29, healthy),
        at(30, healthy),
      ],
      [
        ['first revoked'],
        ['resolved revoked status'],
        ['first revoked flapping'],
        [],
        [],
        [],
        [],
        [],
        ['resolved revoked status flapping'],
        [],
      ],
    ],
    [
      'is told a third time, once the first telling is a day old and it still lasts',
      [
        at(0, revoked),
        at(1, healthy),
        at(2, revoked),
        at(3, healthy),
        at(4, revoked),
        at(23.9, revoked),
        at(24.1, revoked),
      ],
      [
        ['first revoked'],
        ['resolved revoked status'],
        ['first revoked flapping'],
        [],
        [],
        [],
        ['first revoked flapping'],
      ],
    ],
    [
      'is not told as resolved while nobody can read whether it stayed away',
      [at(0, revoked), at(1, healthy), at(2, revoked), at(3, healthy), at(28, down), at(29, healthy)],
      [
        ['first revoked'],
        ['resolved revoked status'],
        ['first revoked flapping'],
        [],
        ['first unreadable'],
        ['resolved revoked status flapping', 'resolved unreadable readable'],
      ],
    ],
    [
      'is not told as over beside its return, where nobody looked meanwhile',
      [
        at(0, revoked),
        at(1, healthy),
        at(2, revoked),
        at(3, healthy),
        at(80, revoked),
        at(81, healthy),
        at(200, healthy),
      ],
      [
        ['first revoked'],
        ['resolved revoked status'],
        ['first revoked flapping'],
        [],
        ['first revoked'],
        ['resolved revoked status'],
        [],
      ],
    ],
    [
      'and of which nobody heard is told again by its age since it is back, not since it was first there',
      [
        at(0, expired, { silenced: true }),
        at(1, healthy, { silenced: true }),
        at(720, expired),
        at(743, expired),
        at(744, expired),
      ],
      [[], [], ['first expired'], [], ['reminder expired 1d']],
    ],
    [
      'is found again after more than a day: that is no flapping',
      [at(0, revoked), at(1, healthy), at(26, revoked)],
      [['first revoked'], ['resolved revoked status'], ['first revoked']],
    ],
    [
      'has one end told, not one per flap',
      [
        at(0, revoked),
        at(1, healthy),
        at(2, revoked),
        at(3, healthy),
        at(24.5, revoked),
        at(50, healthy),
        at(75, healthy),
        at(100, healthy),
      ],
      [
        ['first revoked'],
        ['resolved revoked status'],
        ['first revoked flapping'],
        [],
        ['first revoked flapping'],
        ['resolved revoked status flapping'],
        [],
        [],
      ],
    ],
    [
      'two unknown words in turn are told twice a day at most',
      [
        at(0, strange),
        at(1, live({ status: 'B' })),
        at(2, strange),
        at(3, live({ status: 'B' })),
        at(4, strange),
        at(24.5, strange),
      ],
      [['first unrecognised'], ['first unrecognised'], [], [], [], ['first unrecognised flapping']],
    ],
    [
      'two ends in turn are told once each',
      [
        left(7),
        left(6.9, { reading: live({ notAfterMs: END + DAY_MS }) }),
        left(6.8),
        left(6.7, { reading: live({ notAfterMs: END + DAY_MS }) }),
      ],
      [['first expiring 7d'], ['first expiring 14d'], [], []],
    ],
    [
      'an end that was never told as over, because nobody wants to hear of ends, is told again when it comes back',
      [at(0, expired, quiet), at(30, healthy, quiet), at(60, expired, quiet)],
      [['first expired'], [], ['first expired']],
    ],
    [
      'and twice a day at most, too',
      [
        at(0, expired, quiet),
        at(1, healthy, quiet),
        at(2, expired, quiet),
        at(3, healthy, quiet),
        at(4, expired, quiet),
        at(5, healthy, quiet),
      ],
      [['first expired'], [], ['first expired flapping'], [], [], []],
    ],
    [
      'is limited no longer than a day when the clock was ahead and is set right',
      [
        at(900, revoked),
        at(901, healthy),
        at(902, revoked),
        at(903, healthy),
        at(0, revoked),
        at(25, revoked),
      ],
      [
        ['first revoked'],
        ['resolved revoked status'],
        ['first revoked flapping'],
        [],
        ['first revoked flapping'],
        ['reminder revoked 1d flapping'],
      ],
    ],
  ]);
});

describe('what is remembered', () => {
  test('an end is forgotten in the end, so that the state does not grow', () => {
    const told = tell([at(0, revoked), at(1, healthy), at(1 + 48.1, healthy)]);
    expect(told.map(({ alerts }) => alerts.length)).toEqual([1, 1, 0]);
  });

  test('an expiring alert that ended is remembered for a year: the same not_after could come back', () => {
    const told = tell([
      left(7),
      left(6, { reading: live({ notAfterMs: END + 900 * DAY_MS }) }),
      left(-300, { reading: live({ notAfterMs: END + 900 * DAY_MS }) }),
      left(-400, { reading: live({ notAfterMs: END + 900 * DAY_MS }) }),
    ]);
    expect(told.map(({ alerts }) => alerts.length)).toEqual([1, 1, 1, 0]);
  });

  test('severity, cause and reason are those of now', () => {
    const told = tell([left(8), left(7)]);
    expect(told.map(({ alerts }) => alerts[0]?.severity)).toEqual(['warning', 'critical']);
    const causes = tell([at(0, healthy), at(2, down), at(3, readFailed('forbidden', 'No rights'))]);
    expect(causes[2]?.alerts[0]).toMatchObject({
      cause: 'forbidden',
      reason: expect.stringContaining('No rights'),
    });
  });

  test('an alert lasts from its first sighting, over restarts', () => {
    const told = tell([at(0, revoked), at(5, revoked), at(6, revoked)]);
    expect(told[2]?.alerts[0]).toMatchObject({ sinceMs: NOW, epochMs: NOW, occurrence: 1 });
  });

  test('the same in a second later check is told nothing of, and changes nothing', () => {
    const told = tell([at(0, revoked), { nowMs: NOW + MINUTE_MS, reading: revoked }]);
    expect(told[1]?.alerts).toEqual(told[0]?.alerts);
  });
});
