// 288 bits for each certificate of a list, side by side in memory: most that cannot cover another are told by one look. Pure.
import type { NameMarks } from './name-marks.ts';

/** Words of 32 bits: these for the names, and one more for wildcards. */
const NAME_WORDS = 8;
const WORDS = NAME_WORDS + 1;

export interface Signatures {
  /** From now on it is asked for this one. */
  askFor(names: NameMarks): void;
  /** Whether the one at this place may cover it. False is certain, true is not. */
  passes(place: number): boolean;
}

export function createSignatures(list: readonly NameMarks[]): Signatures {
  const all = new Int32Array(list.length * WORDS);
  // Few are ever looked at, where names are rare.
  const made = new Uint8Array(list.length);
  const asked = new Int32Array(WORDS);

  function make(place: number): void {
    const names = list[place];
    if (names !== undefined) write(names, { words: all, start: place * WORDS, wildcards: 'that it has' });
    made[place] = 1;
  }

  return {
    askFor(names) {
      asked.fill(0);
      write(names, { words: asked, start: 0, wildcards: 'that cover it' });
    },
    passes(place) {
      if (made[place] === 0) make(place);
      const start = place * WORDS;
      for (let n = 0; n < NAME_WORDS; n += 1)
        // A name is not there itself: then a wildcard must be there that may cover it.
        if (((asked[n] ?? 0) & ~(all[start + n] ?? 0)) !== 0)
          return ((asked[NAME_WORDS] ?? 0) & (all[start + NAME_WORDS] ?? 0)) !== 0;
      return true;
    },
  };
}

interface Target {
  readonly words: Int32Array;
  readonly start: number;
  readonly wildcards: 'that it has' | 'that cover it';
}

/** A bit for each name, by the top of its mark. */
function write({ marks, count, hasWildcards }: NameMarks, { words, start, wildcards }: Target): void {
  const theirs = wildcards === 'that cover it';
  let wild = 0;
  for (let n = 0; n < count; n += 1) {
    const own = marks[n] ?? 0;
    const wildcard = marks[count + n] ?? 0;
    const word = start + (own >>> 29);
    words[word] = (words[word] ?? 0) | (1 << ((own >>> 24) & 31));
    // One that no other covers may be a wildcard; a bit too many does no harm.
    if (theirs ? wildcard !== own : hasWildcards && wildcard === own) wild |= 1 << ((wildcard >>> 19) & 31);
  }
  words[start + NAME_WORDS] = wild;
}
