// What is so about the renewal of a certificate: it has one, it hangs, nothing is in sight; and what nobody can say now. Pure.
import { formatInstant, formatSpan } from '../shared/time.ts';
import { isLive } from './certificate.ts';
import { isServed } from './evaluate-served.ts';
import { type Finding, type Kind, placesOf, SEEN_OUTSIDE } from './finding.ts';
import { lookText, unseenPlaces } from './look.ts';
import { type Facts, type Rule, type Surroundings, warning } from './rule.ts';
import type { Thresholds } from './thresholds.ts';
import type { Watch } from './watch.ts';

export const superseded: Rule = ({ watch, succession: { successor } }) => {
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

export const renewalStuck: Rule = (facts) => {
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

export const renewalOverdue: Rule = (facts) => {
  const left = leftAlone(facts);
  if (left === null || facts.allSeen !== true || facts.succession.applied !== null) return null;
  if (left.leftMs > facts.thresholds.overdueMs) return null;
  return warning(
    'renewal-overdue',
    left.notAfterMs,
    `The certificate ends in ${formatSpan(left.leftMs)}, and its account holds nothing that would take its place`,
  );
};

/**
 * What ends without being over: nobody looks there any more, or who has taken its place is looked at, and tells what is
 * wrong there. Of one that is superseded nobody has to hear that what is served ends soon.
 */
export function isHushed(
  { kind, place }: Pick<Finding, 'kind' | 'place'>,
  { looks, succession: { successor } }: Surroundings,
): boolean {
  if (!SEEN_OUTSIDE.includes(kind)) return false;
  if (kind === 'served-expiring' && successor !== null) return true;
  const lookedAt = new Set(looks.map(lookText));
  return place === undefined ? looks.length === 0 : placesOf(place).some((one) => !lookedAt.has(one));
}

/**
 * Kinds of which nothing can be said now: an alert of one neither begins by that nor ends. Of what only a look from outside
 * tells nothing is over until each place was seen since the start.
 */
export function unsureOf(
  watch: Watch,
  thresholds: Thresholds,
  nowMs: number,
  surroundings: Surroundings,
): readonly Kind[] {
  const unsure: Kind[] = isUnseen(watch, nowMs, surroundings) ? [...SEEN_OUTSIDE] : [];
  if (isServedStill(watch, surroundings)) unsure.push('not-deployed');
  if (surroundings.allSeen !== null) return unsure;
  const seen = { watch, thresholds, nowMs, ...surroundings, allSeen: true };
  if (renewalOverdue(seen) !== null) unsure.push('renewal-overdue');
  return unsure;
}

/** Whether a look could still say something: of what has ended, or is not there, the end is said by that. */
function isUnseen(
  { certificate, missingSinceMs }: Watch,
  nowMs: number,
  { looks, succession: { successor } }: Surroundings,
): boolean {
  if (certificate === null || (missingSinceMs !== null && successor === null)) return false;
  return isServed(certificate, { successor, nowMs }) && looks.some(({ served }) => served === null);
}

/** Places, as alerts name them, of which nothing is over: never seen since the start, or a superseded one is served there. */
export function unsurePlaces(
  kind: Kind,
  {
    watch,
    findings,
    surroundings: { looks, succession },
  }: { watch: Watch; findings: readonly Finding[]; surroundings: Surroundings },
): readonly string[] {
  const unseen = unseenPlaces(looks);
  if (kind !== 'not-deployed' || findings.some((finding) => finding.kind === kind)) return unseen;
  const still = looks.filter((look) => isServedStill(watch, { looks: [look], succession }));
  return [...unseen, ...still.map(lookText)];
}

/** Of one that is superseded: then a newer successor begins no other day in which to deploy it. */
function isServedStill(
  { certificate }: Watch,
  { looks, succession: { successor } }: Pick<Surroundings, 'looks' | 'succession'>,
): boolean {
  const own = certificate?.fingerprint ?? null;
  return (
    own !== null && successor !== null && looks.some(({ served }) => served?.chain[0].fingerprint === own)
  );
}
