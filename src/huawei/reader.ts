// The reader of one account: its certificates one by one, the list of them, and where they are deployed.
import type { ReadFailure, Reading } from '../certificates/reading.ts';
import type { AccountConfig, ReadSecret } from '../config/config.ts';
import { oneLine } from '../shared/text.ts';
import type { Clock } from '../shared/time.ts';
import { aborted, joinedWith } from '../shared/waits.ts';
import type { AccountReader, ReaderObserver } from './account.ts';
import { certificateOf, showCertificate } from './call.ts';
import { createCaller } from './caller.ts';
import { readDeployments } from './deployments.ts';
import { isId } from './fields.ts';
import { listCertificates } from './list.ts';

export interface AccountReaderOptions {
  readonly account: AccountConfig;
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  /** Chance for backoff, in [0, 1); Math.random where it is not given. */
  readonly random?: () => number;
  readonly observer: ReaderObserver;
}

/** Opens nothing before the first read. */
export function createAccountReader(options: AccountReaderOptions): AccountReader {
  const { account, clock, random = Math.random } = options;
  const stop = new AbortController();
  const joined = joinedWith(stop.signal);
  const caller = createCaller({ ...options, random });

  /** Does the work until it ends, `signal` aborts, or the reader is closed. */
  async function until<Result>(
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (signal.aborted || stop.signal.aborted) throw aborted();
    try {
      return await work(joined.enter(signal));
    } finally {
      joined.leave(signal);
    }
  }

  async function read(id: string, signal: AbortSignal): Promise<Reading> {
    if (!isId(id)) return { ok: false, failure: notAnId(id, account) };
    const called = await caller.call(showCertificate(id, account), signal);
    return called.ok ? { ok: true, certificate: called.value } : { ok: false, failure: called.failure };
  }

  return {
    account: account.name,
    beginCheck: caller.beginCheck,
    read: (id, signal) => until(signal, (joint) => read(id, joint)),
    list: (filter, signal) =>
      until(signal, (joint) => listCertificates({ account, caller, clock, filter }, joint)),
    deployments: (ids, signal) => until(signal, (joint) => readDeployments({ account, caller, ids }, joint)),
    async close() {
      stop.abort();
      await caller.close();
    },
  };
}

function notAnId(id: string, account: AccountConfig): ReadFailure {
  const subject = certificateOf(`"${oneLine(id, 40)}"`, account);
  const message = `Cannot read ${subject}: an id has only letters, digits, - and _; check the configuration`;
  return { reason: 'malformed', message, requestId: null };
}
