// Whether the simulated list goes wrong as it is told to.
import { describe, expect, test } from '@jest/globals';
import { certificateId, issued, type SimulatedCertificate } from './certificates.ts';
import { flawedPage, type ListFlaws } from './list-flaws.ts';

const found: SimulatedCertificate[] = Array.from({ length: 25 }, (_, n) => ({
  ...issued(),
  id: certificateId(n),
}));

function page(flaws: ListFlaws, offset: number, limit = 10): { rows: number[]; total: number | null } {
  const { rows, total } = flawedPage(found, { page: { offset, limit }, flaws });
  return { rows: rows.map(({ id }) => Number(id.slice(3)) - Number(certificateId(0).slice(3))), total };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

describe('a page', () => {
  test.each<[ListFlaws, number, number[], number | null]>([
    [{}, 20, range(20, 25), 25],
    [{ totalCount: 7 }, 0, range(0, 10), 7],
    [{ totalCount: null }, 0, range(0, 10), null],
    [{ repeatedRows: 3 }, 0, range(0, 10), 25],
    [{ repeatedRows: 3 }, 10, [7, 8, 9, ...range(13, 20)], 25],
    [{ emptyFrom: 10 }, 9, range(9, 19), 25],
    [{ emptyFrom: 10 }, 10, [], 25],
    [{ wholePages: true }, 19, range(10, 20), 25],
    [{ pageRows: 4 }, 1, range(1, 5), 25],
    [{ endless: true }, 20, [...range(20, 25), ...range(1_000_025, 1_000_030)], 25],
  ])('with %j at %i has the right rows', (flaws, offset, rows, total) => {
    expect(page(flaws, offset)).toEqual({ rows, total });
  });
});
