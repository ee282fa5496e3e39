// The built daemon as a process of the benchmark: started, asked, and ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { orKilled, untilEnded } from './bounded.ts';
import type { Figures, Programs } from './processes.ts';

const LINE = z.record(z.string(), z.unknown());
const PORT = z.object({ port: z.number() });
const CHECKED = z.object({ result: z.string(), msg: z.string() });
const RELOADED = z.object({ changed: z.array(z.string()).min(1) });
const GAUGE = z.object({ gauge: z.literal(1) }).catchall(z.number());

export interface BuiltDaemon {
  readonly url: string;
  readonly pid: number;
  /** Resolves when one more check was complete; rejects where the next one was not. */
  checked(): Promise<unknown>;
  /** Has it read its changed configuration now; resolves when that is in force. */
  reload(): Promise<unknown>;
  /** Collects garbage and tells; only where it was started with `gauge`. */
  gauge(): Promise<Figures>;
  stop(): Promise<void>;
}

/** Starts it and resolves when it listens. */
export async function startBuiltDaemon(
  { folder }: Programs,
  { configPath, gauge }: { configPath: string; gauge: boolean },
): Promise<BuiltDaemon> {
  const options = gauge ? ['--import', pathToFileURL(join(folder, 'gauge.mjs')).href] : [];
  const child = spawn(
    process.execPath,
    [...options, join(folder, 'program', 'main.js'), 'run', '--config', configPath],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  /** The next line that has this shape; the others are the daemon's log. */
  async function find<Shape extends z.ZodType>(shape: Shape): Promise<z.output<Shape>> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('Cannot go on with the benchmark: the daemon ended');
      const parsed = shape.safeParse(LINE.parse(JSON.parse(String(value))));
      if (parsed.success) return parsed.data;
    }
  }

  const next = <Shape extends z.ZodType>(shape: Shape, what: string): Promise<z.output<Shape>> =>
    orKilled(child, `the daemon has not ${what}`, find(shape));

  async function checked(): Promise<void> {
    const { result, msg } = await next(CHECKED, 'ended a check');
    if (result !== 'complete')
      throw new Error(`Cannot go on with the benchmark: a check was to be complete, but: ${msg}`);
  }

  const { port } = await next(PORT, 'begun to listen');
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    checked,
    reload() {
      child.kill('SIGHUP');
      return next(RELOADED, 'taken its changed configuration');
    },
    gauge() {
      child.kill('SIGUSR2');
      return next(GAUGE, 'told what it holds');
    },
    async stop() {
      child.kill('SIGTERM');
      await untilEnded(child, ended);
    },
  };
}

/** Memory that a process holds, or held at most so far, in MB (2^20 bytes), as the kernel counts it; null where it does not say (not Linux). */
export function megabytesOf(pid: number, which: 'now' | 'at most' = 'now'): number | null {
  const line = which === 'now' ? /^VmRSS:\s+(\d+) kB$/m : /^VmHWM:\s+(\d+) kB$/m;
  try {
    const [, kilobytes] = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
  } catch {
    return null;
  }
}
