// What becomes of what left the configuration: the state says when it was last read, and in time forgets it.

import { type CertificateKey, keyText } from './certificates/certificate.ts';
import type { Watch } from './certificates/watch.ts';
import type { Config } from './config/config.ts';
import type { Clock } from './shared/time.ts';
import type { Kept } from './state/prune.ts';
import { EMPTY_COMMIT, type Store } from './state/store.ts';

/**
 * Notes that these are not read any more. The row of a certificate that is up is not written at each check: its last
 * success is the last check's. Of one that is not read any more that would be untrue when it comes back.
 */
export async function noteDepartures(
  { store, clock, onWriteFailed }: DepartureParts,
  departed: readonly Watch[],
): Promise<void> {
  const watches = departed.filter(({ up }) => up).map((watch) => ({ ...watch, up: false }));
  if (watches.length === 0) return;
  try {
    await store.commit(() => ({ ...EMPTY_COMMIT, watches, atMs: clock.wallMs() }), { expose: false });
  } catch (error) {
    onWriteFailed(error);
  }
}

interface DepartureParts {
  readonly store: Pick<Store, 'commit'>;
  readonly clock: Clock;
  readonly onWriteFailed: (error: unknown) => void;
}

/** Of which certificates and addresses the state is to go on knowing. */
export function keptBy({ certificates, email }: Config): Kept {
  const configured = new Set(certificates.map(keyText));
  const addresses = new Set([...(email?.to ?? []), ...certificates.flatMap(({ recipients }) => recipients)]);
  return {
    isConfigured: (key: CertificateKey) => configured.has(keyText(key)),
    isRecipient: (address) => addresses.has(address),
  };
}
