// What is so about a certificate now: an ordered list of small rules, each with its reason. Pure.
import { formatInstant, formatSpan } from '../shared/time.ts';
import { type Certificate, isLive, standingOf } from './certificate.ts';
import { evaluateServed } from './evaluate-served.ts';
import type { Finding, Kind, Severity } from './finding.ts';
import type { Look } from './look.ts';
import type { Succession } from './succession.ts';
import { fallbackSpans, spanOf, type Thresholds } from './thresholds.ts';
import type { Watch } from './watch.ts';

/** What is known beside the certificate itself. */
export interface Surroundings {
  readonly succession: Succession;
  /**
   * Whether all certificates of its account are seen, so that nobody in sight means that there is nobody; null where
   * they are to be, and are not known now.
   */
  readonly allSeen: boolean | null;
  /** What is seen of it from outside, at each place where it is to be served; none where nobody looks. */
  readonly looks: readonly Look[];
}

/** Where nothing is known of the others. */
export const ALONE: Surroundings = {
  succession: { successor: null, applied: null },
  allSeen: false,
  looks: [],
};

interface Facts extends Surroundings {
  readonly watch: Watch;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
}

type Rule = (facts: Facts) => Finding | null;

/**
 * The findings about one certificate, gravest first (DESIGN, "What is found"). `missing` stands alone: of
 * what is not there nothing else can be said. After a failed read the last known facts are judged, because
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
  if (gone !== null) return [superseded(facts) ?? gone];
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

/** What only a look from outside tells: until each place was seen since the start, nothing of it is over. */
const SEEN_OUTSIDE: readonly Kind[] = ['untrusted', 'served-expiring', 'not-deployed'];

/** Kinds of which nothing can be said now: an alert of one neither begins by that nor ends. */
export function unsureOf(
  watch: Watch,
  thresholds: Thresholds,
  nowMs: number,
  surroundings: Surroundings,
): readonly Kind[] {
  const unsure: Kind[] = surroundings.looks.some(({ served }) => served === null) ? [...SEEN_OUTSIDE] : [];
  if (surroundings.allSeen !== null) return unsure;
  const seen = { watch, thresholds, nowMs, ...surroundings, allSeen: true };
  if (renewalOverdue(seen) !== null) unsure.push('renewal-overdue');
  return unsure;
}

/** 0 ok, 1 warning, 2 critical: the gravest of the findings, as `ccm_certificate_severity` exports it. */
export function severityNumber(findings: readonly { readonly severity: Severity }[]): 0 | 1 | 2 {
  if (findings.some((finding) => finding.severity === 'critical')) return 2;
  return findings.some((finding) => finding.severity === 'warning') ? 1 : 0;
}

const missing: Rule = ({ watch }) =>
  watch.missingSinceMs === null
    ? null
    : critical(
        'missing',
        watch.missingSinceMs,
        'The cloud says that there is no such certificate in this account',
      );

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

const superseded: Rule = ({ watch, succession: { successor } }) => {
  const notAfterMs = watch.certificate?.notAfterMs ?? null;
  if (successor === null || notAfterMs === null) return null;
  return {
    kind: 'superseded',
    severity: 'info',
    cause: 'superseded',
    reason: `The certificate was renewed by ${successor.id} of account ${successor.account}, until ${formatInstant(successor.notAfterMs)}: deploy that one and retire this one`,
    epochMs: notAfterMs,
    renewal: {
      account: successor.account,
      id: successor.id,
      name: successor.name,
      notAfterMs: successor.notAfterMs,
    },
  };
};

/** Time that is left to one that serves and that nobody is to take the place of yet; null where that is no question. */
function leftAlone({ watch, nowMs, succession }: Facts): { leftMs: number; notAfterMs: number } | null {
  const { certificate } = watch;
  if (certificate === null || !isLive(certificate) || certificate.notAfterMs === null) return null;
  const leftMs = certificate.notAfterMs - nowMs;
  return leftMs <= 0 || succession.successor !== null ? null : { leftMs, notAfterMs: certificate.notAfterMs };
}

const renewalStuck: Rule = (facts) => {
  const { applied } = facts.succession;
  const left = leftAlone(facts);
  if (left === null || applied === null || left.leftMs > facts.thresholds.stuckMs) return null;
  return {
    ...warning(
      'renewal-stuck',
      left.notAfterMs,
      `The certificate ends in ${formatSpan(left.leftMs)}, and its renewal ${applied.id} of account ${applied.account} is still in application (${applied.status})`,
    ),
    renewal: { account: applied.account, id: applied.id, name: null, notAfterMs: null },
  };
};

const renewalOverdue: Rule = (facts) => {
  const left = leftAlone(facts);
  if (left === null || facts.allSeen !== true || facts.succession.applied !== null) return null;
  if (left.leftMs > facts.thresholds.overdueMs) return null;
  return warning(
    'renewal-overdue',
    left.notAfterMs,
    `The certificate ends in ${formatSpan(left.leftMs)}, and its account holds nothing that would take its place`,
  );
};

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

function critical(kind: Finding['kind'], epochMs: number, reason: string): Finding {
  return { kind, severity: 'critical', cause: kind, reason, epochMs };
}

function warning(kind: Finding['kind'], epochMs: number, reason: string): Finding {
  return { kind, severity: 'warning', cause: kind, reason, epochMs };
}
