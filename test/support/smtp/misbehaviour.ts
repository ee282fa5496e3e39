// What the stage server is told to do wrong: at which stage, to whom, how often.

/** In the order of a conversation. `connect` is before the greeting, `tls` is the handshake after STARTTLS was agreed. */
export const STAGES = [
  'connect',
  'greeting',
  'ehlo',
  'starttls',
  'tls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'dot',
] as const;

export type Stage = (typeof STAGES)[number];

export type Misbehaviour =
  /** An answer of the caller's; 421 also ends the connection. */
  | { readonly kind: 'reply'; readonly code: number; readonly text?: string }
  | { readonly kind: 'reset' }
  /** An orderly end without an answer. */
  | { readonly kind: 'close' }
  /** No answer, and the connection stays open. */
  | { readonly kind: 'stall' }
  /** Bytes that are no SMTP. */
  | { readonly kind: 'garbage' }
  /** An answer that never ends, a byte now and then: idle timeouts do not see it. */
  | { readonly kind: 'drip'; readonly intervalMs: number }
  /** The true answer, later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** At `dot` only: the message is taken, and nobody hears of it. */
  | { readonly kind: 'lose-answer'; readonly by: 'reset' | 'close' | 'stall' };

export interface MisbehaviourScope {
  /** Default 1. */
  readonly times?: number | 'always';
  /** At `rcpt` only: this address alone, in any case of letters. */
  readonly recipient?: string;
}

export interface PlannedMisbehaviour {
  /** How often it has happened. */
  readonly seen: number;
  clear(): void;
}

export interface Plan {
  add(stage: Stage, misbehaviour: Misbehaviour, scope?: MisbehaviourScope): PlannedMisbehaviour;
  clear(): void;
  /** What happens now, if anything; counts as one time. The first planned wins. */
  take(stage: Stage, recipient?: string): Misbehaviour | null;
}

/** An empty plan. */
export function createPlan(): Plan {
  let entries: {
    stage: Stage;
    misbehaviour: Misbehaviour;
    recipient: string | null;
    left: number;
    seen: number;
  }[] = [];

  return {
    add(stage, misbehaviour, { times = 1, recipient } = {}) {
      const left = times === 'always' ? Number.POSITIVE_INFINITY : times;
      const entry = { stage, misbehaviour, recipient: recipient?.toLowerCase() ?? null, left, seen: 0 };
      entries.push(entry);
      return {
        get seen() {
          return entry.seen;
        },
        clear() {
          entries = entries.filter((other) => other !== entry);
        },
      };
    },
    clear() {
      entries = [];
    },
    take(stage, recipient) {
      const entry = entries.find(
        (e) =>
          e.stage === stage &&
          e.left > 0 &&
          (e.recipient === null || e.recipient === recipient?.toLowerCase()),
      );
      if (entry === undefined) return null;
      entry.left -= 1;
      entry.seen += 1;
      return entry.misbehaviour;
    },
  };
}
