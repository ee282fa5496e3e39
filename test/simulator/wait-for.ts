// Lets a test wait for a condition instead of sleeping: whoever changes the subject says so, and waiters look again.

export interface WaitOptions {
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

export interface Watch<T> {
  /** Tells the waiters that the subject has changed. */
  changed(): void;
  /** Resolves with the subject once `predicate` is true of it; rejects after `timeoutMs`, saying what was there instead. */
  waitFor(predicate: (subject: T) => boolean, options?: WaitOptions): Promise<T>;
}

/** Watches one subject; `describe` puts it into words for the error. */
export function createWatch<T>(subject: () => T, describe: (subject: T) => string): Watch<T> {
  const waiters = new Set<() => void>();

  return {
    changed() {
      for (const look of [...waiters]) look();
    },
    waitFor(predicate, { timeoutMs = 10_000 } = {}) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(look);
          reject(
            new Error(`Cannot wait any longer: after ${timeoutMs} ms there is only ${describe(subject())}`),
          );
        }, timeoutMs);
        const look = () => {
          if (!predicate(subject())) return;
          clearTimeout(timer);
          waiters.delete(look);
          resolve(subject());
        };
        waiters.add(look);
        look();
      });
    },
  };
}
