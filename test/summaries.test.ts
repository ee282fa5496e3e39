// The summary at its slot: once, also where the state refuses it at first, or the clock is set back.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createMemory } from '../src/memory.ts';
import type { Schedule } from '../src/schedule.ts';
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/shared/time.ts';
import type { Commit } from '../src/state/store.ts';
import { startSummaries } from '../src/summaries.ts';
import { config, configured } from './support/factories.ts';
import { settle } from './support/fakes.ts';

/** A Monday, ten minutes before the slot of the summary. */
const START = Date.UTC(2026, 10, 23, 8, 50);
const clock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

let summaries: Schedule | null;
let commits: Commit[];
let failures: number;
/** How many commits the state refuses from now on. */
let refusals: number;

beforeEach(async () => {
  jest.useFakeTimers({ now: START, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  commits = [];
  failures = 0;
  refusals = 0;
  const plain = config([configured()]);
  if (plain.email === null) throw new Error('The factory makes configurations with mail');
  const settings = { ...plain, email: { ...plain.email, summary: '0 9 * * 1' } };
  summaries = startSummaries({
    config: () => settings,
    store: {
      async commit(build) {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('the disk is full');
        }
        const commit = build([]);
        commits.push(commit);
        return commit;
      },
      silences: () => [],
      outboxCounts: () => ({ waiting: 0, parked: 0, oldestMs: null }),
      undelivered: () => [],
    },
    memory: createMemory({
      watches: [],
      alerts: [],
      marks: {
        lastCheckMs: null,
        lastCompleteCheckMs: null,
        nextCheckMs: null,
        checkCron: null,
        nextSummaryMs: null,
        summaryCron: null,
      },
    }),
    clock,
    clockSkews: () => [],
    unmonitored: () => [],
    immediate: () => true,
    onCommitted: () => undefined,
    onWriteFailed: () => {
      failures += 1;
    },
  });
  await settle(3);
});

afterEach(async () => {
  await summaries?.stop();
  jest.useRealTimers();
});

/** Time goes by, a second at a time, with everything that falls due in it. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= SECOND_MS) {
    jest.advanceTimersByTime(SECOND_MS);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
  await settle(3);
}

const mails = () => commits.flatMap((commit) => commit.mails);
const nextSlots = () => commits.map(({ marks }) => marks.nextSummaryMs);

test('one that the state refuses is made again a minute later, as the same mail', async () => {
  await pass(9 * MINUTE_MS);
  refusals = 2;
  await pass(2 * MINUTE_MS + 30 * SECOND_MS);
  expect([failures, mails().length]).toEqual([2, 0]);
  await pass(MINUTE_MS);
  const [mail] = mails();
  expect(mail?.content.type).toBe('summary');
  await pass(HOUR_MS);
  expect([failures, mails().length]).toEqual([2, 1]);
  expect(nextSlots().at(-1)).toBe(Date.UTC(2026, 10, 30, 9));
});

test('a stop ends the waiting for it', async () => {
  await pass(9 * MINUTE_MS);
  refusals = 1;
  await pass(90 * SECOND_MS);
  expect(failures).toBe(1);
  await summaries?.stop();
  expect(jest.getTimerCount()).toBe(0);
});

test('a clock that is set back over its slot, before or after it, brings no second one', async () => {
  await pass(5 * MINUTE_MS);
  jest.setSystemTime(Date.now() - 2 * HOUR_MS);
  await pass(6 * MINUTE_MS);
  expect(mails()).toHaveLength(1);
  await pass(3 * HOUR_MS);
  jest.setSystemTime(Date.now() - 2 * HOUR_MS);
  await pass(3 * HOUR_MS);
  expect(mails()).toHaveLength(1);
  jest.setSystemTime(Date.UTC(2026, 10, 23, 12) + 7 * DAY_MS);
  await pass(MINUTE_MS);
  expect(mails()).toHaveLength(2);
});
