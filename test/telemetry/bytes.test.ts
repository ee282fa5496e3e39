// Chunks that are used again: only those that the pool made itself.
import { describe, expect, test } from '@jest/globals';
import { CHUNK_BYTES, createChunkPool } from '../../src/telemetry/bytes.ts';

describe('the pool of chunks', () => {
  test('gives a chunk of its own out again, whole', () => {
    const pool = createChunkPool();
    const chunk = pool.allocate();
    pool.giveBack([chunk.subarray(0, 10)]);
    const again = pool.allocate();
    expect(again.buffer).toBe(chunk.buffer);
    expect(again).toHaveLength(CHUNK_BYTES);
  });

  test('never gives out memory that is not its own, whatever its size: Node 24 keeps small Buffers in slabs of just this size', () => {
    const pool = createChunkPool();
    const slab = Buffer.allocUnsafeSlow(CHUNK_BYTES).fill('x');
    pool.giveBack([slab.subarray(0, 10), Buffer.from('small')]);
    pool.allocate().fill('y');
    pool.allocate().fill('y');
    expect(slab.toString('latin1')).toBe('x'.repeat(CHUNK_BYTES));
  });
});
