// What the rest of the program knows of an account of the cloud: one reader, and what it reports. Types only.
import type { DeploymentReading } from '../certificates/deployment.ts';
import type { ListFilter, Listing } from '../certificates/listed.ts';
import type { FailureReason, Reading } from '../certificates/reading.ts';

/** The calls that are made, by the vendor's names: the `operation` label of `ccm_monitor_api_requests_total`. */
export const OPERATIONS = [
  'ShowCertificate',
  'CreateToken',
  'ListCertificates',
  'ListDeployedResources',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Reads the certificates of one account, as gently and as stubbornly as the account's settings say. */
export interface AccountReader {
  readonly account: string;
  /** Forgets what held for one check only: a refused password, an account that was given up. */
  beginCheck(): void;
  /** Never rejects but with MonitorError ABORTED, when `signal` aborts or the reader has been closed. */
  read(id: string, signal: AbortSignal): Promise<Reading>;
  /**
   * Which certificates the account has. May take minutes where there are many. A certificate that is not in the list may
   * still be there, even where the list is whole: only a read that says `missing` tells that it has gone. Rejects as `read`.
   */
  list(filter: ListFilter, signal: AbortSignal): Promise<Listing>;
  /** Where these certificates are deployed: an entry for each id. Rejects as `read`. */
  deployments(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, DeploymentReading>>;
  /** Ends what runs and gives the connections back; idempotent. */
  close(): Promise<void>;
}

/** Is told of every request, not of every read: a read may take several. */
export interface ReaderObserver {
  request(o: { account: string; operation: Operation; outcome: 'ok' | FailureReason; seconds: number }): void;
  /** The cloud's clock minus ours, from the Date header: positive where ours is behind. */
  clockSkew(o: { account: string; seconds: number }): void;
}
