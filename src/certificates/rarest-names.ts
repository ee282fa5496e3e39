// By which of its names a certificate is best looked for: the one that fewest have; and who has it. Pure.
import type { Slices } from '../shared/slices.ts';
import { bitsFor, createMarkSet } from './mark-set.ts';
import type { NameMarks } from './name-marks.ts';

/** Two marks for each that asks: its rarest name, and the wildcard that covers it (the same where none does). */
export interface Keys {
  readonly own: Int32Array;
  readonly wildcard: Int32Array;
}

/** Who has a name that is asked by: a range of `places`, ascending. */
export interface Holders {
  readonly places: Int32Array;
  rangeOf(mark: number): readonly [start: number, end: number];
}

/** Counters at most, as many as a processor keeps near. Names that share one are taken for more frequent than they are. */
const COUNTERS_MAX = 2 ** 17;
/** A name that no more than these have is rare enough: the others need not be looked at. */
const RARE = 4;

interface Counters {
  readonly counts: Uint32Array;
  /** The top bits of a mark say which counter: marks come sorted, and so one counter is near the one before. */
  readonly shift: number;
  readonly enough: number;
}

export async function chooseKeys({
  names,
  asking,
  slices,
}: {
  names: readonly NameMarks[];
  asking: readonly NameMarks[];
  slices: Slices;
}): Promise<Keys> {
  const counters = await countNames(names, slices);
  const own = new Int32Array(asking.length);
  const wildcard = new Int32Array(asking.length);
  for (const [n, { marks, count }] of asking.entries()) {
    const rarest = rarestOf({ marks, count }, counters);
    own[n] = marks[rarest] ?? 0;
    wildcard[n] = marks[count + rarest] ?? 0;
    if (slices.isDue(2 * count)) await slices.turn();
  }
  return { own, wildcard };
}

async function countNames(names: readonly NameMarks[], slices: Slices): Promise<Counters> {
  let total = 0;
  for (const { count } of names) {
    total += count;
    if (slices.isDue(1)) await slices.turn();
  }
  const bits = bitsFor(Math.min(COUNTERS_MAX, total));
  const counts = new Uint32Array(2 ** bits);
  const shift = 32 - bits;
  for (const { marks, count } of names) {
    for (let n = 0; n < count; n += 1) increment(counts, (marks[n] ?? 0) >>> shift);
    if (slices.isDue(count)) await slices.turn();
  }
  return { counts, shift, enough: RARE + total / counts.length };
}

function rarestOf(
  { marks, count }: Pick<NameMarks, 'marks' | 'count'>,
  { counts, shift, enough }: Counters,
): number {
  let rarest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < count && least > enough; n += 1) {
    const own = marks[n] ?? 0;
    const wildcard = marks[count + n] ?? 0;
    const holders = (counts[own >>> shift] ?? 0) + (wildcard === own ? 0 : (counts[wildcard >>> shift] ?? 0));
    if (holders >= least) continue;
    least = holders;
    rarest = n;
  }
  return rarest;
}

export async function writeDownHolders({
  names,
  keys,
  slices,
}: {
  names: readonly NameMarks[];
  keys: Keys;
  slices: Slices;
}): Promise<Holders> {
  const rows = await createRows(keys, slices);
  const pairs = createPairs();
  for (const [place, { marks, count }] of names.entries()) {
    for (let n = 0; n < count; n += 1) {
      const row = rows.of(marks[n] ?? 0);
      if (row !== undefined) pairs.add(row, place);
    }
    if (slices.isDue(count)) await slices.turn();
  }
  const { starts, places } = await pairs.byRow(rows.count, slices);
  return {
    places,
    rangeOf(mark) {
      const row = rows.of(mark);
      return row === undefined ? NOBODY : [starts[row] ?? 0, starts[row + 1] ?? 0];
    },
  };
}

const NOBODY = [0, 0] as const;

interface Rows {
  readonly count: number;
  of(mark: number): number | undefined;
}

/** What it costs to put a mark into a map, in names looked at. */
const ROW_UNITS = 4;

/** A row for each mark that is asked by. */
async function createRows({ own, wildcard }: Keys, slices: Slices): Promise<Rows> {
  const rows = new Map<number, number>();
  // Most marks nobody asks by: to look into the map for them takes ten times as long.
  const asked = createMarkSet(2 * own.length, 3);
  for (const marks of [own, wildcard])
    for (const mark of marks) {
      if (!rows.has(mark)) rows.set(mark, rows.size);
      asked.add(mark);
      if (slices.isDue(ROW_UNITS)) await slices.turn();
    }
  return { count: rows.size, of: (mark) => (asked.mayHave(mark) ? rows.get(mark) : undefined) };
}

interface Pairs {
  add(row: number, place: number): void;
  /** The places of each row, in the order in which they came. */
  byRow(rows: number, slices: Slices): Promise<{ readonly starts: Int32Array; readonly places: Int32Array }>;
}

function createPairs(): Pairs {
  let pairs = new Int32Array(1_024);
  let length = 0;
  return {
    add(row, place) {
      if (length === pairs.length) {
        const longer = new Int32Array(2 * length);
        longer.set(pairs);
        pairs = longer;
      }
      pairs[length] = row;
      pairs[length + 1] = place;
      length += 2;
    },
    async byRow(rows, slices) {
      const starts = new Int32Array(rows + 1);
      for (let n = 0; n < length; n += 2) {
        increment(starts, (pairs[n] ?? 0) + 1);
        if (slices.isDue(1)) await slices.turn();
      }
      for (let row = 0; row < rows; row += 1) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
      const places = new Int32Array(length / 2);
      const ends = starts.slice();
      for (let n = 0; n < length; n += 2) {
        places[increment(ends, pairs[n] ?? 0)] = pairs[n + 1] ?? 0;
        if (slices.isDue(1)) await slices.turn();
      }
      return { starts, places };
    },
  };
}

/** What it was before. */
function increment(numbers: Int32Array | Uint32Array, index: number): number {
  const before = numbers[index] ?? 0;
  numbers[index] = before + 1;
  return before;
}
