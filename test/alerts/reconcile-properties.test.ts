// What holds for every history: random statuses, dates, failures, silences, pauses and restarts.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/alerts/alert.ts';
import type { Telling } from '../../src/alerts/reconcile.ts';
import { FAILURE_REASONS, type Reading } from '../../src/certificates/reading.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import { NOW, POLICY, readFailed, readOk } from '../support/factories.ts';
import { type Step, type Told, tell } from '../support/story.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);

const statuses = fc.oneof(
  { weight: 3, arbitrary: fc.constant('ISSUED') },
  fc.constantFrom(
    'REVOKING',
    'CANCLEREVOKING',
    'EXPIRED',
    'REVOKED',
    'UNPASSED',
    'CHECKING',
    'PAID',
    'FROZEN',
    'B',
  ),
);
const ends = fc.constantFrom(-5, 0.5, 2, 8, 20, 29, 31, 60, 400, null);

const readings: fc.Arbitrary<Reading> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ status: statuses, end: ends, issue: fc.constantFrom('a', 'b', null) })
      .map(({ status, end, issue }) =>
        readOk({
          status,
          notAfterMs: end === null ? null : NOW + end * DAY_MS,
          notAfterFault: end === null && /ISSUED|REVOKING/.test(status) ? 'is empty' : null,
          fingerprint: issue === null ? null : issue.repeat(40),
        }),
      ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...FAILURE_REASONS).map((reason) => readFailed(reason)) },
);

const pauses = fc.oneof(
  fc.constantFrom(0, MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS),
  fc.integer({ min: 0, max: 7 * DAY_MS }),
);

/** Stretches of the same reading, as in life, with every silence and setting that may come over them. */
const histories: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.record({
      reading: readings,
      checks: fc.array(pauses, { minLength: 1, maxLength: 4 }),
      silenced: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      resolved: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((stretches) => {
    let nowMs = NOW;
    return stretches.flatMap(({ reading, checks, silenced, resolved }) =>
      checks.map((pauseMs): Step => {
        nowMs += pauseMs;
        return { nowMs, reading, silenced, policy: { ...POLICY, resolved } };
      }),
    );
  });

function always(title: string, holds: (told: readonly Told[], steps: readonly Step[]) => void): void {
  test(title, () => {
    fc.assert(
      fc.property(histories, (steps) => holds(tell(steps), steps)),
      { numRuns: RUNS, reporter: report },
    );
  });
}

/** The counterexample as a story of one line per check. */
function report({ failed, counterexample, errorInstance, seed }: fc.RunDetails<[readonly Step[]]>): void {
  if (!failed) return;
  const lines = tell(counterexample?.[0] ?? []).map(({ nowMs, watch, silenced, tellings }) => {
    const { certificate, failure } = watch;
    const end = certificate?.notAfterMs == null ? '-' : `${(certificate.notAfterMs - NOW) / DAY_MS}d`;
    const told = tellings
      .map(({ change, alert }) => `${change} ${alert.kind} ${alert.epochMs - NOW}`)
      .join(', ');
    return `${(nowMs - NOW) / DAY_MS}d ${certificate?.status} ${end} ${failure?.reason ?? ''} ${silenced} → ${told}`;
  });
  throw new Error(`Seed ${seed}:\n${lines.join('\n')}\n${String(errorInstance)}`);
}

const identity = ({ kind, epochMs, occurrence }: Alert) => `${kind} ${epochMs} ${occurrence}`;

function all(told: readonly Told[], change: Telling['change']): { nowMs: number; telling: Telling }[] {
  return told.flatMap(({ nowMs, tellings }) =>
    tellings.filter((telling) => telling.change === change).map((telling) => ({ nowMs, telling })),
  );
}

describe('in every history', () => {
  always('nothing is told first twice, for one alert and occurrence', (told) => {
    const firsts = all(told, 'first').map(({ telling }) => identity(telling.alert));
    expect(firsts).toEqual([...new Set(firsts)]);
  });

  always('each rung is deeper than the one told before, and each reminder is of a higher age', (told) => {
    const deepest = new Map<string, number>();
    const oldest = new Map<string, number>();
    for (const { change, alert, rungMs, reminderMs } of told.flatMap(({ tellings }) => tellings)) {
      const key = identity(alert);
      if (rungMs !== null) {
        expect(rungMs).toBeLessThan(deepest.get(key) ?? Number.POSITIVE_INFINITY);
        deepest.set(key, rungMs);
      }
      if (change === 'reminder') {
        expect(reminderMs).toBeGreaterThan(oldest.get(key) ?? 0);
        oldest.set(key, reminderMs ?? 0);
      }
    }
  });

  always('a kind is told first twice a day at most', (told) => {
    const firsts = all(told, 'first');
    for (const { nowMs, telling } of firsts) {
      const within = firsts.filter(
        (other) =>
          other.telling.alert.kind === telling.alert.kind &&
          other.nowMs <= nowMs &&
          other.nowMs > nowMs - DAY_MS,
      );
      expect(within.length).toBeLessThanOrEqual(2);
    }
  });

  always('a critical state that has lasted for a day, and is not silenced, has been told', (told) => {
    const since = new Map<string, number>();
    for (const { nowMs, findings, silenced, alerts } of told) {
      const present = new Map(findings.map((finding) => [`${finding.kind} ${finding.epochMs}`, finding]));
      for (const key of since.keys()) if (!present.has(key)) since.delete(key);
      for (const [key, { severity, kind, epochMs }] of present) {
        since.set(key, since.get(key) ?? nowMs);
        if (severity !== 'critical' || silenced || nowMs - (since.get(key) ?? nowMs) <= DAY_MS) continue;
        const alert = alerts.find((known) => known.kind === kind && known.epochMs === epochMs);
        expect(alert?.toldAtMs).not.toBeNull();
      }
    }
  });

  always('nothing is told as resolved that was not told first, and nothing twice', (told) => {
    const firsts = new Set<string>();
    const resolved: string[] = [];
    for (const { change, alert } of told.flatMap(({ tellings }) => tellings)) {
      if (change === 'first') firsts.add(identity(alert));
      if (change !== 'resolved') continue;
      expect(firsts).toContain(identity(alert));
      resolved.push(identity(alert));
    }
    expect(resolved).toEqual([...new Set(resolved)]);
  });

  always('after a kind was told as resolved, the next thing told of it is a first', (told) => {
    const last = new Map<string, Telling>();
    for (const telling of told.flatMap(({ tellings }) => tellings)) {
      const before = last.get(telling.alert.kind);
      // A re-issue tells its own first; the alert before it was replaced, and has no end to tell.
      if (before?.change === 'resolved') expect(telling.change).toBe('first');
      last.set(telling.alert.kind, telling);
    }
  });

  always('nothing is told of the same facts at the same time again', (_told, steps) => {
    const last = steps.at(-1);
    if (last === undefined) return;
    const again = tell([...steps, last]).at(-1);
    expect(again?.tellings).toEqual([]);
    // What ended long ago may be forgotten; nothing else changes.
    for (const alert of again?.alerts ?? []) expect(again?.before).toContainEqual(alert);
  });

  always('a failed read ends nothing, and starts nothing but what time alone brings', (told, steps) => {
    for (const [index, { tellings, alerts, before, watch }] of told.entries()) {
      const reading = steps[index]?.reading;
      if (reading === undefined || reading.ok || reading.failure.reason === 'missing') continue;
      const lasted = new Set(before.filter(({ ended }) => ended === null).map(identity));
      const began = alerts.filter((alert) => alert.ended === null && !lasted.has(identity(alert)));
      const ended = alerts.filter((alert) => alert.ended !== null && lasted.has(identity(alert)));
      expect(tellings.filter(({ change }) => change === 'resolved')).toEqual([]);
      for (const { kind, epochMs } of began) {
        expect(['expiring', 'expired', 'unreadable', 'pending']).toContain(kind);
        if (kind === 'expired') expect(watch.certificate?.notAfterMs).toBe(epochMs);
      }
      for (const { kind, ended: end } of ended) expect([kind, end?.told]).toEqual(['expiring', 'replaced']);
    }
  });

  always('what is silenced is told nothing of', (told) => {
    for (const { silenced, tellings } of told) if (silenced) expect(tellings).toEqual([]);
  });

  always('an alert has its place in the state once', (told) => {
    for (const { alerts } of told) {
      const keys = alerts.map(({ kind, epochMs }) => `${kind} ${epochMs}`);
      expect(keys).toEqual([...new Set(keys)]);
    }
  });
});
