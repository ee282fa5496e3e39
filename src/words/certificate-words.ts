// What every language must be able to say of a certificate, in mails and on pages alike. Types only.
import type { Ending } from '../alerts/alert.ts';
import type { DeployedService } from '../certificates/deployment.ts';
import type { Kind, Place, Renewal, Severity } from '../certificates/finding.ts';

/** A certificate as a lead speaks of it. Times are epoch milliseconds, `nowMs` that of the mail or page. */
export interface Told {
  readonly kind: Kind;
  readonly title: string;
  /** The title names several certificates. */
  readonly many: boolean;
  readonly account: string;
  readonly status: string | null;
  readonly notAfterMs: number | null;
  readonly stateSinceMs: number;
  readonly revokeReason: string | null;
  readonly cause: string;
  /** The certificate that takes its place, or is to. */
  readonly renewal: Renewal | null;
  /** Where it is served, and what is wrong there. */
  readonly place: Place | null;
  readonly nowMs: number;
}

/** Each language is one object of this shape; every text is one line. */
export interface CertificateWords {
  /** `2026-11-23 19:20 UTC`; an instant that no calendar holds is said to be unknown. */
  readonly instant: (ms: number) => string;
  /** `12 days`. */
  readonly span: (ms: number) => string;
  /** `in 6 days`, `3 hours ago`. */
  readonly relative: (ms: number, nowMs: number) => string;
  /** `2026-11-23 19:20 UTC (3 hours ago)`. */
  readonly when: (ms: number, nowMs: number) => string;
  /** What is so, in one sentence without a final period. */
  readonly lead: (told: Told) => string;
  /** The same without the title, where that stands beside it: `Ended 3 hours ago, at 2026-11-23 16:20 UTC`. */
  readonly brief: (told: Told) => string;
  /** The end of an alert as words; empty where `over` has said it already. */
  readonly ending: (how: Ending | null, nowMs: number) => string;
  /** What is no longer so, to follow the title: `is no longer expiring`. */
  readonly over: (kind: Kind, many: boolean) => string;
  /** The two as a sentence: `www.example.com is no longer expiring`. */
  readonly isOver: (title: string, kind: Kind, many: boolean) => string;
  /** Why a read failed: `the API does not answer in time`; a reason that nobody knows as it is. */
  readonly cause: (reason: string) => string;
  /** Steps in the order in which to take them; `cause` is the reason of failure, for what cannot be read. */
  readonly advice: (kind: Kind, cause: string) => readonly string[];
  readonly severity: Readonly<Record<Severity, string>>;
  /** The kind as a word of a title: `EXPIRED`. */
  readonly kind: (kind: Kind) => string;
  /** The cloud's status as people know it, with the cloud's own word. */
  readonly status: (status: string) => string;
  /** Where it is deployed: `2 CDN domains, 1 ELB in cn-north-4`. */
  readonly deployed: (services: readonly DeployedService[]) => string;
  /** `3 certificates`. */
  readonly certificates: (count: number) => string;
  /** `and 4 more`. */
  readonly andMore: (count: number) => string;
  readonly never: string;
  readonly unknown: string;
}
