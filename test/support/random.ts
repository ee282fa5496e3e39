// Chance that can be had again: a small seeded generator for simulations. Pure, but for its own state.

export interface Random {
  /** From 0 up to 1, never 1. */
  unit(): number;
  /** A whole number from 0 up to `below`, never `below`. */
  below(below: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** mulberry32: one 32-bit word of state, and the same numbers on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function unit(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    unit,
    below,
    chance: (share) => unit() < share,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}
