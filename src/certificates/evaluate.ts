// What is so about a certificate now: an ordered list of small rules, each with its reason. Pure.
import { formatInstant, formatSpan } from '../shared/time.ts';
import { type Certificate, isLive, standingOf } from './certificate.ts';
import { renewalOverdue, renewalStuck, superseded } from './evaluate-renewal.ts';
import { evaluateServed } from './evaluate-served.ts';
import type { Finding, Severity } from './finding.ts';
import { ALONE, critical, type Facts, type Rule, type Surroundings, warning } from './rule.ts';
import { fallbackSpans, spanOf, type Thresholds } from './thresholds.ts';
import type { Watch } from './watch.ts';

/**
 * The findings about one certificate, gravest first (DESIGN, "What is found"). `missing` stands alone: of
 * what is not there nothing else can be said, but where it is superseded and served still. After a failed read the last known facts are judged, because
 * time goes on: a known end that has passed has passed. Where another live certificate covers all its names and ends
 * later, its end and that it was deleted are no trouble: `superseded` stands in their place.
 */
export function evaluate(
  watch: Watch,
  thresholds: Thresholds,
  nowMs: number,
  surroundings: Surroundings = ALONE,
): readonly Finding[] {
  const facts = { watch, thresholds, nowMs, ...surroundings };
  const gone = missing(facts);
  if (gone !== null) {
    const taken = superseded(facts);
    // Deleted where it is kept, it can be served all the same.
    return taken === null ? [gone] : [...seenOutside(facts), taken];
  }
  const findings: Finding[] = [];
  const taken = revoked(facts);
  const ending = taken ?? expired(facts);
  const ended = ending ?? expiring(facts);
  const replaced = taken === null && ended !== null ? superseded(facts) : null;
  for (const finding of [
    replaced === null ? ended : null,
    unpassed(facts),
    unreadable(facts),
    ...seenOutside(facts),
    renewalStuck(facts),
    renewalOverdue(facts),
    revoking(facts),
    pending(facts),
    unrecognised(facts),
    replaced,
  ]) {
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

/** 0 ok, 1 warning, 2 critical: the gravest of the findings, as `ccm_certificate_severity` exports it. */
export function severityNumber(findings: readonly { readonly severity: Severity }[]): 0 | 1 | 2 {
  if (findings.some((finding) => finding.severity === 'critical')) return 2;
  return findings.some((finding) => finding.severity === 'warning') ? 1 : 0;
}

const missing: Rule = ({ watch, thresholds, nowMs, isFound = false }) => {
  const { missingSinceMs, lastSuccessMs } = watch;
  if (missingSinceMs === null) return null;
  // Nobody has ever seen it but a list, which may be wrong: told where it stays so, and the list does not take it back.
  if (isFound && lastSuccessMs === null && nowMs - missingSinceMs <= thresholds.unreadableMs) return null;
  return critical(
    'missing',
    missingSinceMs,
    'The cloud says that there is no such certificate in this account',
  );
};

const revoked: Rule = ({ watch }) => {
  if (watch.certificate === null || standingOf(watch.certificate.status) !== 'revoked') return null;
  const why = watch.certificate.revokeReason;
  return critical(
    'revoked',
    watch.standingSinceMs,
    why === null ? 'The certificate is revoked' : `The certificate is revoked: ${why}`,
  );
};

const expired: Rule = ({ watch, nowMs }) => {
  const certificate = watch.certificate;
  if (certificate === null) return null;
  const { notAfterMs } = certificate;
  if (notAfterMs !== null && notAfterMs <= nowMs) {
    return critical('expired', notAfterMs, `The certificate ended at ${formatInstant(notAfterMs)}`);
  }
  if (standingOf(certificate.status) !== 'expired') return null;
  return critical(
    'expired',
    notAfterMs ?? watch.standingSinceMs,
    'The cloud says that the certificate is EXPIRED',
  );
};

const unpassed: Rule = ({ watch }) =>
  watch.certificate !== null && standingOf(watch.certificate.status) === 'unpassed'
    ? critical('unpassed', watch.standingSinceMs, 'The application for the certificate failed')
    : null;

const unreadable: Rule = ({ watch, thresholds, nowMs }) => {
  if (watch.failure === null || watch.failingSinceMs === null) return null;
  // After a clock was set back the last success lies ahead: then the failing itself is the better measure.
  const quietMs = nowMs - Math.min(watch.lastSuccessMs ?? watch.watchedSinceMs, watch.failingSinceMs);
  const neverHealthy =
    watch.certificate !== null && isLive(watch.certificate) && watch.certificate.notAfterFault !== null;
  if (!neverHealthy && quietMs <= thresholds.unreadableMs) return null;
  const since =
    watch.lastSuccessMs === null
      ? 'It was never read'
      : `It was last read at ${formatInstant(watch.lastSuccessMs)}`;
  return {
    ...critical('unreadable', watch.failingSinceMs, `${watch.failure.message}. ${since}`),
    cause: watch.failure.reason,
  };
};

const expiring: Rule = ({ watch, thresholds, nowMs }) => {
  const certificate = watch.certificate;
  if (certificate === null || certificate.notAfterMs === null || !isLive(certificate)) return null;
  const leftMs = certificate.notAfterMs - nowMs;
  const severity = expiringSeverity(certificate, thresholds, leftMs);
  if (severity === null) return null;
  const reason = `The certificate ends in ${formatSpan(leftMs)}, at ${formatInstant(certificate.notAfterMs)}`;
  return { kind: 'expiring', severity, cause: 'expiring', reason, epochMs: certificate.notAfterMs };
};

function expiringSeverity(certificate: Certificate, thresholds: Thresholds, leftMs: number): Severity | null {
  if (leftMs <= spanOf(thresholds.critical, certificate, fallbackSpans.criticalMs)) return 'critical';
  return leftMs <= spanOf(thresholds.warning, certificate, fallbackSpans.warningMs) ? 'warning' : null;
}

function seenOutside({ watch, thresholds, looks, succession, nowMs }: Facts): readonly Finding[] {
  return evaluateServed({
    certificate: watch.certificate,
    knownSinceMs: watch.standingSinceMs,
    successor: succession.successor,
    looks,
    thresholds,
    nowMs,
  });
}

const revoking: Rule = ({ watch }) =>
  watch.certificate !== null && standingOf(watch.certificate.status) === 'revoking'
    ? warning('revoking', watch.standingSinceMs, 'A revocation of the certificate is under review')
    : null;

const pending: Rule = ({ watch, thresholds, nowMs }) => {
  if (watch.certificate === null || standingOf(watch.certificate.status) !== 'application') return null;
  const ageMs = nowMs - watch.standingSinceMs;
  if (ageMs <= thresholds.pendingMs) return null;
  return warning(
    'pending',
    watch.standingSinceMs,
    `The certificate has been in application (${watch.certificate.status}) for ${formatSpan(ageMs)}`,
  );
};

const unrecognised: Rule = ({ watch }) => {
  if (watch.certificate === null || standingOf(watch.certificate.status) !== 'unrecognised') return null;
  const { status } = watch.certificate;
  return {
    ...warning('unrecognised', watch.standingSinceMs, `The status ${status} is not one that is documented`),
    cause: status,
  };
};
