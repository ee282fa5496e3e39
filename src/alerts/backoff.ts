// How long a mail that could not be sent rests before it is tried again. Pure.
import { MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { DeliveryOutcome } from './alert.ts';

const FIRST_RETRY_MS = 5 * SECOND_MS;
const RETRY_CAP_MS = 15 * MINUTE_MS;
/** A server that refuses us as a whole (authentication, sender) is asked rarely: guessing locks accounts. */
const REFUSED_RETRY_MS = 5 * MINUTE_MS;

/** Jittered exponential backoff: half to the whole of 5 s, 10 s, 20 s, … at most 15 min. `failures` from 1. */
export function backoffMs(failures: number, random: number): number {
  const spanMs = Math.min(RETRY_CAP_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(spanMs * (0.5 + random / 2));
}

/** The rest of the whole server after its `failures`th failure in a row. */
export function serverRestMs(outcome: DeliveryOutcome['outcome'], failures: number, random: number): number {
  const restMs = backoffMs(failures, random);
  return outcome === 'refused' ? Math.max(REFUSED_RETRY_MS, restMs) : restMs;
}
