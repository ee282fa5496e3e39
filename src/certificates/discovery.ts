// What is remembered of the certificates that an account was found to have, and how a new list changes it. Pure.
import { DAY_MS } from '../shared/time.ts';
import { type Certificate, type CertificateKey, keyText, standingOf } from './certificate.ts';
import type { ListedCertificate } from './listed.ts';
import type { Contender } from './succession.ts';

export interface Discovery extends CertificateKey {
  /** As it was listed last. */
  readonly listed: ListedCertificate;
  /** Since when whole lists of the account lack it; null while they have it. */
  readonly unlistedSinceMs: number | null;
}

/** For so long what a list lacks is watched on: its own reads say whether it is gone, and people hear of it. */
const UNLISTED_KEPT_MS = 30 * DAY_MS;

/**
 * Takes a list of the account in. What was found once stays watched, whatever becomes of it: one that is filtered by status
 * and then revoked is what people want to hear of. It leaves where the configuration no longer chooses it, or a month
 * after the last whole list that had it.
 */
export function discover({
  account,
  known,
  listed,
  whole,
  isChosen,
  isRefuted = () => false,
  nowMs,
}: {
  account: string;
  known: readonly Discovery[];
  listed: readonly ListedCertificate[];
  whole: boolean;
  /** `found`: whether it is to be found anew; `kept`: whether it goes on being watched. */
  isChosen: (certificate: ListedCertificate) => { readonly found: boolean; readonly kept: boolean };
  /** Whether it was never read, and the cloud says that it is not there. */
  isRefuted?: (key: CertificateKey) => boolean;
  nowMs: number;
}): readonly Discovery[] {
  const before = new Map(known.map((discovery) => [discovery.id, discovery]));
  const now: Discovery[] = [];
  // A list that changes while it is read may say one twice.
  for (const certificate of new Map(listed.map((one) => [one.id, one])).values()) {
    const { found, kept } = isChosen(certificate);
    const was = before.get(certificate.id);
    before.delete(certificate.id);
    if (found || (was !== undefined && kept))
      now.push({ account, id: certificate.id, listed: certificate, unlistedSinceMs: null });
  }
  for (const was of before.values()) {
    // One list had it, and nothing else: a list that lacks it is right.
    if (whole && isRefuted(was)) continue;
    const sinceMs = was.unlistedSinceMs ?? (whole ? nowMs : null);
    const over = sinceMs !== null && nowMs - sinceMs > UNLISTED_KEPT_MS;
    if (!over && isChosen(was.listed).kept) now.push({ ...was, unlistedSinceMs: sinceMs });
  }
  return now;
}

/** What differs between two rows, for the state: those to write, and those to forget. */
export function discoveryChanges(
  before: readonly Discovery[],
  now: readonly Discovery[],
): { readonly changed: readonly Discovery[]; readonly gone: readonly CertificateKey[] } {
  const old = new Map(before.map((discovery) => [keyText(discovery), discovery]));
  const changed = now.filter((discovery) => {
    const was = old.get(keyText(discovery));
    old.delete(keyText(discovery));
    return (
      was === undefined ||
      was.unlistedSinceMs !== discovery.unlistedSinceMs ||
      JSON.stringify(was.listed) !== JSON.stringify(discovery.listed)
    );
  });
  return { changed, gone: [...old.values()].map(({ account, id }) => ({ account, id })) };
}

/** Whether it matters that nobody watches it: one that has ended for good needs nobody. */
export function needsWatching({ status }: ListedCertificate): boolean {
  switch (status === null ? 'unrecognised' : standingOf(status)) {
    case 'expired':
    case 'revoked':
    case 'unpassed':
      return false;
    case 'live':
    case 'revoking':
    case 'application':
    case 'unrecognised':
      return true;
  }
}

/** The facts that a list tells, as those of a certificate; what it does not tell is not known. */
export function factsOfListed(listed: ListedCertificate): Certificate | null {
  if (listed.status === null) return null;
  return {
    ...NOT_LISTED,
    id: listed.id,
    status: listed.status,
    name: listed.name,
    domain: listed.domain,
    sans: listed.sans,
    type: listed.type,
    brand: listed.brand,
    notAfterMs: listed.notAfterMs,
    enterpriseProjectId: listed.enterpriseProjectId,
  };
}

const NOT_LISTED = {
  notBeforeMs: null,
  issuedAtMs: null,
  fingerprint: null,
  signatureAlgorithm: null,
  validityMonths: null,
  validationMethod: null,
  domainType: null,
  multiDomainType: null,
  domainCount: null,
  wildcardCount: null,
  pushSupport: null,
  revokeReason: null,
  orderId: null,
  description: null,
  shared: null,
  notAfterFault: null,
} as const;

/** As one that may take another's place, or be replaced; none where its status is not known. */
export function contendersOf({ account, id, listed, unlistedSinceMs }: Discovery): readonly Contender[] {
  const certificate = factsOfListed(listed);
  if (certificate === null) return [];
  return [{ account, id, certificate, present: unlistedSinceMs === null, standingSinceMs: 0 }];
}
