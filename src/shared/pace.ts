// How fast, and how many at once: the requests to one place one after the other at their distance, so many at once.
import type { Clock } from './time.ts';
import { abortable } from './waits.ts';

/** Below it timers are too coarse: so much of the time that was not used may be made up for. */
const CATCH_UP_MS = 20;

export interface Pace {
  /** Resolves when the next request may go out, first come first served; rejects with ABORTED. */
  turn(signal: AbortSignal): Promise<void>;
  /** Nothing goes out for so long, for whomever: the cloud said Retry-After. */
  pause(ms: number): void;
}

/**
 * Requests are kept apart by at least 1/`requestsPerSecond`, counted from when the last one really went out: in no second
 * are there more than that many. From 50 a second on, up to 20 ms of distance may be made up for.
 */
export function createPace({ requestsPerSecond, clock }: { requestsPerSecond: number; clock: Clock }): Pace {
  const distanceMs = 1_000 / requestsPerSecond;
  const slackMs = distanceMs < CATCH_UP_MS ? CATCH_UP_MS : 0;
  const waiting = new Set<() => void>();
  let nextMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;

  function taken(): void {
    nextMs = Math.max(nextMs, clock.monotonicMs() - slackMs) + distanceMs;
  }

  function arm(): void {
    if (timer !== null || waiting.size === 0) return;
    timer = setTimeout(release, Math.max(0, Math.ceil(nextMs - clock.monotonicMs())));
  }

  function release(): void {
    timer = null;
    for (const go of waiting) {
      waiting.delete(go);
      taken();
      go();
      if (nextMs > clock.monotonicMs()) break;
    }
    arm();
  }

  return {
    turn(signal) {
      if (waiting.size === 0 && nextMs <= clock.monotonicMs() && !signal.aborted) {
        taken();
        return DONE;
      }
      return abortable(signal, (resolve) => {
        waiting.add(resolve);
        arm();
        return () => leave(resolve);
      });
    },
    pause(ms) {
      nextMs = Math.max(nextMs, clock.monotonicMs() + ms);
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      arm();
    },
  };

  function leave(go: () => void): void {
    waiting.delete(go);
    if (waiting.size > 0 || timer === null) return;
    clearTimeout(timer);
    timer = null;
  }
}

const DONE = Promise.resolve();

export interface Slots {
  /** Resolves when one of the slots is free, first come first served; rejects with ABORTED. */
  enter(signal: AbortSignal): Promise<void>;
  leave(): void;
}

/** Lets so many in at once. Who waits here has not begun: no deadline runs. */
export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>();
  let free = count;
  return {
    enter(signal) {
      if (free > 0 && !signal.aborted) {
        free -= 1;
        return DONE;
      }
      return abortable(signal, (resolve) => {
        waiting.add(resolve);
        return () => waiting.delete(resolve);
      });
    },
    leave() {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
