// What comes late must not be told wrongly: a date after the status, an end after something worse.
import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/alerts/judge.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { configured, NOW, POLICY, readOk } from '../support/factories.ts';
import { type Step, tell } from '../support/story.ts';

function toldOf(steps: readonly Step[]): string[] {
  return tell(steps).flatMap(({ tellings }) =>
    tellings.map(({ change, alert }) => `${change} ${alert.kind}`),
  );
}

describe('facts that come late', () => {
  test('an EXPIRED that gets its date only at a later read is told once', () => {
    const steps = [
      { nowMs: NOW, reading: readOk({ status: 'EXPIRED', notAfterMs: null }) },
      { nowMs: NOW + HOUR_MS, reading: readOk({ status: 'EXPIRED', notAfterMs: NOW - 30 * DAY_MS }) },
    ];
    expect(toldOf(steps)).toEqual(['first expired']);
  });

  test('and stands once in its history', () => {
    const configuredAs = { configured: configured(), policy: POLICY, to: [] };
    const undated = judge({
      ...configuredAs,
      reading: readOk({ status: 'EXPIRED', notAfterMs: null }),
      remembered: { watch: null, alerts: [], silence: null },
      nowMs: NOW,
    });
    const dated = judge({
      ...configuredAs,
      reading: readOk({ status: 'EXPIRED', notAfterMs: NOW - 30 * DAY_MS }),
      remembered: { ...undated, silence: null },
      nowMs: NOW + HOUR_MS,
    });
    expect(undated.history.map(({ event }) => event)).toEqual(['status', 'alert']);
    expect(dated.history.map(({ event }) => event)).toEqual(['not_after']);
  });

  test('an end that waits for a quiet day is not told once something worse has come', () => {
    const at = (hours: number, status: string) => ({
      nowMs: NOW + hours * HOUR_MS,
      reading: readOk({ status }),
    });
    const steps = [
      at(0, 'REVOKING'),
      at(1, 'ISSUED'),
      at(2, 'REVOKING'),
      at(3, 'ISSUED'),
      at(4, 'REVOKED'),
      at(29, 'REVOKED'),
    ];
    const told = toldOf(steps);
    expect(told).toContain('first revoked');
    expect(told.filter((text) => text === 'resolved revoking')).toHaveLength(1);
  });

  test('expiring is not told as resolved at its end, also where nobody is told of expired', () => {
    const policy = { ...POLICY, kinds: ['expiring' as const] };
    const reading = readOk({ notAfterMs: NOW + DAY_MS });
    const steps = [
      { nowMs: NOW, reading, policy },
      { nowMs: NOW + 2 * DAY_MS, reading, policy },
    ];
    expect(toldOf(steps)).toEqual(['first expiring']);
  });
});
