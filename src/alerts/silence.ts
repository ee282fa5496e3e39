// A silence stops the mails of one certificate until its time, or until its status or end changes. Pure.
import type { CertificateKey } from '../certificates/certificate.ts';
import type { Watch } from '../certificates/watch.ts';

export interface Silence extends CertificateKey {
  readonly untilMs: number;
  readonly reason: string | null;
  readonly createdAtMs: number;
  /** What was so when the silence was set; null where the certificate had not been read yet. */
  readonly baseline: { readonly status: string; readonly notAfterMs: number | null } | null;
}

/** `holds`, `lifted`, or `adopt`: it holds, and takes what is so now as its baseline. */
export type SilenceState = 'holds' | 'lifted' | 'adopt';

/** What a silence is worth at `nowMs`, given what is known of its certificate. */
export function silenceState(silence: Silence, watch: Watch | null, nowMs: number): SilenceState {
  if (nowMs >= silence.untilMs) return 'lifted';
  const certificate = watch?.certificate ?? null;
  if (certificate === null) return 'holds';
  if (silence.baseline === null) return 'adopt';
  const same =
    silence.baseline.status === certificate.status && silence.baseline.notAfterMs === certificate.notAfterMs;
  return same ? 'holds' : 'lifted';
}
