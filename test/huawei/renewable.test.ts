// A held token or key: made once for all that ask, kept while it is good, made anew as rarely as helps.
import { describe, expect, test } from '@jest/globals';
import { createRenewable, type Made, type Renewable } from '../../src/huawei/renewable.ts';
import { createFakeClock, type FakeClock } from '../support/clock.ts';

const REFUSED: Made<string> = {
  ok: false,
  reason: 'unauthorized',
  explanation: 'wrong password',
  requestId: null,
};
const { signal } = new AbortController();

interface Scene {
  readonly renewable: Renewable<string>;
  readonly clock: FakeClock;
  readonly made: () => number;
}

function scene({
  make = (n: number): Made<string> => token(n),
  keptBetweenChecks = true,
}: {
  make?: (n: number) => Made<string>;
  keptBetweenChecks?: boolean;
} = {}): Scene {
  const clock = createFakeClock();
  let made = 0;
  const renewable = createRenewable({
    clock,
    keptBetweenChecks,
    async make() {
      made += 1;
      const result = make(made);
      await new Promise(setImmediate);
      return result;
    },
  });
  return { renewable, clock, made: () => made };
}

function token(n: number, lifetimeMs: number | null = 86_400_000): Made<string> {
  return { ok: true, value: `token ${n}`, text: `token ${n}`, lifetimeMs };
}

async function heldBy(renewable: Renewable<string>): Promise<string> {
  const held = await renewable.get(signal);
  return held.ok ? held.value : held.explanation;
}

async function generationOf(renewable: Renewable<string>): Promise<number> {
  const held = await renewable.get(signal);
  return held.ok ? held.generation : -1;
}

describe('what is held', () => {
  test('is made once, however many ask at once', async () => {
    const { renewable, made } = scene();
    expect(new Set(await Promise.all(Array.from({ length: 200 }, () => heldBy(renewable))))).toEqual(
      new Set(['token 1']),
    );
    expect(made()).toBe(1);
  });

  test.each([
    [86_400_000, 300_000],
    [60_000, 6_000],
  ])('with a life of %i ms is renewed %i ms before its end, and not sooner', async (lifetimeMs, aheadMs) => {
    const { renewable, clock } = scene({ make: (n) => token(n, lifetimeMs) });
    await heldBy(renewable);
    clock.pass(lifetimeMs - aheadMs - 1);
    expect(await heldBy(renewable)).toBe('token 1');
    clock.pass(1);
    expect(await heldBy(renewable)).toBe('token 2');
  });

  test('lives by the monotonic clock', async () => {
    const { renewable, clock } = scene();
    await heldBy(renewable);
    clock.step(400 * 86_400_000);
    expect(await heldBy(renewable)).toBe('token 1');
  });

  test('goes on to its end where it cannot be renewed ahead of time, and is asked for once per check', async () => {
    const { renewable, clock, made } = scene({ make: (n) => (n === 1 ? token(1, 100_000) : REFUSED) });
    await heldBy(renewable);
    clock.pass(95_000);
    expect(await heldBy(renewable)).toBe('token 1');
    expect(await heldBy(renewable)).toBe('token 1');
    expect(made()).toBe(2);
    clock.pass(5_000);
    expect(await heldBy(renewable)).toBe('wrong password');
    expect(made()).toBe(2);
  });

  test('is read anew for each check where it is not to be kept', async () => {
    const { renewable } = scene({ keptBetweenChecks: false, make: (n) => token(n, null) });
    expect(await heldBy(renewable)).toBe('token 1');
    renewable.beginCheck();
    expect(await heldBy(renewable)).toBe('token 2');
  });
});

describe('a failure to make it', () => {
  test('holds for one check', async () => {
    const { renewable, made } = scene({ make: () => REFUSED });
    for (let n = 0; n < 5; n += 1) expect(await heldBy(renewable)).toBe('wrong password');
    expect(made()).toBe(1);
    renewable.beginCheck();
    expect(await heldBy(renewable)).toBe('wrong password');
    expect(made()).toBe(2);
  });
});

describe('a refusal', () => {
  test('by two hundred requests at once makes it anew exactly once', async () => {
    const { renewable, made } = scene();
    const generation = await generationOf(renewable);
    renewable.accepted(generation);
    const again = await Promise.all(Array.from({ length: 200 }, () => renewable.refused(generation, signal)));
    expect(new Set(again)).toEqual(new Set([true]));
    expect(await renewable.refused(generation, signal)).toBe(true);
    expect(await heldBy(renewable)).toBe('token 2');
    expect(made()).toBe(2);
  });

  test('of what was just made anew is the last of this check', async () => {
    const { renewable, made } = scene();
    expect(await renewable.refused(await generationOf(renewable), signal)).toBe(true);
    expect(await renewable.refused(await generationOf(renewable), signal)).toBe(false);
    expect(await renewable.refused(await generationOf(renewable), signal)).toBe(false);
    expect(made()).toBe(2);
    renewable.beginCheck();
    expect(await renewable.refused(await generationOf(renewable), signal)).toBe(true);
    expect(made()).toBe(3);
  });

  test('of what had been taken since is another story', async () => {
    const { renewable, made } = scene();
    await renewable.refused(await generationOf(renewable), signal);
    renewable.accepted(await generationOf(renewable));
    expect(await renewable.refused(await generationOf(renewable), signal)).toBe(true);
    expect(made()).toBe(3);
  });

  test('is final where making it again gives the same', async () => {
    const { renewable, made } = scene({ make: () => token(1, null) });
    const generation = await generationOf(renewable);
    expect(await renewable.refused(generation, signal)).toBe(false);
    expect(await renewable.refused(generation, signal)).toBe(false);
    expect(made()).toBe(2);
  });

  test('that cannot be cured says why', async () => {
    const { renewable } = scene({ make: (n) => (n === 1 ? token(1) : REFUSED) });
    expect(await renewable.refused(await generationOf(renewable), signal)).toBe(true);
    expect(await heldBy(renewable)).toBe('wrong password');
    renewable.accepted(1);
  });
});

test('whoever waits can leave, and the others still get it', async () => {
  const { renewable, made } = scene();
  const stop = new AbortController();
  const leaving = renewable.get(stop.signal);
  const staying = heldBy(renewable);
  stop.abort();
  await expect(leaving).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await staying).toBe('token 1');
  expect(made()).toBe(1);
  renewable.close();
});
