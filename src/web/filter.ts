// Which certificates somebody asked for: the filters of the page and of the JSON list, which are the same. Pure.
import { KNOWN_STATUSES } from '../certificates/certificate.ts';
import { KINDS, type Kind } from '../certificates/finding.ts';
import type { Entry } from './entries.ts';
import { SORTS, type Sort } from './order.ts';
import type { Query } from './query.ts';
import { LEVELS, type Level } from './words.ts';

export interface Filter {
  /** Words that must all be found. */
  readonly q: string | null;
  /** A level, or `attention` for critical and warning. */
  readonly severity: Level | 'attention' | null;
  readonly kind: Kind | null;
  readonly status: string | null;
  readonly account: string | null;
  readonly owner: string | null;
  readonly silenced: 'yes' | 'no' | null;
  /** A month or a day in UTC: `2027-03`, `2027-03-14`. */
  readonly ends: string | null;
}

export const SEVERITIES_ASKED = ['attention', ...LEVELS] as const;

export const FILTER_PARAMETERS = [
  'q',
  'severity',
  'kind',
  'status',
  'account',
  'owner',
  'silenced',
  'ends',
  'sort',
] as const;

/** A month or a day, with a month and a day that there are. */
export const ENDS_PATTERN = /^\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$/;

const LONGEST_SEARCH = 200;

/** What there is to choose from. */
export interface Choices {
  readonly accounts: readonly string[];
  readonly owners: readonly string[];
  readonly statuses: readonly string[];
}

/** Reads the filter and the order; what is wrong is among the query's faults. */
export function readFilter(
  query: Query,
  { accounts, owners, statuses }: Choices,
): { readonly filter: Filter; readonly sort: Sort | null } {
  const filter: Filter = {
    q: query.text('q', LONGEST_SEARCH),
    severity: query.oneOf('severity', SEVERITIES_ASKED),
    kind: query.oneOf('kind', KINDS),
    status: query.oneOf('status', [...new Set([...KNOWN_STATUSES, ...statuses])]),
    account: query.oneOf('account', accounts),
    owner: query.oneOf('owner', owners),
    silenced: query.oneOf('silenced', ['yes', 'no']),
    ends: query.matching('ends', {
      pattern: ENDS_PATTERN,
      what: 'a month or a day, such as 2027-03 or 2027-03-14',
    }),
  };
  return { filter, sort: query.oneOf('sort', SORTS) };
}

/** The entries that the filter lets through, in their order. */
export function filtered(
  entries: readonly Entry[],
  filter: Filter,
  isSilenced: (entry: Entry) => boolean,
): readonly Entry[] {
  if (Object.values(filter).every((value) => value === null)) return entries;
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const span = filter.ends === null ? null : spanOf(filter.ends);
  return entries.filter(
    (entry) =>
      isOfLevel(entry, filter.severity) &&
      (filter.kind === null || entry.watched.findings.some(({ kind }) => kind === filter.kind)) &&
      (filter.status === null || entry.watched.certificate?.status === filter.status) &&
      (filter.account === null || entry.watched.account === filter.account) &&
      (filter.owner === null || entry.watched.owner === filter.owner) &&
      (filter.silenced === null || (filter.silenced === 'yes') === isSilenced(entry)) &&
      (span === null || endsWithin(entry, span)) &&
      (words.length === 0 || hasAll(entry.haystack(), words)),
  );
}

interface Span {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/** A month or a day in UTC, from its first millisecond to the first of the next. */
function spanOf(ends: string): Span {
  const [year = 0, month = 1, day] = ends.split('-').map(Number);
  const fromMs = Date.UTC(year, month - 1, day ?? 1);
  return {
    fromMs,
    beforeMs: day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1),
  };
}

function endsWithin({ servedEndMs }: Entry, { fromMs, beforeMs }: Span): boolean {
  return servedEndMs !== null && servedEndMs >= fromMs && servedEndMs < beforeMs;
}

function isOfLevel({ level }: Entry, severity: Filter['severity']): boolean {
  if (severity === null) return true;
  return severity === 'attention' ? level === 'critical' || level === 'warning' : level === severity;
}

function hasAll(haystack: string, words: readonly string[]): boolean {
  return words.every((word) => haystack.includes(word));
}
