// The parser of a page of ListCertificates: every field missing in every way, and bodies that somebody broke.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ListPage, parseListPage } from '../../src/huawei/list-payload.ts';

function pageOf(body: unknown): ListPage {
  const parsed = parseListPage(body, 480);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

const UNKNOWN = {
  status: null,
  name: null,
  domain: null,
  sans: [],
  type: null,
  brand: null,
  notAfterMs: null,
  enterpriseProjectId: null,
};

describe('a page', () => {
  test.each<[unknown, number | null | undefined]>([
    [{ certificates: [], total_count: 0 }, 0],
    [{ certificates: null, total_count: 0 }, 0],
    [{ total_count: 0 }, 0],
    [{ certificates: [], total_count: null }, null],
    [{ certificates: [] }, null],
    [{ certificates: [], total_count: -1 }, null],
    [{ certificates: [], total_count: 1.5 }, null],
    [{ certificates: [], total_count: '7' }, null],
    [{ certificates: [], total_count: 1e300 }, null],
  ])('of %j counts %s', (body, totalCount) => {
    expect(pageOf(body)).toEqual({ rows: [], unusable: 0, totalCount });
  });

  test.each<[unknown, string]>([
    [null, 'its body is null, not a JSON object'],
    [[], 'its body is a list, not a JSON object'],
    ['x', 'its body is text, not a JSON object'],
    [{}, 'its body has no certificates'],
    [{ certificates: null, total_count: 1 }, 'its body has no certificates'],
    [{ certificates: {} }, "its body's certificates is an object, not a list"],
    [{ certificates: Array(1_001).fill({}) }, 'its list has 1001 rows on one page'],
  ])('%j is none', (body, message) => {
    expect(parseListPage(body, 480)).toEqual({ ok: false, message });
  });
});

describe('a row', () => {
  const row = (fields: object): unknown => pageOf({ certificates: [{ id: 'scs1', ...fields }] }).rows[0];

  test('may lack everything but its id', () => {
    const fields = [
      'status',
      'name',
      'domain',
      'sans',
      'type',
      'brand',
      'expire_time',
      'enterprise_project_id',
    ];
    for (const value of [undefined, null, '', ' ', 7, {}, [], true]) {
      const all = Object.fromEntries(fields.map((field) => [field, value]));
      expect(row(all)).toEqual({ id: 'scs1', ...UNKNOWN });
    }
  });

  test.each<[unknown, number | null]>([
    ['2026-11-23 20:00:00.0', Date.UTC(2026, 10, 23, 12)],
    ['2026-11-23T12:00:00Z', Date.UTC(2026, 10, 23, 12)],
    [Date.UTC(2026, 10, 23, 12), Date.UTC(2026, 10, 23, 12)],
    ['2026-02-30 00:00:00.0', null],
    [0, null],
  ])('that ends %j ends at %s', (expire_time, notAfterMs) => {
    expect(row({ expire_time })).toMatchObject({ notAfterMs });
  });

  test('keeps a word that nobody documented, and cuts what is too long', () => {
    expect(row({ status: 'BRAND_NEW', name: 'x'.repeat(5_000) })).toMatchObject({
      status: 'BRAND_NEW',
      name: 'x'.repeat(1_000),
    });
    const sans = Array.from({ length: 9_000 }, (_, n) => `${n}.example`).join(';');
    // The last stands for those that are not kept.
    expect(pageOf({ certificates: [{ id: 'scs1', sans }] }).rows[0]?.sans).toHaveLength(1_001);
  });

  test.each([
    null,
    7,
    'x',
    [],
    {},
    { id: null },
    { id: 7 },
    { id: '' },
    { id: '../x' },
    { id: 'ä' },
    { id: 'x'.repeat(65) },
  ])('%j is counted as one that cannot be used', (one) => {
    expect(pageOf({ certificates: [one, { id: ' scs1 ' }], total_count: 2 })).toEqual({
      rows: [{ id: 'scs1', ...UNKNOWN }],
      unusable: 1,
      totalCount: 2,
    });
  });
});

test('whatever comes, every row is one that can be asked for, or counted', () => {
  const rows = fc.array(fc.oneof(fc.jsonValue(), fc.record({ id: fc.string(), sans: fc.jsonValue() })));
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ certificates: rows, total_count: fc.jsonValue() })),
      (body) => {
        const parsed = parseListPage(body, 480);
        if (!parsed.ok) return expect(parsed.message).toMatch(/^its /);
        for (const { id } of parsed.value.rows) expect(id).toMatch(/^[\w-]{1,64}$/);
        const { certificates } = Object(body);
        expect(parsed.value.rows.length + parsed.value.unusable).toBe(certificates?.length ?? 0);
      },
    ),
  );
});
