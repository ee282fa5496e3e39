// Notices that the configuration file says something else than before. Polls, because notifications miss a ConfigMap's symlink swap.
import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setInterval as every } from 'node:timers/promises';
import { digestOf } from './small-file.ts';

const LOOK_EVERY_MS = 1_000;

export interface WatchOptions {
  readonly path: string;
  /** One item per look at the file; every second by default. The next item is asked for when the look is over. */
  readonly looks?: AsyncIterable<unknown>;
  /** Digest of the content that somebody read last, by whatever way; without it, or with null, what was told last is known. */
  readonly known?: () => string | null;
  /** Called once per distinct content, with the file's text and its digest; the next look waits for it. What it throws ends the watching. */
  readonly onChange: (text: string, digest: string) => Promise<void> | void;
  readonly signal: AbortSignal;
}

/** What was last seen at the path: the file's identity as the file system knows it, and its content. */
interface Sight {
  readonly mark: string;
  readonly digest: string;
}

/**
 * Watches until `signal` is aborted, then resolves. Without `known`, what stands in the file when it is called counts as known.
 * A file that is away or unreadable for a while is waited for.
 * A content is told when two looks in a row saw it: a file that is being written is not mistaken for a new configuration.
 */
export async function watchConfig({ path, looks, known, onChange, signal }: WatchOptions): Promise<void> {
  let last = firstSight(path);
  let told = last?.digest ?? null;
  const isKnown = (digest: string) => digest === (known?.() ?? told);
  try {
    for await (const _ of looks ?? every(LOOK_EVERY_MS, undefined, { signal, ref: false })) {
      const mark = await markOf(path);
      if (mark === null || (mark === last?.mark && isKnown(last.digest))) continue;
      const bytes = await readFile(path).catch(() => null);
      if (bytes === null) continue;
      const digest = digestOf(bytes);
      const settled = digest === last?.digest && mark === last.mark;
      last = { mark, digest };
      if (!settled || isKnown(digest)) continue;
      told = digest;
      await onChange(bytes.toString('utf8'), digest);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Synchronous, so that nothing can change between the call and what counts as known. */
function firstSight(path: string): Sight | null {
  try {
    return { mark: markOfFacts(statSync(path, { bigint: true })), digest: digestOf(readFileSync(path)) };
  } catch {
    return null;
  }
}

/** What stands at the path now, as the file system knows it. Follows symlinks; null while there is nothing to be seen. */
export async function markOf(path: string): Promise<string | null> {
  try {
    return markOfFacts(await stat(path, { bigint: true }));
  } catch {
    return null;
  }
}

/** Differs whenever the file was written, replaced, or another one stands behind the symlink. */
function markOfFacts(facts: {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}): string {
  return [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join(':');
}
