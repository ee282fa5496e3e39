// One gzip member of three parts: any decoder must see the parts one after the other, with a sound checksum.
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { combineCrc32, composeGzip, gzipOpening } from '../../src/web/gzip.ts';
import type { KeptPart } from '../../src/web/sources.ts';

function keptOf(plain: Buffer): KeptPart {
  return {
    plain: async () => [plain],
    plainBytes: plain.length,
    plainCrc32: crc32(plain),
    deflated: deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH }),
  };
}

const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));

test('checksums of two texts combine to that of both', () => {
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const combined = combineCrc32(crc32(first), { crc: crc32(second), length: second.length });
      expect(combined).toBe(crc32(Buffer.concat([first, second])));
    }),
  );
});

test('an opening, kept bytes and an ending make one member, which gunzip reads whole', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (opening, kept, ending) => {
      const parts = composeGzip({ opening: gzipOpening(opening), kept: keptOf(kept), ending });
      expect(gunzipSync(Buffer.concat(parts)).equals(Buffer.concat([opening, kept, ending]))).toBe(true);
    }),
  );
});

test('the kept bytes are handed on as they are, not copied', () => {
  const kept = keptOf(Buffer.from('kept'));
  const parts = composeGzip({ opening: gzipOpening(Buffer.from('own')), kept, ending: Buffer.alloc(0) });
  expect(parts[1]).toBe(kept.deflated);
});
