// Each slot once: whatever the clock, the machine's sleep, a restart or a slow job does to it.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { overdue, type Schedule, startSchedule } from '../src/schedule.ts';
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/shared/time.ts';
import { createSlots } from '../src/slots.ts';
import { settle } from './support/fakes.ts';

const START = Date.UTC(2026, 10, 23, 12, 1);
const SLOT = 15 * MINUTE_MS;
const clock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

let open: Bench[] = [];

beforeEach(() => {
  jest.useFakeTimers({ now: START, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});

afterEach(async () => {
  for (const { schedule, finish } of open) {
    const stopping = schedule.stop();
    await finish();
    await stopping;
  }
  open = [];
  jest.useRealTimers();
});

interface Bench {
  readonly schedule: Schedule;
  readonly runs: readonly number[];
  readonly skipped: () => number;
  /** Ends the run under way; without it a run lasts no time. */
  finish(): Promise<void>;
}

function start({
  cron = '*/15 * * * *',
  timeZone = 'UTC',
  known = null as number | null,
  first = 'at the next slot' as 'now' | 'at the next slot',
  slow = false,
  clock: ownClock = clock,
} = {}): Bench {
  const runs: number[] = [];
  let skipped = 0;
  let end: (() => void) | null = null;
  const schedule = startSchedule({
    cron,
    timeZone,
    clock: ownClock,
    knownNextSlotMs: known,
    first,
    async job() {
      runs.push(Date.now());
      if (slow)
        await new Promise<void>((resolve) => {
          end = resolve;
        });
    },
    onSkipped: () => {
      skipped += 1;
    },
  });
  const bench: Bench = {
    schedule,
    runs,
    skipped: () => skipped,
    async finish() {
      end?.();
      end = null;
      await settle(5);
    },
  };
  open.push(bench);
  return bench;
}

/** Time goes by, a minute at a time, with everything that falls due in it. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= MINUTE_MS) {
    jest.advanceTimersByTime(Math.min(left, MINUTE_MS));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
  await settle(3);
}

/** Sets the wall clock without time going by: timers and the monotonic clock do not notice. */
function step(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

const texts = (runs: readonly number[]) => runs.map((ms) => new Date(ms).toISOString().slice(11, 19));

describe('a run is overdue', () => {
  const state = {
    nowMs: 1_000_000,
    nowMonotonicMs: 500_000,
    nextSlotMs: 1_000_000 as number | null,
    latestMonotonicMs: 500_000 as number | null,
    setBack: false,
  };
  test.each([
    ['not at its slot, for which there is a timer', {}, false],
    ['not within two seconds of it', { nowMs: 1_001_999 }, false],
    ['two seconds after it', { nowMs: 1_002_000 }, true],
    ['a year after it', { nowMs: 1_000_000 + 365 * DAY_MS }, true],
    ['not where there is no slot', { nextSlotMs: null, nowMs: 2_000_000, nowMonotonicMs: 2_000_000 }, false],
    [
      'not before a minute too much has passed, where the clocks have drifted apart',
      { nowMs: 0, nowMonotonicMs: 559_999 },
      false,
    ],
    ['after that minute', { nowMs: 0, nowMonotonicMs: 560_000 }, true],
    [
      'two seconds too late, where the clock was seen to be set back',
      { nowMs: 0, nowMonotonicMs: 502_000, setBack: true },
      true,
    ],
    ['not before them', { nowMs: 0, nowMonotonicMs: 501_999, setBack: true }, false],
    [
      'by the wall clock alone where the monotonic one knows nothing of it',
      { nowMs: 0, nowMonotonicMs: 9_999_999, latestMonotonicMs: null },
      false,
    ],
  ])('%s', (_title, change, due) => {
    expect(overdue({ ...state, ...change })).toBe(due);
  });
});

describe('a start', () => {
  test.each<[string, Parameters<typeof start>[0], number]>([
    ['runs at once where the state knows of no slot and the first run is due', { first: 'now' }, 1],
    ['waits for the slot where it is not', { first: 'at the next slot' }, 0],
    ['runs once where the slot that it knows has passed', { known: START - DAY_MS }, 1],
    ['runs at the very slot', { known: START }, 1],
    ['does not run where the slot is still to come', { known: START + 14 * MINUTE_MS, first: 'now' }, 0],
  ])('%s', async (_title, options, runs) => {
    const bench = start(options);
    await settle(3);
    expect(bench.runs).toHaveLength(runs);
    await pass(14 * MINUTE_MS);
    expect(texts(bench.runs.slice(runs))).toEqual(['12:15:00']);
  });

  test('with a slot that a wrong clock has put far ahead runs at the next one all the same', async () => {
    const { runs } = start({ known: START + 365 * DAY_MS });
    await pass(14 * MINUTE_MS);
    expect(texts(runs)).toEqual(['12:15:00']);
  });
});

describe('a run', () => {
  test('comes once per slot', async () => {
    const { runs, schedule } = start();
    expect(schedule.nextSlotMs()).toBe(Date.UTC(2026, 10, 23, 12, 15));
    await pass(4 * SLOT);
    expect(texts(runs)).toEqual(['12:15:00', '12:30:00', '12:45:00', '13:00:00']);
    expect(performance.now() - schedule.lastBeatMs()).toBeLessThan(2 * SECOND_MS);
  });

  test('never overlaps another: the slots in between are skipped and counted, and none is made up for', async () => {
    const { runs, schedule, skipped, finish } = start({ slow: true });
    await pass(4 * SLOT);
    expect([runs.length, skipped(), schedule.running()]).toEqual([1, 3, true]);
    await finish();
    await pass(5 * MINUTE_MS);
    expect([runs.length, schedule.running()]).toEqual([1, false]);
    await pass(10 * MINUTE_MS);
    expect(texts(runs)).toEqual(['12:15:00', '13:15:00']);
  });

  test('that is asked for comes at once, or once right after the one under way', async () => {
    const { runs, schedule, finish } = start({ slow: true });
    schedule.request();
    expect(runs).toHaveLength(1);
    schedule.request();
    schedule.request();
    await finish();
    expect(runs).toHaveLength(2);
    await finish();
    expect([runs.length, schedule.running()]).toEqual([2, false]);
  });

  test('is caught up once after a sleep, however many slots were missed', async () => {
    const { runs } = start();
    await pass(SLOT);
    step(DAY_MS);
    await pass(10 * SECOND_MS);
    expect(runs).toHaveLength(2);
    await pass(SLOT);
    expect(runs).toHaveLength(3);
  });

  test('is caught up at once after a year in which it had a slot each second', async () => {
    const { runs } = start({ cron: '* * * * * *' });
    for (let second = 0; second < 2; second += 1) await pass(SECOND_MS);
    expect(runs).toHaveLength(2);
    step(365 * DAY_MS);
    for (let second = 0; second < 10; second += 1) await pass(SECOND_MS);
    expect(runs).toHaveLength(12);
  });

  test('is caught up after a blocked loop, which node-cron never does', async () => {
    const { runs } = start();
    await pass(SLOT - MINUTE_MS);
    step(40 * SECOND_MS);
    await pass(MINUTE_MS);
    expect(runs).toHaveLength(1);
    await pass(30 * MINUTE_MS);
    expect(runs).toHaveLength(3);
  });

  test('that is late is caught up when the one under way has ended', async () => {
    const { runs, finish } = start({ slow: true });
    await pass(SLOT);
    step(20 * MINUTE_MS);
    await pass(MINUTE_MS);
    expect(runs).toHaveLength(1);
    await finish();
    await pass(2 * SECOND_MS);
    expect(runs).toHaveLength(2);
  });
});

describe('a clock that is set', () => {
  test.each([SECOND_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS, 365 * DAY_MS])(
    'back by %d ms: the next run comes within one interval and a few seconds',
    async (backMs) => {
      const { runs } = start();
      await pass(SLOT);
      step(-backMs);
      await pass(SLOT + 5 * SECOND_MS);
      expect(runs.length).toBeGreaterThanOrEqual(2);
      expect(runs.length).toBeLessThanOrEqual(3);
      await pass(4 * SLOT);
      expect(runs.length).toBeGreaterThanOrEqual(5);
    },
  );

  test.each([SECOND_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS, 30 * DAY_MS, 365 * DAY_MS])(
    'forward by %d ms: one run at most is caught up, and then each slot has one',
    async (forwardMs) => {
      const { runs } = start();
      await pass(SLOT);
      step(forwardMs);
      await pass(SLOT + MINUTE_MS);
      expect(runs.length).toBeGreaterThanOrEqual(2);
      expect(runs.length).toBeLessThanOrEqual(3);
      const before = runs.length;
      await pass(4 * SLOT);
      expect(runs.length).toBe(before + 4);
    },
  );
});

describe('when the zone changes its clocks', () => {
  const changes: [string, number][] = [
    ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
    ['Europe/Berlin', Date.UTC(2027, 2, 28, 1)],
    ['America/New_York', Date.UTC(2026, 10, 1, 6)],
    ['America/New_York', Date.UTC(2027, 2, 14, 7)],
    ['Australia/Lord_Howe', Date.UTC(2027, 3, 3, 15)],
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30)],
    ['America/Santiago', Date.UTC(2026, 8, 6, 4)],
    ['Asia/Shanghai', Date.UTC(2026, 9, 25, 1)],
  ];

  test.each(changes)(
    'in %s around %d, a run every quarter of an hour comes every quarter of an hour',
    async (timeZone, atMs) => {
      jest.setSystemTime(atMs - 2 * HOUR_MS);
      const { runs } = start({ timeZone });
      await pass(4 * HOUR_MS);
      expect(runs.map((ms) => (ms - atMs) / MINUTE_MS)).toEqual(
        Array.from({ length: 16 }, (_, n) => (n + 1) * 15 - 120),
      );
    },
  );

  test.each(changes)('in %s around %d, a run once a day comes once a day', async (timeZone, atMs) => {
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const [hour, minute] = local.format(atMs + 20 * MINUTE_MS).split(':');
    jest.setSystemTime(atMs - 3 * HOUR_MS);
    const { runs } = start({ timeZone, cron: `${Number(minute)} ${Number(hour)} * * *` });
    await pass(30 * HOUR_MS);
    const days = runs.map((ms) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(ms));
    expect(days).toEqual([...new Set(days)]);
    expect(runs).toHaveLength(2);
  });
});

test.each<[zone: string, cron: string, from: string, slots: readonly string[]]>([
  // Berlin goes from 02:00 to 03:00 on 2027-03-28, which is 01:00 UTC.
  ['Europe/Berlin', '30 2 * * *', '2027-03-27T12:00Z', ['2027-03-28T01:00Z', '2027-03-29T00:30Z']],
  ['Europe/Berlin', '15 30 2 * * *', '2027-03-27T12:00Z', ['2027-03-28T01:00Z', '2027-03-29T00:30:15Z']],
  ['Europe/Berlin', '0 2 * * 0', '2027-03-22T12:00Z', ['2027-03-28T01:00Z', '2027-04-04T00:00Z']],
  ['Europe/Berlin', '59 2 28 3 *', '2026-12-01T12:00Z', ['2027-03-28T01:00Z', '2028-03-28T00:59Z']],
  ['Europe/Berlin', '10,50 2,3 * * *', '2027-03-27T12:00Z', ['2027-03-28T01:00Z', '2027-03-28T01:10Z']],
  // Not left out: before the gap, at its end, on another day of the week.
  ['Europe/Berlin', '59 1 * * *', '2027-03-27T12:00Z', ['2027-03-28T00:59Z', '2027-03-28T23:59Z']],
  ['Europe/Berlin', '0 3 * * *', '2027-03-27T12:00Z', ['2027-03-28T01:00Z', '2027-03-29T01:00Z']],
  ['Europe/Berlin', '30 2 * * 1', '2027-03-27T12:00Z', ['2027-03-29T00:30Z', '2027-04-05T00:30Z']],
  // Half an hour, from 02:00 to 02:30 on 2026-10-04, which is 15:30 UTC of the day before.
  ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T02:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:15Z']],
  // Midnight itself, on 2027-04-30: that day begins at 01:00.
  ['Africa/Cairo', '0 0 * * *', '2027-04-29T12:00Z', ['2027-04-29T22:00Z', '2027-04-30T21:00Z']],
])('%s, %s: what is left out when the clocks go forward comes right after', (timeZone, cron, from, slots) => {
  jest.setSystemTime(new Date(from));
  const { schedule } = start({ timeZone, cron });
  const found: string[] = [];
  for (const _ of slots) {
    const slotMs = schedule.nextSlotMs() ?? Number.NaN;
    found.push(new Date(slotMs).toISOString());
    jest.setSystemTime(slotMs);
  }
  expect(found).toEqual(slots.map((slot) => new Date(slot).toISOString()));
});

describe('a stop', () => {
  test('waits for the run under way, and none comes after it', async () => {
    const { runs, schedule, finish } = start({ slow: true, first: 'now' });
    schedule.request();
    let stopped = false;
    const stopping = schedule.stop().then(() => {
      stopped = true;
    });
    await settle(3);
    expect(stopped).toBe(false);
    await finish();
    await stopping;
    schedule.request();
    await pass(4 * SLOT);
    expect(runs).toHaveLength(1);
  });

  test('of what does not run comes at once, and twice is no fault', async () => {
    const { schedule } = start();
    await schedule.stop();
    await schedule.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});

test.each([0, 20, 40, 60, 80, 100])(
  'a start %d minutes into the repeated hour goes on with the next quarter',
  async (minutes) => {
    const atMs = Date.UTC(2026, 9, 25, 0);
    jest.setSystemTime(atMs + minutes * MINUTE_MS);
    const { runs } = start({ timeZone: 'Europe/Berlin' });
    await pass(31 * MINUTE_MS);
    expect(runs.map((ms) => Math.floor((ms - atMs) / MINUTE_MS))).toEqual(
      [15, 30, 45, 60, 75, 90, 105, 120, 135].filter((slot) => slot > minutes && slot <= minutes + 31),
    );
  },
);

test('every second of the repeated hour has its slot, where the expression has seconds', async () => {
  jest.setSystemTime(Date.UTC(2026, 9, 25, 0, 30));
  const { schedule } = start({ timeZone: 'Europe/Berlin', cron: '*/30 * * * * *' });
  expect(schedule.nextSlotMs()).toBe(Date.UTC(2026, 9, 25, 0, 30, 30));
});

test('no second is looked at one by one where the zone has changed no clock', () => {
  let looks = 0;
  const look = () => {
    looks += 1;
    return false;
  };
  const nextSlot = createSlots(
    { cron: '0 0 * 1 1 *', timeZone: 'Europe/Berlin' },
    {
      zoned: { getNextRuns: () => [new Date(Date.UTC(2027, 0, 1))], match: look },
      utc: { match: look },
    },
  );
  expect(nextSlot(START)).toBe(Date.UTC(2027, 0, 1));
  expect(looks).toBe(0);
});

test('a clock that is set back in the middle of looking for the next slot delays no check', async () => {
  let looks = Number.POSITIVE_INFINITY;
  const setBackAtSecondLook: Clock = {
    ...clock,
    wallMs() {
      looks -= 1;
      if (looks === 0) jest.setSystemTime(Date.now() - 30 * DAY_MS);
      return Date.now();
    },
  };
  const { schedule, runs } = start({ clock: setBackAtSecondLook });
  looks = 2;
  schedule.request();
  expect(runs).toHaveLength(1);
  await pass(SLOT + MINUTE_MS);
  expect(runs).toHaveLength(2);
});
