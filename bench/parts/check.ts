// Part: what a check costs, how it grows, how long it holds others up, what it syncs, and what the daemon weighs.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startBuiltDaemon } from '../support/daemon.ts';
import { createLoopbackSetting } from '../support/loopback-setting.ts';
import { type Figures, runOnce, startServer } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import { median } from '../support/statistics.ts';
import { readTrace, tracing } from '../support/syncs.ts';
import { type Bench, inTurns, type Measured, measuredOf, type Part, timesAsMuch } from './part.ts';

const CHANGED = 200;
const SIZES = [1, 100, 1_000, 10_000, 100_000] as const;
/** From here on it is looked at how long the loop is blocked. */
const LARGE = 10_000;
const DAEMON_ROUNDS = 3;
const DAEMON_CHECKS = 3;
/** Of which the syncs are counted. */
const TRACED_CHECKS = 10;
/** Far enough apart for the figures to be taken between two checks. */
const CRON = '*/5 * * * * *';

export const measureCheck: Part = async (bench) => {
  const sizes = SIZES.filter((size) => !bench.quick || size <= LARGE);
  const of = await inTurns(bench.quick ? { ...bench, rounds: 1 } : bench, variantsOf(bench, sizes));
  const syncs = await countSyncs(bench);
  const daemon = await weighDaemon(bench);
  const rows = sizes.map((size) => [
    size.toLocaleString('en'),
    shown(of(`${size}`).median('cpuMs')),
    of(`${size}`).spread('cpuMs'),
    shown(of(`${size}`).median('wallMs')),
    shown(of(`${size}`).median('firstCpuMs')),
    ...(size < LARGE
      ? ['', '']
      : [
          shown(of(`${size}, blocks`).median('longestBlockMs')),
          shown(of(`${size}, blocks`).median('usualBlockMs')),
        ]),
  ]);
  const head = [
    'certificates',
    'CPU ms',
    'spread',
    'wall ms',
    'first check CPU ms',
    'longest block ms',
    'usual longest ms',
  ];
  return {
    title: 'One check, of which 200 certificates changed',
    how: howText(daemon, syncs),
    head,
    rows,
    figures: [
      ...growthFigures(of, sizes),
      ...blockFigures(of, sizes),
      syncFigure(syncs),
      memoryFigure(daemon),
    ],
  };
};

type Of = (name: string) => Measured;

function variantsOf(bench: Bench, sizes: readonly number[]): Record<string, () => Promise<Figures>> {
  const variants: Record<string, () => Promise<Figures>> = {};
  for (const certificates of sizes) {
    const checks = certificates > LARGE || bench.quick ? 4 : 10;
    variants[`${certificates}`] = () =>
      runOnce(bench, checksOf(bench, { certificates, checks, watchBlocks: 0 }));
    if (certificates >= LARGE)
      variants[`${certificates}, blocks`] = () =>
        runOnce(bench, checksOf(bench, { certificates, checks, watchBlocks: 1 }));
  }
  return variants;
}

function checksOf(
  { workspace }: Bench,
  task: { certificates: number; checks: number; watchBlocks: number },
): { program: string; task: Record<string, string | number> } {
  const folder = mkdtempSync(join(workspace, 'checks-'));
  return { program: 'checks', task: { ...task, changed: Math.min(CHANGED, task.certificates), folder } };
}

/** Syncs of each check but the first at 10,000 certificates; null where nobody can count them. */
async function countSyncs(bench: Bench): Promise<readonly number[] | null> {
  const trace = join(bench.workspace, 'trace');
  const under = tracing(trace);
  if (under === null) return null;
  bench.note('counting syncs');
  await runOnce(bench, {
    ...checksOf(bench, { certificates: LARGE, checks: TRACED_CHECKS, watchBlocks: 0 }),
    under,
  });
  return readTrace(trace);
}

/** The built daemon with real reads from loopback and a scrape after each check. */
async function weighDaemon(bench: Bench): Promise<Measured> {
  const cloud = await startServer(bench, { program: 'cloud', task: { delayMs: 0 } });
  const sets: Figures[] = [];
  try {
    for (let round = 1; round <= (bench.quick ? 1 : Math.min(bench.rounds, DAEMON_ROUNDS)); round += 1) {
      bench.note(`weighing the daemon, round ${round}`);
      sets.push(await weighOnce(bench, cloud.ready['port'] ?? 0));
    }
  } finally {
    await cloud.stop();
  }
  return measuredOf(sets);
}

async function weighOnce(bench: Bench, cloudPort: number): Promise<Figures> {
  const { configPath } = createLoopbackSetting({
    workspace: bench.workspace,
    cloudPort,
    certificates: LARGE,
    cron: CRON,
  });
  const daemon = await startBuiltDaemon(bench, { configPath, gauge: true });
  try {
    for (let n = 1; n <= DAEMON_CHECKS; n += 1) {
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

function growthFigures(of: Of, sizes: readonly number[]): Figure[] {
  const [large = 0, larger = 0] = sizes.slice(-2);
  const value = timesAsMuch(of(`${larger}`), of(`${large}`), 'cpuMs');
  const what = `CPU of a check, ${larger.toLocaleString('en')} / ${large.toLocaleString('en')} certificates`;
  return [{ what, unit: 'x', atMost: 11, value }];
}

function blockFigures(of: Of, sizes: readonly number[]): Figure[] {
  return sizes
    .filter((size) => size >= LARGE)
    .map((size) => ({
      what: `longest block of the loop from the second check on, ${size.toLocaleString('en')} certificates`,
      unit: 'ms',
      atMost: size > LARGE ? 30 : 10,
      value: of(`${size}, blocks`).median('longestBlockMs'),
    }));
}

function syncFigure(syncs: readonly number[] | null): Figure {
  const fixed = { what: 'syncs to disk of a check (median of ten)', unit: 'syncs', atMost: 1 } as const;
  return syncs === null
    ? { ...fixed, value: null, why: 'strace is not there or may not trace: apt-get install strace' }
    : { ...fixed, value: median(syncs) };
}

function memoryFigure(daemon: Measured): Figure {
  const value = daemon.median('megabytes');
  return { what: 'memory of the built daemon at 10,000, after a collection', unit: 'MB', atMost: 150, value };
}

function howText(daemon: Measured, syncs: readonly number[] | null): string {
  const counted = syncs === null ? 'not counted' : syncs.join(', ');
  return [
    'The check as it is built (judge, commit to SQLite on disk with `synchronous=FULL`, render and compress the metrics) with an account that answers in the next turn of the loop, 32 at once: reading is not in these figures.',
    'At each check but the first 200 certificates (at one or a hundred: all) were re-issued. Blocks are gaps between two turns of the loop, seen in processes of their own: the longest of all checks from the second on, and the median of the longest of each check.',
    `Syncs of ten checks, by strace: ${counted}; more where the log is brought home, in another thread: two, and one by the commit that begins the log anew.`,
    `The built daemon over loopback, ten accounts, a scrape after each check: ${shown(daemon.median('megabytes'))} MB after a collection, ${shown(daemon.median('beforeMegabytes'))} MB before it, of which ${shown(daemon.median('heapMegabytes'))} MB live objects and ${shown(daemon.median('bufferMegabytes'))} MB kept metrics, compressed (and nearly 60 MB pages of Node's own file, shared with whoever runs it too); its loop was blocked for ${shown(daemon.median('longestBlockMs'))} ms at most from the second check on.`,
  ].join(' ');
}
