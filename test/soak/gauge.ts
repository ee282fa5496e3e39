// What the process holds, and the rule by which that counts as flat.
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Sample {
  /** Certificates that have come so far. */
  readonly ids: number;
  /** Memory in use after garbage collection, in MiB: the JavaScript heap, and what it holds outside of itself. */
  readonly heapMib: number;
  /** What the kernel counts, in MiB. It is shown, not judged: an allocator gives back when it likes. */
  readonly residentMib: number;
  /** Null where the system does not say. */
  readonly descriptors: number | null;
  readonly timers: number;
  /** Series of /metrics about certificates, and the monitor's own (not Node's: those name what happens to be open). */
  readonly certificateSeries: number;
  readonly ownSeries: number;
  /** From the reload to the end of its check, and the longest time that nothing else came through, in milliseconds. */
  readonly roundMs: number;
  readonly blockedMs: number;
}

export type Held = Pick<Sample, 'heapMib' | 'residentMib' | 'descriptors' | 'timers'>;

const MIB = 2 ** 20;

/** Collects garbage, then counts. */
export function heldNow(): Held {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let times = 0; times < 3; times += 1) collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    heapMib: (heapUsed + external) / MIB,
    residentMib: rss / MIB,
    descriptors: descriptors(),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  };
}

function descriptors(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

/** How much more the last third may hold than the middle one: far less than a leak per certificate or reload. */
const ALLOWED = { heapMib: 4, descriptors: 4, timers: 4, ownSeries: 0 } as const;

/**
 * What is not flat, in words; empty where all is. The first third warms up and is not looked at. Of the others the
 * least counts: what happens to be open at a sample comes and goes, and a leak is there at each.
 */
export function growthOf(samples: readonly Sample[], seriesPerRound: number): readonly string[] {
  const third = Math.floor(samples.length / 3);
  const middle = samples.slice(third, 2 * third);
  const last = samples.slice(2 * third);
  const faults: string[] = [];
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const key = name as keyof typeof ALLOWED;
    const [before = 0, after = 0] = [middle, last].map((some) =>
      Math.min(...some.map((one) => one[key] ?? 0)),
    );
    if (after - before > allowed)
      faults.push(
        `${name} grew from ${before.toFixed(1)} to ${after.toFixed(1)}: it may grow by ${allowed} at most`,
      );
  }
  const wrong = samples.find(({ certificateSeries }) => certificateSeries !== seriesPerRound);
  if (wrong !== undefined)
    faults.push(
      `After ${wrong.ids} certificates there are ${wrong.certificateSeries} series of certificates, not ${seriesPerRound}`,
    );
  return faults;
}
