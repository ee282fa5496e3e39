// Marks of names that are looked for among millions: a look at one byte tells that most are not. Pure.

export interface MarkSet {
  add(mark: number): void;
  /** False is certain, true is not. */
  mayHave(mark: number): boolean;
}

const BITS_MOST = 22;

/** `bitsMore`: two to that power bytes for each mark that is expected; so rarely it is wrong, and so much of it a processor must keep near. */
export function createMarkSet(expected: number, bitsMore: number): MarkSet {
  const bits = Math.min(BITS_MOST, bitsMore + bitsFor(expected));
  const there = new Uint8Array(2 ** bits);
  const shift = 32 - bits;
  return {
    add(mark) {
      there[mark >>> shift] = 1;
    },
    mayHave: (mark) => there[mark >>> shift] === 1,
  };
}

/** How many bits tell so many apart: at least one. */
export function bitsFor(count: number): number {
  return Math.ceil(Math.log2(Math.max(2, count)));
}
