// The order of a check: most urgent first, whatever the number, and without holding the event loop.
import { describe, expect, test } from '@jest/globals';
import { byUrgency } from '../src/certificates/urgency.ts';
import type { WatchedCertificate } from '../src/certificates/watched.ts';
import { inOrder } from '../src/check-order.ts';
import { ACCOUNT, certificate, configured, NOW } from './support/factories.ts';

const DAY_MS = 86_400_000;

function watched(id: string, facts: Partial<WatchedCertificate> = {}): WatchedCertificate {
  return {
    account: ACCOUNT,
    id,
    alias: null,
    owner: null,
    runbook: null,
    certificate: certificate({ id }),
    up: true,
    lastSuccessMs: NOW,
    failure: null,
    findings: [],
    successor: null,
    looks: [],
    ...facts,
  };
}

/** Ends and last successes that lie scattered, with many that are equal. */
function scattered(count: number): readonly WatchedCertificate[] {
  return Array.from({ length: count }, (_, n) => {
    const id = `scs${n}`;
    const notAfterMs = NOW + ((n * 7_919) % 400) * DAY_MS;
    return watched(id, { certificate: certificate({ id, notAfterMs }), lastSuccessMs: NOW - ((n * 31) % 5) });
  });
}

async function orderOf(shown: readonly WatchedCertificate[]): Promise<readonly string[]> {
  return (
    await inOrder(
      shown.map(({ id }) => configured({ id })),
      shown,
    )
  ).map(({ id }) => id);
}

describe('the order of a check', () => {
  test.each([0, 1, 2, 999, 1_000, 1_001, 2_500, 5_432])(
    'is that of sorting by urgency, equals as they were configured, for %i certificates',
    async (count) => {
      const shown = scattered(count);
      expect(await orderOf(shown)).toEqual(shown.toSorted(byUrgency).map(({ id }) => id));
    },
  );

  test('leaves out what is shown and not configured any more', async () => {
    const shown = [watched('scs1'), watched('scs2')];
    expect(await inOrder([configured({ id: 'scs2' })], shown)).toEqual([configured({ id: 'scs2' })]);
  });

  test('lets other work through', async () => {
    let turns = 0;
    let sorting = true;
    const count = (): void => {
      turns += 1;
      if (sorting) setImmediate(count);
    };
    setImmediate(count);
    await orderOf(scattered(5_000));
    sorting = false;
    expect(turns).toBeGreaterThan(10);
  });
});
