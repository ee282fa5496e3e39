// By which of its names a certificate is best looked for: the one that fewest have; and who has it. Pure.
import type { Pace } from '../shared/pace.ts';
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
  pace,
}: {
  names: readonly NameMarks[];
  asking: readonly NameMarks[];
  pace: Pace;
}): Promise<Keys> {
  const counters = await countNames(names, pace);
  const own = new Int32Array(asking.length);
  const wildcard = new Int32Array(asking.length);
  for (const [n, { marks, count }] of asking.entries()) {
    const rarest = rarestOf(marks, count, counters);
    own[n] = marks[rarest] ?? 0;
    wildcard[n] = marks[count + rarest] ?? 0;
    if (pace.isDue(2 * count)) await pace.turn();
  }
  return { own, wildcard };
}

async function countNames(names: readonly NameMarks[], pace: Pace): Promise<Uint32Array> {
  const counters = new Uint32Array(sizeFor(names.reduce((sum, { count }) => sum + count, 0)));
  const mask = counters.length - 1;
  for (const { marks, count } of names) {
    for (let n = 0; n < count; n += 1) {
      const counter = (marks[n] ?? 0) & mask;
      counters[counter] = (counters[counter] ?? 0) + 1;
    }
    if (pace.isDue(count)) await pace.turn();
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
  pace,
}: {
  names: readonly NameMarks[];
  keys: Keys;
  pace: Pace;
}): Promise<Holders> {
  const rows = createRows(keys);
  const starts = new Int32Array(rows.count + 1);
  for (const holder of names) {
    rows.each(holder, (row) => {
      starts[row + 1] = (starts[row + 1] ?? 0) + 1;
    });
    if (pace.isDue(holder.count)) await pace.turn();
  }
  for (let row = 0; row < rows.count; row += 1) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
  const places = new Int32Array(starts[rows.count] ?? 0);
  const ends = starts.slice();
  for (const [place, holder] of names.entries()) {
    rows.each(holder, (row) => {
      const end = ends[row] ?? 0;
      places[end] = place;
      ends[row] = end + 1;
    });
    if (pace.isDue(holder.count)) await pace.turn();
  }
  return {
    places,
    rangeOf(mark) {
      const row = rows.of(mark);
      return row === undefined ? [0, 0] : [starts[row] ?? 0, starts[row + 1] ?? 0];
    },
  };
}

interface Rows {
  readonly count: number;
  of(mark: number): number | undefined;
  /** Each row that one with these names belongs in, once. */
  each(names: NameMarks, take: (row: number) => void): void;
}

/** A row for each mark that is asked by. */
function createRows({ own, wildcard }: Keys): Rows {
  const rows = new Map<number, number>();
  // A bit tells most marks that nobody asks by apart, for a hundredth of what the map takes.
  const asked = new Uint8Array(16 * sizeFor(2 * own.length));
  const mask = asked.length - 1;
  for (const marks of [own, wildcard])
    for (const mark of marks) {
      if (!rows.has(mark)) rows.set(mark, rows.size);
      asked[mark & mask] = 1;
    }
  return {
    count: rows.size,
    of: (mark) => rows.get(mark),
    each({ marks, count }, take) {
      for (let n = 0; n < count; n += 1) {
        const mark = marks[n] ?? 0;
        if (asked[mark & mask] === 0 || (n > 0 && marks[n - 1] === mark)) continue;
        const row = rows.get(mark);
        if (row !== undefined) take(row);
      }
    },
  };
}
