// The built daemon as a process of the benchmark: started, asked, and ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Figures, Programs } from './processes.ts';

const LINE = z.record(z.string(), z.unknown());
const PORT = z.object({ port: z.number() });
const GAUGE = z.object({ gauge: z.literal(1) }).catchall(z.number());

export interface BuiltDaemon {
  readonly url: string;
  readonly pid: number;
  /** Collects garbage and tells; only where it was started with `gauge`. */
  gauge(): Promise<Figures>;
  stop(): Promise<void>;
}

const LONGEST_MS = 3 * 60_000;
const POLL_MS = 20;

/** Starts it and resolves when it listens. */
export async function startBuiltDaemon(
  { folder }: Programs,
  { configPath, gauge }: { configPath: string; gauge: boolean },
): Promise<BuiltDaemon> {
  const options = gauge ? ['--expose-gc', '--import', pathToFileURL(join(folder, 'gauge.js')).href] : [];
  const child = spawn(
    process.execPath,
    [...options, join(folder, 'ccm-cert-monitor.js'), 'run', '--config', configPath],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: LONGEST_MS, killSignal: 'SIGKILL' },
  );
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  /** The next line that has this shape; the others are the daemon's log. */
  async function next<Shape extends z.ZodType>(shape: Shape): Promise<z.output<Shape>> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('Cannot go on with the benchmark: the daemon ended');
      const parsed = shape.safeParse(LINE.parse(JSON.parse(String(value))));
      if (parsed.success) return parsed.data;
    }
  }

  const { port } = await next(PORT);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    gauge() {
      child.kill('SIGUSR2');
      return next(GAUGE);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resolves when so many checks were complete. */
export async function completeChecks({ url }: BuiltDaemon, wanted: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += POLL_MS) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const [, count = '0'] = /^ccm_monitor_checks_total\{result="complete"\} (\d+)$/m.exec(text) ?? [];
    if (Number(count) >= wanted) return;
    await delay(POLL_MS);
  }
  throw new Error(`Cannot go on with the benchmark: the daemon did not complete ${wanted} checks in time`);
}

/** Memory that a process holds, in MB (2^20 bytes), as the kernel counts it; null where it does not say (not Linux). */
export function megabytesOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
  } catch {
    return null;
  }
}
