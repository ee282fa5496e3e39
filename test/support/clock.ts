// A clock that tests move: the wall clock can be stepped, both go on together.
import type { Clock } from '../../src/shared/time.ts';

export interface FakeClock extends Clock {
  /** Time goes by: both clocks move. */
  pass(ms: number): void;
  /** Somebody sets the wall clock; the monotonic one does not notice. */
  step(ms: number): void;
}

/** Starts at `wallMs` (by default 2026-11-23 12:00 UTC); the monotonic clock starts elsewhere, as in life. */
export function createFakeClock(wallMs: number = Date.UTC(2026, 10, 23, 12)): FakeClock {
  let wall = wallMs;
  let monotonic = 5_000;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    pass(ms) {
      wall += ms;
      monotonic += ms;
    },
    step(ms) {
      wall += ms;
    },
  };
}
