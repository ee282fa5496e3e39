// The result of asking the cloud for one certificate: the certificate, or why there is none. Pure.
import type { Certificate } from './certificate.ts';

/** Why a read failed: a closed list, the `reason` label of `ccm_monitor_read_failures_total`. */
export const FAILURE_REASONS = [
  'unreachable',
  'timeout',
  'throttled',
  'unauthorized',
  'forbidden',
  'missing',
  'malformed',
  'server_error',
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface ReadFailure {
  readonly reason: FailureReason;
  /** One sentence for people, without secrets: what was asked, what came, what to do. */
  readonly message: string;
  /** The cloud's X-Request-Id, where one came. */
  readonly requestId: string | null;
}

export type Reading =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly failure: ReadFailure };
