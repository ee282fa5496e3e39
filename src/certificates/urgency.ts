// In which order certificates are read: the most urgent and the longest unread first. Pure.
import { severityNumber } from './evaluate.ts';
import type { WatchedCertificate } from './watched.ts';

/** Compares two certificates for reading: graver findings first, then the longest without a success, then the soonest end. */
export function byUrgency(a: WatchedCertificate, b: WatchedCertificate): number {
  return (
    severityNumber(b.findings) - severityNumber(a.findings) ||
    (a.lastSuccessMs ?? 0) - (b.lastSuccessMs ?? 0) ||
    endOf(a) - endOf(b)
  );
}

function endOf({ certificate }: WatchedCertificate): number {
  return certificate?.notAfterMs ?? Number.MAX_SAFE_INTEGER;
}
