// The weekly mail: what is ahead, what is silenced, what cannot be read, how the monitor itself is.
import { describe, expect, test } from '@jest/globals';
import { silenceState } from '../../src/alerts/silence.ts';
import { summarise, summaryMails } from '../../src/alerts/summarise.ts';
import type { Certificate } from '../../src/certificates/certificate.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import {
  ACCOUNT,
  alert,
  certificate,
  ID,
  NOW,
  readFailed,
  readOk,
  watchAfter,
} from '../support/factories.ts';

function watched(
  id: string,
  facts: Partial<Certificate> | null,
  more: Partial<WatchedCertificate> = {},
): WatchedCertificate {
  return {
    account: ACCOUNT,
    id,
    alias: `alias of ${id}`,
    owner: null,
    runbook: null,
    certificate: facts === null ? null : certificate({ id, ...facts }),
    up: facts !== null,
    lastSuccessMs: NOW,
    failure: null,
    findings: [],
    successor: null,
    looks: [],
    ...more,
  };
}

function summary(
  certificates: readonly WatchedCertificate[],
  more: Partial<Parameters<typeof summarise>[0]> = {},
) {
  return summarise({
    watched: certificates,
    alerts: [],
    silences: [],
    checks: { lastCheckMs: NOW, lastCompleteCheckMs: NOW },
    outbox: { waiting: 0, parked: 0, undelivered: [] },
    clockSkews: [],
    unmonitored: [],
    nowMs: NOW,
    ...more,
  });
}

describe('a summary', () => {
  test('looks ninety days ahead at what is live, the soonest end first', () => {
    const said = summary([
      watched('late', { notAfterMs: NOW + 90 * DAY_MS }),
      watched('soon', { notAfterMs: NOW + DAY_MS }),
      watched('too late', { notAfterMs: NOW + 90 * DAY_MS + 1 }),
      watched('over', { notAfterMs: NOW }),
      watched('dead', { notAfterMs: NOW + DAY_MS, status: 'REVOKED' }),
      watched('undated', { notAfterMs: null }),
      watched('unread', null),
    ]);
    expect(said.ahead.map(({ id }) => id)).toEqual(['soon', 'late']);
    expect(said).toMatchObject({ watched: 7, healthy: 6, lastCompleteCheckMs: NOW, parkedMails: 0 });
  });

  test('counts everything, and lists the first hundred of each', () => {
    const many = Array.from({ length: 150 }, (_, n) =>
      watched(
        `id${n}`,
        { notAfterMs: NOW + DAY_MS },
        { failure: { reason: 'timeout', message: 'slow', requestId: null } },
      ),
    );
    const said = summary(many);
    expect([said.ahead.length, said.unread.length]).toEqual([100, 100]);
    expect(said.totals).toMatchObject({ ahead: 150, unread: 150 });
    expect(said.unread[0]).toMatchObject({
      certificate: { id: 'id0', alias: 'alias of id0' },
      reason: 'slow',
      cause: 'timeout',
    });
  });

  test('names what nobody has tried to read yet, and not what is missing', () => {
    const gone = watched(
      'gone',
      {},
      {
        up: false,
        failure: { reason: 'missing', message: 'no such certificate', requestId: null },
      },
    );
    const said = summary([
      watched('new', null, { up: null }),
      watched('well', {}),
      watched('old', null),
      gone,
    ]);
    expect(said.unread).toEqual([{ certificate: expect.objectContaining({ id: 'new' }), reason: '' }]);
  });

  test('says how the monitor itself is', () => {
    const undelivered = [{ recipient: 'a@x', waiting: 2, parked: 1, response: '451' }];
    const clockSkews = [{ account: ACCOUNT, seconds: 3 }];
    expect(
      summary([], {
        checks: { lastCheckMs: NOW, lastCompleteCheckMs: null },
        outbox: { waiting: 2, parked: 1, undelivered },
        clockSkews,
      }),
    ).toMatchObject({
      lastCheckMs: NOW,
      lastCompleteCheckMs: null,
      waitingMails: 2,
      parkedMails: 1,
      undelivered,
      clockSkews,
    });
  });

  test('names alerts and silences of watched certificates only, and no silence that is over', () => {
    const silence = {
      account: ACCOUNT,
      id: ID,
      untilMs: NOW + 1,
      reason: 'planned',
      createdAtMs: NOW,
      baseline: null,
    };
    const said = summary([watched(ID, {})], {
      alerts: [alert(), alert({ id: 'gone' })],
      silences: [silence, { ...silence, id: 'gone' }, { ...silence, untilMs: NOW }],
    });
    expect(said.active).toMatchObject([{ cause: 'expired', epochMs: alert().epochMs }]);
    expect(said.active.map(({ kind, certificate: { id } }) => `${kind} ${id}`)).toEqual([`expired ${ID}`]);
    expect(said.silenced).toMatchObject([{ certificate: { id: ID }, untilMs: NOW + 1, reason: 'planned' }]);
  });

  test('lists the gravest alerts, counts certificates, and leaves out of both what is silenced', () => {
    const ids = Array.from({ length: 130 }, (_, n) => `id${n}`);
    const certificates = [...ids, 'worst', 'known'].map((id) => watched(id, { notAfterMs: NOW + DAY_MS }));
    const silence = {
      account: ACCOUNT,
      id: 'known',
      untilMs: NOW + 1,
      reason: null,
      createdAtMs: NOW,
      baseline: null,
    };
    const said = summary(certificates, {
      alerts: [
        ...ids.map((id) => alert({ id, kind: 'expiring', severity: 'warning' })),
        alert({ id: 'worst', kind: 'expiring', severity: 'warning' }),
        alert({ id: 'worst', kind: 'revoked' }),
        alert({ id: 'known', kind: 'unpassed' }),
      ],
      silences: [silence],
    });
    expect(said.totals).toEqual({
      critical: 1,
      warning: 130,
      attention: 132,
      unread: 0,
      silenced: 1,
      ahead: 132,
    });
    expect(said.active).toHaveLength(101);
    expect(said.active[0]).toMatchObject({ kind: 'revoked', certificate: { id: 'worst' } });
    expect(said.active[100]).toMatchObject({ kind: 'unpassed', certificate: { id: 'known' } });
  });

  test('names an alert however many there are of certificates that are not watched', () => {
    const others = Array.from({ length: 120 }, (_, n) => alert({ id: `gone${n}` }));
    const { active } = summary([watched(ID, null)], { alerts: [...others, alert()] });
    expect(active).toMatchObject([{ certificate: { id: ID, name: null, status: null, domains: [] } }]);
  });

  test('is one mail per recipient, and the same mail when it is made twice for one slot', () => {
    const said = summary([]);
    const make = (slotMs: number) =>
      summaryMails({ summary: said, recipients: ['a@x', 'b@x', 'a@x'], slotMs, domain: 'x' }).map(
        ({ messageId }) => messageId,
      );
    expect(make(1)).toHaveLength(2);
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });
});

describe('a silence', () => {
  const silence = {
    account: ACCOUNT,
    id: ID,
    untilMs: NOW + DAY_MS,
    reason: null,
    createdAtMs: NOW,
    baseline: { status: 'ISSUED', notAfterMs: NOW + 365 * DAY_MS },
  };
  const issued = watchAfter([NOW, readOk()]);
  test.each([
    ['holds while nothing changes', silence, issued, NOW, 'holds'],
    ['holds while reads fail', silence, watchAfter([NOW, readOk()], [NOW, readFailed()]), NOW, 'holds'],
    ['holds a millisecond before its time', silence, issued, NOW + DAY_MS - 1, 'holds'],
    ['is lifted at its time', silence, issued, NOW + DAY_MS, 'lifted'],
    ['is lifted by another status', silence, watchAfter([NOW, readOk({ status: 'REVOKED' })]), NOW, 'lifted'],
    ['is lifted by another end', silence, watchAfter([NOW, readOk({ notAfterMs: 5 })]), NOW, 'lifted'],
    ['holds over what was never read', silence, watchAfter([NOW, readFailed()]), NOW, 'holds'],
    ['holds over what nothing is known of', silence, null, NOW, 'holds'],
    [
      'set before the first read takes that as its baseline',
      { ...silence, baseline: null },
      issued,
      NOW,
      'adopt',
    ],
  ] as const)('%s', (_title, one, watch, nowMs, state) => {
    expect(silenceState(one, watch, nowMs)).toBe(state);
  });
});
