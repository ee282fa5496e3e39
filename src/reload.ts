// Reads the configuration again, by signal or when the file changes; a faulty one changes nothing and is said.
import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { watchConfig } from './config/watch.ts';
import { MonitorError } from './shared/errors.ts';
import type { Log } from './telemetry/log.ts';

export interface Reload {
  /** Reads the file now; resolves when it is in force, or was refused. */
  now(): Promise<void>;
  /** Resolves when the watching has ended, after the signal. */
  readonly ended: Promise<void>;
}

/** What the new configuration comes to while the program runs: the port and the state are only opened at the start. */
function inForce(next: Config, before: Config): Config {
  return { ...next, http: { ...before.http, publicUrl: next.http.publicUrl }, state: before.state };
}

function changedKeys(a: Config, b: Config): readonly (keyof Config)[] {
  return (Object.keys(a) as (keyof Config)[]).filter((key) => !isDeepStrictEqual(a[key], b[key]));
}

export function createReload({
  configPath,
  log,
  apply,
  failed,
  running,
  signal,
}: {
  configPath: string;
  log: Log;
  apply: (config: Config) => Promise<void>;
  failed: () => void;
  running: () => Config;
  signal: AbortSignal;
}): Reload {
  let last: Promise<void> = Promise.resolve();

  async function reload(): Promise<void> {
    if (signal.aborted) return;
    try {
      const before = running();
      const written = await loadConfig(configPath);
      const next = inForce(written, before);
      for (const key of changedKeys(written, next)) {
        log.warn({ key }, `The setting ${key} has changed: it takes effect at the next start`);
      }
      const changed = changedKeys(next, before);
      await apply(next);
      const what = changed.length === 0 ? 'nothing has changed' : `${changed.join(', ')} changed`;
      log.info({ changed }, `The configuration was read again: ${what}`);
    } catch (error) {
      failed();
      const text = error instanceof MonitorError ? error.message : 'an unexpected error';
      log.error({ err: error }, `The configuration stays as it was. ${text}`);
    }
  }

  /** One reload after another: two at once could put the older one in force. */
  function now(): Promise<void> {
    last = last.then(reload);
    return last;
  }

  const ended = watchConfig({ path: configPath, onChange: now, signal }).catch((error: unknown) => {
    log.error({ err: error }, 'The configuration file is not watched any more; SIGHUP still reads it again');
  });
  return { now, ended: ended.then(() => last) };
}
