// One certificate, one reading: what is written, told and remembered of it.
import { describe, expect, test } from '@jest/globals';
import { factsOf, isQuiet, type Judgement, judge, type Remembered } from '../../src/alerts/judge.ts';
import type { Silence } from '../../src/alerts/silence.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { ACCOUNT, configured, ID, NOW, POLICY, readFailed, readOk } from '../support/factories.ts';

const NOTHING: Remembered = { watch: null, alerts: [], silence: null };
const revoked = readOk({ status: 'REVOKED' });

function judged(reading: Reading, remembered: Remembered = NOTHING, nowMs = NOW): Judgement {
  return judge({
    configured: configured({ alias: 'shop', recipients: ['pay@x'] }),
    reading,
    remembered,
    policy: POLICY,
    to: ['oncall@x'],
    nowMs,
  });
}

const after = ({ watch, alerts }: Judgement, silence: Silence | null = null): Remembered => ({
  watch,
  alerts,
  silence,
});

describe('a judgement', () => {
  test('tells everybody who is named, with the facts of now', () => {
    const [told] = judged(readOk({ status: 'REVOKED', revokeReason: 'it leaked' })).addressed;
    expect(told?.recipients).toEqual(['oncall@x', 'pay@x']);
    expect(told?.notice.certificates[0]).toMatchObject({
      id: ID,
      alias: 'shop',
      status: 'REVOKED',
      domains: ['www.example.com', 'example.com'],
      notAfterMs: NOW + 365 * DAY_MS,
      revokeReason: 'it leaked',
      lastSuccessMs: NOW,
    });
  });

  test('names a certificate that was never read by what the configuration says', () => {
    const first = judged(readFailed());
    const [told] = judged(readFailed(), after(first), NOW + 2 * HOUR_MS).addressed;
    expect(told?.notice.certificates[0]).toMatchObject({
      id: ID,
      alias: 'shop',
      name: null,
      domains: [],
      status: null,
    });
  });

  test('lists domains once, and the additional names where there is no first', () => {
    const domains = (sans: string[], domain: string | null) =>
      judged(readOk({ status: 'REVOKED', domain, sans })).addressed[0]?.notice.certificates[0]?.domains;
    expect(domains(['b', 'a'], 'a')).toEqual(['a', 'b']);
    expect(domains(['b'], null)).toEqual(['b']);
  });

  test('of what has not changed is quiet, and keeps the object that was known', () => {
    const first = judged(readOk());
    const second = judged(readOk(), after(first), NOW + 1);
    expect([isQuiet(first), isQuiet(second)]).toEqual([false, true]);
    expect(second.watch).toEqual({ ...first.watch, lastSuccessMs: NOW + 1 });
    expect(second.watch.certificate).toBe(first.watch.certificate);
  });

  test('of an alert that lasts is quiet, though its reason is put into words anew', () => {
    const end = { notAfterMs: NOW + 20 * DAY_MS };
    const first = judged(readOk(end));
    const second = judged(readOk(end), after(first), NOW + DAY_MS);
    expect(second.alerts[0]?.reason).not.toBe(first.alerts[0]?.reason);
    expect(isQuiet(second)).toBe(true);
  });

  test('of one that was never looked at knows nothing but what the configuration says', () => {
    expect(factsOf(configured({ alias: 'shop' }), null)).toMatchObject({
      id: ID,
      alias: 'shop',
      domains: [],
      status: null,
      notAfterMs: null,
      lastSuccessMs: null,
    });
  });

  test('writes the history of facts and alerts', () => {
    const first = judged(revoked);
    expect(first.history.map(({ event }) => event)).toEqual(['status', 'not_after', 'alert']);
    const over = judged(readOk(), after(first), NOW + 1);
    expect(over.history.map(({ event, text }) => `${event} ${text}`)).toEqual([
      'status REVOKED → ISSUED',
      'resolved revoked: status',
    ]);
    expect(over.endedAlerts.map(({ kind }) => kind)).toEqual(['revoked']);
    const later = judged(readOk(), after(over), NOW + 2);
    expect([later.history, later.endedAlerts, isQuiet(later)]).toEqual([[], [], true]);
  });

  test('leaves what waits of an alert that flaps as it is: its end is not told yet', () => {
    let judgement = judged(revoked);
    for (const [reading, hours] of [
      [readOk(), 1],
      [revoked, 2],
      [readOk(), 3],
    ] as const) {
      judgement = judged(reading, after(judgement), NOW + hours * HOUR_MS);
    }
    expect(judgement.alerts.some(({ ended }) => ended?.told === 'due')).toBe(true);
    expect(judgement.endedAlerts).toEqual([]);
  });
});

/** A story of one certificate: the readings, each so many hours after the first. */
function story(...readings: readonly (readonly [number, Reading])[]): Judgement {
  let judgement = judged(readOk(), NOTHING, NOW - 1);
  for (const [hours, reading] of readings)
    judgement = judged(reading, after(judgement), NOW + hours * HOUR_MS);
  return judgement;
}

describe('is written because', () => {
  const ending = readOk({ notAfterMs: NOW + 30.5 * DAY_MS });
  test.each<[string, Judgement, { watchChanged: boolean; alertsChanged: boolean }]>([
    [
      'a fact changed, though nothing is to be told',
      story([1, readOk({ name: 'renamed' })]),
      { watchChanged: true, alertsChanged: false },
    ],
    ['it began', story([1, revoked]), { watchChanged: true, alertsChanged: true }],
    ['a rung was told', story([24, ending], [17 * 24, ending]), { watchChanged: false, alertsChanged: true }],
    ['a reminder was told', story([1, revoked], [26, revoked]), { watchChanged: false, alertsChanged: true }],
    [
      'another cause keeps it from being read',
      story([1, readFailed('timeout')], [3, readFailed('timeout')], [4, readFailed('forbidden')]),
      { watchChanged: true, alertsChanged: true },
    ],
    [
      'it flapped, and its end is told a day later',
      story([1, revoked], [2, readOk()], [3, revoked], [4, readOk()], [29, readOk()]),
      { watchChanged: false, alertsChanged: true },
    ],
    [
      'one that ended two days ago is forgotten',
      story([1, revoked], [2, readOk()], [51, readOk()]),
      { watchChanged: false, alertsChanged: true },
    ],
    [
      'one is forgotten in the check that finds another',
      story([1, revoked], [2, readOk()], [51, readOk({ status: 'UNPASSED' })]),
      { watchChanged: true, alertsChanged: true },
    ],
  ])('%s', (_title, judgement, changed) => {
    expect(judgement).toMatchObject(changed);
    expect(isQuiet(judgement)).toBe(false);
  });

  test('it became critical between two rungs', () => {
    const policy = { ...POLICY, ladderMs: [] };
    const at = (days: number, remembered: Remembered) =>
      judge({
        configured: configured(),
        reading: ending,
        remembered,
        policy,
        to: [],
        nowMs: NOW + days * DAY_MS,
      });
    const before = at(22, NOTHING);
    const now = at(24, after(before));
    expect([now.watchChanged, now.alertsChanged, now.addressed, isQuiet(now)]).toEqual([
      false,
      true,
      [],
      false,
    ]);
  });

  test('it is told now, and was not while it was silenced', () => {
    const silence = {
      account: ACCOUNT,
      id: ID,
      untilMs: NOW + 1,
      reason: null,
      createdAtMs: NOW,
      baseline: null,
    };
    const first = judged(revoked, { ...NOTHING, silence });
    const second = judged(revoked, after(first), NOW + HOUR_MS);
    expect([second.alertsChanged, second.addressed.length]).toEqual([true, 1]);
  });
});

describe('a silence', () => {
  const silence: Silence = {
    account: ACCOUNT,
    id: ID,
    untilMs: NOW + DAY_MS,
    reason: null,
    createdAtMs: NOW,
    baseline: null,
  };

  test('takes what is so as its baseline at the first read, and tells nothing', () => {
    const judgement = judged(revoked, { ...NOTHING, silence });
    expect(judgement.silence).toEqual({
      lifted: false,
      adopted: { ...silence, baseline: { status: 'REVOKED', notAfterMs: NOW + 365 * DAY_MS } },
    });
    expect(judgement.addressed).toEqual([]);
    expect(judgement.alerts).toMatchObject([{ kind: 'revoked', toldAtMs: null }]);
  });

  test('that takes its baseline is written, though nothing else has changed', () => {
    const first = judged(readOk());
    const second = judged(readOk(), after(first, silence), NOW + 1);
    expect([second.watchChanged, second.silence.adopted === null, isQuiet(second)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('holds without a write while nothing changes', () => {
    const first = judged(revoked, { ...NOTHING, silence });
    const second = judged(revoked, after(first, first.silence.adopted), NOW + 1);
    expect([second.silence, isQuiet(second)]).toEqual([{ lifted: false, adopted: null }, true]);
  });

  test('is lifted by a change, and what is so then is told', () => {
    const first = judged(readOk(), { ...NOTHING, silence });
    const second = judged(revoked, after(first, first.silence.adopted), NOW + 1);
    expect(second.silence.lifted).toBe(true);
    expect(second.addressed.map(({ notice: { kind } }) => kind)).toEqual(['revoked']);
  });
});
