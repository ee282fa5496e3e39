// Writes lines of bytes into chunks of a fixed size, without strings in between: what keeps a large exposition cheap.

/** Encoded label texts of many certificates, end to end: text i stands at offsets[i] .. offsets[i + 1]. */
export interface LabelTable {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

export interface ChunkWriter {
  bytes(part: Uint8Array): void;
  /** One text of the table. */
  label(table: LabelTable, index: number): void;
  /** Where the next byte goes; valid for `repeat` until the chunk is taken. */
  position(): number;
  /** Writes again what stands between two positions. */
  repeat(start: number, end: number): void;
  /** Text that is known to be ASCII: numbers. */
  ascii(text: string): void;
  /** Any text, as UTF-8; lone surrogates become U+FFFD. Returns how many bytes it took. */
  text(text: string): number;
  /** Whether the chunk is nearly full, so that it should be taken. */
  isFull(): boolean;
  /** What was written since the last call; the writer goes on in a new chunk. */
  take(): Buffer;
}

const MARGIN_BYTES = 2_048;
const MAX_UTF8_BYTES_PER_UNIT = 3;
const NO_CHUNK: Buffer = Buffer.alloc(0);

/** Bytes of one chunk: filled in some 2 ms by code that is still cold, in a fifth of one later. */
export const CHUNK_BYTES = 64 * 1024;

/** A writer of chunks; a line longer than a chunk makes a larger chunk, it is never cut. */
export function createChunkWriter(allocate: () => Buffer): ChunkWriter {
  let chunk: Buffer = NO_CHUNK;
  let length = 0;

  function reserve(byteCount: number): void {
    if (chunk === NO_CHUNK) chunk = allocate();
    if (length + byteCount <= chunk.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(chunk.length * 2, length + byteCount));
    chunk.copy(larger, 0, 0, length);
    chunk = larger;
  }

  return {
    bytes(part) {
      reserve(part.length);
      chunk.set(part, length);
      length += part.length;
    },
    label({ bytes, offsets }, index) {
      const start = offsets[index] ?? 0;
      const end = offsets[index + 1] ?? start;
      reserve(end - start);
      // A loop, because copying a part of an array would make an object per sample.
      const to = chunk;
      const shift = length - start;
      for (let i = start; i < end; i++) to[i + shift] = bytes[i] ?? 0;
      length = end + shift;
    },
    position: () => length,
    repeat(start, end) {
      reserve(end - start);
      chunk.copyWithin(length, start, end);
      length += end - start;
    },
    ascii(text) {
      reserve(text.length);
      for (let i = 0; i < text.length; i++) chunk[length++] = text.charCodeAt(i);
    },
    text(text) {
      reserve(text.length * MAX_UTF8_BYTES_PER_UNIT);
      const byteCount = chunk.write(text, length, 'utf8');
      length += byteCount;
      return byteCount;
    },
    isFull: () => length + MARGIN_BYTES >= CHUNK_BYTES,
    take() {
      const taken = chunk.subarray(0, length);
      chunk = NO_CHUNK;
      length = 0;
      return taken;
    },
  };
}
