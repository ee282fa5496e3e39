// A wait that somebody else can end: opened once, and then open for ever.
import { setTimeout as delay } from 'node:timers/promises';

export interface Gate {
  open(): void;
  isOpen(): boolean;
  /** Resolves when the gate is opened, or after the time, whichever is first; null waits for the gate alone. */
  passed(withinMs: number | null): Promise<void>;
}

/** A gate that is closed. */
export function createGate(): Gate {
  const controller = new AbortController();
  return {
    open: () => controller.abort(),
    isOpen: () => controller.signal.aborted,
    async passed(withinMs) {
      const longestMs = 2 ** 31 - 1;
      await delay(Math.min(withinMs ?? longestMs, longestMs), undefined, { signal: controller.signal }).catch(
        () => undefined,
      );
    },
  };
}
