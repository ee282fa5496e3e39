// The store in a process of its own, to be killed: a child that runs a script with the state's modules at hand.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const FOLDER = join(process.cwd(), 'node_modules', '.cache');

export interface StoreProcess {
  /** The lines that the child has written so far. */
  readonly lines: readonly string[];
  /** Resolves once the child has written this many lines, or rejects when it ends before. */
  written(count: number): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** The state's modules as one file that plain node can load; `remove` takes it away. */
export async function bundleState(): Promise<{ readonly url: string; remove(): void }> {
  mkdirSync(FOLDER, { recursive: true });
  const outfile = join(FOLDER, `ccm-state-${process.pid}.mjs`);
  await build({
    stdin: {
      contents: `export * from './src/state/sqlite.ts'; export * from './src/state/lock.ts';`,
      resolveDir: process.cwd(),
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return { url: new URL(`file://${outfile}`).href, remove: () => rmSync(outfile, { force: true }) };
}

/** Runs the script, a module; its own words go to standard output, a line each. */
export function startStoreProcess(script: string): StoreProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  return {
    lines,
    async written(count) {
      while (lines.length < count) {
        if (hasEnded(child)) throw new Error(`The child ended after ${lines.length} lines: ${errors}`);
        await Promise.race([once(reader, 'line'), ended]);
      }
    },
    async kill(signal) {
      child.kill(signal);
      await ended;
      reader.close();
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
