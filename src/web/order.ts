// The order of the status page: what needs attention first, then what ends soonest. Pure, but for what it keeps.
import type { WatchedCertificate } from '../certificates/watched.ts';
import { severityOf } from './words.ts';

const RANKS = { critical: 0, warning: 1, unknown: 2, ok: 3 } as const;

/** Sorts by severity, then by the end of validity (unknown last), then by account and id. */
export function byAttention(certificates: readonly WatchedCertificate[]): readonly WatchedCertificate[] {
  const keyed = certificates.map((certificate) => ({
    certificate,
    rank: RANKS[severityOf(certificate)],
    endMs: certificate.certificate?.notAfterMs ?? Number.MAX_VALUE,
  }));
  keyed.sort(
    (a, b) =>
      a.rank - b.rank ||
      a.endMs - b.endMs ||
      compare(a.certificate.account, b.certificate.account) ||
      compare(a.certificate.id, b.certificate.id),
  );
  return keyed.map(({ certificate }) => certificate);
}

/** Keeps what was made of the last list: the order does not depend on the time, only on the list. */
export function keepByIdentity<In extends object, Out>(make: (list: In) => Out): (list: In) => Out {
  let last: { readonly list: In; readonly made: Out } | null = null;
  return (list) => {
    if (last?.list !== list) last = { list, made: make(list) };
    return last.made;
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
