// When a certificate starts to need somebody: the limits that evaluation compares with. Pure.
import { DAY_MS } from '../shared/time.ts';
import type { Certificate } from './certificate.ts';

/** Time left before `not_after`: a fixed span, or a share (0..1) of the whole lifetime. */
export type Threshold =
  | { readonly kind: 'duration'; readonly ms: number }
  | { readonly kind: 'share'; readonly share: number };

export interface Thresholds {
  readonly warning: Threshold;
  readonly critical: Threshold;
  /** In application for longer than this: `pending`. */
  readonly pendingMs: number;
  /** Without a successful read for longer than this: `unreadable`. */
  readonly unreadableMs: number;
  /** Less than this left, and what is to take its place is still in application: `renewal-stuck`. */
  readonly stuckMs: number;
  /** Less than this left, and nothing in sight that would take its place: `renewal-overdue`. */
  readonly overdueMs: number;
  /** Issued longer ago than this, and an older one is served still: `not-deployed`. */
  readonly deployMs: number;
}

/** What a share falls back to where the lifetime is not known: the defaults of the contract. */
export const fallbackSpans = { warningMs: 30 * DAY_MS, criticalMs: 7 * DAY_MS } as const;

/**
 * The time left, in milliseconds, at which the threshold is reached for this certificate. A share is of the
 * whole lifetime: from `not_before` (else the time of issue, else the months that were ordered) to `not_after`.
 */
export function spanOf(threshold: Threshold, certificate: Certificate, fallbackMs: number): number {
  switch (threshold.kind) {
    case 'duration':
      return threshold.ms;
    case 'share': {
      const lifetimeMs = lifetimeOf(certificate);
      return lifetimeMs === null ? fallbackMs : lifetimeMs * threshold.share;
    }
  }
}

function lifetimeOf({ notAfterMs, notBeforeMs, issuedAtMs, validityMonths }: Certificate): number | null {
  const startMs = notBeforeMs ?? issuedAtMs;
  if (notAfterMs !== null && startMs !== null && notAfterMs > startMs) return notAfterMs - startMs;
  return validityMonths !== null && validityMonths > 0 ? validityMonths * 30 * DAY_MS : null;
}
