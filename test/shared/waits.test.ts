// Waits that end when their signal does, and leave nothing behind.
import { describe, expect, test } from '@jest/globals';
import { joinedWith, onAbort, orAborted, sleep, throwIfAborted } from '../../src/shared/waits.ts';

describe('a wait', () => {
  test.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['a pause', (signal) => sleep(60_000, signal)],
    ['work of others', (signal) => orAborted(new Promise(() => {}), signal)],
  ])('%s ends with its signal', async (_, wait) => {
    const stop = new AbortController();
    const waiting = wait(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(wait(stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(() => throwIfAborted(stop.signal)).toThrow('Cannot go on: the check was stopped');
  });

  test('passes on how the work of others ended', async () => {
    const { signal } = new AbortController();
    await expect(orAborted(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    await expect(sleep(0, signal)).resolves.toBeUndefined();
  });

  test('that is over is not told of the end of the signal', () => {
    const stop = new AbortController();
    const told: string[] = [];
    const release = onAbort(stop.signal, () => told.push('first'));
    onAbort(stop.signal, () => told.push('second'));
    release();
    stop.abort();
    expect(told).toEqual(['second']);
  });

  test('is one listener, however many wait for one signal', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    const stop = new AbortController();
    const waits = Array.from({ length: 1_000 }, () =>
      sleep(60_000, stop.signal).catch((error: Error) => error.message),
    );
    stop.abort();
    expect(new Set(await Promise.all(waits)).size).toBe(1);
    await new Promise(setImmediate);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});

describe('a joint signal', () => {
  test('ends with the caller’s, and with the one that stops everything', () => {
    for (const which of ['caller', 'stop'] as const) {
      const controllers = { caller: new AbortController(), stop: new AbortController() };
      const joint = joinedWith(controllers.stop.signal).enter(controllers.caller.signal);
      expect(joint.aborted).toBe(false);
      controllers[which].abort();
      expect(joint.aborted).toBe(true);
    }
  });

  test('is the same for all that share a caller’s signal, and is forgotten when another comes and nobody uses it', () => {
    const stop = new AbortController();
    const joined = joinedWith(stop.signal);
    const [one, two] = [new AbortController().signal, new AbortController().signal];
    const used = joined.enter(one);
    expect(joined.enter(one)).toBe(used);
    joined.leave(one);
    joined.enter(two);
    expect(joined.enter(one)).toBe(used);
    joined.leave(one);
    joined.leave(one);
    joined.enter(new AbortController().signal);
    expect(joined.enter(one)).not.toBe(used);
    joined.leave(new AbortController().signal);
    stop.abort();
    expect(used.aborted).toBe(false);
  });
});
