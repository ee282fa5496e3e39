// What evaluation can say about a certificate, in the words of the contract. Pure.

/** All kinds, the gravest first: the order of digests and tables. */
export const KINDS = [
  'revoked',
  'expired',
  'unpassed',
  'missing',
  'unreadable',
  'untrusted',
  'served-expiring',
  'expiring',
  'not-deployed',
  'renewal-stuck',
  'renewal-overdue',
  'revoking',
  'pending',
  'unrecognised',
  'unmonitored',
  'superseded',
] as const;

export type Kind = (typeof KINDS)[number];

/** What only a look from outside tells. */
export const SEEN_OUTSIDE: readonly Kind[] = ['untrusted', 'served-expiring', 'not-deployed'];

/** `info` needs nobody: it is told once, and its end is not. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Who takes the place of a certificate, or is to take it: what a finding says beside the certificate's own facts. Serialisable. */
export interface Renewal {
  readonly account: string;
  readonly id: string;
  readonly name: string | null;
  /** null while it is in application. */
  readonly notAfterMs: number | null;
}

/** Where a certificate is served, and what is wrong there. Serialisable. */
export interface Place {
  /** `www.example.com:443`: the first of them. */
  readonly endpoint: string;
  /** At how many more places it is the same. */
  readonly more: number;
  /** Which those are: an alert remembers them, a mail does not name them. */
  readonly others?: readonly string[];
  /** The end of what is served there. */
  readonly notAfterMs: number | null;
  /** Why clients refuse it, as the end of a sentence; null where they do not. */
  readonly why: string | null;
}

/** All of them, the first first. */
export function placesOf({ endpoint, others = [] }: Place): readonly string[] {
  return [endpoint, ...others];
}

/** One thing that is so about one certificate now, with its reason in words. */
export interface Finding {
  readonly kind: Kind;
  readonly severity: Severity;
  /** What distinguishes causes: a failure reason, a status word, or the kind itself. Short, for labels and grouping. */
  readonly cause: string;
  /** One sentence for people. */
  readonly reason: string;
  /** Since when it is so, as far as known: identity of the alert together with account, id and kind. */
  readonly epochMs: number;
  /** The certificate that is live in its place, or that was applied for; absent where the kind speaks of none. */
  readonly renewal?: Renewal;
  /** Where it is seen from outside; absent where the kind speaks of no place. */
  readonly place?: Place;
}
