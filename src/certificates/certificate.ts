// What is known of one certificate, in our own words. Pure: no I/O, no clock.

/** Names one certificate: ids are unique within a site of the cloud, so the account belongs to the key. */
export interface CertificateKey {
  readonly account: string;
  readonly id: string;
}

/** The facts of one successful read. Unknown is null, never 0 or ''. Times are epoch milliseconds. */
export interface Certificate {
  readonly id: string;
  /** The cloud's word, kept as it came, whether we know it or not. */
  readonly status: string;
  readonly name: string | null;
  readonly domain: string | null;
  /** Additional names, split and without duplicates; may or may not repeat `domain`. */
  readonly sans: readonly string[];
  readonly type: string | null;
  readonly brand: string | null;
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
  readonly issuedAtMs: number | null;
  /** SHA-1 of the issued certificate, lower-case hex. */
  readonly fingerprint: string | null;
  readonly signatureAlgorithm: string | null;
  readonly validityMonths: number | null;
  readonly validationMethod: string | null;
  readonly domainType: string | null;
  readonly multiDomainType: string | null;
  readonly domainCount: number | null;
  readonly wildcardCount: number | null;
  readonly pushSupport: string | null;
  readonly revokeReason: string | null;
  readonly orderId: string | null;
  readonly description: string | null;
  readonly enterpriseProjectId: string | null;
  readonly shared: boolean | null;
  /** Why `not_after` cannot be used ("is empty", "is not a date"), or null where it can, or need not be. */
  readonly notAfterFault: string | null;
}

/** One string for maps; U+0000 stands in no account name and in no id. */
export function keyText({ account, id }: CertificateKey): string {
  return `${account}\u0000${id}`;
}

/**
 * What a status means to us (HUAWEI-API, "Status values seen anywhere"). `live` certificates serve;
 * `revoking` ones still do; `application` has not been issued yet; `unrecognised` is anything else.
 */
export type Standing =
  | 'live'
  | 'revoking'
  | 'application'
  | 'expired'
  | 'revoked'
  | 'unpassed'
  | 'unrecognised';

const STANDINGS: ReadonlyMap<string, Standing> = new Map<string, Standing>([
  ['ISSUED', 'live'],
  ['UPLOAD', 'live'],
  ['SUPPLEMENTCHECKING', 'live'],
  ['CANCELSUPPLEMENTING', 'live'],
  ['REVOKING', 'revoking'],
  ['CANCLEREVOKING', 'live'],
  ['CANCELREVOKING', 'live'],
  ['EXPIRED', 'expired'],
  ['REVOKED', 'revoked'],
  ['UNPASSED', 'unpassed'],
  ['PAID', 'application'],
  ['CHECKING', 'application'],
  ['CHECKING_DOMAIN', 'application'],
  ['CHECKING_ORG', 'application'],
  ['ISSUING', 'application'],
  ['CANCELCHECKING', 'application'],
]);

/** The statuses that have a meaning here, in the order of the metric's label values. */
export const KNOWN_STATUSES: readonly string[] = [...STANDINGS.keys()].filter((s) => s !== 'CANCELREVOKING');

/** What a status word means; never throws, whatever the word is. */
export function standingOf(status: string): Standing {
  return STANDINGS.get(status) ?? 'unrecognised';
}

/** A certificate that is served today: its end matters. */
export function isLive(certificate: Certificate): boolean {
  const standing = standingOf(certificate.status);
  return standing === 'live' || standing === 'revoking';
}
