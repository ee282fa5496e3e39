// Part: what the built daemon holds at every size, and how long its loop is blocked while it reads, checks and is scraped.
import { setTimeout as delay } from 'node:timers/promises';
import { megabytesOf, startBuiltDaemon } from '../support/daemon.ts';
import { createLoopbackSetting } from '../support/loopback-setting.ts';
import { type Figures, startServer } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import { type Bench, inTurns, type Measured, type Part } from './part.ts';

const SIZES = [1, 1_000, 10_000, 100_000] as const;
const LARGE = 10_000;
const MOST_ROUNDS = 2;
const CHECKS = 3;
/** Soon enough that nobody waits, and far enough apart for figures to be taken in between. */
const CRON = '*/5 * * * * *';
const ONCE_A_YEAR = '0 0 1 1 *';
/** V8 takes back what checks left behind some ten seconds after the last one. */
const REST_SECONDS = 15;
const MOST_REST_SECONDS = 120;
/** A change of less is none. */
const STILL = 0.01;
/** The targets, by size. */
const MOST_MEGABYTES: ReadonlyMap<number, number> = new Map([
  [10_000, 150],
  [100_000, 320],
]);

export const measureMemory: Part = async (bench) => {
  const sizes = SIZES.filter((size) => !bench.quick || size === 1 || size === LARGE);
  const cloud = await startServer(bench, { program: 'cloud', task: { delayMs: 0 } });
  try {
    const cloudPort = cloud.ready['port'] ?? 0;
    const variants = Object.fromEntries(
      sizes.map((size) => [`${size}`, () => weigh(bench, { cloudPort, certificates: size })]),
    );
    const rounds = bench.quick ? 1 : Math.min(bench.rounds, MOST_ROUNDS);
    const of = await inTurns({ ...bench, rounds }, variants);
    return {
      title: 'Memory at every size',
      how: HOW,
      head: [
        'certificates',
        'MB between checks',
        'spread',
        'right after a check',
        'collected',
        'at most',
        'live objects',
        'kept metrics',
        'longest block ms',
      ],
      rows: sizes.map((size) => row(size, of(`${size}`))),
      figures: sizes.flatMap((size) => memoryFigure(size, of(`${size}`))),
    };
  } finally {
    await cloud.stop();
  }
};

const HOW = [
  'The built daemon over loopback, ten accounts, a new state, three checks five seconds apart or one right after the other, and a scrape after each; then none for as long as it takes to come to rest, as between two checks of a usual schedule. MB are what the kernel counts.',
  'Right after a check it holds what V8 has not taken back yet: new objects get one megabyte (`src/compiled.ts`), so much of what a check needs for a moment lies among what stays, and is only moved together once V8 finds the loop idle, mostly some ten seconds after the last check; a collection alone (the column after it) does not do that. To have it done at each collection (`--optimize-for-size`) halves the memory right after a check, and doubles its CPU.',
  'At 100,000 it moves together only a part of that at a time: half of V8’s old space are holes then, and 60 MB are held by the allocator that SQLite and zlib share. That is what stands in the way of less.',
  'At most is the peak from the start on, reading the configuration included: that is what a limit has to leave room for.',
  'Nearly 60 MB are pages of Node’s own file, shared with whoever runs it too. Metrics are kept compressed. The block is the longest of the loop from the second check on, reading and scrapes included.',
].join(' ');

async function weigh(
  { folder, workspace }: Bench,
  { cloudPort, certificates }: { cloudPort: number; certificates: number },
): Promise<Figures> {
  const setting = createLoopbackSetting({ workspace, cloudPort, certificates, cron: CRON });
  const daemon = await startBuiltDaemon({ folder }, { configPath: setting.configPath, gauge: true });
  try {
    for (let n = 1; n <= CHECKS; n += 1) {
      await daemon.checked();
      await (await fetch(`${daemon.url}/metrics`)).arrayBuffer();
      // What was blocked before the second check is start and first check: not what is looked at.
      if (n === 1) await daemon.gauge();
    }
    const figures = await daemon.gauge();
    setting.reschedule(ONCE_A_YEAR);
    await daemon.reload();
    return {
      ...figures,
      ...(await atRest(daemon.pid)),
      mostMegabytes: megabytesOf(daemon.pid, 'at most') ?? Number.NaN,
    };
  } finally {
    await daemon.stop();
  }
}

/** What a process holds once that has not changed for a while, and whether it came to that in time; NaN where the kernel does not say. */
async function atRest(pid: number): Promise<{ restMegabytes: number; isAtRest: number }> {
  let megabytes = megabytesOf(pid) ?? Number.NaN;
  let still = 0;
  for (let second = 1; second <= MOST_REST_SECONDS && still < REST_SECONDS; second += 1) {
    await delay(1_000);
    const now = megabytesOf(pid) ?? Number.NaN;
    still = Math.abs(now - megabytes) > megabytes * STILL ? 0 : still + 1;
    if (still === 0) megabytes = now;
  }
  return { restMegabytes: megabytesOf(pid) ?? Number.NaN, isAtRest: still < REST_SECONDS ? 0 : 1 };
}

function row(size: number, measured: Measured): readonly string[] {
  const { median: of } = measured;
  const restless = measured.values('isAtRest').includes(0);
  return [
    size.toLocaleString('en'),
    `${shown(of('restMegabytes'))}${restless ? ` (not at rest within ${MOST_REST_SECONDS} s)` : ''}`,
    measured.spread('restMegabytes'),
    shown(of('beforeMegabytes')),
    shown(of('megabytes')),
    shown(of('mostMegabytes')),
    shown(of('heapMegabytes')),
    shown(of('bufferMegabytes')),
    shown(of('longestBlockMs')),
  ];
}

function memoryFigure(size: number, measured: Measured): Figure[] {
  const atMost = MOST_MEGABYTES.get(size);
  if (atMost === undefined) return [];
  const what = `memory of the built daemon at ${size.toLocaleString('en')}, between checks`;
  const value = measured.median('restMegabytes');
  return Number.isNaN(value)
    ? [
        {
          what,
          unit: 'MB',
          atMost,
          value: null,
          why: 'the kernel does not say what a process holds: not Linux',
        },
      ]
    : [{ what, unit: 'MB', atMost, value }];
}
