// What is remembered of one certificate between checks, and how one reading changes it. Pure.
import { type Certificate, type CertificateKey, standingOf } from './certificate.ts';
import type { ReadFailure, Reading } from './reading.ts';

/** Everything that survives a restart. Times are epoch milliseconds. */
export interface Watch extends CertificateKey {
  /** When the first read was tried: the age of one that was never read. */
  readonly watchedSinceMs: number;
  readonly certificate: Certificate | null;
  /** The standing, or `unrecognised:WORD`, so that another unknown word is another state. */
  readonly standing: string | null;
  readonly standingSinceMs: number;
  readonly up: boolean;
  readonly lastSuccessMs: number | null;
  /** Why the last read failed; null where it succeeded. */
  readonly failure: ReadFailure | null;
  /** Since when no read has succeeded; null while they do. */
  readonly failingSinceMs: number | null;
  /** Since when the cloud says that there is no such certificate. */
  readonly missingSinceMs: number | null;
}

/**
 * Takes one reading in. A failure changes nothing that is known of the certificate: it only says that
 * the last read failed. `nowMs` is the check's time.
 */
export function learn({
  key,
  known,
  reading,
  nowMs,
}: {
  key: CertificateKey;
  known: Watch | null;
  reading: Reading;
  nowMs: number;
}): Watch {
  const before = known ?? unread(key, nowMs);
  if (!reading.ok) return failed(before, reading.failure, nowMs);
  const certificate = keepDates(reading.certificate, before.certificate);
  const standing = standingText(certificate.status);
  const sameStanding = standing === before.standing;
  const next: Watch = {
    account: before.account,
    id: before.id,
    watchedSinceMs: before.watchedSinceMs,
    certificate,
    standing,
    standingSinceMs: sameStanding ? before.standingSinceMs : nowMs,
    up: true,
    lastSuccessMs: nowMs,
    failure: null,
    failingSinceMs: null,
    missingSinceMs: null,
  };
  if (certificate.notAfterFault === null) return next;
  const failure: ReadFailure = {
    reason: 'malformed',
    message: `Cannot use certificate ${before.id} of account ${before.account}: it is ${certificate.status}, but its not_after ${certificate.notAfterFault}`,
    requestId: null,
  };
  return {
    ...next,
    up: false,
    lastSuccessMs: before.lastSuccessMs,
    failure,
    failingSinceMs: before.failingSinceMs ?? nowMs,
  };
}

function unread(key: CertificateKey, nowMs: number): Watch {
  return {
    account: key.account,
    id: key.id,
    watchedSinceMs: nowMs,
    certificate: null,
    standing: null,
    standingSinceMs: nowMs,
    up: false,
    lastSuccessMs: null,
    failure: null,
    failingSinceMs: null,
    missingSinceMs: null,
  };
}

function failed(before: Watch, failure: ReadFailure, nowMs: number): Watch {
  // A passing failure after "missing" is no evidence that the certificate is back.
  const missing = failure.reason === 'missing' || before.missingSinceMs !== null;
  return {
    ...before,
    up: false,
    failure,
    failingSinceMs: before.failingSinceMs ?? nowMs,
    missingSinceMs: missing ? (before.missingSinceMs ?? nowMs) : null,
  };
}

/**
 * Where a certificate comes without its date, the date that was known of the same issue still holds: any field
 * may be left out of a reply (HUAWEI-API), and an end that is told once must not be told again under another epoch.
 */
function keepDates(certificate: Certificate, known: Certificate | null): Certificate {
  if (certificate.notAfterMs !== null || known === null || !sameIssue(certificate, known)) return certificate;
  return {
    ...certificate,
    notAfterMs: known.notAfterMs,
    notBeforeMs: certificate.notBeforeMs ?? known.notBeforeMs,
  };
}

/** A live certificate proves it by its fingerprint; an expired one, or one of unknown status, may have left that out too. */
function sameIssue(certificate: Certificate, known: Certificate): boolean {
  switch (standingOf(certificate.status)) {
    case 'live':
    case 'revoking':
      return known.fingerprint !== null && known.fingerprint === certificate.fingerprint;
    case 'expired':
    case 'unrecognised':
      return certificate.fingerprint === null || certificate.fingerprint === known.fingerprint;
    case 'revoked':
    case 'unpassed':
    case 'application':
      return false;
  }
}

function standingText(status: string): string {
  const standing = standingOf(status);
  return standing === 'unrecognised' ? `unrecognised:${status}` : standing;
}

/** Whether anything but the time of the last success differs: only then is the row written again. */
export function differs(a: Watch | null, b: Watch): boolean {
  if (a === null) return true;
  return (
    a.up !== b.up ||
    a.standing !== b.standing ||
    a.standingSinceMs !== b.standingSinceMs ||
    a.failingSinceMs !== b.failingSinceMs ||
    a.missingSinceMs !== b.missingSinceMs ||
    (!b.up && a.lastSuccessMs !== b.lastSuccessMs) ||
    a.failure?.reason !== b.failure?.reason ||
    a.failure?.message !== b.failure?.message ||
    !sameCertificate(a.certificate, b.certificate)
  );
}

function sameCertificate(a: Certificate | null, b: Certificate | null): boolean {
  if (a === null || b === null) return a === b;
  for (const key of Object.keys(b) as (keyof Certificate)[]) {
    if (key === 'sans' ? !sameTexts(a.sans, b.sans) : a[key] !== b[key]) return false;
  }
  return true;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
