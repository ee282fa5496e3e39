// What is so about a certificate as it is seen from outside: not deployed, ending sooner than it should, not trusted. Pure.
import { formatInstant, formatSpan } from '../shared/time.ts';
import { type Certificate, standingOf } from './certificate.ts';
import type { Finding, Severity } from './finding.ts';
import { concerns, type Look, lookText } from './look.ts';
import type { Served } from './served.ts';
import type { Successor } from './succession.ts';
import { fallbackSpans, spanOf, type Thresholds } from './thresholds.ts';

interface Facts {
  readonly certificate: Certificate | null;
  /** Since when it is known as it is: where the cloud does not say when it was issued. */
  readonly knownSinceMs: number;
  /** The one that takes its place, and is to be served then. */
  readonly successor: Successor | null;
  readonly looks: readonly Look[];
  readonly thresholds: Thresholds;
  readonly nowMs: number;
}

interface Seen {
  readonly look: Look;
  readonly served: Served;
}

/** One finding for each kind, whatever the number of places; the first stands in its reason, and all are counted. */
export function evaluateServed(facts: Facts): readonly Finding[] {
  const { certificate, looks, successor } = facts;
  if (certificate === null || looks.length === 0) return [];
  if (!isServed(certificate, facts) || certificate.notAfterMs === null) return [];
  const seen = looks
    .filter((look) => concerns(look, certificate))
    .flatMap((look) => (look.served === null ? [] : [{ look, served: look.served }]));
  const found = [
    untrusted(certificate, seen),
    successor === null ? servedExpiring({ ...facts, certificate }, seen) : null,
    notDeployed({ ...facts, certificate }, seen) ??
      (successor === null ? null : stillServed({ ...facts, certificate }, { seen, successor })),
  ];
  return found.filter((finding) => finding !== null);
}

/**
 * Whether what is seen of it says something. What has ended, or is revoked, tells that itself; where another one has its
 * place, it must not be served any more. A status that nobody knows takes nothing off the net.
 */
export function isServed(
  { status, notAfterMs }: Certificate,
  { successor, nowMs }: Pick<Facts, 'successor' | 'nowMs'>,
): boolean {
  if (successor !== null) return true;
  if (notAfterMs !== null && notAfterMs <= nowMs) return false;
  const standing = standingOf(status);
  return standing === 'live' || standing === 'revoking' || standing === 'unrecognised';
}

type Known = Facts & { readonly certificate: Certificate };

function untrusted(certificate: Certificate, seen: readonly Seen[]): Finding | null {
  const bad = seen.filter(({ served }) => served.untrusted !== null);
  const [first] = bad;
  if (first === undefined) return null;
  const { code = 'invalid', message = '' } = first.served.untrusted ?? {};
  return finding('untrusted', {
    severity: 'critical',
    cause: code,
    reason: `${lookText(first.look)}${others(bad)} serves what clients refuse: ${message}`,
    certificate,
    places: bad,
  });
}

/** The leaf or an intermediate ends sooner than the certificate that the cloud holds. */
function servedExpiring({ certificate, thresholds, nowMs }: Known, seen: readonly Seen[]): Finding | null {
  const warningMs = spanOf(thresholds.warning, certificate, fallbackSpans.warningMs);
  const ending = seen
    .filter(({ served }) => {
      const { earliestNotAfterMs: servedMs } = served;
      return servedMs < endThere(certificate, served) && servedMs - nowMs <= warningMs;
    })
    .toSorted((a, b) => a.served.earliestNotAfterMs - b.served.earliestNotAfterMs);
  const [first] = ending;
  if (first === undefined) return null;
  const { earliestNotAfterMs: firstMs } = first.served;
  const leftMs = firstMs - nowMs;
  const criticalMs = spanOf(thresholds.critical, certificate, fallbackSpans.criticalMs);
  const when = leftMs > 0 ? `ends in ${formatSpan(leftMs)}` : 'has ended';
  return finding('served-expiring', {
    severity: leftMs <= criticalMs ? 'critical' : 'warning',
    cause: 'served-expiring',
    reason: `What ${lookText(first.look)}${others(ending)} serves ${when}, at ${formatInstant(firstMs)}: sooner than the certificate itself`,
    certificate,
    places: ending,
  });
}

/** Of the very certificate its own end is known exactly, whatever zone the cloud's time was taken for. */
function endThere(certificate: Certificate, { chain: [leaf] }: Served): number {
  if (leaf.fingerprint === certificate.fingerprint) return leaf.notAfterMs;
  return certificate.notAfterMs ?? Number.POSITIVE_INFINITY;
}

/** This one was issued long enough ago, and an older one is served still. What is newer or of elsewhere is no fault. */
function notDeployed(
  { certificate, knownSinceMs, thresholds, nowMs }: Known,
  seen: readonly Seen[],
): Finding | null {
  const { fingerprint, notBeforeMs, issuedAtMs } = certificate;
  const startMs = notBeforeMs ?? issuedAtMs;
  const issuedMs = Math.max(issuedAtMs ?? notBeforeMs ?? 0, startMs === null ? knownSinceMs : 0);
  if (fingerprint === null || startMs === null || nowMs - issuedMs <= thresholds.deployMs) return null;
  const old = seen.filter(
    ({
      served: {
        chain: [leaf],
      },
    }) => leaf.fingerprint !== fingerprint && leaf.notBeforeMs < startMs,
  );
  const [first] = old;
  if (first === undefined) return null;
  return finding('not-deployed', {
    severity: 'warning',
    cause: 'not-deployed',
    reason: `${lookText(first.look)}${others(old)} still serves an older certificate, until ${formatInstant(first.served.chain[0].notAfterMs)}: this one was issued ${formatSpan(nowMs - issuedMs)} ago`,
    certificate,
    places: old,
  });
}

/** Its successor was issued long enough ago, and this one is served still. */
function stillServed(
  { certificate, thresholds, nowMs }: Known,
  { seen, successor }: { seen: readonly Seen[]; successor: Successor },
): Finding | null {
  if (nowMs - successor.issuedMs <= thresholds.deployMs) return null;
  const old = seen.filter(
    ({
      served: {
        chain: [leaf],
      },
    }) => leaf.fingerprint === certificate.fingerprint,
  );
  const [first] = old;
  if (first === undefined) return null;
  return finding('not-deployed', {
    severity: 'warning',
    cause: 'not-deployed',
    reason: `${lookText(first.look)}${others(old)} still serves this certificate, though ${successor.id} of account ${successor.account} has been there for ${formatSpan(nowMs - successor.issuedMs)}`,
    certificate,
    places: old,
  });
}

function others(places: readonly Seen[]): string {
  return places.length === 1 ? '' : ` (and ${places.length - 1} more)`;
}

function finding(
  kind: Finding['kind'],
  {
    severity,
    cause,
    reason,
    certificate,
    places,
  }: { severity: Severity; cause: string; reason: string; certificate: Certificate; places: readonly Seen[] },
): Finding {
  const [first, ...others] = places;
  return {
    kind,
    severity,
    cause,
    reason,
    // A re-issue is another certificate, and begins anew.
    epochMs: certificate.notAfterMs ?? 0,
    place: {
      endpoint: first === undefined ? '' : lookText(first.look),
      more: others.length,
      others: others.map(({ look }) => lookText(look)),
      notAfterMs: first?.served.earliestNotAfterMs ?? null,
      why: first?.served.untrusted?.message ?? null,
    },
  };
}
