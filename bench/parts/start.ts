// Part: how soon the built daemon answers, and what it holds at rest, against the least that a daemon can be.
import { setTimeout as delay } from 'node:timers/promises';
import { megabytesOf, startBuiltDaemon } from '../support/daemon.ts';
import { createLoopbackSetting } from '../support/loopback-setting.ts';
import { type Figures, startServer } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import { inTurns, type Measured, type Part, timesAsMuch } from './part.ts';

/** Spawning is cheap and varies: more rounds than for the other parts. */
const ROUNDS = 10;
const QUICK_ROUNDS = 3;
const CERTIFICATES = 10;
/** From its first answers to rest. */
const REST_MS = 1_000;
const ONCE_A_YEAR = '0 0 1 1 *';

export const measureStart: Part = async (bench) => {
  const cloud = await startServer(bench, { program: 'cloud', task: { delayMs: 0 } });
  const cloudPort = cloud.ready['port'] ?? 0;
  const { workspace } = bench;
  const setting = () =>
    createLoopbackSetting({ workspace, cloudPort, certificates: CERTIFICATES, cron: ONCE_A_YEAR });
  try {
    const rounds = bench.quick ? QUICK_ROUNDS : Math.max(ROUNDS, bench.rounds);
    const of = await inTurns(
      { ...bench, rounds },
      {
        ours: async () => {
          const { configPath } = setting();
          const startedAt = performance.now();
          const daemon = await startBuiltDaemon(bench, { configPath, gauge: false });
          return measureRest(daemon, { startedAt, path: '/readyz', checked: daemon.checked });
        },
        bare: async () => {
          const startedAt = performance.now();
          const server = await startServer(bench, { program: 'start-bare', task: {} });
          const url = `http://127.0.0.1:${server.ready['port']}`;
          return measureRest({ ...server, url }, { startedAt, path: '/', checked: async () => {} });
        },
      },
    );
    return {
      title: 'Start, and memory at rest',
      how: `The bundle in dist with ${CERTIFICATES} certificates and a new state, from its spawning until /readyz answers 200, against a bundled node:http server until its first answer; ${rounds} rounds. The bundle has V8’s compiled form beside it, made by this Node. Memory is what the kernel counts a second after the first check and one scrape. What a start takes above bare node:http is, by its profile: modules of Node’s own that are not in its snapshot (crypto, zlib, dns), reading V8’s compiled form, making the configuration’s schemas and node-cron, and opening the state on disk.`,
      head: ['program', 'ms to the first answer', 'spread', 'MB at rest'],
      rows: [row('ours', of('ours')), row('bare node:http', of('bare'))],
      figures: [
        {
          what: 'time to the first answer, ours / bare',
          unit: 'x',
          atMost: 2,
          value: timesAsMuch(of('ours'), of('bare'), 'ms'),
        },
        memoryFigure(of('ours'), of('bare')),
      ],
    };
  } finally {
    await cloud.stop();
  }
};

interface Program {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function measureRest(
  { url, pid, stop }: Program,
  { startedAt, path, checked }: { startedAt: number; path: string; checked: () => Promise<unknown> },
): Promise<Figures> {
  try {
    while ((await fetch(url + path)).status !== 200) await delay(1);
    const ms = performance.now() - startedAt;
    await checked();
    await (await fetch(`${url}/metrics`)).arrayBuffer();
    await delay(REST_MS);
    return { ms, megabytes: megabytesOf(pid) ?? Number.NaN };
  } finally {
    await stop();
  }
}

function row(what: string, measured: Measured): readonly string[] {
  return [what, shown(measured.median('ms')), measured.spread('ms'), shown(measured.median('megabytes'))];
}

function memoryFigure(ours: Measured, bare: Measured): Figure {
  const fixed = { what: 'memory at rest, ours / bare', unit: 'x', atMost: 1.6 } as const;
  const value = timesAsMuch(ours, bare, 'megabytes');
  return Number.isNaN(value)
    ? { ...fixed, value: null, why: 'the kernel does not say what a process holds: not Linux' }
    : { ...fixed, value };
}
