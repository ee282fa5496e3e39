// Lets other work through while something long is done: after each so much of it, the event loop turns. Pure: the turn is the caller's.

export interface Slices {
  /** Whether so much was done, these units included, that it is time for `turn`. */
  isDue(units: number): boolean;
  turn(): Promise<void>;
}

export function createSlices(unitsPerTurn: number, nextTurn: () => Promise<void>): Slices {
  let done = 0;
  return {
    isDue(units) {
      done += units;
      return done >= unitsPerTurn;
    },
    turn() {
      done = 0;
      return nextTurn();
    },
  };
}

/** Does it to each item, with turns between; `units` is what one item costs. */
export async function eachInTurns<Item>(
  items: Iterable<Item>,
  act: (item: Item) => void,
  { slices, units = 1 }: { slices: Slices; units?: number },
): Promise<void> {
  for (const item of items) {
    act(item);
    if (slices.isDue(units)) await slices.turn();
  }
}

/** Those of the items that are meant, looked at with turns between. */
export async function filterInTurns<Item>(
  items: Iterable<Item>,
  isMeant: (item: Item) => boolean,
  turns: { slices: Slices; units?: number },
): Promise<readonly Item[]> {
  const some: Item[] = [];
  await eachInTurns(items, (item) => void (isMeant(item) && some.push(item)), turns);
  return some;
}

/** Items between two turns while they are sorted. */
const RUN = 1_000;

/** The items in order, sorted in runs that are merged, with turns between. Of equal ones the first stays first. */
export async function sortInTurns<Item>(
  items: readonly Item[],
  order: (a: Item, b: Item) => number,
  slices: Slices,
): Promise<readonly Item[]> {
  let runs: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).sort(order));
    // A run of a thousand compares ten thousand times.
    if (slices.isDue(10 * RUN)) await slices.turn();
  }
  while (runs.length > 1) {
    const longer: (readonly Item[])[] = [];
    for (let n = 0; n < runs.length; n += 2)
      longer.push(await merge({ first: runs[n] ?? [], second: runs[n + 1] ?? [], order, slices }));
    runs = longer;
  }
  return runs[0] ?? [];
}

interface Merging<Item> {
  readonly first: readonly Item[];
  readonly second: readonly Item[];
  readonly order: (a: Item, b: Item) => number;
  readonly slices: Slices;
}

async function merge<Item>({ first, second, order, slices }: Merging<Item>): Promise<readonly Item[]> {
  const both: Item[] = [];
  let a = 0;
  let b = 0;
  for (;;) {
    const left = first[a];
    const right = second[b];
    if (left === undefined && right === undefined) return both;
    if (right === undefined || (left !== undefined && order(left, right) <= 0)) {
      if (left !== undefined) both.push(left);
      a += 1;
    } else {
      both.push(right);
      b += 1;
    }
    if (slices.isDue(1)) await slices.turn();
  }
}
