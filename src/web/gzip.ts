// Makes one gzip member of text made now, bytes that were deflated before, and an ending (RFC 1951 and 1952). Pure.
import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { KeptPart } from './sources.ts';

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const DEFLATE_OPTIONS = { level: 1, finishFlush: constants.Z_SYNC_FLUSH };
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;
const MAX_ENDING_BYTES = 0xffff;

/** A first part, ready to stand before the kept one. */
export interface OpeningPart {
  readonly plainBytes: number;
  readonly plainCrc32: number;
  /** The gzip header and the deflated text, ending on a byte. */
  readonly bytes: Buffer;
}

export function gzipOpening(text: Buffer): OpeningPart {
  return {
    plainBytes: text.length,
    plainCrc32: crc32(text),
    bytes: Buffer.concat([HEADER, deflateRawSync(text, DEFLATE_OPTIONS)]),
  };
}

/**
 * The whole answer, in parts to be written one after the other; the kept bytes are neither compressed nor copied.
 * `ending` is stored as it is, at most 65,535 bytes; it may be empty.
 */
export function composeGzip(parts: {
  opening: OpeningPart;
  kept: KeptPart;
  ending: Buffer;
}): readonly Buffer[] {
  const { opening, kept, ending } = parts;
  const length = kept.plainBytes + ending.length;
  const crc = combineCrc32(opening.plainCrc32, {
    crc: combineCrc32(kept.plainCrc32, { crc: crc32(ending), length: ending.length }),
    length,
  });
  return [opening.bytes, kept.deflated, closing(ending, { crc, length: opening.plainBytes + length })];
}

/** A final stored block, then the checksum and the length of everything. */
function closing(ending: Buffer, { crc, length }: { crc: number; length: number }): Buffer {
  const block = Buffer.alloc(5);
  block.writeUInt8(1, 0);
  block.writeUInt16LE(ending.length, 1);
  block.writeUInt16LE(~ending.length & MAX_ENDING_BYTES, 3);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return Buffer.concat([block, ending, trailer]);
}

/** CRC-32 of two texts one after the other, from their own: the first one's, moved on by the second's length (zlib's crc32_combine). */
export function combineCrc32(first: number, second: { crc: number; length: number }): number {
  return (multiply(power(second.length), first) ^ second.crc) >>> 0;
}

/** x to the power of eight times `byteCount`, modulo the polynomial; bits are reflected, as in CRC-32. */
function power(byteCount: number): number {
  let result = ONE;
  let square = 0x00800000; // x to the power of 8
  for (let rest = byteCount; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}

function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
