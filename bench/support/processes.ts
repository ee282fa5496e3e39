// Starts the benchmark's processes and takes their figures: a line of JSON for each answer, bounded in time.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { orKilled, untilEnded } from './bounded.ts';

/** Figures by name: all that one process tells another. */
export type Figures = Readonly<Record<string, number>>;

/** What a process is told, by name. */
export type Task = Readonly<Record<string, string | number>>;

const FIGURES = z.record(z.string(), z.number());

/** Where the bundled programs of the benchmark stand. */
export interface Programs {
  readonly folder: string;
}

export interface Launch {
  readonly program: string;
  readonly task: Task;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** A command that the process runs under, such as strace with its options. */
  readonly under?: readonly string[];
  /** The folder that it runs in: for what leaves files behind. */
  readonly cwd?: string;
}

/** Runs a program to its end and resolves with the figures that it printed. */
export async function runOnce(programs: Programs, launch: Launch): Promise<Figures> {
  const child = start(programs, launch);
  const lines = linesOf(child, launch.program);
  try {
    return await lines.next();
  } finally {
    child.stdin?.end();
    await untilEnded(child, lines.ended);
  }
}

export interface Server {
  readonly pid: number;
  /** What it said when it was ready: its port above all. */
  readonly ready: Figures;
  /** Asks for its figures as they are now. */
  ask(): Promise<Figures>;
  stop(): Promise<void>;
}

/** Starts a program that stays until it is stopped, however long that is: a server serves all rounds of a part. */
export async function startServer(programs: Programs, launch: Launch): Promise<Server> {
  const child = start(programs, launch);
  const lines = linesOf(child, launch.program);
  const ready = await lines.next();
  return {
    pid: child.pid ?? 0,
    ready,
    ask() {
      child.stdin?.write('\n');
      return lines.next();
    },
    async stop() {
      child.stdin?.end();
      await untilEnded(child, lines.ended);
    },
  };
}

function start(
  { folder }: Programs,
  { program, task, nodeOptions = [], under = [], cwd }: Launch,
): ChildProcess {
  const own = [process.execPath, ...nodeOptions, join(folder, `${program}.mjs`), JSON.stringify(task)];
  const [command = process.execPath, ...args] = [...under, ...own];
  return spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}

interface Lines {
  next(): Promise<Figures>;
  readonly ended: Promise<unknown>;
}

function linesOf(child: ChildProcess, program: string): Lines {
  if (child.stdout === null) throw new Error('the child has no output');
  // A process that has gone takes no more questions; what it printed says so.
  child.stdin?.on('error', () => {});
  const ended = once(child, 'close');
  ended.catch(() => {});
  const iterator = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ended,
    async next() {
      const { value, done } = await orKilled(child, `${program} has given no figure`, iterator.next());
      if (done) throw new Error(`Cannot go on with the benchmark: ${program} ended without a figure`);
      return FIGURES.parse(JSON.parse(String(value)));
    },
  };
}
