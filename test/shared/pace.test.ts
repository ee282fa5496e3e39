// The distance between requests, the pauses that the cloud asks for, and how many reads there are at once.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createPace, createSlots, type Pace } from '../../src/shared/pace.ts';

const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
afterEach(() => void jest.useRealTimers());

/** When each of so many turns came, in milliseconds from now, within the time given. */
async function turns(
  pace: Pace,
  { count, withinMs }: { count: number; withinMs: number },
): Promise<number[]> {
  const { signal } = new AbortController();
  const startMs = performance.now();
  const times: number[] = [];
  for (let n = 0; n < count; n += 1)
    void pace.turn(signal).then(() => times.push(Math.round(performance.now() - startMs)));
  await jest.advanceTimersByTimeAsync(withinMs);
  return times;
}

describe('the pace', () => {
  test('keeps requests apart, the first at once', async () => {
    const pace = createPace({ requestsPerSecond: 5, clock });
    expect(await turns(pace, { count: 4, withinMs: 1_000 })).toEqual([0, 200, 400, 600]);
    expect(await turns(pace, { count: 1, withinMs: 0 })).toEqual([0]);
  });

  test('never lets more through in a second than there may be', async () => {
    const times = await turns(createPace({ requestsPerSecond: 7, clock }), { count: 40, withinMs: 10_000 });
    expect(times).toHaveLength(40);
    for (const time of times)
      expect(times.filter((other) => other >= time && other < time + 1_000).length).toBeLessThanOrEqual(7);
  });

  test('keeps up with a high rate although timers are coarse', async () => {
    const times = await turns(createPace({ requestsPerSecond: 5_000, clock }), {
      count: 1_000,
      withinMs: 300,
    });
    expect(times).toHaveLength(1_000);
    expect(times.at(-1)).toBeGreaterThanOrEqual(170);
  });

  test('stands still for everybody while the cloud wants a pause', async () => {
    const pace = createPace({ requestsPerSecond: 10, clock });
    const waiting = turns(pace, { count: 3, withinMs: 6_000 });
    pace.pause(5_000);
    pace.pause(1_000);
    expect(await waiting).toEqual([0, 5_000, 5_100]);
    pace.pause(1_000);
    expect(await turns(pace, { count: 1, withinMs: 1_500 })).toEqual([1_000]);
  });

  test('forgets those that do not wait any more', async () => {
    const pace = createPace({ requestsPerSecond: 1, clock });
    const [stopped, stays] = [new AbortController(), new AbortController()];
    await pace.turn(stays.signal);
    const gone = [pace.turn(stopped.signal), pace.turn(stopped.signal)];
    const late = pace.turn(stays.signal);
    stopped.abort();
    await expect(Promise.all(gone)).rejects.toMatchObject({ code: 'ABORTED' });
    await jest.advanceTimersByTimeAsync(1_000);
    await late;
    const last = pace.turn(stays.signal).catch((error: unknown) => error);
    stays.abort();
    await expect(last).resolves.toMatchObject({ code: 'ABORTED' });
    expect(jest.getTimerCount()).toBe(0);
    await expect(pace.turn(stays.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('the slots', () => {
  test('let so many in, and the others in their order', async () => {
    const slots = createSlots(2);
    const { signal } = new AbortController();
    const entered: number[] = [];
    for (const n of [1, 2, 3, 4]) void slots.enter(signal).then(() => entered.push(n));
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toEqual([1, 2]);
    slots.leave();
    slots.leave();
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  test('are not taken by those that do not wait any more', async () => {
    const slots = createSlots(1);
    const stop = new AbortController();
    await slots.enter(stop.signal);
    const waiting = slots.enter(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    slots.leave();
    await expect(slots.enter(stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(slots.enter(new AbortController().signal)).resolves.toBeUndefined();
  });
});
