// Part: what a check costs, how it grows, how long it holds others up, how long its commit takes, and what it syncs.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Figures, runOnce } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import { median } from '../support/statistics.ts';
import { readTrace, tracing } from '../support/syncs.ts';
import { type Bench, inTurns, type Measured, type Part, timesAsMuch } from './part.ts';

const CHANGED = 200;
const SIZES = [1, 100, 1_000, 10_000, 100_000] as const;
/** From here on it is looked at how long the loop is blocked. */
const LARGE = 10_000;
const NONE_CHANGED = 'none changed';
/** Of which the syncs are counted. */
const TRACED_CHECKS = 10;

export const measureCheck: Part = async (bench) => {
  const sizes = SIZES.filter((size) => !bench.quick || size <= LARGE);
  const of = await inTurns(bench.quick ? { ...bench, rounds: 1 } : bench, variantsOf(bench, sizes));
  const syncs = await countSyncs(bench);
  return {
    title: 'One check, of which 200 certificates changed',
    how: howText(syncs),
    head: [
      'certificates',
      'CPU ms',
      'spread',
      'wall ms',
      'of which commit ms',
      'first check CPU ms',
      'longest block ms',
      'usual longest ms',
    ],
    rows: [
      ...sizes.map((size) =>
        row(size.toLocaleString('en'), of(`${size}`), size < LARGE ? null : of(`${size}, blocks`)),
      ),
      row(`${LARGE.toLocaleString('en')}, none changed`, of(NONE_CHANGED), null),
    ],
    figures: [...growthFigures(of, sizes), ...blockFigures(of, sizes), syncFigure(syncs)],
  };
};

function row(what: string, measured: Measured, blocks: Measured | null): readonly string[] {
  return [
    what,
    shown(measured.median('cpuMs')),
    measured.spread('cpuMs'),
    shown(measured.median('wallMs')),
    shown(measured.median('commitMs')),
    shown(measured.median('firstCpuMs')),
    ...(blocks === null
      ? ['', '']
      : [shown(blocks.median('longestBlockMs')), shown(blocks.median('usualBlockMs'))]),
  ];
}

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
  const ofNone = { certificates: LARGE, checks: bench.quick ? 4 : 10, watchBlocks: 0, changed: 0 };
  variants[NONE_CHANGED] = () => runOnce(bench, checksOf(bench, ofNone));
  return variants;
}

function checksOf(
  { workspace }: Bench,
  task: { certificates: number; checks: number; watchBlocks: number; changed?: number },
): { program: string; task: Record<string, string | number> } {
  const folder = mkdtempSync(join(workspace, 'checks-'));
  return { program: 'checks', task: { changed: Math.min(CHANGED, task.certificates), ...task, folder } };
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

function howText(syncs: readonly number[] | null): string {
  const counted = syncs === null ? 'not counted' : syncs.join(', ');
  return [
    'The check as it is built (judge, commit to SQLite on disk with `synchronous=FULL`, render and compress the metrics) with an account that answers in the next turn of the loop, 32 at once: reading is not in these figures.',
    'At each check but the first 200 certificates (at one or a hundred: all) were re-issued. Blocks are gaps between two turns of the loop, seen in processes of their own: the longest of all checks from the second on, and the median of the longest of each check.',
    `Syncs of ten checks, by strace: ${counted}; more where the log is brought home, in another thread: two, and one by the commit that begins the log anew.`,
    'Successors are matched at its end, only those whom a change concerns; with the first check all are.',
    'Commit is the time until the state is on disk, over all commits of the check: what was read, its history and its mails, with one sync. Of a check that found nothing new it is the marks alone.',
  ].join(' ');
}
