// What evaluation can say about a certificate, in the words of the contract. Pure.

/** All kinds, the gravest first: the order of digests and tables. */
export const KINDS = [
  'revoked',
  'expired',
  'unpassed',
  'missing',
  'unreadable',
  'expiring',
  'revoking',
  'pending',
  'unrecognised',
] as const;

export type Kind = (typeof KINDS)[number];

export const SEVERITIES = ['warning', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

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
}
