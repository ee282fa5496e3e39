// The orders of certificates: by time left, by gravity, by name and so on; equal ones keep a fixed order. Pure, but for what it keeps.
import type { Entry } from './entries.ts';

export const SORTS = ['end', 'attention', 'name', 'account', 'owner', 'read'] as const;

export type Sort = (typeof SORTS)[number];

type Compare = (a: Entry, b: Entry) => number;

const byEnd: Compare = (a, b) => ends(a.endMs, b.endMs);
const byKey: Compare = (a, b) => texts(a.key, b.key);

const COMPARES: Readonly<Record<Sort, Compare>> = {
  end: (a, b) => byEnd(a, b) || byKey(a, b),
  attention: (a, b) => a.rank - b.rank || a.kindRank - b.kindRank || byEnd(a, b) || byKey(a, b),
  name: (a, b) => texts(a.sortTitle, b.sortTitle) || byKey(a, b),
  account: (a, b) => texts(a.watched.account, b.watched.account) || byEnd(a, b) || byKey(a, b),
  owner: (a, b) => owners(a, b) || byEnd(a, b) || byKey(a, b),
  read: (a, b) => (a.watched.lastSuccessMs ?? 0) - (b.watched.lastSuccessMs ?? 0) || byKey(a, b),
};

/** The entries in that order: what is not known stands last, but what was never read stands first in the order of reads. */
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

function ends(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function texts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
