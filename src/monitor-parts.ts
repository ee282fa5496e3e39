// What the running monitor is made of, and what a reload gives it. Types only.
import type { Delivery } from './alerts/deliver.ts';
import type { Census } from './census.ts';
import type { Config } from './config/config.ts';
import type { Deployments } from './deployments.ts';
import type { Lanes } from './lanes.ts';
import type { Lookouts } from './lookouts.ts';
import type { Memory } from './memory.ts';
import type { Relations } from './relations.ts';
import type { Clock } from './shared/time.ts';
import type { Recalled, Store } from './state/store.ts';
import type { Exposition } from './telemetry/exposition.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

export interface Running {
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
}

export interface Reconfiguration {
  readonly before: Config;
  /** With the discovered certificates. */
  readonly next: Config;
  readonly recalled: Recalled;
}

export interface MonitorParts {
  readonly config: () => Config;
  readonly store: Store;
  readonly memory: Memory;
  readonly census: Census;
  readonly relations: Relations;
  readonly lookouts: Pick<Lookouts, 'look'>;
  readonly deployments: Deployments;
  readonly lanes: Lanes;
  readonly metrics: Metrics;
  readonly exposition: Exposition;
  readonly log: Log;
  readonly clock: Clock;
}
