// What a certificate is judged by: itself, its thresholds, the time, and what is known beside it. Pure.
import type { Finding } from './finding.ts';
import type { Look } from './look.ts';
import type { Succession } from './succession.ts';
import type { Thresholds } from './thresholds.ts';
import type { Watch } from './watch.ts';

/** What is known beside the certificate itself. */
export interface Surroundings {
  readonly succession: Succession;
  /**
   * Whether all certificates of its account are seen, so that nobody in sight means that there is nobody; null where
   * they are to be, and are not known now.
   */
  readonly allSeen: boolean | null;
  /** What is seen of it from outside, at each place where it is to be served; none where nobody looks. */
  readonly looks: readonly Look[];
  /** A list has it, and the configuration does not name it. */
  readonly isFound?: boolean;
}

/** Where nothing is known of the others. */
export const ALONE: Surroundings = {
  succession: { successor: null, applied: null },
  allSeen: false,
  looks: [],
};

export interface Facts extends Surroundings {
  readonly watch: Watch;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
}

export type Rule = (facts: Facts) => Finding | null;

export function critical(kind: Finding['kind'], epochMs: number, reason: string): Finding {
  return { kind, severity: 'critical', cause: kind, reason, epochMs };
}

export function warning(kind: Finding['kind'], epochMs: number, reason: string): Finding {
  return { kind, severity: 'warning', cause: kind, reason, epochMs };
}
