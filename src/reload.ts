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
  digest,
  log,
  apply,
  failed,
  running,
  looks,
  signal,
}: {
  configPath: string;
  /** Of the file's text that is in force; null: what stands there now. */
  digest: string | null;
  log: Log;
  apply: (config: Config) => Promise<void>;
  failed: () => void;
  running: () => Config;
  /** When the file is looked at; every second by default. */
  looks?: AsyncIterable<unknown>;
  signal: AbortSignal;
}): Reload {
  let last: Promise<void> = Promise.resolve();
  let known = digest;

  async function reload(): Promise<void> {
    if (signal.aborted) return;
    try {
      const before = running();
      known = ''; // until it is read: a file that is away now is read when it is there again
      const written = await loadConfig(configPath, (read) => {
        known = read;
      });
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

  /** Unless a signal has had it read meanwhile. */
  async function changedTo(digest: string): Promise<void> {
    if (digest === known) return;
    await reload();
    if (known === '') known = digest; // it could not be read, and that was said
  }

  function changed(_text: string, seen: string): Promise<void> {
    last = last.then(() => changedTo(seen));
    return last;
  }

  const watching = { path: configPath, known: () => known, onChange: changed, signal };
  const ended = watchConfig(looks === undefined ? watching : { ...watching, looks }).catch(
    (error: unknown) => {
      log.error(
        { err: error },
        'The configuration file is not watched any more; SIGHUP still reads it again',
      );
    },
  );
  return { now, ended: ended.then(() => last) };
}
