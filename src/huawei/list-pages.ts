// The pages of one account's list, as many as one listing may ask for: bounds on requests, time, rows and text, and the offset limit once it is met.
import type { ListedCertificate } from '../certificates/listed.ts';
import type { ReadFailure } from '../certificates/reading.ts';
import type { AccountConfig } from '../config/config.ts';
import { type Clock, formatSpan, MINUTE_MS } from '../shared/time.ts';
import type { Caller } from './caller.ts';
import { charactersOf, type ListPage } from './list-payload.ts';
import { DOCUMENTED_OFFSET, type ListQuery, listPage } from './list-query.ts';

/** What one listing may take; past it, what has been found is given as a list that was cut short. */
export interface ListBounds {
  readonly requests: number;
  readonly durationMs: number;
  readonly rows: number;
  readonly characters: number;
}

/** 100,000 certificates at five requests a second take seven and a half minutes. */
export const LIST_BOUNDS: ListBounds = {
  requests: 3_000,
  durationMs: 15 * MINUTE_MS,
  rows: 100_000,
  characters: 32 * 1_024 * 1_024,
};

export type AskedPage =
  | { readonly kind: 'page'; readonly page: ListPage }
  /** The page begins past the offset up to which the cloud lists. */
  | { readonly kind: 'past-limit' }
  | { readonly kind: 'failed'; readonly failure: ReadFailure }
  /** A bound has been met: nothing more is asked for. `explanation`: the end of a sentence. */
  | { readonly kind: 'spent'; readonly explanation: string };

export interface ListPages {
  /** Rejects only with ABORTED. */
  ask(query: ListQuery, offset: number): Promise<AskedPage>;
  /** The greatest offset that the cloud takes, once one was refused. */
  readonly offsetLimit: number | null;
}

export interface ListPagesOptions {
  readonly account: AccountConfig;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly bounds: ListBounds;
}

export function createListPages(options: ListPagesOptions, signal: AbortSignal): ListPages {
  const { account, caller, clock, bounds } = options;
  const sizes = new Map<string, number>();
  const startedMs = clock.monotonicMs();
  let requests = 0;
  let characters = 0;
  let offsetLimit: number | null = null;
  let farthestMet = 0;

  function spent(): string | null {
    if (requests >= bounds.requests) return `it takes more than ${bounds.requests} requests`;
    if (clock.monotonicMs() - startedMs >= bounds.durationMs)
      return `it takes longer than ${formatSpan(bounds.durationMs)}`;
    if (sizes.size >= bounds.rows) return `it has more than ${bounds.rows} certificates`;
    if (characters >= bounds.characters) return `its names have more than ${bounds.characters} characters`;
    return null;
  }

  /** A row that comes again takes no more room. */
  function weigh(rows: readonly ListedCertificate[]): void {
    for (const row of rows) {
      const size = charactersOf(row);
      characters += size - (sizes.get(row.id) ?? 0);
      sizes.set(row.id, size);
    }
  }

  return {
    get offsetLimit() {
      return offsetLimit;
    },
    async ask(query, offset) {
      if (offsetLimit !== null && offset > offsetLimit) return { kind: 'past-limit' };
      const explanation = spent();
      if (explanation !== null) return { kind: 'spent', explanation };
      requests += 1;
      const called = await caller.call(listPage(query, offset, account), signal);
      if (called.ok) {
        farthestMet = Math.max(farthestMet, offset);
        weigh(called.value.rows);
        return { kind: 'page', page: called.value };
      }
      if (called.status !== 400 || offset <= farthestMet) return { kind: 'failed', failure: called.failure };
      offsetLimit = offset > DOCUMENTED_OFFSET ? Math.max(farthestMet, DOCUMENTED_OFFSET) : farthestMet;
      return { kind: 'past-limit' };
    },
  };
}
