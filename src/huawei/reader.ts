// Reads the certificates of one account: a few at once, again where that can help, and never without an end.
import type { FailureReason, ReadFailure, Reading } from '../certificates/reading.ts';
import type { AccountConfig, ReadSecret } from '../config/config.ts';
import { oneLine } from '../shared/text.ts';
import type { Clock } from '../shared/time.ts';
import type { AccountReader, ReaderObserver } from './account.ts';
import { attemptRead, subjectOf } from './attempt.ts';
import { createCredentials } from './credentials.ts';
import { createPace, createSlots } from './pace.ts';
import { createPatience } from './patience.ts';
import { backoffMs, LONGEST_WAIT_MS } from './retry.ts';
import { createTransport } from './transport.ts';
import { aborted, joinedWith, sleep } from './waits.ts';

export interface AccountReaderOptions {
  readonly account: AccountConfig;
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  /** Chance for backoff, in [0, 1); Math.random where it is not given. */
  readonly random?: () => number;
  readonly observer: ReaderObserver;
}

const ATTEMPTS = 3;
/** How often a read may start over because what authorized it was refused and there is something newer. */
const RENEWALS = 2;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Opens nothing before the first read. */
export function createAccountReader(options: AccountReaderOptions): AccountReader {
  const { account, clock, observer, random = Math.random } = options;
  const { name, concurrency } = account;
  const stop = new AbortController();
  const joined = joinedWith(stop.signal);
  const transport = createTransport({ ...account, connections: concurrency });
  const credentials = createCredentials({ ...options, random });
  const slots = createSlots(concurrency);
  const pace = createPace({ requestsPerSecond: account.requestsPerSecond, clock });
  const patience = createPatience(name, clock);
  const parts = { account, transport, credentials, pace, patience, clock, observer };

  async function readPatiently(id: string, signal: AbortSignal): Promise<Reading> {
    let renewals = 0;
    for (let attempts = 1; ; ) {
      const refusal = patience.refusal();
      if (refusal !== null) return { ok: false, failure: refusal };
      const attempt = await attemptRead(parts, id, signal);
      if (attempt.ok || !isSilence(attempt.failure.reason)) patience.answered();
      if (attempt.ok) return attempt;
      const { failure, next } = attempt;
      if (
        next.after === 'renewal' &&
        renewals < RENEWALS &&
        (await credentials.refused(next.generation, signal))
      ) {
        renewals += 1;
      } else if (next.after === 'waiting' && heeds(failure, next.waitMs) && attempts < ATTEMPTS) {
        await sleep(backoffMs(attempts, random), signal);
        attempts += 1;
      } else {
        if (isSilence(failure.reason)) patience.unanswered(failure);
        return { ok: false, failure };
      }
    }
  }

  /** What the cloud asks for holds for the whole account, whether this read goes on or not; says whether it may. */
  function heeds(failure: ReadFailure, askedMs: number): boolean {
    if (askedMs > LONGEST_WAIT_MS) patience.sentAway(failure, askedMs);
    else if (askedMs > 0) pace.pause(askedMs);
    return askedMs <= LONGEST_WAIT_MS;
  }

  async function readInTurn(id: string, signal: AbortSignal): Promise<Reading> {
    await slots.enter(signal);
    try {
      return await readPatiently(id, signal);
    } finally {
      slots.leave();
    }
  }

  return {
    account: name,
    beginCheck() {
      patience.beginCheck();
      credentials.beginCheck();
      transport.refresh();
    },
    async read(id, signal) {
      if (signal.aborted || stop.signal.aborted) throw aborted();
      if (!ID.test(id)) return { ok: false, failure: notAnId(id, account) };
      try {
        return await readInTurn(id, joined.enter(signal));
      } finally {
        joined.leave(signal);
      }
    },
    async close() {
      stop.abort();
      await Promise.all([transport.close(), credentials.close()]);
    },
  };
}

function isSilence(reason: FailureReason): boolean {
  return reason === 'unreachable' || reason === 'timeout';
}

function notAnId(id: string, account: AccountConfig): ReadFailure {
  const message = `Cannot read ${subjectOf(`"${oneLine(id, 40)}"`, account)}: an id has only letters, digits, - and _; check the configuration`;
  return { reason: 'malformed', message, requestId: null };
}
