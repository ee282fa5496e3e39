// Many reads: accounts side by side, each within its own limit, and an end that comes soon after the signal.
import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../src/certificates/reading.ts';
import { beginCheck, type Lane, readAll } from '../src/read-all.ts';
import { readFailed, readOk } from './support/factories.ts';
import { createFakeReader, settle } from './support/fakes.ts';

const keys = (account: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ account, id: `${account}${n}` }));
const going = () => new AbortController().signal;

function lanes(
  ...readers: readonly (readonly [ReturnType<typeof createFakeReader>, number])[]
): Map<string, Lane> {
  return new Map(readers.map(([reader, concurrency]) => [reader.account, { reader, concurrency }]));
}

describe('reading all', () => {
  test('asks in the order given, calls back once for each, and starts each account once', async () => {
    const a = createFakeReader('a', () => readOk());
    const b = createFakeReader('b', () => readFailed());
    const seen: string[] = [];
    const all = [...keys('a', 3), ...keys('b', 2)];
    const both = lanes([a, 1], [b, 1]);
    beginCheck(both);
    const result = await readAll({
      keys: all,
      lanes: both,
      onReading: ({ id }, { ok }) => seen.push(`${id} ${ok}`),
      signal: going(),
    });
    expect(result).toEqual({ unread: 0 });
    expect(a.asked).toEqual(['a0', 'a1', 'a2']);
    expect(seen.toSorted()).toEqual(['a0 true', 'a1 true', 'a2 true', 'b0 false', 'b1 false']);
    expect([a.checks(), b.checks()]).toEqual([1, 1]);
  });

  test('has no more under way than the account allows, and another account waits for none of it', async () => {
    let under = 0;
    let most = 0;
    const free: (() => void)[] = [];
    const slow = createFakeReader('a', async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise<void>((resolve) => free.push(resolve));
      under -= 1;
      return readOk();
    });
    const fast = createFakeReader('b', () => readOk());
    const ended = readAll({
      keys: [...keys('a', 9), ...keys('b', 4)],
      lanes: lanes([slow, 3], [fast, 1]),
      onReading: () => undefined,
      signal: going(),
    });
    await settle();
    expect([most, fast.asked.length]).toEqual([3, 4]);
    for (let n = 0; n < 9; n += 1) {
      free.shift()?.();
      await settle(5);
    }
    expect(await ended).toEqual({ unread: 0 });
    expect(most).toBe(3);
  });

  test('ends soon after the signal, and says how many are left', async () => {
    const stop = new AbortController();
    const reader = createFakeReader('a', (id): Reading | Promise<Reading> =>
      id === 'a2' ? new Promise(() => undefined) : readOk(),
    );
    const ended = readAll({
      keys: keys('a', 5),
      lanes: lanes([reader, 1]),
      onReading: () => undefined,
      signal: stop.signal,
    });
    await settle();
    stop.abort();
    expect(await ended).toEqual({ unread: 3 });
    expect(reader.asked).toEqual(['a0', 'a1', 'a2']);
  });

  test('a fault of ours about one certificate is its failure, says nothing of the rest, and gives nothing away', async () => {
    const reader = createFakeReader('a', (id) => {
      if (id === 'a1') throw new TypeError('token s3cret is not a function');
      return readOk();
    });
    const readings: Reading[] = [];
    const result = await readAll({
      keys: keys('a', 3),
      lanes: lanes([reader, 2]),
      onReading: (_key, reading) => readings.push(reading),
      signal: going(),
    });
    expect(result.unread).toBe(0);
    expect(readings.filter(({ ok }) => ok)).toHaveLength(2);
    expect(JSON.stringify(readings)).not.toContain('s3cret');
    expect(readings.find(({ ok }) => !ok)).toMatchObject({ failure: { reason: 'malformed' } });
  });

  test('certificates of an account that has no lane are left unread', async () => {
    expect(
      await readAll({ keys: keys('a', 2), lanes: new Map(), onReading: () => undefined, signal: going() }),
    ).toEqual({ unread: 2 });
  });
});
