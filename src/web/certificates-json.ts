// GET /api/v1/certificates: the certificates as JSON; the field names are a promise to whoever reads them. Pure.
import { standingOf } from '../certificates/certificate.ts';
import type { DeployedService } from '../certificates/deployment.ts';
import { type Look, lookText } from '../certificates/look.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import type { CertificateList } from './api-schema.ts';
import type { Entry } from './entries.ts';
import type { MonitorStatus, SilenceShown, StatusSource } from './sources.ts';
import { domainsOf, isoInstant, severityOf } from './words.ts';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;
export const MAX_OFFSET = 1_000_000;

export interface ListFacts {
  /** What matches, in its order. */
  readonly entries: readonly Entry[];
  readonly monitor: Pick<MonitorStatus, 'lastCheckMs' | 'lastCompleteCheckMs'>;
  readonly silences: ReadonlyMap<string, SilenceShown>;
  readonly deployedOf: StatusSource['deployedOf'];
  readonly limit: number;
  readonly offset: number;
}

/** A slice of what matches, with how many that are. Instants are ISO 8601 in UTC; unknown is null. */
export function certificateList({
  entries,
  monitor,
  silences,
  deployedOf,
  limit,
  offset,
}: ListFacts): CertificateList {
  return {
    total: entries.length,
    limit,
    offset,
    last_check: isoInstant(monitor.lastCheckMs),
    last_complete_check: isoInstant(monitor.lastCompleteCheckMs),
    certificates: entries
      .slice(offset, offset + limit)
      .map(({ watched, key }) =>
        certificateObject(watched, { silence: silences.get(key) ?? null, deployed: deployedOf(watched) }),
      ),
  };
}

function certificateObject(
  watched: WatchedCertificate,
  { silence, deployed }: { silence: SilenceShown | null; deployed: readonly DeployedService[] | null },
): CertificateList['certificates'][number] {
  const { account, id, alias, owner, runbook, certificate, up, lastSuccessMs, failure, findings } = watched;
  const { successor, looks } = watched;
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
    domains: certificate === null ? [] : [...domainsOf(certificate)],
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
    superseded_by:
      successor === null
        ? null
        : { account: successor.account, id: successor.id, not_after: isoInstant(successor.notAfterMs) },
    endpoints: looks.map((look) => endpointObject(look, certificate?.fingerprint ?? null)),
    deployed:
      deployed?.map(({ service, count, regions }) => ({
        service,
        count,
        regions: regions.map((part) => ({ region: part.region, count: part.count })),
      })) ?? null,
    silence: silence === null ? null : { until: isoInstant(silence.untilMs), reason: silence.reason },
  };
}

function endpointObject(
  look: Look,
  fingerprint: string | null,
): CertificateList['certificates'][number]['endpoints'][number] {
  const { served, failure } = look;
  const leaf = served?.chain[0] ?? null;
  return {
    endpoint: lookText(look),
    up: served === null && failure === null ? null : failure === null,
    not_after: isoInstant(served?.earliestNotAfterMs ?? null),
    fingerprint: leaf?.fingerprint ?? null,
    match: leaf === null || fingerprint === null ? null : leaf.fingerprint === fingerprint,
    untrusted: served?.untrusted?.code ?? null,
    failure: failure === null ? null : { reason: failure.reason, message: failure.message },
  };
}
