// Which certificates have changed since when: for what is worked out from all of them, and not anew where little has changed.
import { type CertificateKey, keyText } from './certificates/certificate.ts';

export interface Changes {
  note(key: CertificateKey): void;
  /** Everything may have changed. */
  noteAll(): void;
  /** How many there were so far. */
  count(): number;
  /** Those that have changed after so many; null where it may be all. What lies before that is forgotten. */
  since(count: number): readonly CertificateKey[] | null;
}

/** More than these are not told from all. */
const MOST = 2_000;

export function createChanges(): Changes {
  const last = new Map<string, { readonly key: CertificateKey; readonly count: number }>();
  let count = 0;
  /** All that came after it is known. */
  let knownFrom = 0;

  function noteAll(): void {
    count += 1;
    last.clear();
    knownFrom = count;
  }

  return {
    note({ account, id }) {
      if (last.size >= MOST) {
        noteAll();
        return;
      }
      count += 1;
      last.set(keyText({ account, id }), { key: { account, id }, count });
    },
    noteAll,
    count: () => count,
    since(from) {
      if (from < knownFrom) return null;
      for (const [text, one] of last) if (one.count <= from) last.delete(text);
      knownFrom = from;
      return [...last.values()].map(({ key }) => key);
    },
  };
}
