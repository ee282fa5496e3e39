// What is told of an account as a whole: certificates that nobody watches, and that it cannot be listed.
import { describe, expect, test } from '@jest/globals';
import { type AccountFacts, type AccountJudgement, judgeAccount } from '../../src/alerts/account.ts';
import { type Alert, WHOLE_ACCOUNT } from '../../src/alerts/alert.ts';
import { HOUR_MS } from '../../src/shared/time.ts';
import { ACCOUNT, NOW, noticeCertificate, POLICY } from '../support/factories.ts';

const QUIET: AccountFacts = { account: ACCOUNT, unmonitored: { count: 0, first: [] }, silent: null };
const CUT_SHORT: AccountFacts = { ...QUIET, unmonitored: null };
const first = Array.from({ length: 2 }, (_, n) => noticeCertificate({ id: `scs${n}` }));

const unmonitored = (count: number): AccountFacts => ({ ...QUIET, unmonitored: { count, first } });
const silent = (hours: number, reason: 'forbidden' | 'timeout' = 'forbidden'): AccountFacts => ({
  ...CUT_SHORT,
  silent: {
    failure: { reason, message: `It failed: ${reason}`, requestId: null },
    sinceMs: NOW + hours * HOUR_MS,
    watched: 'none',
  },
});

/** Hour by hour; the alerts go through JSON between, as through a restart. */
function story(
  checks: readonly (readonly [hours: number, facts: AccountFacts])[],
  policy = POLICY,
): readonly AccountJudgement[] {
  let alerts: readonly Alert[] = [];
  return checks.map(([hours, facts]) => {
    const judgement = judgeAccount({
      facts,
      alerts,
      policy,
      unreadableMs: HOUR_MS,
      to: ['oncall@example.com'],
      nowMs: NOW + hours * HOUR_MS,
    });
    alerts = JSON.parse(JSON.stringify(judgement.alerts));
    return judgement;
  });
}

const words = (judgements: readonly AccountJudgement[]) =>
  judgements.map(({ addressed }) => addressed.map(({ notice: { change, kind } }) => `${change} ${kind}`));

describe('certificates that nobody watches', () => {
  test('are told once, with what they are, to the recipients of everything', () => {
    const [told] = story([[0, unmonitored(150)]]);
    expect(told?.addressed).toMatchObject([
      {
        recipients: ['oncall@example.com'],
        notice: {
          kind: 'unmonitored',
          severity: 'warning',
          alerts: [{ account: ACCOUNT, id: WHOLE_ACCOUNT }],
          certificateCount: 150,
          certificates: first,
          reason: '150 certificates of account default are watched by nobody',
        },
      },
    ]);
  });

  test.each<[string, Parameters<typeof story>[0], readonly (readonly string[])[]]>([
    ['are no news where there are none', [[0, QUIET]], [[]]],
    ['are no news where that was never known', [[0, CUT_SHORT]], [[]]],
    [
      'are no news where their number changes, and not after a month',
      [
        [0, unmonitored(3)],
        [1, unmonitored(300)],
        [2, unmonitored(1)],
        [800, unmonitored(1)],
      ],
      [['first unmonitored'], [], [], []],
    ],
    [
      'are not over where the list is cut short',
      [
        [0, unmonitored(3)],
        [1, CUT_SHORT],
        [2, unmonitored(3)],
      ],
      [['first unmonitored'], [], []],
    ],
    [
      'are told as over where all are watched, and anew where one is not',
      [
        [0, unmonitored(3)],
        [30, QUIET],
        [60, unmonitored(1)],
        [90, QUIET],
      ],
      [['first unmonitored'], ['resolved unmonitored'], ['first unmonitored'], ['resolved unmonitored']],
    ],
    [
      'that come and go within a day are told twice',
      [
        [0, unmonitored(3)],
        [1, QUIET],
        [2, unmonitored(3)],
        [3, QUIET],
        [4, unmonitored(3)],
        [5, unmonitored(3)],
      ],
      [['first unmonitored'], ['resolved unmonitored'], ['first unmonitored'], [], [], []],
    ],
  ])('%s', (_title, checks, told) => {
    expect(words(story(checks))).toEqual(told);
  });

  test('keep the reason that was true while the list is cut short', () => {
    const [, then] = story([
      [0, unmonitored(3)],
      [1, CUT_SHORT],
    ]);
    expect(then?.alerts).toMatchObject([
      { ended: null, reason: '3 certificates of account default are watched by nobody' },
    ]);
  });

  test('are told as over by the account itself, with no list', () => {
    const [, over] = story([
      [0, unmonitored(1)],
      [30, QUIET],
    ]);
    expect(over?.addressed).toMatchObject([
      { notice: { change: 'resolved', certificateCount: 1, certificates: [{ id: WHOLE_ACCOUNT }] } },
    ]);
    expect(over?.endedAlerts).toMatchObject([{ kind: 'unmonitored' }]);
  });

  test('that ended before leave what waits to be sent of that end alone', () => {
    const steps = story([
      [0, unmonitored(1)],
      [30, QUIET],
      [60, unmonitored(1)],
      [61, unmonitored(1)],
    ]);
    expect(steps.map(({ endedAlerts }) => endedAlerts.length)).toEqual([0, 1, 0, 0]);
  });

  test('are told to nobody where nobody wants to hear of them', () => {
    const policy = { ...POLICY, kinds: POLICY.kinds.filter((kind) => kind !== 'unmonitored') };
    const [judgement] = story([[0, unmonitored(3)]], policy);
    expect([judgement?.addressed, judgement?.alerts]).toMatchObject([[], [{ kind: 'unmonitored' }]]);
  });
});

describe('an account that cannot be listed and of which nothing is watched', () => {
  test.each<[string, Parameters<typeof story>[0], readonly (readonly string[])[]]>([
    [
      'is told after the time that certificates have, and as readable again',
      [
        [0, silent(0)],
        [1, silent(0)],
        [1.01, silent(0)],
        [2, silent(0, 'timeout')],
        [3, QUIET],
      ],
      [[], [], ['first unreadable'], [], ['resolved unreadable']],
    ],
    [
      'is reminded of',
      [
        [2, silent(0)],
        [26, silent(0)],
        [27, silent(0)],
      ],
      [['first unreadable'], ['reminder unreadable'], []],
    ],
    [
      'is not told as readable by a restart, after which it is silent since then only',
      [
        [2, silent(0)],
        [3, silent(3)],
        [5, silent(3)],
      ],
      [['first unreadable'], [], []],
    ],
  ])('%s', (_title, checks, told) => {
    expect(words(story(checks))).toEqual(told);
  });

  test('says why and since when', () => {
    const [, judgement] = story([
      [2, silent(0)],
      [3, silent(3)],
    ]);
    expect(judgement?.alerts).toMatchObject([
      {
        cause: 'forbidden',
        epochMs: NOW,
        reason: 'It failed: forbidden. It has not been listed since 2026-11-23 12:00 UTC',
      },
    ]);
  });
});
