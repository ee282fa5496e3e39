// The certificates as the pages and the JSON list need them: in each order and counted, made once per list.
import { createEntries, type Entry } from './entries.ts';
import { inOrder, keepByIdentity, type Sort } from './order.ts';
import { type Overview, overviewOf } from './overview.ts';
import type { StatusSource } from './sources.ts';

export interface Catalogue {
  /** In the order of the configuration. */
  entries(): readonly Entry[];
  sorted(sort: Sort): readonly Entry[];
  /** Those with a finding, the gravest first. */
  needing(): readonly Entry[];
  /** `accounts` are those of the configuration. */
  overview(accounts: readonly string[]): Overview;
}

export function createCatalogue(status: StatusSource): Catalogue {
  const entriesOf = createEntries();
  const made = keepByIdentity((certificates: ReturnType<StatusSource['certificates']>) => {
    return {
      entries: entriesOf(certificates),
      orders: new Map<Sort, readonly Entry[]>(),
      needing: null as readonly Entry[] | null,
      overviews: new Map<string, Overview>(),
    };
  });
  const now = () => made(status.certificates());

  return {
    entries: () => now().entries,
    sorted(sort) {
      const { entries, orders } = now();
      const known = orders.get(sort);
      if (known !== undefined) return known;
      const ordered = inOrder(entries, sort);
      orders.set(sort, ordered);
      return ordered;
    },
    needing() {
      const kept = now();
      kept.needing ??= inOrder(
        kept.entries.filter(({ level }) => level === 'critical' || level === 'warning'),
        'attention',
      );
      return kept.needing;
    },
    overview(accounts) {
      const { entries, overviews } = now();
      const key = accounts.join('\u0000');
      const known = overviews.get(key);
      if (known !== undefined) return known;
      const overview = overviewOf(entries, accounts);
      overviews.set(key, overview);
      return overview;
    },
  };
}
