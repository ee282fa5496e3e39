// 512 bits for each certificate of a list, side by side in memory: most that cannot cover another are told by one look. Pure.
import type { Pace } from '../shared/pace.ts';
import type { NameMarks } from './name-marks.ts';

/** Words of 32 bits: the first half for the names themselves, the second for the wildcards that cover them. */
const HALF = 8;
const WORDS = 2 * HALF;

export interface Signatures {
  /** Made for one certificate: whether the one at a place may cover it. False is certain, true is not. */
  test(names: NameMarks): (place: number) => boolean;
}

export async function createSignatures(list: readonly NameMarks[], pace: Pace): Promise<Signatures> {
  const all = new Int32Array(list.length * WORDS);
  for (const [place, names] of list.entries()) {
    const words = all.subarray(place * WORDS, (place + 1) * WORDS);
    write(names, words);
    // Without wildcards each name must be there itself; with them only what would cover it can be asked for.
    words.fill(-1, names.hasWildcards ? 0 : HALF, names.hasWildcards ? HALF : WORDS);
    if (pace.isDue(names.count)) await pace.turn();
  }
  const asked = new Int32Array(WORDS);
  return {
    test(names) {
      asked.fill(0);
      write(names, asked);
      return (place) => {
        const start = place * WORDS;
        for (let n = 0; n < WORDS; n += 1) if (((asked[n] ?? 0) & ~(all[start + n] ?? 0)) !== 0) return false;
        return true;
      };
    },
  };
}

/** A bit for each name by the top of its mark: its lower bits already chose who is looked at. */
function write({ marks, count }: NameMarks, words: Int32Array): void {
  for (let n = 0; n < count; n += 1) {
    const own = marks[n] ?? 0;
    const wildcard = marks[count + n] ?? 0;
    words[own >>> 29] = (words[own >>> 29] ?? 0) | (1 << ((own >>> 24) & 31));
    const word = HALF + (wildcard >>> 29);
    words[word] = (words[word] ?? 0) | (1 << ((wildcard >>> 24) & 31));
  }
}
