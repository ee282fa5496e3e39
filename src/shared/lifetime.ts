// What opens registers its closing, by name; closing runs backwards and never stops half way.

export interface Closing {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

export interface Lifetime {
  /** Registers what must be closed; the last registered is closed first. */
  onClose(name: string, close: Closing['close']): void;
  /** Closes everything once; later calls wait for the same closing. Resolves with the failures, by name. */
  close(): Promise<readonly { readonly name: string; readonly error: unknown }[]>;
}

/** A list of closings that runs backwards; one that fails does not keep the others from running. */
export function createLifetime(): Lifetime {
  const closings: Closing[] = [];
  let closed: Promise<readonly { name: string; error: unknown }[]> | null = null;

  async function closeAll(): Promise<readonly { name: string; error: unknown }[]> {
    const failures: { name: string; error: unknown }[] = [];
    for (let closing = closings.pop(); closing !== undefined; closing = closings.pop()) {
      try {
        await closing.close();
      } catch (error) {
        failures.push({ name: closing.name, error });
      }
    }
    return failures;
  }

  return {
    onClose(name, close) {
      closings.push({ name, close });
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
