// What cannot be reached by one query is looked for by many: the list's ends in each order, its statuses, its projects, and parts of names.
import { KNOWN_STATUSES } from '../certificates/certificate.ts';
import type { ListedCertificate } from '../certificates/listed.ts';
import type { ListPages } from './list-pages.ts';
import {
  EARLIEST_END_FIRST,
  LATEST_END_FIRST,
  type ListOrder,
  type ListQuery,
  NEWEST_CHANGE_FIRST,
  OLDEST_CHANGE_FIRST,
  PAGE_ROWS,
} from './list-query.ts';
import { hasAll, type Walk, type WalkEnd, walkList } from './list-walk.ts';

/** What has been found of one query, by whatever means. */
export interface Found {
  readonly rows: ReadonlyMap<string, ListedCertificate>;
  readonly unusable: number;
  readonly total: number | null;
  /** What kept us from going on, or a part of it from being asked; null where everything was tried. */
  readonly trouble: Extract<WalkEnd, { kind: 'failed' | 'spent' }> | null;
  /** Nothing changed in the cloud meanwhile. */
  readonly settled: boolean;
}

/** A part that the cloud does not understand is one part less; anything else would happen to the others too. */
export function endsAll(trouble: NonNullable<Found['trouble']>): boolean {
  return trouble.kind === 'spent' || trouble.failure.reason !== 'malformed';
}

export interface SplitOptions {
  readonly pages: ListPages;
  readonly query: ListQuery;
}

const ORDERS: readonly ListOrder[] = [
  OLDEST_CHANGE_FIRST,
  NEWEST_CHANGE_FIRST,
  EARLIEST_END_FIRST,
  LATEST_END_FIRST,
];
const STATUS_ORDERS: readonly ListOrder[] = [
  { key: 'certStatus', direction: 'ASC' },
  { key: 'certStatus', direction: 'DESC' },
];

/** After so many queries in a row that brought nothing new, keywords are given up. */
const VAIN_QUERIES = 200;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789-.'];
/** With those that have been seen in names. */
const LETTERS_MAX = 100;

/**
 * Every part that is asked for lies within the query, so that the number of different rows says when all are found,
 * whatever a filter means to the cloud; but only where nothing changed meanwhile, for then every row that was found is
 * still there. What changed last tells: it is looked at before and after. Ends when all are found, when everything was
 * tried, or when the cloud says no.
 */
export async function splitList({ pages, query }: SplitOptions): Promise<Found> {
  const newest = { pages, query: { ...query, order: NEWEST_CHANGE_FIRST }, mostPages: 1 };
  const before = await walkList(newest);
  const search = createSearch(pages, query, before);
  await search.byOrder();
  if (before.total !== null) {
    await search.byFilter('status', statusesOf(query, search.found.rows));
    await search.byFilter('enterpriseProjectId', projectsOf(query, search.found.rows));
    await search.byKeyword();
  }
  const { found } = search;
  return hasAll(found) ? { ...found, settled: isSameStart(before, await walkList(newest)) } : found;
}

function isSameStart(before: Walk, after: Walk): boolean {
  return before.total === after.total && [...before.rows.keys()].join() === [...after.rows.keys()].join();
}

function statusesOf(query: ListQuery, rows: Found['rows']): readonly string[] {
  if (query.status !== null) return [];
  return distinct([...KNOWN_STATUSES, ...[...rows.values()].map(({ status }) => status)]);
}

function projectsOf(query: ListQuery, rows: Found['rows']): readonly string[] {
  if (query.enterpriseProjectId !== null) return [];
  return distinct([...rows.values()].map(({ enterpriseProjectId }) => enterpriseProjectId));
}

function lettersOf(rows: Found['rows']): readonly string[] {
  const letters = new Set(LETTERS);
  for (const { name, domain } of rows.values()) {
    for (const letter of `${name ?? ''}${domain ?? ''}`.toLowerCase()) {
      if (letters.size < LETTERS_MAX && letter.trim() !== '') letters.add(letter);
    }
  }
  return [...letters];
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

interface Search {
  readonly found: Found;
  byOrder(): Promise<void>;
  byFilter(field: 'status' | 'enterpriseProjectId', values: readonly string[]): Promise<void>;
  byKeyword(): Promise<void>;
}

function createSearch(pages: ListPages, query: ListQuery, first: Walk): Search {
  const { total } = first;
  const rows = new Map<string, ListedCertificate>();
  let unusable = 0;
  let trouble: Found['trouble'] = null;
  let stopped = false;
  learn(first);

  const isOver = (): boolean => stopped || (total !== null && hasAll({ rows, unusable, total }));

  async function walkOf(part: ListQuery, mostPages?: number): Promise<Walk> {
    const walk = await walkList({ pages, query: part, ...(mostPages === undefined ? {} : { mostPages }) });
    learn(walk);
    return walk;
  }

  function learn({ rows: met, unusable: unnamed, end }: Walk): void {
    for (const [id, row] of met) rows.set(id, row);
    unusable = Math.max(unusable, unnamed);
    if (end.kind !== 'failed' && end.kind !== 'spent') return;
    stopped ||= endsAll(end);
    if (trouble === null || endsAll(end)) trouble = end;
  }

  /** All of one part, as far as its ends in each order reach; says whether that was all. `probe` has its first page. */
  async function sweep(part: ListQuery, probe: Walk): Promise<boolean> {
    const known = new Set(probe.rows.keys());
    const isWhole = (): boolean => known.size >= (probe.total ?? Number.POSITIVE_INFINITY);
    for (const order of ORDERS) {
      if (isOver() || isWhole()) break;
      for (const id of (await walkOf({ ...part, order })).rows.keys()) known.add(id);
    }
    return isWhole();
  }

  /** A part with as many rows as the whole is the whole. */
  const isPart = (probe: Walk): boolean =>
    (probe.total ?? 0) > probe.rows.size && (total === null || (probe.total ?? 0) < total);

  async function byKeyword(): Promise<void> {
    const reach = 2 * ((pages.offsetLimit ?? 0) + PAGE_ROWS);
    const letters = lettersOf(rows);
    const asked = new Set<string>();
    const open: { readonly keyword: string; readonly total: number }[] = [];
    let vain = 0;

    async function probe(keyword: string): Promise<void> {
      if (asked.has(keyword) || isOver() || vain >= VAIN_QUERIES) return;
      asked.add(keyword);
      const before = rows.size;
      const part = { ...query, keyword, order: OLDEST_CHANGE_FIRST };
      const walk = await walkOf(part, 1);
      const within = walk.total ?? 0;
      const isWhole =
        within <= walk.rows.size || (isPart(walk) && within <= reach && (await sweep(part, walk)));
      if (!isWhole) open.push({ keyword, total: within });
      vain = rows.size > before ? 0 : vain + 1;
    }

    for (const letter of letters) await probe(letter);
    // The narrowest first: what is in nearly every name tells least.
    while (open.length > 0 && !isOver() && vain < VAIN_QUERIES) {
      open.sort((a, b) => b.total - a.total);
      const keyword = open.pop()?.keyword ?? '';
      for (const letter of letters) await probe(keyword + letter);
      for (const letter of letters) await probe(letter + keyword);
    }
  }

  return {
    get found() {
      return { rows, unusable, total, trouble, settled: true };
    },
    async byOrder() {
      const orders = [...ORDERS, ...(query.status === null ? STATUS_ORDERS : [])];
      for (const order of orders) {
        if (!isOver()) await walkOf({ ...query, order });
      }
    },
    async byFilter(field, values) {
      for (const value of values) {
        if (isOver()) return;
        const part = { ...query, [field]: value };
        const probe = await walkOf(part, 1);
        if (isPart(probe)) await sweep(part, probe);
      }
    },
    byKeyword,
  };
}
