// What can go wrong between the monitor and the cloud, how often, and with which requests.
import { DEPLOYED_PATH } from './deployed.ts';

export type Fault =
  /** Any status with any body; a body that is no string goes out as JSON. */
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly body?: unknown;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The true answer, later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** The true answer, once the promise settles. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The true answer's body, changed. */
  | { readonly kind: 'edit'; readonly edit: (body: Record<string, unknown>) => unknown }
  /** 401 APIGW.0307, whatever the token. */
  | { readonly kind: 'token-refused' }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** 200 with the true body cut off in the middle, its length right: JSON that does not parse. */
  | { readonly kind: 'malformed' }
  /** The true answer with a description of so many bytes. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** Bytes instead of HTTP, then the end. */
  | { readonly kind: 'raw'; readonly text: string }
  /** The true answer's headers at once, its body a byte now and then. */
  | { readonly kind: 'drip'; readonly intervalMs: number }
  /** Half of the body that the headers promise, then the end. */
  | { readonly kind: 'close-half-way' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' };

/** A fault that only delays; several may hold for one request. */
export type Delay = Extract<Fault, { kind: 'latency' | 'hold' }>;
/** A fault that decides what goes out; the first that fits wins. */
export type Outcome = Exclude<Fault, Delay>;

export interface FaultScope {
  /** Default `any`; `list` and `deployed` are the two that are about no single certificate. */
  readonly on?: 'any' | 'scm' | 'list' | 'deployed' | 'iam' | { readonly certificate: string };
  /** Default 1. */
  readonly times?: number | 'always';
}

export interface PlannedFault {
  /** How many requests it has met. */
  readonly seen: number;
  clear(): void;
}

export interface Faults {
  add(fault: Fault, scope?: FaultScope): PlannedFault;
  clear(): void;
  /** What meets this request; counts as one time for each fault given. */
  take(target: FaultTarget): {
    readonly delays: readonly Delay[];
    readonly outcome: Outcome | null;
  };
}

interface Entry {
  readonly fault: Fault;
  readonly on: NonNullable<FaultScope['on']>;
  left: number;
  seen: number;
}

export interface FaultTarget {
  readonly side: 'scm' | 'iam';
  readonly path: string;
  readonly certificateId: string | null;
}

/** An empty plan. */
export function createFaults(): Faults {
  let entries: Entry[] = [];

  return {
    add(fault, { on = 'any', times = 1 } = {}) {
      const entry: Entry = {
        fault,
        on,
        left: times === 'always' ? Number.POSITIVE_INFINITY : times,
        seen: 0,
      };
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
    take(target) {
      const delays: Delay[] = [];
      let outcome: Outcome | null = null;
      for (const entry of entries) {
        if (entry.left === 0 || !fits(entry.on, target)) continue;
        const { fault } = entry;
        if (fault.kind === 'latency' || fault.kind === 'hold') delays.push(fault);
        else if (outcome === null) outcome = fault;
        else continue;
        entry.left -= 1;
        entry.seen += 1;
      }
      return { delays, outcome };
    },
  };
}

function fits(on: Entry['on'], target: FaultTarget): boolean {
  if (on === 'any') return true;
  if (on === 'deployed') return target.path === DEPLOYED_PATH;
  if (on === 'list')
    return target.side === 'scm' && target.certificateId === null && target.path !== DEPLOYED_PATH;
  if (typeof on === 'string') return on === target.side;
  return on.certificate === target.certificateId;
}
