// Something that is made when it is first needed, kept, and made anew as rarely as helps: a token, a key read from a file.
import type { FailureReason } from '../certificates/reading.ts';
import type { Clock } from '../shared/time.ts';
import { orAborted } from '../shared/waits.ts';

/** Why there is none; the end of a sentence. */
export interface NotMade {
  readonly ok: false;
  readonly reason: FailureReason;
  readonly explanation: string;
  readonly requestId: string | null;
}

export type Made<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Two with the same text are the same: making it again did not help. */
      readonly text: string;
      /** From now; null where it holds until it is refused. */
      readonly lifetimeMs: number | null;
    }
  | NotMade;

export interface Held<T> {
  readonly ok: true;
  readonly value: T;
  /** Which making it comes from: what is refused later may long have been replaced. */
  readonly generation: number;
}

export interface Renewable<T> {
  /** A refusal, or a failure to make it, holds for one check. */
  beginCheck(): void;
  get(signal: AbortSignal): Promise<Held<T> | NotMade>;
  accepted(generation: number): void;
  /** The cloud refused this one. Resolves to whether trying again, with what `get` gives then, can help. */
  refused(generation: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

export interface RenewableOptions<T> {
  /** Rejects only when the signal aborts. */
  readonly make: (signal: AbortSignal) => Promise<Made<T>>;
  /** Whether a check may go on with what the last one held. */
  readonly keptBetweenChecks: boolean;
  readonly clock: Clock;
}

/** Renewed five minutes before its end, or when a tenth of a short lifetime is left. */
const AHEAD_MS = 5 * 60_000;

interface Current<T> extends Held<T> {
  readonly text: string;
  readonly renewAtMs: number;
  readonly endsAtMs: number;
  /** Made because the one before was refused; another refusal then is not the token's fault. */
  afterRefusal: boolean;
  accepted: boolean;
}

/** However many ask at once, and however many are refused at once: it is made once. */
export function createRenewable<T>({ make, keptBetweenChecks, clock }: RenewableOptions<T>): Renewable<T> {
  const stop = new AbortController();
  let current: Current<T> | null = null;
  let failure: NotMade | null = null;
  let making: Promise<void> | null = null;
  let generation = 0;
  let useless = false;

  function makeOnce(afterRefusal: boolean): Promise<void> {
    making ??= makeNow(afterRefusal).finally(() => {
      making = null;
    });
    making.catch(() => {}); // whoever waits for it is told; perhaps nobody does any more
    return making;
  }

  async function makeNow(afterRefusal: boolean): Promise<void> {
    const startedMs = clock.monotonicMs();
    const made = await make(stop.signal);
    if (!made.ok) {
      failure = made;
      if (afterRefusal) current = null;
      return;
    }
    useless = afterRefusal && made.text === current?.text;
    if (useless) return;
    generation += 1;
    const { value, text, lifetimeMs } = made;
    const endsAtMs = lifetimeMs === null ? Number.POSITIVE_INFINITY : startedMs + lifetimeMs;
    const renewAtMs = endsAtMs - Math.min(AHEAD_MS, (lifetimeMs ?? 0) / 10);
    current = { ok: true, value, text, generation, renewAtMs, endsAtMs, afterRefusal, accepted: false };
  }

  /** What can be used now, or what is known of why there is nothing; null where it has to be made. */
  function atHand(): Held<T> | NotMade | null {
    const nowMs = clock.monotonicMs();
    if (current !== null && nowMs < (failure === null ? current.renewAtMs : current.endsAtMs)) return current;
    return failure;
  }

  return {
    beginCheck() {
      failure = null;
      useless = false;
      if (!keptBetweenChecks) current = null;
      if (current !== null) current.afterRefusal = false;
    },
    async get(signal) {
      for (;;) {
        const ready = atHand();
        if (ready !== null) return ready;
        await orAborted(makeOnce(false), signal);
      }
    },
    accepted(of) {
      if (current?.generation === of) current.accepted = true;
    },
    async refused(of, signal) {
      if (current?.generation !== of) return true;
      if (useless || (current.afterRefusal && !current.accepted)) return false;
      await orAborted(makeOnce(true), signal);
      return !useless;
    },
    close() {
      stop.abort();
    },
  };
}
