// Part: what the built daemon holds at every size, and how long its loop is blocked while it reads, checks and is scraped.
import { startBuiltDaemon } from '../support/daemon.ts';
import { createLoopbackSetting } from '../support/loopback-setting.ts';
import { type Figures, startServer } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import { type Bench, inTurns, type Measured, type Part } from './part.ts';

const SIZES = [1, 1_000, 10_000, 100_000] as const;
const LARGE = 10_000;
const MOST_ROUNDS = 3;
const CHECKS = 3;
/** Far enough apart for the figures to be taken between two checks. */
const CRON = '*/5 * * * * *';
/** The targets, by size. */
const MOST_MEGABYTES: ReadonlyMap<number, number> = new Map([
  [10_000, 150],
  [100_000, 320],
]);

export const measureMemory: Part = async (bench) => {
  const sizes = SIZES.filter((size) => !bench.quick || size <= LARGE);
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
        'MB after a collection',
        'spread',
        'MB before it',
        'of which live objects',
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

const HOW =
  'The built daemon over loopback, ten accounts, a new state, a scrape after each of three checks; then what the kernel counts, before and after a collection. Nearly 60 MB of it are pages of Node’s own file, shared with whoever runs it too. Metrics are kept compressed. The block is the longest of the loop from the second check on, reading and scrapes included.';

async function weigh(
  { folder, workspace }: Bench,
  { cloudPort, certificates }: { cloudPort: number; certificates: number },
): Promise<Figures> {
  const { configPath } = createLoopbackSetting({ workspace, cloudPort, certificates, cron: CRON });
  const daemon = await startBuiltDaemon({ folder }, { configPath, gauge: true });
  try {
    for (let n = 1; n <= CHECKS; n += 1) {
      await daemon.checked();
      await (await fetch(`${daemon.url}/metrics`)).arrayBuffer();
      // What was blocked before the second check is start and first check: not what is looked at.
      if (n === 1) await daemon.gauge();
    }
    return await daemon.gauge();
  } finally {
    await daemon.stop();
  }
}

function row(size: number, measured: Measured): readonly string[] {
  return [
    size.toLocaleString('en'),
    shown(measured.median('megabytes')),
    measured.spread('megabytes'),
    shown(measured.median('beforeMegabytes')),
    shown(measured.median('heapMegabytes')),
    shown(measured.median('bufferMegabytes')),
    shown(measured.median('longestBlockMs')),
  ];
}

function memoryFigure(size: number, measured: Measured): Figure[] {
  const atMost = MOST_MEGABYTES.get(size);
  if (atMost === undefined) return [];
  const what = `memory of the built daemon at ${size.toLocaleString('en')}, after a collection`;
  return [{ what, unit: 'MB', atMost, value: measured.median('megabytes') }];
}
