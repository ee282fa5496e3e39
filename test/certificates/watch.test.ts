// What one reading changes of what is remembered, and what it must never change.
import { describe, expect, test } from '@jest/globals';
import { isLive, KNOWN_STATUSES, keyText } from '../../src/certificates/certificate.ts';
import { historyOf } from '../../src/certificates/history.ts';
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import { byUrgency } from '../../src/certificates/urgency.ts';
import { differs } from '../../src/certificates/watch.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { ACCOUNT, certificate, ID, NOW, readFailed, readOk, watchAfter } from '../support/factories.ts';

describe('a failed read', () => {
  test.each(FAILURE_REASONS.filter((reason) => reason !== 'missing'))(
    '%s changes nothing that is known of the certificate',
    (reason) => {
      const known = watchAfter([NOW - 5, readOk({ status: 'REVOKED' })]);
      const after = watchAfter([NOW - 5, readOk({ status: 'REVOKED' })], [NOW, readFailed(reason)]);
      expect(after).toEqual({
        ...known,
        up: false,
        failure: { reason, message: `It failed: ${reason}`, requestId: null },
        failingSinceMs: NOW,
      });
    },
  );

  test('the failing lasts from its first failure to the next success', () => {
    const failing = watchAfter(
      [NOW - 9, readOk()],
      [NOW - 5, readFailed()],
      [NOW - 3, readFailed('throttled')],
    );
    expect(failing).toMatchObject({ failingSinceMs: NOW - 5, lastSuccessMs: NOW - 9 });
    expect(watchAfter([NOW - 5, readFailed()], [NOW, readOk()])).toMatchObject({
      failingSinceMs: null,
      failure: null,
      up: true,
      lastSuccessMs: NOW,
      watchedSinceMs: NOW - 5,
    });
  });

  test('one that was never read is remembered as such', () => {
    expect(watchAfter([NOW, readFailed()])).toMatchObject({
      certificate: null,
      standing: null,
      lastSuccessMs: null,
      watchedSinceMs: NOW,
    });
  });
});

describe('a status', () => {
  test('its start is that of its meaning: another word with the same meaning is the same state', () => {
    const watch = watchAfter([NOW - 5, readOk({ status: 'ISSUED' })], [NOW, readOk({ status: 'UPLOAD' })]);
    expect(watch.standingSinceMs).toBe(NOW - 5);
  });

  test('another unknown word is another state', () => {
    const watch = watchAfter([NOW - 5, readOk({ status: 'FROZEN' })], [NOW, readOk({ status: 'THAWED' })]);
    expect(watch).toMatchObject({ standing: 'unrecognised:THAWED', standingSinceMs: NOW });
  });

  test('the known ones are the label values, without the second spelling of one', () => {
    expect(KNOWN_STATUSES).toHaveLength(15);
    expect(KNOWN_STATUSES).not.toContain('CANCELREVOKING');
    expect(isLive(certificate({ status: 'CANCELREVOKING' }))).toBe(true);
    expect(isLive(certificate({ status: 'REVOKING' }))).toBe(true);
    expect(isLive(certificate({ status: 'PAID' }))).toBe(false);
  });
});

describe('an end that does not come along', () => {
  const end = NOW + 5 * DAY_MS;
  const without = { notAfterMs: null, notBeforeMs: null };
  test.each<[string, Parameters<typeof readOk>[0], Parameters<typeof readOk>[0], number | null]>([
    [
      'a live certificate of the same issue keeps the end that was known',
      { notAfterMs: end },
      { ...without, notAfterFault: 'is empty' },
      end,
    ],
    [
      'one of another issue does not',
      { notAfterMs: end },
      { ...without, notAfterFault: 'is empty', fingerprint: 'b'.repeat(40) },
      null,
    ],
    [
      'nor does one that cannot be told from another',
      { notAfterMs: end, fingerprint: null },
      { ...without, notAfterFault: 'is empty', fingerprint: null },
      null,
    ],
    [
      'an expired one keeps the end by which it expired',
      { notAfterMs: NOW - 1 },
      { ...without, status: 'EXPIRED', fingerprint: null },
      NOW - 1,
    ],
    [
      'one with an unknown status keeps the end that was known',
      { notAfterMs: end },
      { ...without, status: 'FROZEN' },
      end,
    ],
    [
      'an application under the same id starts without an end',
      { notAfterMs: NOW - 1 },
      { ...without, status: 'CHECKING', fingerprint: null },
      null,
    ],
  ])('%s', (_title, before, after, notAfterMs) => {
    const watch = watchAfter([NOW - 5, readOk(before)], [NOW, readOk(after)]);
    expect(watch.certificate?.notAfterMs).toBe(notAfterMs);
  });

  test('a live one without a usable date is not up, and its last success stays where it was', () => {
    const watch = watchAfter([NOW - 5, readOk()], [NOW, readOk({ ...without, notAfterFault: 'is empty' })]);
    expect(watch).toMatchObject({
      up: false,
      lastSuccessMs: NOW - 5,
      failingSinceMs: NOW,
      failure: {
        reason: 'malformed',
        message:
          'Cannot use certificate scs1590053258704 of account default: it is ISSUED, but its not_after is empty',
      },
    });
  });
});

describe('whether a row must be written', () => {
  const known = watchAfter([NOW - 5, readOk()]);
  test('a success that says the same is no change', () => {
    expect(differs(known, watchAfter([NOW - 5, readOk()], [NOW, readOk()]))).toBe(false);
  });

  test.each([
    ['the first reading', null, known],
    ['a failure', known, watchAfter([NOW - 5, readOk()], [NOW, readFailed()])],
    ['another status', known, watchAfter([NOW - 5, readOk()], [NOW, readOk({ status: 'REVOKED' })])],
    ['another end', known, watchAfter([NOW - 5, readOk()], [NOW, readOk({ notAfterMs: 1 })])],
    ['another name', known, watchAfter([NOW - 5, readOk()], [NOW, readOk({ name: 'new' })])],
    ['another name among several', known, watchAfter([NOW - 5, readOk()], [NOW, readOk({ sans: ['b'] })])],
    ['a name more', known, watchAfter([NOW - 5, readOk()], [NOW, readOk({ sans: ['example.com', 'b'] })])],
    [
      'another failure',
      watchAfter([NOW - 5, readFailed('timeout')]),
      watchAfter([NOW - 5, readFailed('timeout')], [NOW, readFailed('throttled')]),
    ],
    [
      'the first certificate after failures',
      watchAfter([NOW - 5, readFailed()]),
      watchAfter([NOW - 5, readFailed()], [NOW, readOk()]),
    ],
  ])('%s is a change', (_title, before, after) => {
    expect(differs(before, after)).toBe(true);
  });
});

describe('history', () => {
  test('a first reading and each change of status or end leave a line', () => {
    const first = watchAfter([NOW, readOk()]);
    const renewed = watchAfter([NOW, readOk()], [NOW, readOk({ status: 'UPLOAD', notAfterMs: NOW })]);
    expect(historyOf(null, first, NOW).map(({ event, text }) => `${event}: ${text}`)).toEqual([
      'status: ISSUED',
      'not_after: 2027-11-23 12:00 UTC',
    ]);
    expect(historyOf(first, renewed, NOW).map(({ event, text }) => `${event}: ${text}`)).toEqual([
      'status: ISSUED → UPLOAD',
      'not_after: 2026-11-23 12:00 UTC',
    ]);
    expect(historyOf(first, first, NOW)).toEqual([]);
    expect(historyOf(null, watchAfter([NOW, readFailed()]), NOW)).toEqual([]);
  });
});

describe('the order of reading', () => {
  function watched(id: string, facts: Partial<WatchedCertificate>): WatchedCertificate {
    return {
      account: ACCOUNT,
      id,
      alias: null,
      owner: null,
      runbook: null,
      certificate: certificate(),
      up: true,
      lastSuccessMs: NOW,
      failure: null,
      findings: [],
      successor: null,
      looks: [],
      ...facts,
    };
  }

  test('graver findings first, then the longest unread, then the soonest end', () => {
    const finding = { kind: 'expiring', cause: '', reason: '', epochMs: 0 } as const;
    const order = [
      watched('no end known', { certificate: null }),
      watched('late end', {}),
      watched('soon end', { certificate: certificate({ notAfterMs: NOW }) }),
      watched('long unread', { lastSuccessMs: NOW - DAY_MS }),
      watched('never read', { lastSuccessMs: null }),
      watched('warning', { findings: [{ ...finding, severity: 'warning' }] }),
      watched('critical', { findings: [{ ...finding, severity: 'critical' }] }),
    ].toSorted(byUrgency);
    expect(order.map(({ id }) => id)).toEqual([
      'critical',
      'warning',
      'never read',
      'long unread',
      'soon end',
      'late end',
      'no end known',
    ]);
  });
});

test('a key is one text, and no account name runs into an id', () => {
  expect(keyText({ account: 'a', id: 'bc' })).not.toBe(keyText({ account: 'ab', id: 'c' }));
  expect(keyText({ account: ACCOUNT, id: ID })).toContain(ID);
});
