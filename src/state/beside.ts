// The state as commands beside the daemon use it: it must be there already, and is never made.
import { type CertificateKey, keyText } from '../certificates/certificate.ts';
import type { Watch } from '../certificates/watch.ts';
import { openExistingState } from './open.ts';
import { storeOn } from './sqlite.ts';
import type { Store } from './store.ts';

export type StoreBeside = Pick<
  Store,
  'setSilence' | 'liftSilence' | 'mails' | 'history' | 'discoveries' | 'close'
> & {
  watch(key: CertificateKey): Watch | null;
};

/** Throws MonitorError where there is no state, or it cannot be used. */
export function openStoreBeside(path: string): StoreBeside {
  const store = storeOn(openExistingState(path), { path, created: false, reader: null, checkpoints: null });
  return {
    ...store,
    watch: (key) => store.load().watches.find((watch) => keyText(watch) === keyText(key)) ?? null,
  };
}
