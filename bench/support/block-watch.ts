// The longest time that the event loop did not turn: counted at every turn, so nothing is too short to be seen.

export interface BlockWatch {
  /** Forgets what was seen so far. */
  restart(): void;
  longestMs(): number;
  stop(): void;
}

/** Keeps the loop turning without rest: what is measured beside it costs more CPU than it does alone. */
export function createBlockWatch(): BlockWatch {
  let longestMs = 0;
  let lastMs = performance.now();
  let turn = setImmediate(look);

  function look(): void {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    turn = setImmediate(look);
  }

  return {
    restart() {
      longestMs = 0;
      lastMs = performance.now();
    },
    longestMs: () => longestMs,
    stop: () => clearImmediate(turn),
  };
}
