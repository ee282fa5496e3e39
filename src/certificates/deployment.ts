// Where a certificate is deployed, as the cloud knows it. Types only.
import type { ReadFailure } from './reading.ts';

/** How much of one service of the cloud uses a certificate. */
export interface DeployedService {
  /** The cloud's word: CDN, WAF, ELB. */
  readonly service: string;
  readonly count: number;
  /** Empty where the service is not divided into regions. */
  readonly regions: readonly DeployedRegion[];
}

export interface DeployedRegion {
  readonly region: string;
  /** null where the cloud could not ask that region. */
  readonly count: number | null;
}

export type DeploymentReading =
  | { readonly ok: true; readonly services: readonly DeployedService[] }
  | { readonly ok: false; readonly failure: ReadFailure };
