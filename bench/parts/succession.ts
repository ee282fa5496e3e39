// Part: what it costs to find who takes the place of whom among 10,000 certificates, in usual worlds and in the hardest.
import { runOnce } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import type { World } from '../support/succession-worlds.ts';
import { inTurns, type Measured, type Part } from './part.ts';

const CERTIFICATES = 10_000;
const CHECKS = 10;

const WHAT: Readonly<Record<World, string>> = {
  renewals: '3 names, each certificate renewed once or twice',
  alike: 'all alike',
  different: 'all different',
  'one-shared': 'one name that all share, and one of its own',
  wildcards: 'wildcards, and names that they cover',
  'many-alike': '250 names, all alike',
  'many-different': '250 names, all different',
  'many-renewed': '250 names, each certificate renewed once',
  'many-one-shared': '250 names, of which all share one',
  overlapping: 'some ten of a hundred names, by chance',
  'many-overlapping': 'some 250 of five hundred names, by chance',
  'wild-overlapping': 'the same, and a wildcard each',
};

/** The usual ones and the hardest that people have; `bench/succession.ts` knows them all. */
const MEASURED: readonly World[] = [
  'renewals',
  'alike',
  'one-shared',
  'wildcards',
  'many-renewed',
  'overlapping',
];

export const measureSuccession: Part = async (bench) => {
  const worlds = bench.quick ? MEASURED.slice(0, 1) : MEASURED;
  const run = (world: World, watchBlocks: 0 | 1) => () =>
    runOnce(bench, {
      program: 'succession',
      task: { world, certificates: CERTIFICATES, checks: CHECKS, watchBlocks },
      nodeOptions: ['--expose-gc'],
    });
  const variants = Object.fromEntries(
    worlds.flatMap((world) => [
      [world, run(world, 0)],
      [`${world}, blocks`, run(world, 1)],
    ]),
  );
  const of = await inTurns<string>(bench.quick ? { ...bench, rounds: 1 } : bench, variants);
  return {
    title: 'Who takes the place of whom, among 10,000 certificates',
    how: 'The matching of successors as the check does it, alone. In the first check every name is new; from the second on a certificate that did not change is known, but all are matched; where no more than 2,000 have changed, only those whom that concerns are: the column after it is of 200. Blocks and memory are measured in runs of their own: the longest time that the loop did not turn, what was taken at the peak, the process as a whole, and what of it stays on the heap and in buffers.',
    head: [
      'certificates',
      'superseded',
      'CPU ms',
      'spread',
      'of 200 changed CPU ms',
      'first check CPU ms',
      'longest block ms',
      'MB at the peak',
      'MB that stay',
    ],
    rows: worlds.map((world) => rowOf(world, of)),
    figures: worlds.flatMap((world) => figuresOf(world, of)),
  };
};

type Of = (name: string) => Measured;

function rowOf(world: World, of: Of): readonly string[] {
  const watched = of(`${world}, blocks`);
  return [
    WHAT[world],
    shown(of(world).median('superseded')),
    shown(of(world).median('cpuMs')),
    of(world).spread('cpuMs'),
    shown(of(world).median('changedCpuMs')),
    shown(of(world).median('firstCpuMs')),
    shown(watched.median('longestBlockMs')),
    shown(watched.median('peakMegabytes')),
    shown(watched.median('keptMegabytes')),
  ];
}

function figuresOf(world: World, of: Of): readonly Figure[] {
  const watched = of(`${world}, blocks`);
  return [
    { what: `CPU of a check, ${WHAT[world]}`, unit: 'ms', atMost: 100, value: of(world).median('cpuMs') },
    {
      what: `longest block, ${WHAT[world]}`,
      unit: 'ms',
      atMost: 50,
      value: watched.median('longestBlockMs'),
    },
    { what: `memory, ${WHAT[world]}`, unit: 'MB', atMost: 40, value: watched.median('keptMegabytes') },
  ];
}
