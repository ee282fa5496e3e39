// Which page helps with which kind: the names are those of the alert rules.
import { expect, test } from '@jest/globals';
import type { Kind, Severity } from '../../src/certificates/finding.ts';
import { runbookPath } from '../../src/certificates/runbook.ts';

test.each<[Kind, Severity, string]>([
  ['revoked', 'critical', 'CcmCertificateRevoked'],
  ['expired', 'critical', 'CcmCertificateExpired'],
  ['unpassed', 'critical', 'CcmCertificateUnpassed'],
  ['missing', 'critical', 'CcmCertificateMissing'],
  ['unreadable', 'critical', 'CcmCertificateUnreadable'],
  ['revoking', 'warning', 'CcmCertificateRevoking'],
  ['pending', 'warning', 'CcmCertificatePending'],
  ['unrecognised', 'warning', 'CcmCertificateUnrecognised'],
  ['untrusted', 'critical', 'CcmEndpointUntrusted'],
  ['served-expiring', 'warning', 'CcmEndpointExpiring'],
  ['served-expiring', 'critical', 'CcmEndpointExpiring'],
  ['not-deployed', 'warning', 'CcmCertificateNotDeployed'],
  ['renewal-stuck', 'warning', 'CcmCertificateRenewalStuck'],
  ['renewal-overdue', 'warning', 'CcmCertificateRenewalOverdue'],
  ['unmonitored', 'warning', 'CcmAccountUnmonitored'],
  ['superseded', 'info', 'CcmCertificateSuperseded'],
  ['expiring', 'warning', 'CcmCertificateExpiringSoon'],
  ['expiring', 'critical', 'CcmCertificateExpiringCritical'],
])('%s, %s: %s', (kind, severity, name) => {
  expect(runbookPath(kind, severity)).toBe(`/runbooks/${name}`);
});
