// How long an account is worth asking: given up for this check when it does not answer, for a while when it says so.
import type { ReadFailure } from '../certificates/reading.ts';
import type { Clock } from '../shared/time.ts';

const UNANSWERED_READS = 3;
/** However long the cloud says: a mistake there must not make us blind. */
const LONGEST_PAUSE_MS = 15 * 60_000;

export interface Patience {
  beginCheck(): void;
  /** Why nothing is to be asked now, or null. */
  refusal(): ReadFailure | null;
  /** Something answered, whatever it said. */
  answered(): void;
  /** A read, with all its attempts, ended without an answer. */
  unanswered(failure: ReadFailure): void;
  /** The cloud wants to be left alone for so long. */
  sentAway(failure: ReadFailure, ms: number): void;
}

export function createPatience(account: string, clock: Clock): Patience {
  let unansweredReads = 0;
  let givenUp: ReadFailure | null = null;
  let away: { readonly failure: ReadFailure; readonly untilMs: number } | null = null;

  return {
    beginCheck() {
      unansweredReads = 0;
      givenUp = null;
    },
    refusal() {
      if (away !== null && away.untilMs <= clock.monotonicMs()) away = null;
      if (away !== null) {
        const seconds = Math.ceil((away.untilMs - clock.monotonicMs()) / 1_000);
        return {
          reason: away.failure.reason,
          requestId: null,
          message: `Not asked: account ${account} is left alone for another ${seconds} s, as the API wants. ${away.failure.message}`,
        };
      }
      if (givenUp === null) return null;
      return {
        reason: givenUp.reason,
        requestId: null,
        message: `Not asked: account ${account} was given up for this check, after ${UNANSWERED_READS} reads in a row without an answer. ${givenUp.message}`,
      };
    },
    answered() {
      unansweredReads = 0;
    },
    unanswered(failure) {
      unansweredReads += 1;
      if (unansweredReads >= UNANSWERED_READS) givenUp ??= failure;
    },
    sentAway(failure, ms) {
      away = { failure, untilMs: clock.monotonicMs() + Math.min(ms, LONGEST_PAUSE_MS) };
    },
  };
}
