// Which runbook says what to do about a finding: the page of docs/runbooks, named as the Prometheus alert. Pure.
import type { Kind, Severity } from './finding.ts';

const RUNBOOKS: Readonly<Record<Exclude<Kind, 'expiring'>, string>> = {
  revoked: 'CcmCertificateRevoked',
  expired: 'CcmCertificateExpired',
  unpassed: 'CcmCertificateUnpassed',
  missing: 'CcmCertificateMissing',
  unreadable: 'CcmCertificateUnreadable',
  revoking: 'CcmCertificateRevoking',
  pending: 'CcmCertificatePending',
  unrecognised: 'CcmCertificateUnrecognised',
  'renewal-stuck': 'CcmCertificateRenewalStuck',
  'renewal-overdue': 'CcmCertificateRenewalOverdue',
  unmonitored: 'CcmAccountUnmonitored',
  superseded: 'CcmCertificateSuperseded',
  untrusted: 'CcmEndpointUntrusted',
  'served-expiring': 'CcmEndpointExpiring',
  'not-deployed': 'CcmCertificateNotDeployed',
};

/** The name of the page: `CcmCertificateExpired`. */
function runbookOf(kind: Kind, severity: Severity): string {
  if (kind !== 'expiring') return RUNBOOKS[kind];
  return severity === 'critical' ? 'CcmCertificateExpiringCritical' : 'CcmCertificateExpiringSoon';
}

/** Where the status page shows it, below its public address; mails and pages link to it. */
export function runbookPath(kind: Kind, severity: Severity): string {
  return `/runbooks/${runbookOf(kind, severity)}`;
}
