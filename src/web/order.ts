// The orders of certificates: by time left, by gravity, by name and so on. Pure, but for what it keeps.
import type { Entry } from './entries.ts';

export const SORTS = ['end', 'attention', 'name', 'account', 'owner', 'read'] as const;

export type Sort = (typeof SORTS)[number];

type Compare = (a: Entry, b: Entry) => number;

const byEnd: Compare = (a, b) => (a.endMs === b.endMs ? 0 : a.endMs < b.endMs ? -1 : 1);

const COMPARES: Readonly<Record<Sort, Compare>> = {
  end: byEnd,
  attention: (a, b) => a.rank - b.rank || a.kindRank - b.kindRank || byEnd(a, b),
  name: (a, b) => texts(a.sortTitle, b.sortTitle),
  account: (a, b) => texts(a.watched.account, b.watched.account) || byEnd(a, b),
  owner: (a, b) => owners(a, b) || byEnd(a, b),
  read: (a, b) => (a.watched.lastSuccessMs ?? 0) - (b.watched.lastSuccessMs ?? 0),
};

/**
 * The entries in that order: what is not known stands last, but what was never read stands first in the order of reads.
 * Equal ones stand as they did before: in the order of the configuration.
 */
export function inOrder(entries: readonly Entry[], sort: Sort): readonly Entry[] {
  return entries.toSorted(COMPARES[sort]);
}

/** Keeps what was made of the last list: it depends on the list alone, not on the time. */
export function keepByIdentity<In extends object, Out>(make: (list: In) => Out): (list: In) => Out {
  let last: { readonly list: In; readonly made: Out } | null = null;
  return (list) => {
    if (last?.list !== list) last = { list, made: make(list) };
    return last.made;
  };
}

/** Whoever has no owner stands last. */
function owners(a: Entry, b: Entry): number {
  const one = a.watched.owner;
  const other = b.watched.owner;
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return texts(one, other);
}

function texts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
