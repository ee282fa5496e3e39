// What is told of a certificate while another takes its place, and once that one is gone: each story is a row of checks.
import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/alerts/reconcile.ts';
import { KINDS } from '../../src/certificates/finding.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { ALONE, type Surroundings } from '../../src/certificates/rule.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { ACCOUNT, NOW, POLICY, readFailed, readOk } from '../support/factories.ts';
import { type Step, tell, words } from '../support/story.ts';

const END = NOW + 20 * DAY_MS;
const NEAR = NOW + 9 * DAY_MS;

function beside(
  succession: Partial<Surroundings['succession']>,
  allSeen: boolean | null = false,
): Surroundings {
  return { succession: { ...ALONE.succession, ...succession }, allSeen, looks: [] };
}

const taken = beside({
  successor: { account: ACCOUNT, id: 'scs-new', notAfterMs: NOW + 300 * DAY_MS, issuedMs: NOW, name: 'new' },
});
const takenByAnother = beside({
  successor: { account: 'other', id: 'scs-newer', notAfterMs: NOW + 400 * DAY_MS, issuedMs: NOW, name: null },
});
const applied = beside({ applied: { account: ACCOUNT, id: 'scs-new', status: 'CHECKING', sinceMs: NOW } });

const ending = readOk({ notAfterMs: END });
const near = readOk({ notAfterMs: NEAR });
const expired = readOk({ status: 'EXPIRED', notAfterMs: NOW });
const revoked = readOk({ status: 'REVOKED', notAfterMs: END });
const renewed = readOk({ notAfterMs: NOW + 300 * DAY_MS });
const gone = readFailed('missing');

const without = (kind: string): { policy: Policy } => ({
  policy: { ...POLICY, kinds: KINDS.filter((one) => one !== kind) },
});
const quiet = { policy: { ...POLICY, resolved: false } };

type Check = readonly [hours: number, reading: Reading, surroundings?: Surroundings, more?: Partial<Step>];

function story(checks: readonly Check[]): string[][] {
  return words(
    tell(
      checks.map(([hours, reading, surroundings = ALONE, more = {}]) => ({
        nowMs: NOW + hours * HOUR_MS,
        reading,
        surroundings,
        ...more,
      })),
    ),
  );
}

describe('a certificate whose place another takes', () => {
  test.each<[string, readonly Check[], readonly (readonly string[])[]]>([
    [
      'is told as such once, and that it is no longer expiring is not told beside it',
      [
        [0, ending],
        [1, ending, taken],
        [2, ending, taken],
        [200, ending, taken],
        [400, ending, taken],
      ],
      [['first expiring 30d'], ['first superseded'], [], [], []],
    ],
    [
      'is told as such alone where it was so from the start, through its end and after it',
      [
        [0, ending, taken],
        [479, ending, taken],
        [481, readOk({ status: 'EXPIRED', notAfterMs: END }), taken],
        [2000, readOk({ status: 'EXPIRED', notAfterMs: END }), taken],
      ],
      [['first superseded'], [], [], []],
    ],
    [
      'is told nothing of long before its end',
      [
        [0, renewed, taken],
        [1, renewed],
      ],
      [[], []],
    ],
    [
      'is told as expiring anew, at once, where the successor is gone: and so each time',
      [
        [0, ending],
        [48, ending, taken],
        [96, ending],
        [144, ending, taken],
        [192, ending],
      ],
      [
        ['first expiring 30d'],
        ['first superseded'],
        ['first expiring 30d'],
        ['first superseded'],
        ['first expiring 14d'],
      ],
    ],
    [
      'is told as expired anew, at once, where the successor is gone',
      [
        [0, expired],
        [48, expired, taken],
        [96, expired],
      ],
      [['first expired'], ['first superseded'], ['first expired']],
    ],
    [
      'is told as expired where it ended meanwhile',
      [
        [0, readOk({ notAfterMs: NOW + DAY_MS })],
        [1, readOk({ notAfterMs: NOW + DAY_MS }), taken],
        [48, readOk({ notAfterMs: NOW + DAY_MS }), taken],
        [49, readOk({ notAfterMs: NOW + DAY_MS })],
      ],
      [['first expiring 1d'], ['first superseded'], [], ['first expired']],
    ],
    [
      'is no news where the successor is another one',
      [
        [0, ending, taken],
        [1, ending, takenByAnother],
      ],
      [['first superseded'], []],
    ],
    [
      'may be deleted: that it is missing is not told, until the successor is gone',
      [
        [0, ending, taken],
        [1, gone, taken],
        [200, gone, taken],
        [201, gone],
      ],
      [['first superseded'], [], [], ['first missing']],
    ],
    [
      'takes back that it is missing, without a second mail',
      [
        [0, expired],
        [1, gone],
        [30, gone, taken],
        [60, gone, taken],
        [90, gone],
      ],
      [['first expired'], ['first missing'], ['first superseded'], [], ['first missing']],
    ],
    [
      'is told as revoked all the same',
      [
        [0, ending, taken],
        [1, revoked, taken],
      ],
      [['first superseded'], ['first revoked']],
    ],
    [
      'is told as resolved where nobody is told of successors',
      [
        [0, ending, ALONE, without('superseded')],
        [1, ending, taken, without('superseded')],
        [48, ending, ALONE, without('superseded')],
      ],
      [['first expiring 30d'], ['resolved expiring superseded'], ['first expiring 30d']],
    ],
    [
      'is told anew also where nobody wants to hear of ends',
      [
        [0, ending, ALONE, quiet],
        [1, ending, taken, quiet],
        [48, ending, ALONE, quiet],
      ],
      [['first expiring 30d'], ['first superseded'], ['first expiring 30d']],
    ],
    [
      'is told nothing of while it is silenced, and as such once that is over',
      [
        [0, ending],
        [1, ending, taken, { silenced: true }],
        [2, ending, taken],
        [3, ending, taken],
      ],
      [['first expiring 30d'], [], ['first superseded'], []],
    ],
    [
      'that is renewed under its own id needs nobody any more: no word of its end',
      [
        [0, ending, taken],
        [1, renewed],
      ],
      [['first superseded'], []],
    ],
  ])('%s', (_title, checks, told) => {
    expect(story(checks)).toEqual(told);
  });
});

describe('where a successor comes and goes within a day', () => {
  const flaps: readonly Check[] = [
    [0, ending],
    [1, ending, taken],
    [2, ending],
    [3, ending, taken],
    [4, ending],
  ];

  test('each is told twice, and what holds after that once the day has passed', () => {
    expect(story([...flaps, [5, ending], [24, ending], [25, ending], [60, ending]])).toEqual([
      ['first expiring 30d'],
      ['first superseded'],
      ['first expiring 30d flapping'],
      ['first superseded flapping'],
      [],
      [],
      ['first expiring 30d flapping'],
      [],
      [],
    ]);
  });

  test('nothing is owed where it stays with the successor', () => {
    expect(story([...flaps.slice(0, 4), [30, ending, taken], [60, ending, taken]]).slice(4)).toEqual([
      [],
      [],
    ]);
  });

  test('that it is superseded is told late, where the two of the day were spent', () => {
    const more: readonly Check[] = [
      [5, ending, taken],
      [6, ending, taken],
      [26, ending, taken],
      [60, ending, taken],
    ];
    expect(story([...flaps, ...more]).slice(5)).toEqual([[], [], ['first superseded flapping'], []]);
  });
});

describe('a renewal that hangs', () => {
  test.each<[string, readonly Check[], readonly (readonly string[])[]]>([
    [
      'is told beside the end that is near, and is over with the successor, in one mail',
      [
        [0, near, applied],
        [1, near, applied],
        [2, near, taken],
      ],
      [['first expiring 14d', 'first renewal-stuck'], [], ['first superseded']],
    ],
    [
      'is not told as over where the application went away: the end is as near as before',
      [
        [0, near, applied],
        [48, near],
        [49, near, taken],
      ],
      [['first expiring 14d', 'first renewal-stuck'], ['rung expiring 7d'], ['first superseded']],
    ],
    [
      'is not told as over where its certificate ended: that is worse',
      [
        [0, near, applied],
        [217, near, applied],
      ],
      [['first expiring 14d', 'first renewal-stuck'], ['first expired']],
    ],
  ])('%s', (_title, checks, told) => {
    expect(story(checks)).toEqual(told);
  });

  test('that never began is told where the whole account is seen, and is over with the application', () => {
    const [nobody, unknown, begun] = [
      beside({}, true),
      beside({}, null),
      beside({ applied: applied.succession.applied }, true),
    ];
    expect(
      story([
        [0, ending, nobody],
        [1, ending, unknown],
        [25, ending, unknown],
        [26, ending, nobody],
        [27, ending, begun],
      ]),
    ).toEqual([
      ['first expiring 30d', 'first renewal-overdue'],
      [],
      ['reminder renewal-overdue 1d'],
      [],
      ['resolved renewal-overdue status'],
    ]);
  });

  test('is not told as overdue where it is not known whether all is seen, and not as over either', () => {
    expect(story([[0, ending, beside({}, null)]])).toEqual([['first expiring 30d']]);
    expect(
      story([
        [0, ending, beside({}, true)],
        [1, renewed, beside({}, null)],
      ])[1],
    ).toEqual(['resolved expiring renewed', 'resolved renewal-overdue status']);
  });
});
