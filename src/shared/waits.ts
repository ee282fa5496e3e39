// Waiting that the caller's signal can cut short, however many wait for one signal.
import { MonitorError } from './errors.ts';

/**
 * One listener per signal, whatever the number of those that wait: Node warns of a leak from the eleventh listener on,
 * and AbortSignal.any keeps what it made for as long as the longest-lived signal.
 */
const watched = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `act` once when `signal` aborts; the result takes that back. The signal must not have aborted yet. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = watched.get(signal) ?? watch(signal);
  acts.add(act);
  return () => {
    acts.delete(act);
  };
}

function watch(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>();
  watched.set(signal, acts);
  const fire = (): void => {
    for (const act of [...acts]) act();
    acts.clear();
  };
  signal.addEventListener('abort', fire, { once: true });
  return acts;
}

export interface Joined {
  /** A signal that aborts with `signal`, or when everything stops; `leave` when it is not needed any more. */
  enter(signal: AbortSignal): AbortSignal;
  leave(signal: AbortSignal): void;
}

/** Joins callers' signals with one that stops everything: one joint signal for all that share a caller's. */
export function joinedWith(stop: AbortSignal): Joined {
  const joints = new Map<AbortSignal, { joint: AbortSignal; users: number; release: () => void }>();

  /** The caller seen last is likely to come again at once: its joint is kept while nobody uses it. */
  function forgetUnused(): void {
    for (const [signal, { users, release }] of joints) {
      if (users > 0) continue;
      release();
      joints.delete(signal);
    }
  }

  function join(signal: AbortSignal): { joint: AbortSignal; users: number; release: () => void } {
    forgetUnused();
    const controller = new AbortController();
    const releases = [signal, stop].map((one) => onAbort(one, () => controller.abort()));
    const joined = {
      joint: controller.signal,
      users: 0,
      release: () => {
        for (const release of releases) release();
      },
    };
    joints.set(signal, joined);
    return joined;
  }

  return {
    enter(signal) {
      const joined = joints.get(signal) ?? join(signal);
      joined.users += 1;
      return joined.joint;
    },
    leave(signal) {
      const joined = joints.get(signal);
      if (joined !== undefined) joined.users -= 1;
    },
  };
}

/** A signal that aborts after `ms`, or with `signal`; `release` when what it bounds is over. */
export function boundedBy(
  ms: number,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), ms);
  const forget = signal.aborted ? bound.abort() : onAbort(signal, () => bound.abort());
  return {
    signal: bound.signal,
    release() {
      clearTimeout(timer);
      forget?.();
    },
  };
}

/** What every wait rejects with when it is cut short. */
export function aborted(): MonitorError {
  return new MonitorError('ABORTED', 'Cannot go on: the check was stopped');
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted();
}

/** Resolves after `ms`, or rejects with ABORTED. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return abortable(signal, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}

/** Waits for work that goes on without us; a rejection of `work` is passed on. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable(signal, (resolve, reject) => {
    work.then(resolve, reject);
    return () => {};
  });
}

/** A promise that ends with what `start` says, or with ABORTED; `start` returns what to do in that case. */
export function abortable<T>(
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    let release = (): void => {};
    const cancel = start(
      (value) => {
        release();
        resolve(value);
      },
      (error) => {
        release();
        reject(error);
      },
    );
    release = onAbort(signal, () => {
      cancel();
      reject(aborted());
    });
  });
}
