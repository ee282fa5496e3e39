// The longest time that the event loop did not turn: looked at in every turn, so that nothing is too short to be seen.
import { closeSync, openSync, readSync } from 'node:fs';

export interface BlockWatch {
  /** Forgets what was seen so far. */
  restart(): void;
  /** Without the time in which the machine gave the processor to others: that is not ours. */
  longestMs(): number;
  stop(): void;
}

/**
 * `every turn` keeps the loop turning without rest: what is measured beside it costs more CPU than it does alone.
 * `every millisecond` lets it rest, and sees nothing shorter.
 */
export function createBlockWatch(look: 'every turn' | 'every millisecond'): BlockWatch {
  const queue = openRunQueue();
  let longestMs = 0;
  let last = { ms: performance.now(), queuedMs: queue.waitedMs() };
  const stop = look === 'every turn' ? repeatEachTurn(note) : repeatEachMillisecond(note);

  function note(): void {
    const now = { ms: performance.now(), queuedMs: queue.waitedMs() };
    longestMs = Math.max(longestMs, now.ms - last.ms - (now.queuedMs - last.queuedMs));
    last = now;
  }

  return {
    restart() {
      longestMs = 0;
      last = { ms: performance.now(), queuedMs: queue.waitedMs() };
    },
    longestMs: () => longestMs,
    stop() {
      stop();
      queue.close();
    },
  };
}

function repeatEachTurn(act: () => void): () => void {
  let turn = setImmediate(again);
  function again(): void {
    act();
    turn = setImmediate(again);
  }
  return () => clearImmediate(turn);
}

function repeatEachMillisecond(act: () => void): () => void {
  const timer = setInterval(act, 1).unref();
  return () => clearInterval(timer);
}

interface RunQueue {
  /** How long this thread has been ready to run, but did not, since it began. */
  waitedMs(): number;
  close(): void;
}

/** Linux counts it (Documentation/scheduler/sched-stats); elsewhere it is 0, and what others do shows in the blocks. */
function openRunQueue(): RunQueue {
  const buffer = Buffer.alloc(128);
  try {
    const descriptor = openSync('/proc/thread-self/schedstat', 'r');
    return {
      waitedMs() {
        const length = readSync(descriptor, buffer, 0, buffer.length, 0);
        const [, waitedNs = '0'] = buffer.toString('latin1', 0, length).split(' ');
        return Number(waitedNs) / 1e6;
      },
      close: () => closeSync(descriptor),
    };
  } catch {
    return { waitedMs: () => 0, close() {} };
  }
}
