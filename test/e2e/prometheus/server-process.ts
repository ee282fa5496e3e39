// Runs a real server as a process of its own until it says where it listens, and ends it with everything that it started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createWatch } from '../../simulator/wait-for.ts';

export interface ServerProcess {
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves with the first match of the pattern in what it prints; rejects where it ends or takes too long. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends the process and its children: SIGTERM, and SIGKILL after five seconds. */
  stop(): Promise<void>;
}

/** Starts a command in a process group of its own. */
export function startServerProcess(command: string, args: readonly string[]): ServerProcess {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let running = true;
  const watch = createWatch(
    () => text,
    (all) => `this output of ${command}: ${all.slice(-2_000)}`,
  );
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      text += `${line}\n`;
      watch.changed();
    });
  }
  const ended = once(child, 'close').then(() => {
    running = false;
    watch.changed();
  });

  function signalGroup(signal: NodeJS.Signals): void {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  return {
    output: () => text,
    async printed(pattern) {
      await watch.waitFor((all) => !running || pattern.test(all), { timeoutMs: 20_000 });
      const match = pattern.exec(text);
      if (match === null) throw new Error(`Cannot use ${command}: it ended, after this output: ${text}`);
      return match;
    },
    async stop() {
      signalGroup('SIGTERM');
      const late = setTimeout(() => signalGroup('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}
