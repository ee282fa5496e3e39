// Lists the certificates of an account: whole, or with a word on why it is not.
import type { ListedCertificate, ListFilter, Listing } from '../certificates/listed.ts';
import type { ReadFailure } from '../certificates/reading.ts';
import type { AccountConfig } from '../config/config.ts';
import { type Clock, plural } from '../shared/time.ts';
import type { Caller } from './caller.ts';
import { createListPages, LIST_BOUNDS, type ListBounds, type ListPages } from './list-pages.ts';
import { type ListQuery, listOf, OLDEST_CHANGE_FIRST } from './list-query.ts';
import { endsAll, type Found, splitList } from './list-split.ts';
import { hasAll, type Walk, walkList } from './list-walk.ts';

export interface ListOptions {
  readonly account: AccountConfig;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly filter: ListFilter;
  readonly bounds?: ListBounds;
}

/** A list that changes under our hands is walked so often, in the hope of one quiet walk. */
const WALKS = 3;

/** Never rejects but with ABORTED. */
export async function listCertificates(options: ListOptions, signal: AbortSignal): Promise<Listing> {
  const { account, filter, bounds = LIST_BOUNDS } = options;
  const pages = createListPages({ ...options, bounds }, signal);
  const rows = new Map<string, ListedCertificate>();
  const flaws: string[] = [];
  let failure: ReadFailure | null = null;
  for (const status of filter.statuses.length === 0 ? [null] : new Set(filter.statuses)) {
    const query = { ...filter, status, keyword: null, order: OLDEST_CHANGE_FIRST };
    const gathered = await gather(pages, query);
    for (const [id, row] of gathered.found.rows) rows.set(id, row);
    if (gathered.whole) continue;
    const { trouble } = gathered.found;
    flaws.push(flawOf(gathered.found, { status, offsetLimit: pages.offsetLimit }));
    if (trouble?.kind === 'failed') failure ??= trouble.failure;
    if (trouble !== null && endsAll(trouble)) break;
  }
  if (failure !== null && rows.size === 0) return { ok: false, failure };
  const certificates = [...rows.values()].filter((row) => isAskedFor(row, filter));
  const shortened = flaws.length === 0 ? null : `Cannot read all of ${listOf(account)}: ${flaws.join('; ')}`;
  return { ok: true, certificates, shortened };
}

/** A cloud that passes over a filter does not make us say what was not asked for. */
function isAskedFor(
  { status, enterpriseProjectId }: ListedCertificate,
  { statuses, enterpriseProjectId: project }: ListFilter,
): boolean {
  if (statuses.length > 0 && (status === null || !statuses.includes(status))) return false;
  return project === null || enterpriseProjectId === null || enterpriseProjectId === project;
}

interface Gathered {
  readonly found: Found;
  readonly whole: boolean;
}

/** Walks the query from start to end; where that cannot be, puts it together from parts. */
async function gather(pages: ListPages, query: ListQuery): Promise<Gathered> {
  const rows = new Map<string, ListedCertificate>();
  let before: Walk | null = null;
  for (let walks = 1; ; walks += 1) {
    const walk: Walk = await walkList({ pages, query });
    const { unusable, total, end } = walk;
    if (end.kind === 'past-limit') return gatherParts({ pages, query, walk });
    const whole = end.kind === 'end' && hasAll(walk) && (walk.joined || isSame(walk, before));
    if (whole) return { found: { ...walk, trouble: null, settled: true }, whole: unusable === 0 };
    for (const [id, row] of walk.rows) rows.set(id, row);
    if (end.kind !== 'end' || walks === WALKS) {
      const trouble = end.kind === 'end' ? null : end;
      return { found: { rows, unusable, total, trouble, settled: false }, whole: false };
    }
    before = walk;
  }
}

async function gatherParts(of: { pages: ListPages; query: ListQuery; walk: Walk }): Promise<Gathered> {
  const { pages, query, walk } = of;
  for (let searches = 1; ; searches += 1) {
    const found = await splitList({ pages, query });
    // More rows than the cloud counts: its count says nothing.
    if (found.settled && found.unusable === 0 && found.rows.size === found.total)
      return { found, whole: true };
    if (found.settled || found.trouble !== null || searches === WALKS) {
      const rows = new Map([...walk.rows, ...found.rows]);
      return { found: { ...found, rows, total: found.total ?? walk.total }, whole: false };
    }
  }
}

/** Two walks that met the same rows, in whatever order, passed nothing over. */
function isSame(walk: Walk, before: Walk | null): boolean {
  return (
    before !== null &&
    before.total === walk.total &&
    before.rows.size === walk.rows.size &&
    [...walk.rows.keys()].every((id) => before.rows.has(id))
  );
}

/** Why a list is not whole, as the end of a sentence. */
function flawOf(
  { rows, unusable, total, trouble, settled }: Found,
  { status, offsetLimit }: { status: string | null; offsetLimit: number | null },
): string {
  const isShort = total !== null && total > rows.size;
  const count = isShort
    ? `${rows.size} of ${plural(total, 'certificate')}`
    : plural(rows.size, 'certificate');
  const ofStatus = status === null ? '' : ` with status ${status}`;
  const unnamed = unusable === 0 ? '' : `, and ${plural(unusable, 'row')} without a usable id`;
  const why = whyOf({ isShort, settled, trouble, offsetLimit });
  return `${count}${ofStatus} found${unnamed}${unusable > 0 && trouble === null ? '' : `; ${why}`}`;
}

function whyOf(of: {
  isShort: boolean;
  settled: boolean;
  trouble: Found['trouble'];
  offsetLimit: number | null;
}): string {
  const { isShort, settled, trouble, offsetLimit } = of;
  if (trouble?.kind === 'failed') return `then: ${trouble.failure.message}`;
  if (trouble?.kind === 'spent') return trouble.explanation;
  if (!isShort && !settled) return 'it kept changing while it was read';
  if (!isShort) return `the API shows no page past row ${offsetLimit}, and does not count right`;
  return offsetLimit === null
    ? 'its pages have fewer than the API counts'
    : `the API shows no page past row ${offsetLimit}, and searches found no more`;
}
