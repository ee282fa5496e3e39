// One watched certificate as the page, the metrics and the tables show it: configuration, facts and judgement together. Types only.
import type { Certificate, CertificateKey } from './certificate.ts';
import type { Finding } from './finding.ts';
import type { Look } from './look.ts';
import type { ReadFailure } from './reading.ts';
import type { Successor } from './succession.ts';

export interface WatchedCertificate extends CertificateKey {
  readonly alias: string | null;
  readonly owner: string | null;
  readonly runbook: string | null;
  /** The last known facts; null while it was never read. */
  readonly certificate: Certificate | null;
  /** Whether the last read succeeded; null before the first since it came into the configuration. */
  readonly up: boolean | null;
  readonly lastSuccessMs: number | null;
  /** Why the last read failed; null where it succeeded. */
  readonly failure: ReadFailure | null;
  /** What is so now; empty where all is well. */
  readonly findings: readonly Finding[];
  /** The live certificate that covers all its names and ends later. */
  readonly successor: Successor | null;
  /** What is seen of it from outside. */
  readonly looks: readonly Look[];
}
