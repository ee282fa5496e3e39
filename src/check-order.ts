// The order in which a check reads: the most urgent first, sorted in slices that let other work through.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { keyText } from './certificates/certificate.ts';
import { byUrgency } from './certificates/urgency.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import type { CertificateConfig } from './config/config.ts';
import { createSlices, sortInTurns } from './shared/slices.ts';

/** Certificates between two turns of the event loop: about 1 ms. */
const SLICE = 1_000;
/** Comparisons between two turns: sorting a hundred thousand at once would block the loop for a tenth of a second. */
const COMPARED = 10_000;

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
  const slices = createSlices(COMPARED, () => nextTurn());
  for (const slice of slicesOf(await sortInTurns(shown, byUrgency, slices))) {
    for (const certificate of slice) {
      const found = configured.get(keyText(certificate));
      if (found !== undefined) ordered.push(found);
    }
    await nextTurn();
  }
  return ordered;
}

function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += SLICE) yield items.slice(start, start + SLICE);
}
