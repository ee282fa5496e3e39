// What one look at an endpoint found: the certificates that it serves, or why none were seen. Pure.

/** Why a probe saw no certificate: a closed list, the `reason` label of its failures. */
export const PROBE_FAILURES = [
  'unresolved', // DNS knows no address, or does not answer
  'refused_address', // all addresses are loopback, link-local or private, and the configuration does not name the host
  'unreachable', // no address takes the connection
  'timeout', // not over within the deadline
  'reset', // the connection ended before the handshake was over
  'no_tls', // what answers does not speak TLS
  'old_tls', // it speaks no version from 1.2 on
  'starttls_refused', // the protocol before TLS went another way than to TLS
  'too_large', // it sends more than a handshake can need
  'rejected', // it ended the handshake by an alert: the name is unknown to it, it wants a client certificate, no cipher fits
  'malformed', // what it presents is no certificate that can be read
] as const;

export type ProbeFailureReason = (typeof PROBE_FAILURES)[number];

/** Why chain or name do not verify: a closed list. */
export const UNTRUSTED_CODES = [
  'expired',
  'not_yet_valid',
  'self_signed',
  'unknown_issuer', // an intermediate is missing, or the authority is not a known one
  'wrong_name',
  'weak', // a key or signature that is too weak by today's rules
  'invalid', // anything else that OpenSSL objects to
] as const;

export type UntrustedCode = (typeof UNTRUSTED_CODES)[number];

export interface Untrusted {
  readonly code: UntrustedCode;
  /** For people: the end of a sentence that begins with the endpoint. */
  readonly message: string;
}

/** One certificate of the chain. Its texts come from outside: they are one line each and bounded, but may say anything. */
export interface ServedCertificate {
  /** SHA-1, lower-case hex: as the cloud shows the one that it issued. */
  readonly fingerprint: string;
  /** SHA-256, lower-case hex. */
  readonly fingerprint256: string;
  readonly subject: string | null;
  readonly issuer: string | null;
  /** DNS names and IP addresses of its subjectAltName, at most a hundred. */
  readonly names: readonly string[];
  /** Upper-case hex. */
  readonly serialNumber: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface Served {
  /** The leaf, and from then on the issuer of the one before; without a self-signed authority at its end. Never empty. */
  readonly chain: readonly [ServedCertificate, ...ServedCertificate[]];
  /** The end of the one in the chain that ends first. */
  readonly earliestNotAfterMs: number;
  /** Null where chain and name verify. */
  readonly untrusted: Untrusted | null;
  /** `TLSv1.3`. */
  readonly protocol: string | null;
  /** The one that was connected to. */
  readonly address: string;
}

export interface ProbeFailure {
  readonly reason: ProbeFailureReason;
  /** One sentence for people: what was looked at, what came, what to do. */
  readonly message: string;
}

export type ProbeResult =
  | { readonly ok: true; readonly served: Served }
  | { readonly ok: false; readonly failure: ProbeFailure };
