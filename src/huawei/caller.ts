// Makes the calls of one account: a few at once, again where that can help, and never without an end.
import type { FailureReason, ReadFailure } from '../certificates/reading.ts';
import type { AccountConfig, ReadSecret } from '../config/config.ts';
import { createPace, createSlots } from '../shared/pace.ts';
import type { Clock } from '../shared/time.ts';
import { sleep } from '../shared/waits.ts';
import type { ReaderObserver } from './account.ts';
import { attemptCall } from './attempt.ts';
import type { Call } from './call.ts';
import { createCredentials } from './credentials.ts';
import { createPatience } from './patience.ts';
import { backoffMs, LONGEST_WAIT_MS } from './retry.ts';
import { createTransport } from './transport.ts';

export interface CallerOptions {
  readonly account: AccountConfig;
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  /** Chance for backoff, in [0, 1). */
  readonly random: () => number;
  readonly observer: ReaderObserver;
}

export type Called<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly failure: ReadFailure;
      /** Of the last answer; null where none came. */
      readonly status: number | null;
    };

export interface Caller {
  beginCheck(): void;
  /** Waits for one of the account's slots first. Rejects only with ABORTED. */
  call<Value>(call: Call<Value>, signal: AbortSignal): Promise<Called<Value>>;
  close(): Promise<void>;
}

const ATTEMPTS = 3;
/** How often a call may start over because what authorized it was refused and there is something newer. */
const RENEWALS = 2;

/** Opens nothing before the first call. */
export function createCaller(options: CallerOptions): Caller {
  const { account, clock, observer, random } = options;
  const { name, concurrency } = account;
  const transport = createTransport({ ...account, connections: concurrency });
  const credentials = createCredentials(options);
  const slots = createSlots(concurrency);
  const pace = createPace({ requestsPerSecond: account.requestsPerSecond, clock });
  const patience = createPatience(name, clock);
  const parts = { account, transport, credentials, pace, patience, clock, observer };

  async function callPatiently<Value>(call: Call<Value>, signal: AbortSignal): Promise<Called<Value>> {
    let renewals = 0;
    for (let attempts = 1; ; ) {
      const refusal = patience.refusal();
      if (refusal !== null) return { ok: false, failure: refusal, status: null };
      const attempt = await attemptCall(parts, call, signal);
      if (call.aside !== true && (attempt.ok || !isSilence(attempt.failure.reason))) patience.answered();
      if (attempt.ok) return attempt;
      const { failure, status, next } = attempt;
      if (
        next.after === 'renewal' &&
        renewals < RENEWALS &&
        (await credentials.refused(next.generation, signal))
      ) {
        renewals += 1;
      } else if (
        next.after === 'waiting' &&
        heeds(call, { failure, askedMs: next.waitMs }) &&
        attempts < ATTEMPTS
      ) {
        await sleep(backoffMs(attempts, random), signal);
        attempts += 1;
      } else {
        if (isSilence(failure.reason) && call.aside !== true) patience.unanswered(failure);
        return { ok: false, failure, status };
      }
    }
  }

  /**
   * Whether the call may be tried again. What the cloud asks for holds for the whole account, whether this call goes on or
   * not, unless nothing depends on it.
   */
  function heeds(
    { aside }: Pick<Call<unknown>, 'aside'>,
    { failure, askedMs }: { failure: ReadFailure; askedMs: number },
  ): boolean {
    // What nothing depends on keeps nobody waiting: it is left.
    if (aside === true) return false;
    if (askedMs > LONGEST_WAIT_MS) patience.sentAway(failure, askedMs);
    else if (askedMs > 0) pace.pause(askedMs);
    return askedMs <= LONGEST_WAIT_MS;
  }

  return {
    beginCheck() {
      patience.beginCheck();
      credentials.beginCheck();
      transport.refresh();
    },
    async call(call, signal) {
      await slots.enter(signal);
      try {
        return await callPatiently(call, signal);
      } finally {
        slots.leave();
      }
    },
    async close() {
      await Promise.all([transport.close(), credentials.close()]);
    },
  };
}

function isSilence(reason: FailureReason): boolean {
  return reason === 'unreachable' || reason === 'timeout';
}
