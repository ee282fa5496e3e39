// What is watched and what is known beside it: the accounts' lists, looks from outside, and who takes whose place, put together.
import { WHOLE_ACCOUNT } from './alerts/alert.ts';
import { type Census, createCensus } from './census.ts';
import { SEEN_OUTSIDE } from './certificates/finding.ts';
import type { Watch } from './certificates/watch.ts';
import type { Config } from './config/config.ts';
import { createDeployments, type Deployments } from './deployments.ts';
import { createLookouts, type Lookouts } from './lookouts.ts';
import { createMemory, type Memory } from './memory.ts';
import { createProbing } from './probing.ts';
import type { Lane } from './read-all.ts';
import { createRelations, type Relations } from './relations.ts';
import type { Clock } from './shared/time.ts';
import type { Store } from './state/store.ts';
import type { Log } from './telemetry/log.ts';

export interface Watching {
  readonly memory: Memory;
  readonly census: Census;
  readonly lookouts: Lookouts;
  readonly relations: Relations;
  readonly deployments: Deployments;
  /** What the state knows and nobody watches any more. */
  readonly departed: readonly Watch[];
  close(): Promise<void>;
}

interface WatchingParts {
  readonly written: Config;
  readonly store: Store;
  readonly lanes: () => ReadonlyMap<string, Lane>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onWriteFailed: (error: unknown) => void;
}

/** Takes up what the state knows; resolves when it is shown as it is to be judged. */
export async function startWatching(parts: WatchingParts): Promise<Watching> {
  const { store, clock, log } = parts;
  const snapshot = store.load();
  const memory = createMemory(snapshot);
  const census = createCensus({
    ...parts,
    alerts: snapshot.alerts.filter(({ id }) => id === WHOLE_ACCOUNT),
    isRefuted: (key) => isRefuted(memory.latest(key)),
    onTrouble: ({ account, message }) => log.warn({ account }, message),
  });
  const departed = memory.configure(census.effective().certificates, clock.wallMs());
  memory.setSilences(store.silences());
  const config = census.effective;
  const probing = createProbing({ config, clock, extraCaFile: process.env['NODE_EXTRA_CA_CERTS'] });
  const lookouts = createLookouts({
    config,
    prober: probing.prober,
    clock,
    certificateOf: (key) => memory.latest(key)?.certificate ?? null,
    lasts: (key) =>
      memory.remembered(key).alerts.some(({ kind, ended }) => ended === null && SEEN_OUTSIDE.includes(kind)),
  });
  const { listed, allSeen, isFound } = census;
  const relations = createRelations({ config, memory, listed, allSeen, isFound, lookouts });
  await relations.refresh(clock.wallMs());
  const deployments = createDeployments({
    lanes: parts.lanes,
    clock,
    onTrouble: ({ account, message }) => log.warn({ account }, message),
  });
  return { memory, census, lookouts, relations, deployments, departed, close: probing.close };
}

/** Whatever list has it: nobody has read it ever, and it is not there. */
function isRefuted(watch: Watch | null): boolean {
  return watch !== null && watch.lastSuccessMs === null && watch.missingSinceMs !== null;
}
