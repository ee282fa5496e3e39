// Whether the configured zone of an account's times is right: the X.509 certificate that is served knows its end exactly. Pure.
import { HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import type { WatchedCertificate } from './watched.ts';

/** Zones differ by quarters of an hour, and by 26 hours at most. */
const STEP_MS = 15 * MINUTE_MS;
const MOST_MS = 26 * HOUR_MS;

/**
 * By account how far its times are from what the served certificates say, in milliseconds: what is to be added to the
 * configured offset. Of accounts of which no certificate is served as it was issued nobody knows. A difference that no zone
 * explains says nothing; of several the one that most certificates show counts.
 */
export function offsetErrors(watched: readonly WatchedCertificate[]): ReadonlyMap<string, number> {
  const counts = new Map<string, Map<number, number>>();
  for (const { account, certificate, looks } of watched) {
    const endMs = certificate?.notAfterMs ?? null;
    if (endMs === null || looks.length === 0) continue;
    const leaf = looks
      .map(({ served }) => served?.chain[0])
      .find((one) => one !== undefined && one.fingerprint === certificate?.fingerprint);
    if (leaf === undefined) continue;
    // The cloud's times may have lost the fraction of a second.
    const errorMs = Math.round((endMs - leaf.notAfterMs) / 1_000) * 1_000 + 0; // never -0
    if (errorMs % STEP_MS !== 0 || Math.abs(errorMs) > MOST_MS) continue;
    const byError = counts.get(account) ?? new Map<number, number>();
    counts.set(account, byError.set(errorMs, (byError.get(errorMs) ?? 0) + 1));
  }
  return new Map([...counts].map(([account, byError]) => [account, mostFrequent(byError)]));
}

/** Of equals the smallest error. */
function mostFrequent(byError: ReadonlyMap<number, number>): number {
  const [first = [0, 0]] = [...byError].toSorted(([a, n], [b, m]) => m - n || Math.abs(a) - Math.abs(b));
  return first[0];
}
