// The names of a certificate as sorted numbers, so that millions of them can be compared: what they say holds only
// until the names themselves were looked at, for two names may have one number. Pure.
import type { Certificate } from './certificate.ts';
import { namesOf, wildcardOf } from './names.ts';

export interface NameMarks {
  readonly count: number;
  /** `count` marks of the names, ascending; then for each of them that of the wildcard that covers it, or its own. */
  readonly marks: Int32Array;
  readonly hasWildcards: boolean;
}

/** By certificate: one that did not change between two checks is the same object. */
const known = new WeakMap<Certificate, NameMarks | null>();

/** Null where no name is usable. */
export function marksOf(certificate: Certificate): NameMarks | null {
  const before = known.get(certificate);
  if (before !== undefined) return before;
  const made = makeMarks(certificate);
  known.set(certificate, made);
  return made;
}

/** What the pairs are packed with: a double holds 32 bits of the mark and 21 of the place. */
const PLACES = 2 ** 21;

function makeMarks(certificate: Certificate): NameMarks | null {
  const { usable, opaque } = namesOf(certificate);
  const count = usable.length + opaque.length;
  if (usable.length === 0 || count > PLACES) return null;
  const packed = new Float64Array(count);
  const wild = new Int32Array(count);
  let hasWildcards = false;
  for (const [place, name] of usable.entries()) {
    const own = markOf(name);
    packed[place] = own * PLACES + place;
    const wildcard = wildcardOf(name);
    wild[place] = wildcard === null ? own : markOf(wildcard);
    hasWildcards ||= name.startsWith('*.');
  }
  for (const [index, text] of opaque.entries()) {
    const place = usable.length + index;
    const own = markOf(text);
    packed[place] = own * PLACES + place;
    wild[place] = own;
  }
  packed.sort();
  const marks = new Int32Array(2 * count);
  for (let n = 0; n < count; n += 1) {
    const pair = packed[n] ?? 0;
    const mark = Math.floor(pair / PLACES);
    marks[n] = mark;
    marks[count + n] = wild[pair - mark * PLACES] ?? 0;
  }
  return { count, marks, hasWildcards };
}

/** 32 bits of the text (FNV-1a, then the finish of MurmurHash3, so that the low bits are as good as the high ones). */
function markOf(text: string): number {
  let mark = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) mark = Math.imul(mark ^ text.charCodeAt(n), 0x01000193);
  mark = Math.imul(mark ^ (mark >>> 16), 0x85ebca6b);
  mark = Math.imul(mark ^ (mark >>> 13), 0xc2b2ae35);
  return mark ^ (mark >>> 16);
}

/** Whether the first may serve everything that the second is for. False is certain, true is not. */
export function mayCover(first: NameMarks, second: NameMarks): boolean {
  if (!first.hasWildcards && second.count > first.count) return false;
  let place = 0;
  for (let n = 0; n < second.count; n += 1) {
    const own = second.marks[n] ?? 0;
    place = placeOf(first, own, place);
    if (place < first.count && first.marks[place] === own) continue;
    const wildcard = second.marks[second.count + n] ?? 0;
    if (!first.hasWildcards || wildcard === own || !has(first, wildcard)) return false;
  }
  return true;
}

function has(names: NameMarks, mark: number): boolean {
  const place = placeOf(names, mark, 0);
  return place < names.count && names.marks[place] === mark;
}

/** The first place from `from` on whose mark is not below `mark`: in growing steps, then by halves, for it is mostly near. */
function placeOf({ marks, count }: NameMarks, mark: number, from: number): number {
  let step = 1;
  let low = from;
  while (low + step <= count && (marks[low + step - 1] ?? 0) < mark) {
    low += step;
    step *= 2;
  }
  let high = Math.min(count, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle] ?? 0) < mark) low = middle + 1;
    else high = middle;
  }
  return low;
}
