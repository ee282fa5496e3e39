// One query of the list, page by page from its start to its end, or as far as the cloud lets us.
import type { ListedCertificate } from '../certificates/listed.ts';
import type { ReadFailure } from '../certificates/reading.ts';
import type { ListPages } from './list-pages.ts';
import type { ListPage } from './list-payload.ts';
import { type ListQuery, PAGE_ROWS } from './list-query.ts';

/** So many rows of a page are asked for again with the next: what moved up meanwhile is met, and that nothing was passed over is seen. */
const OVERLAP = 5;

export type WalkEnd =
  /** There was nothing more. */
  | { readonly kind: 'end' }
  /** There may be more, past the offset up to which the cloud lists. */
  | { readonly kind: 'past-limit' }
  | { readonly kind: 'failed'; readonly failure: ReadFailure }
  | { readonly kind: 'spent'; readonly explanation: string };

export interface Walk {
  readonly rows: ReadonlyMap<string, ListedCertificate>;
  readonly unusable: number;
  /** The most that the cloud said there are; null where it never said. */
  readonly total: number | null;
  readonly end: WalkEnd;
  /** Each page had one of the last rows of the page before: nothing was passed over between them. */
  readonly joined: boolean;
}

/** Whether the walk saw as many rows as the cloud says there are. */
export function hasAll({ rows, unusable, total }: Pick<Walk, 'rows' | 'unusable' | 'total'>): boolean {
  return total === null || rows.size + unusable >= total;
}

export interface WalkOptions {
  readonly pages: ListPages;
  readonly query: ListQuery;
  /** 1: only the first page, to see how many there are. */
  readonly mostPages?: number;
}

/** Every step meets new rows, or is the last but one: pages that repeat for ever do not hold it. */
export async function walkList({ pages, query, mostPages }: WalkOptions): Promise<Walk> {
  const rows = new Map<string, ListedCertificate>();
  let unusable = 0;
  let total: number | null = null;
  let joined = true;
  let before: ReadonlySet<string> = new Set();
  let place: Place = { offset: 0, overlap: 0 };
  let met = 0;
  for (let farthest = 0; ; ) {
    const asked = await pages.ask(query, place.offset);
    const limit = pages.offsetLimit;
    if (asked.kind === 'past-limit' && limit !== null && farthest < limit) {
      place = { offset: limit, overlap: 0 }; // the last page that the cloud gives
      continue;
    }
    if (asked.kind !== 'page') return { rows, unusable, total, end: asked, joined };
    const { page } = asked;
    farthest = place.offset;
    met += 1;
    if (page.totalCount !== null) total = Math.max(total ?? 0, page.totalCount);
    if (met > 1 && !page.rows.some(({ id }) => before.has(id))) joined = false;
    const known = rows.size;
    for (const row of page.rows) rows.set(row.id, row);
    unusable += page.unusable;
    const step = stepAfter(page, { place, isNew: rows.size > known, limit });
    if (step.kind !== 'next') return { rows, unusable, total, end: step, joined };
    if (met === mostPages) return { rows, unusable, total, end: PAST_LIMIT, joined };
    before = new Set(page.rows.slice(-OVERLAP).map(({ id }) => id));
    place = step.place;
  }
}

/** Where a page begins, and how many of its rows are those of the page before. */
interface Place {
  readonly offset: number;
  readonly overlap: number;
}

type Step =
  | { readonly kind: 'next'; readonly place: Place }
  | Extract<WalkEnd, { kind: 'end' | 'past-limit' }>;

const END = { kind: 'end' } as const;
const PAST_LIMIT = { kind: 'past-limit' } as const;

function stepAfter(
  { rows, unusable, totalCount }: ListPage,
  { place, isNew, limit }: { place: Place; isNew: boolean; limit: number | null },
): Step {
  const count = rows.length + unusable;
  const next = place.offset + count;
  // After a full page there may be another, whatever the total says; one that is not full ends the list where the total agrees.
  if (count === 0 || (totalCount !== null && next >= totalCount && count !== PAGE_ROWS)) return END;
  if (!isNew) {
    // More is promised, and nothing of it came: once more without an overlap, for a cloud that rounds offsets down.
    return totalCount !== null && place.overlap > 0
      ? { kind: 'next', place: { offset: next, overlap: 0 } }
      : END;
  }
  if (limit !== null) {
    // Where there is a limit only the count can tell whether the list is whole: no overlap.
    return place.offset < limit
      ? { kind: 'next', place: { offset: Math.min(next, limit), overlap: 0 } }
      : PAST_LIMIT;
  }
  const overlap = count > OVERLAP ? OVERLAP : 0;
  return { kind: 'next', place: { offset: next - overlap, overlap } };
}
