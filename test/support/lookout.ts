// Looks at a file that happen when the test says so, in place of those that a timer makes.

export interface Lookout {
  /** For the watcher. */
  readonly looks: AsyncIterable<unknown>;
  /** One look; resolves when it is over: the watcher asks for the next one. */
  look(): Promise<void>;
  /** No more looks: the watcher ends. */
  end(): void;
}

interface Ask {
  readonly grant: (result: IteratorResult<unknown>) => void;
}

export function createLookout(): Lookout {
  let asked: Ask | null = null;
  let waiting: (() => void) | null = null;
  let ended = false;

  function next(): Promise<IteratorResult<unknown>> {
    if (ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((grant) => {
      asked = { grant };
      waiting?.();
    });
  }

  async function untilAsked(): Promise<void> {
    if (asked === null)
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
    waiting = null;
  }

  function grant(result: IteratorResult<unknown>): void {
    const ask = asked;
    asked = null;
    ask?.grant(result);
  }

  return {
    looks: { [Symbol.asyncIterator]: () => ({ next }) },
    async look() {
      await untilAsked();
      grant({ done: false, value: undefined });
      await untilAsked();
    },
    end() {
      ended = true;
      grant({ done: true, value: undefined });
    },
  };
}
