// Lets slow work happen one by one, with a bounded number of others waiting a bounded time: nobody can make the queue grow.
export interface Turns {
  /** Runs `work` when its turn comes. Null: too many wait already, or its turn did not come in time. */
  take<T>(client: string, work: () => Promise<T>): Promise<T | null>;
  /** Nobody waits any more, and no work begins. */
  close(): void;
}

export interface TurnLimits {
  readonly waiting: number;
  /** Of those that wait, from one address: one client cannot keep all others out. */
  readonly perClient: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly client: string;
  readonly begin: (go: boolean) => void;
}

export function createTurns({ waiting, perClient, waitMs }: TurnLimits): Turns {
  const queue = new Set<Waiter>();
  let busy = false;
  let closed = false;

  function isFull(client: string): boolean {
    return (
      queue.size >= waiting || [...queue].filter((waiter) => waiter.client === client).length >= perClient
    );
  }

  function wait(client: string): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        client,
        begin(go) {
          clearTimeout(deadline);
          queue.delete(waiter);
          resolve(go);
        },
      };
      const deadline = setTimeout(() => waiter.begin(false), waitMs);
      queue.add(waiter);
    });
  }

  function next(): void {
    const [first] = queue;
    busy = first !== undefined;
    first?.begin(true);
  }

  return {
    async take(client, work) {
      if (closed || (busy && (isFull(client) || !(await wait(client))))) return null;
      busy = true;
      try {
        return await work();
      } finally {
        next();
      }
    },
    close() {
      closed = true;
      for (const waiter of [...queue]) waiter.begin(false);
    },
  };
}
