// The names of a certificate as sorted numbers, so that millions of them can be compared: what they say holds only
// until the names themselves were looked at, for two names may have one number. Pure.
import type { Certificate } from './certificate.ts';
import { nameOf, restOf } from './names.ts';

export interface NameMarks {
  readonly count: number;
  /** `count` marks of the names, ascending, none twice; then for each of them that of the wildcard that covers it, or its own. */
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
const STAR = '*'.charCodeAt(0);

/** Room to work in, of no meaning between two certificates: making it anew takes longer than all else. */
let room = { pairs: new Float64Array(64), wildcards: new Int32Array(64) };

function makeMarks({ domain, sans }: Certificate): NameMarks | null {
  if (sans.length >= PLACES) return null;
  if (sans.length >= room.pairs.length)
    room = { pairs: new Float64Array(2 * sans.length), wildcards: new Int32Array(2 * sans.length) };
  const { pairs, wildcards } = room;
  let total = 0;
  let hasUsable = false;
  let hasWildcards = false;
  for (let n = -1; n < sans.length; n += 1) {
    const trimmed = (n < 0 ? domain : sans[n])?.trim() ?? '';
    if (trimmed === '') continue;
    const name = nameOf(trimmed);
    const own = markOf(name ?? trimmed, 0, SEED);
    const rest = name === null ? -1 : restOf(name);
    wildcards[total] = name === null || rest < 0 ? own : markOf(name, rest, step(SEED, STAR));
    pairs[total] = own * PLACES + total;
    total += 1;
    hasUsable ||= name !== null;
    hasWildcards ||= name?.startsWith('*.') === true;
  }
  return hasUsable ? { ...unpack(pairs.subarray(0, total).sort(), wildcards), hasWildcards } : null;
}

/** Of equal marks one is kept. */
function unpack(pairs: Float64Array, wildcards: Int32Array): { count: number; marks: Int32Array } {
  const marks = new Int32Array(2 * countDistinct(pairs));
  const count = marks.length / 2;
  let taken = 0;
  for (const pair of pairs) {
    const mark = Math.floor(pair / PLACES);
    if (taken > 0 && marks[taken - 1] === mark) continue;
    marks[taken] = mark;
    marks[count + taken] = wildcards[pair - mark * PLACES] ?? 0;
    taken += 1;
  }
  return { count, marks };
}

function countDistinct(pairs: Float64Array): number {
  let count = 0;
  let last = Number.NaN;
  for (const pair of pairs) {
    const mark = Math.floor(pair / PLACES);
    if (mark !== last) count += 1;
    last = mark;
  }
  return count;
}

const SEED = 0x811c9dc5;

/** 32 bits of the text (FNV-1a, then the finish of MurmurHash3, so that the low bits are as good as the high ones). */
function markOf(text: string, from: number, seed: number): number {
  let mark = seed;
  for (let n = from; n < text.length; n += 1) mark = step(mark, text.charCodeAt(n));
  mark = Math.imul(mark ^ (mark >>> 16), 0x85ebca6b);
  mark = Math.imul(mark ^ (mark >>> 13), 0xc2b2ae35);
  return mark ^ (mark >>> 16);
}

function step(mark: number, unit: number): number {
  return Math.imul(mark ^ unit, 0x01000193);
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
