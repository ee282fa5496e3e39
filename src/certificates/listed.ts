// Which certificates an account has, as its list shows them. Types only.
import type { ReadFailure } from './reading.ts';

/** One certificate as a list of its account shows it. Unknown is null; times are epoch milliseconds. */
export interface ListedCertificate {
  readonly id: string;
  /** The cloud's word, kept as it came. */
  readonly status: string | null;
  readonly name: string | null;
  readonly domain: string | null;
  /** Additional names, split and without duplicates; may or may not repeat `domain`. */
  readonly sans: readonly string[];
  readonly type: string | null;
  readonly brand: string | null;
  readonly notAfterMs: number | null;
  readonly enterpriseProjectId: string | null;
}

export interface ListFilter {
  /** Certificates with one of these statuses; empty: with any. */
  readonly statuses: readonly string[];
  readonly enterpriseProjectId: string | null;
  /** Also certificates that others share with the account. */
  readonly shared: boolean;
}

export type Listing =
  | {
      readonly ok: true;
      readonly certificates: readonly ListedCertificate[];
      /** null where the list is whole; otherwise why it is not, one sentence for people. */
      readonly shortened: string | null;
    }
  | { readonly ok: false; readonly failure: ReadFailure };
