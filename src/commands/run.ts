// `run`: the daemon, from its configuration to its end.
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../config/load.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import { type Clock, plural, systemClock } from '../shared/time.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { VERSION } from '../version.ts';
import type { Terminal } from './terminal.ts';

/** A stop takes at most this long; what is then unfinished is in the state. */
const STOP_WITHIN_MS = 22_000;

/** Resolves with 0 after a stop; throws MonitorError where the daemon cannot start. */
export async function runCommand(
  { configPath }: { configPath: string },
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<number> {
  let configDigest: string | null = null;
  const config = await loadConfig(configPath, (digest) => {
    configDigest = digest;
  });
  let running: Daemon | null = null;
  let asked = false;
  const hangup = () => {
    asked = running === null;
    void running?.reload();
  };
  // From before the start on: the signal of one that nobody listens to ends the process.
  process.on('SIGHUP', hangup);
  const log = createLog(config.log.level);
  log.info(
    { version: VERSION, configPath, certificates: config.certificates.length },
    `Starting with ${plural(config.certificates.length, 'certificate')}`,
  );
  if (config.email === null)
    log.warn('The configuration has no email section: nobody is mailed, only metrics are exported');
  try {
    const daemon = await startDaemon({ config, configPath, configDigest, log, clock });
    running = daemon;
    if (asked) hangup();
    await aborted(terminal.signal);
    await stopInTime(daemon, log);
    return 0;
  } finally {
    process.off('SIGHUP', hangup);
  }
}

async function stopInTime(daemon: Daemon, log: Log): Promise<void> {
  log.info('Stopping: no new work is taken, what runs is ended');
  const bound = new AbortController();
  const late = delay(STOP_WITHIN_MS, 'late' as const, { signal: bound.signal }).catch(() => 'late' as const);
  const ended = await Promise.race([daemon.stop(), late]);
  bound.abort();
  if (ended === 'late') {
    log.error(
      'Stopped before everything had ended; what was under way is in the state and goes on at the next start',
    );
    process.exit(0);
  }
  log.info('Stopped');
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    // A pending promise alone does not keep a process alive; the server and the schedules do.
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
