// GET /api/v1/certificates: the certificates as JSON; the field names are a promise to whoever reads them. Pure.
import { standingOf } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import type { MonitorStatus } from './sources.ts';
import { domainsOf, isoInstant, severityOf } from './words.ts';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;

export interface CertificateList {
  readonly certificates: readonly WatchedCertificate[];
  readonly monitor: MonitorStatus;
  readonly limit: number;
  readonly offset: number;
}

/** A slice in the order of the configuration, with how many there are in all. Instants are ISO 8601 in UTC; unknown is null. */
export function certificateList({ certificates, monitor, limit, offset }: CertificateList) {
  return {
    total: certificates.length,
    limit,
    offset,
    last_check: isoInstant(monitor.lastCheckMs),
    last_complete_check: isoInstant(monitor.lastCompleteCheckMs),
    certificates: certificates.slice(offset, offset + limit).map(certificateObject),
  };
}

function certificateObject(watched: WatchedCertificate) {
  const { account, id, alias, owner, runbook, certificate, up, lastSuccessMs, failure, findings } = watched;
  return {
    account,
    id,
    alias,
    owner,
    runbook,
    severity: severityOf(watched),
    name: certificate?.name ?? null,
    status: certificate?.status ?? null,
    standing: certificate === null ? null : standingOf(certificate.status),
    domain: certificate?.domain ?? null,
    domains: certificate === null ? [] : domainsOf(certificate),
    certificate_type: certificate?.type ?? null,
    brand: certificate?.brand ?? null,
    fingerprint: certificate?.fingerprint ?? null,
    not_before: isoInstant(certificate?.notBeforeMs ?? null),
    not_after: isoInstant(certificate?.notAfterMs ?? null),
    up,
    last_success: isoInstant(lastSuccessMs),
    failure:
      failure === null
        ? null
        : { reason: failure.reason, message: failure.message, request_id: failure.requestId },
    findings: findings.map(({ kind, severity, cause, reason, epochMs }) => ({
      kind,
      severity,
      cause,
      reason,
      since: isoInstant(epochMs),
    })),
  };
}
