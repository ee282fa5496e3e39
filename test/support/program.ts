// Runs the built program as a process of its own, in a folder of its own, against servers on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createWatch } from '../simulator/wait-for.ts';

/** A campaign of faults runs a build of its own, for tests may be making dist anew. */
const PROGRAM = resolve(process.env['CCM_TEST_PROGRAM'] ?? 'dist/main.js');

export type Settings = Record<string, unknown>;

/** A temporary folder with a configuration, secrets and state; removed by `remove`. */
export interface Workspace {
  readonly folder: string;
  readonly configPath: string;
  readonly statePath: string;
  writeConfig(settings: Settings): void;
  writeSecret(name: string, value: string): { file: string };
  read(name: string): string;
  remove(): void;
}

export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'ccm-test-'));
  const configPath = join(folder, 'config.yaml');
  return {
    folder,
    configPath,
    statePath: join(folder, 'state.db'),
    writeConfig(settings) {
      // JSON is YAML.
      writeFileSync(configPath, JSON.stringify(settings, null, 2));
    },
    writeSecret(name, value) {
      const file = join(folder, name);
      writeFileSync(file, `${value}\n`, { mode: 0o600 });
      return { file };
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Program {
  readonly pid: number;
  /** Log lines so far. */
  readonly lines: readonly LogLine[];
  /** Everything printed so far, both streams. */
  output(): string;
  waitForLine(predicate: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  /** Resolves with `http://127.0.0.1:PORT` once it listens. */
  url(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs what follows it in its own place: a shell that sets limits and then `exec "$@"`. */
  readonly under?: readonly string[];
}

/** Starts the program with these arguments; whoever starts it ends it. */
export function startProgram(args: readonly string[], { env = {}, under = [] }: StartOptions = {}): Program {
  const [command = process.execPath, ...rest] = [...under, process.execPath, PROGRAM, ...args];
  const child: ChildProcess = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: '', ...env },
  });
  const lines: LogLine[] = [];
  let text = '';
  const watch = createWatch<readonly LogLine[]>(
    () => lines,
    () => `this output: ${text.slice(-4_000)}`,
  );
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) throw new Error('the child has no output');
    createInterface({ input: stream }).on('line', (line) => {
      text += `${line}\n`;
      if (line.startsWith('{')) lines.push(parseLine(line));
      watch.changed();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    pid: child.pid ?? 0,
    lines,
    output: () => text,
    async waitForLine(predicate, timeoutMs = 20_000) {
      const found = await watch.waitFor((all) => all.some(predicate), { timeoutMs });
      const line = found.find(predicate);
      if (line === undefined) throw new Error('the line has gone');
      return line;
    },
    async url() {
      const { port } = await this.waitForLine((line) => typeof line['port'] === 'number');
      return `http://127.0.0.1:${String(port)}`;
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs a command to its end. */
export async function runProgramToEnd(
  args: readonly string[],
  options: StartOptions = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = startProgram(args, options);
  const { code } = await program.ended;
  return { code, output: program.output() };
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line);
  } catch {
    return { level: 'unparsed', msg: line };
  }
}
