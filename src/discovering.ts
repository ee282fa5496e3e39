// The step before each check: accounts are listed where it is their turn, and what was found is watched from then on.

import type { Census } from './census.ts';
import type { Watch } from './certificates/watch.ts';
import type { Config } from './config/config.ts';
import type { Memory } from './memory.ts';
import { beginCheck, type Lane } from './read-all.ts';
import type { Clock } from './shared/time.ts';
import type { Store } from './state/store.ts';
import type { Metrics } from './telemetry/metrics.ts';

interface DiscoveringParts {
  /** With the discovered certificates. */
  readonly config: () => Config;
  readonly census: Pick<Census, 'refresh' | 'counts'>;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly memory: Pick<Memory, 'configure' | 'lacking'>;
  readonly store: Pick<Store, 'recall'>;
  readonly metrics: Pick<Metrics, 'accountCertificates'>;
  readonly clock: Clock;
  readonly depart: (departed: readonly Watch[]) => Promise<void>;
}

/** Begins a check: from here on what is asked of the accounts belongs to it. */
export async function discoverCertificates(parts: DiscoveringParts, signal: AbortSignal): Promise<void> {
  const { config, census, memory, store } = parts;
  const before = config();
  beginCheck(parts.lanes);
  await census.refresh(signal);
  if (signal.aborted) return;
  const { certificates } = config();
  parts.metrics.accountCertificates(census.counts());
  if (config() === before) return;
  const recalled = await store.recall(memory.lacking(certificates));
  await parts.depart(memory.configure(certificates, parts.clock.wallMs(), recalled));
}
