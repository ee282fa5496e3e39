// The monitor as a child process of the demo: started, awaited until ready, and ended by SIGTERM.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MonitorProcess {
  /** Its exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it; by SIGKILL where it does not end within its 25 seconds. */
  stop(): Promise<number | null>;
}

/** Longer than the 25 s within which the monitor promises to end. */
const STOP_LIMIT_MS = 28_000;

const READY_LIMIT_MS = 30_000;

/** Starts `node PROGRAM run --config FILE`, its output in `logFile`. */
export function startMonitor({
  program,
  configFile,
  logFile,
}: {
  readonly program: string;
  readonly configFile: string;
  readonly logFile: string;
}): MonitorProcess {
  const log = openSync(logFile, 'a');
  // A process group of its own: Ctrl-C must reach it once, from us, or it would take the second for "at once".
  const child = spawn(process.execPath, [program, 'run', '--config', configFile], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void exited.finally(() => process.off('exit', killWithUs));

  return {
    exited,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      try {
        return await exited;
      } finally {
        clearTimeout(late);
      }
    },
  };
}

/** Resolves true once `url` answers 200, false when the monitor ends, the signal comes, or 30 s have passed. */
export async function becomesReady(
  monitor: MonitorProcess,
  url: string,
  signal: AbortSignal,
): Promise<boolean> {
  // One controller and a timer of our own: on Node 20 AbortSignal.any loses an AbortSignal.timeout to the garbage collector.
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, READY_LIMIT_MS);
  signal.addEventListener('abort', end, { once: true });
  void monitor.exited.then(end);
  if (signal.aborted) end();
  try {
    return await answers(url, over.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function answers(url: string, until: AbortSignal): Promise<boolean> {
  while (!until.aborted) {
    const ready = await fetch(url, { signal: until }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return true;
    await sleep(100, undefined, { signal: until }).catch(() => undefined);
  }
  return false;
}

/** The last lines of what the monitor said. */
export async function lastLines(logFile: string, count = 20): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
