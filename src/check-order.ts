// The order in which a check reads: the most urgent first, sorted in slices that let other work through.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { keyText } from './certificates/certificate.ts';
import { byUrgency } from './certificates/urgency.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import type { CertificateConfig } from './config/config.ts';

/** Certificates between two turns of the event loop: about 1 ms. */
const SLICE = 1_000;

/** The configured certificates that are shown, in the order in which they are to be read. */
export async function inOrder(
  certificates: readonly CertificateConfig[],
  shown: readonly WatchedCertificate[],
): Promise<readonly CertificateConfig[]> {
  const configured = new Map<string, CertificateConfig>();
  for (const slice of slicesOf(certificates)) {
    for (const certificate of slice) configured.set(keyText(certificate), certificate);
    await nextTurn();
  }
  const ordered: CertificateConfig[] = [];
  for (const slice of slicesOf(await sorted(shown))) {
    for (const certificate of slice) {
      const found = configured.get(keyText(certificate));
      if (found !== undefined) ordered.push(found);
    }
    await nextTurn();
  }
  return ordered;
}

/** Sorts by merging: sorting a hundred thousand at once would block the loop for a tenth of a second. */
async function sorted(shown: readonly WatchedCertificate[]): Promise<readonly WatchedCertificate[]> {
  let runs: (readonly WatchedCertificate[])[] = [];
  for (const slice of slicesOf(shown)) {
    runs.push(slice.toSorted(byUrgency));
    await nextTurn();
  }
  while (runs.length > 1) {
    const longer: (readonly WatchedCertificate[])[] = [];
    for (let n = 0; n < runs.length; n += 2) longer.push(await merged(runs[n] ?? [], runs[n + 1] ?? []));
    runs = longer;
  }
  return runs[0] ?? [];
}

/** One sorted list of two; of equals those of the first stand first. */
async function merged(
  first: readonly WatchedCertificate[],
  second: readonly WatchedCertificate[],
): Promise<readonly WatchedCertificate[]> {
  const both: WatchedCertificate[] = [];
  let taken = 0;
  for (const [n, certificate] of second.entries()) {
    for (
      let next = first[taken];
      next !== undefined && byUrgency(next, certificate) <= 0;
      next = first[taken]
    ) {
      both.push(next);
      taken += 1;
      if (both.length % SLICE === 0) await nextTurn();
    }
    both.push(certificate);
    if (n % SLICE === 0) await nextTurn();
  }
  for (const slice of slicesOf(first.slice(taken))) both.push(...slice);
  return both;
}

function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += SLICE) yield items.slice(start, start + SLICE);
}
