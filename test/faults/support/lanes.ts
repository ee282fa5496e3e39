// Runs parts of an experiment side by side, a few at a time.
import type { Random } from '../../support/random.ts';

/** Each item once, at most `width` at a time, in order. Rejects with the first failure, once all under way have ended. */
export async function inLanes<Item, Out>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item, index);
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: width }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return results;
}

/** Splits a number into parts of at most `size`. */
export function partsOf(total: number, size: number): number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, n) => Math.min(size, total - n * size));
}

/** In another order, by this chance. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const keyed = items.map((item) => ({ item, key: random.unit() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
