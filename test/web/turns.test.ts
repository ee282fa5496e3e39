// Turns: one at a time, bounded in number, in time and per client.
import { describe, expect, test } from '@jest/globals';
import { createTurns } from '../../src/web/turns.ts';

function pending(): { work: () => Promise<string>; end: (text: string) => void } {
  let end: (text: string) => void = () => undefined;
  const promise = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { work: () => promise, end: (text) => end(text) };
}

describe('turns', () => {
  test('are taken one after another, in order, also where one fails', async () => {
    const { take } = createTurns({ waiting: 5, perClient: 5, waitMs: 10_000 });
    const begun: string[] = [];
    const first = pending();
    const running = take('a', first.work);
    const failing = take('a', async () => {
      begun.push('second');
      throw new Error('it fails');
    });
    const last = take('b', async () => begun.push('third'));
    expect(begun).toEqual([]);
    first.end('done');
    expect(await running).toBe('done');
    await expect(failing).rejects.toThrow('it fails');
    await last;
    expect(begun).toEqual(['second', 'third']);
    expect(await take('c', async () => 'at once')).toBe('at once');
  });

  test('are refused where too many wait, or too many of one client', async () => {
    const { take } = createTurns({ waiting: 3, perClient: 2, waitMs: 10_000 });
    const first = pending();
    const work = async () => 'came';
    const all = [take('a', first.work), take('a', work), take('a', work)];
    expect(await take('a', work)).toBeNull();
    all.push(take('b', work));
    expect(await take('c', work)).toBeNull();
    first.end('first');
    expect(await Promise.all(all)).toEqual(['first', 'came', 'came', 'came']);
  });

  test('that do not come in time are given up, and the others still come', async () => {
    const { take } = createTurns({ waiting: 3, perClient: 3, waitMs: 5 });
    const first = pending();
    const running = take('a', first.work);
    expect(await take('a', async () => 'late')).toBeNull();
    first.end('first');
    expect(await running).toBe('first');
    expect(await take('a', async () => 'next')).toBe('next');
  });

  test('are over for all who wait once nobody is let in any more, and no timer is left', async () => {
    const { take, close } = createTurns({ waiting: 3, perClient: 3, waitMs: 600_000 });
    const first = pending();
    const running = take('a', first.work);
    const waiting = take('b', async () => 'never');
    close();
    expect(await waiting).toBeNull();
    first.end('first');
    expect(await running).toBe('first');
    expect(await take('c', async () => 'never')).toBeNull();
  });
});
