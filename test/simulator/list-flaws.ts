// What can be wrong with the pages of a list: totals that lie, rows that repeat, pages that are empty too early or never end. Pure.
import { certificateId, type SimulatedCertificate } from './certificates.ts';

/** Everything that can be told in JSON; nothing set: a list as documented. */
export interface ListFlaws {
  /** What every page says that there are; null: it says nothing. */
  readonly totalCount?: number | null;
  /** So many rows of the page before come once more, in the place of this page's first ones. */
  readonly repeatedRows?: number;
  /** From this offset on pages are empty. */
  readonly emptyFrom?: number;
  /** Offsets are rounded down to whole pages. */
  readonly wholePages?: boolean;
  /** At most so many rows on a page, whatever the limit. */
  readonly pageRows?: number;
  /** After the rows that there are, others are made up for ever. */
  readonly endless?: boolean;
}

interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** One page of what was found, with its flaws. */
export function flawedPage(
  found: readonly SimulatedCertificate[],
  { page, flaws }: { readonly page: Page; readonly flaws: ListFlaws },
): { readonly rows: readonly SimulatedCertificate[]; readonly total: number | null } {
  const {
    repeatedRows = 0,
    emptyFrom = Number.POSITIVE_INFINITY,
    pageRows = Number.POSITIVE_INFINITY,
  } = flaws;
  const limit = Math.min(page.limit, pageRows);
  const offset = flaws.wholePages ? Math.floor(page.offset / limit) * limit : page.offset;
  const told = flaws.totalCount === undefined ? found.length : flaws.totalCount;
  if (offset >= emptyFrom) return { rows: [], total: told };
  if (flaws.endless === true) return { rows: madeUp(found, offset, limit), total: told };
  const rows = found.slice(offset, offset + limit);
  const again = offset === 0 ? [] : found.slice(Math.max(0, offset - repeatedRows), offset);
  return { rows: [...again, ...rows.slice(again.length)], total: told };
}

function madeUp(
  found: readonly SimulatedCertificate[],
  offset: number,
  limit: number,
): SimulatedCertificate[] {
  return Array.from({ length: limit }, (_, n) => {
    const at = offset + n;
    return found[at] ?? { ...found[0], id: certificateId(1_000_000 + at) };
  });
}
