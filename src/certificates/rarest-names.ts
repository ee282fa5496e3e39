// By which of its names a certificate is best looked for: the one that fewest have; and who has it. Pure.
import type { Slices } from '../shared/slices.ts';
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

/** Counters at most: 8 MiB, whatever the number of names. Names that share one are taken for more frequent than they are. */
const COUNTERS_MAX = 2 ** 21;

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
    const rarest = rarestOf(marks, count, counters);
    own[n] = marks[rarest] ?? 0;
    wildcard[n] = marks[count + rarest] ?? 0;
    if (slices.isDue(2 * count)) await slices.turn();
  }
  return { own, wildcard };
}

async function countNames(names: readonly NameMarks[], slices: Slices): Promise<Uint32Array> {
  const counters = new Uint32Array(sizeFor(names.reduce((sum, { count }) => sum + count, 0)));
  const mask = counters.length - 1;
  for (const { marks, count } of names) {
    for (let n = 0; n < count; n += 1) increment(counters, (marks[n] ?? 0) & mask);
    if (slices.isDue(count)) await slices.turn();
  }
  return counters;
}

/** A power of two, so that the low bits of a mark say which. */
function sizeFor(total: number): number {
  return Math.min(COUNTERS_MAX, 2 ** Math.ceil(Math.log2(Math.max(2, total))));
}

function rarestOf(marks: Int32Array, count: number, counters: Uint32Array): number {
  const mask = counters.length - 1;
  let rarest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < count && least > 1; n += 1) {
    const own = marks[n] ?? 0;
    const wildcard = marks[count + n] ?? 0;
    const holders = (counters[own & mask] ?? 0) + (wildcard === own ? 0 : (counters[wildcard & mask] ?? 0));
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
  const rows = createRows(keys);
  const pairs = createPairs();
  for (const [place, { marks, count }] of names.entries()) {
    for (let n = 0; n < count; n += 1) {
      const row = rows.of(marks[n] ?? 0);
      if (row !== undefined) pairs.add(row, place);
    }
    if (slices.isDue(count)) await slices.turn();
  }
  const { starts, places } = pairs.byRow(rows.count);
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

/** A row for each mark that is asked by. */
function createRows({ own, wildcard }: Keys): Rows {
  const rows = new Map<number, number>();
  // Most marks nobody asks by: a look at one byte tells, for a tenth of what the map takes.
  const asked = new Uint8Array(8 * sizeFor(2 * own.length));
  const mask = asked.length - 1;
  for (const marks of [own, wildcard])
    for (const mark of marks) {
      if (!rows.has(mark)) rows.set(mark, rows.size);
      asked[mark & mask] = 1;
    }
  return { count: rows.size, of: (mark) => (asked[mark & mask] === 1 ? rows.get(mark) : undefined) };
}

interface Pairs {
  add(row: number, place: number): void;
  /** The places of each row, in the order in which they came. */
  byRow(rows: number): { readonly starts: Int32Array; readonly places: Int32Array };
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
    byRow(rows) {
      const starts = new Int32Array(rows + 1);
      for (let n = 0; n < length; n += 2) increment(starts, (pairs[n] ?? 0) + 1);
      for (let row = 0; row < rows; row += 1) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
      const places = new Int32Array(length / 2);
      const ends = starts.slice();
      for (let n = 0; n < length; n += 2) places[increment(ends, pairs[n] ?? 0)] = pairs[n + 1] ?? 0;
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
