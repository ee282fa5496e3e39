// Reads the web configuration again when it, or a file that it names, changes; a faulty one changes nothing and is said.
import { setInterval as every } from 'node:timers/promises';
import type { WebConfig } from './config/config.ts';
import { markOf } from './config/watch.ts';
import { readWebConfig, type WebReading } from './config/web-files.ts';
import type { Reload } from './reload.ts';
import { MonitorError } from './shared/errors.ts';
import { plural } from './shared/time.ts';
import type { Log } from './telemetry/log.ts';

/** What was read at the start, and is in force. */
export interface FirstReading extends WebReading {
  readonly config: WebConfig;
}

export interface WebReloadOptions {
  readonly path: string;
  readonly first: FirstReading;
  readonly log: Log;
  readonly apply: (config: WebConfig) => void;
  readonly failed: () => void;
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
}

/** @throws {MonitorError} with code CONFIG and every fault. */
export async function firstWebConfig(path: string, log: Log): Promise<FirstReading> {
  const reading = await readWebConfig(path);
  if (!reading.result.ok) throw new MonitorError('CONFIG', reading.result.message);
  const { config } = reading.result;
  tell(config, log);
  return { ...reading, config };
}

export function createWebReload({
  path,
  first,
  log,
  apply,
  failed,
  signal,
  intervalMs = 1_000,
}: WebReloadOptions): Reload {
  let { paths, digest } = first;
  let last: Promise<void> = Promise.resolve();

  const marksNow = async () => (await Promise.all(paths.map(markOf))).join(' ');

  /** `marks`: what the files must still be when they have been read; a file that was written meanwhile was read in part. */
  async function reload(marks: string | null): Promise<void> {
    const reading = await readWebConfig(path);
    const whole = marks === null || marks === (await marksNow());
    paths = reading.paths;
    if (!whole || reading.digest === digest || signal.aborted) return;
    digest = reading.digest;
    if (reading.result.ok) {
      apply(reading.result.config);
      tell(reading.result.config, log);
    } else {
      failed();
      log.error(`The web configuration stays as it was. ${reading.result.message}`);
    }
  }

  function next(marks: string | null): Promise<void> {
    last = last
      .then(() => reload(marks))
      .catch((error: unknown) => {
        failed();
        log.error({ err: error }, 'The web configuration stays as it was, by an unexpected error');
      });
    return last;
  }

  /** Two looks in a row must agree: a file that is being written is not read. The first pair reads in any case. */
  async function watch(): Promise<void> {
    let seen = '';
    let read = '';
    try {
      for await (const _ of every(intervalMs, undefined, { signal, ref: false })) {
        const marks = await marksNow();
        const settled = marks === seen;
        seen = marks;
        if (!settled || marks === read) continue;
        read = marks;
        await next(marks);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  const ended = watch().catch((error: unknown) => {
    log.error({ err: error }, 'The web configuration is not watched any more; SIGHUP still reads it again');
  });
  return { now: () => next(null), ended: ended.then(() => last) };
}

function tell({ tls, users }: WebConfig, log: Log): void {
  const people = plural(users().size, 'user');
  const facts = { tls: tls !== null, clientAuth: tls?.clientAuth ?? 'NoClientCert', users: users().size };
  log.info(facts, `The web configuration was read: ${tls === null ? 'plain HTTP' : 'HTTPS'}, ${people}`);
  if (tls === null && users().size > 0)
    log.warn(
      'Passwords travel in clear: the web configuration has basic_auth_users and no tls_server_config',
    );
}
