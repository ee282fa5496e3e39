// The steps of a probe: what each is given, and how it ends. Pure.
import type { ProbeFailureReason } from '../certificates/served.ts';

/** How a step ended: with what it is for, or with a failure. */
export type Step<Value> = { readonly ok: true; readonly value: Value } | Failed;

export interface Failed {
  readonly ok: false;
  readonly reason: ProbeFailureReason;
  /** The end of a sentence that begins with what was looked at. */
  readonly explanation: string;
}

export function done<Value>(value: Value): Step<Value> {
  return { ok: true, value };
}

export function failed(reason: ProbeFailureReason, explanation: string): Failed {
  return { ok: false, reason, explanation };
}
