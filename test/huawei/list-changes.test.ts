// Lists that change while they are read, lie, repeat and never end: whatever comes, a list is proved whole or said to be cut short.
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCaller } from '../../src/huawei/caller.ts';
import { listCertificates } from '../../src/huawei/list.ts';
import type { ListBounds } from '../../src/huawei/list-pages.ts';
import { certificateId, issued } from '../simulator/certificates.ts';
import { type Cloud, startCloud } from '../simulator/cloud.ts';
import type { ListFlaws } from '../simulator/list-flaws.ts';
import { createFakeClock } from '../support/clock.ts';
import { accountOn, createObserver, secretsFrom, TOKEN } from './support/account.ts';
import {
  ALL,
  certificatesOf,
  idsOf,
  type ListScene,
  type ListSetting,
  listScene,
  many,
  shortenedOf,
} from './support/listing.ts';

const closing: (() => unknown)[] = [];
const scene = (setting: ListSetting = {}): Promise<ListScene> => listScene(setting, closing);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Something happens in the cloud after each page, until `happen` says that it was the last time. */
function afterEachPage(
  cloud: Cloud,
  happen: (page: number) => void,
  times: number | 'always' = 'always',
): void {
  let page = 0;
  const edit = (body: Record<string, unknown>): unknown => {
    page += 1;
    happen(page);
    return body;
  };
  cloud.fail({ kind: 'edit', edit }, { on: 'scm', times });
}

const idsIn = (cloud: Cloud): string[] => [...cloud.certificates.keys()];

describe('a list that changes while it is read', () => {
  test('and loses what was listed already is whole all the same, at once', async () => {
    const { list, cloud, asked } = await scene({ certificates: many(200) });
    cloud.settings.maxOffset = null;
    const [gone = '', , , changed = ''] = idsIn(cloud);
    afterEachPage(cloud, (page) => {
      if (page === 1) cloud.remove(gone);
      if (page === 2) cloud.update(changed, { name: 'renamed' });
    });
    const listing = await list();
    expect(shortenedOf(listing)).toBeNull();
    expect(idsOf(listing)).toEqual([gone, ...idsIn(cloud)].sort());
    expect(certificatesOf(listing).find(({ id }) => id === changed)?.name).toBe('renamed');
    expect(asked()).toHaveLength(5);
  });

  test('so much at once that a row may have been passed over is read again', async () => {
    const { list, cloud, asked } = await scene({ certificates: many(120) });
    cloud.settings.maxOffset = null;
    const first = idsIn(cloud);
    afterEachPage(cloud, () => first.slice(0, 8).map((id) => cloud.remove(id)), 1);
    const listing = await list();
    expect(shortenedOf(listing)).toBeNull();
    expect(idsOf(listing)).toEqual(idsIn(cloud).sort());
    expect(asked()).toHaveLength(6);
  });

  test('all the time is given up after three times, and says so', async () => {
    const { list, cloud } = await scene({ certificates: many(120) });
    cloud.settings.maxOffset = null;
    afterEachPage(cloud, () => {
      for (const id of idsIn(cloud).slice(0, 8)) cloud.remove(id);
      for (const draft of many(8)) cloud.put(draft);
    });
    const listing = await list();
    expect(shortenedOf(listing)).toMatch(
      /^Cannot read all of the list .*: \d+ certificates found; it kept changing while it was read$/,
    );
  });

  const change = fc.record({
    kind: fc.constantFrom('remove', 'update', 'put'),
    at: fc.nat({ max: 400 }),
    times: fc.integer({ min: 1, max: 12 }),
  });

  let made = 0;

  function apply(cloud: Cloud, { kind, at, times }: { kind: string; at: number; times: number }): void {
    for (let n = 0; n < times; n += 1) {
      const ids = idsIn(cloud);
      const id = ids[(at + n) % Math.max(1, ids.length)];
      // Never the id of one that was removed: it would seem to have been there all the time.
      if (kind === 'put') cloud.put(issued({ id: certificateId(10_000 + made++), name: `new-${at}` }));
      else if (id !== undefined && kind === 'remove') cloud.remove(id);
      else if (id !== undefined) cloud.update(id, { description: `${at}` });
    }
  }

  test.each([null, 100])(
    'misses nothing that was there all the time, or says so (offset limit %s)',
    async (maxOffset) => {
      const { list, cloud } = await scene({ cloud: { maxOffset } });
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 260 }),
          fc.array(fc.option(change), { maxLength: 12 }),
          async (count, changes) => {
            for (const id of idsIn(cloud)) cloud.remove(id);
            cloud.heal();
            for (const draft of many(count)) cloud.put(draft);
            const ever = new Set(idsIn(cloud));
            afterEachPage(cloud, (page) => {
              const next = changes[page - 1];
              if (next) apply(cloud, next);
              for (const id of idsIn(cloud)) ever.add(id);
            });
            const before = idsIn(cloud);
            const listing = await list();
            const listed = new Set(idsOf(listing));
            expect([...listed].filter((id) => !ever.has(id))).toEqual([]);
            expect(listed.size).toBe(certificatesOf(listing).length);
            if (changes.every((one) => one === null)) expect(shortenedOf(listing)).toBeNull();
            if (shortenedOf(listing) !== null) return;
            const stayed = before.filter((id) => cloud.certificates.has(id));
            expect(stayed.filter((id) => !listed.has(id))).toEqual([]);
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});

describe('a list', () => {
  test.each<[string, ListFlaws, number, string | null]>([
    [
      'with a total too high',
      { totalCount: 500 },
      120,
      '120 of 500 certificates found; its pages have fewer than the API counts',
    ],
    ['with a total too low', { totalCount: 10 }, 120, null],
    ['with a total of nothing', { totalCount: 0 }, 120, null],
    ['with a negative total', { totalCount: -1 }, 120, null],
    ['without a total', { totalCount: null }, 120, null],
    ['that is empty too early', { emptyFrom: 45 }, 50, '50 of 120 certificates found; its pages have fewer'],
    ['that is empty at once', { emptyFrom: 0 }, 0, '0 of 120 certificates found; its pages have fewer'],
    ['that repeats some rows', { repeatedRows: 3 }, 120, null],
    ['that repeats rows in the place of others', { repeatedRows: 10 }, 110, '110 of 120 certificates found'],
    ['of whole pages only', { wholePages: true }, 120, null],
    ['of short pages', { pageRows: 10 }, 120, null],
    ['of pages of one row', { pageRows: 1 }, 120, null],
  ])('%s is seen through', async (_, flaws, count, text) => {
    const { list, cloud } = await scene({ certificates: many(120) });
    cloud.settings.maxOffset = null;
    cloud.settings.listFlaws = flaws;
    const listing = await list();
    expect(idsOf(listing)).toHaveLength(count);
    if (text === null) expect(shortenedOf(listing)).toBeNull();
    else expect(shortenedOf(listing)).toContain(text);
  });

  test('with rows that name no certificate has the others, and says so', async () => {
    const { list, cloud } = await scene({ certificates: many(60) });
    const edit = ({ certificates, total_count }: Record<string, unknown>): unknown => {
      if (!Array.isArray(certificates)) throw new Error('Cannot edit the page: it has no list');
      return { certificates: [...certificates, null, { id: '../x' }, { id: 7 }], total_count };
    };
    cloud.fail({ kind: 'edit', edit }, { on: 'scm' });
    const listing = await list();
    expect(idsOf(listing)).toHaveLength(60);
    expect(shortenedOf(listing)).toBe(
      'Cannot read all of the list of certificates of account default: 60 certificates found, and 3 rows without a usable id',
    );
  });

  test('whose page comes again and again ends', async () => {
    const { list, cloud, asked } = await scene({ certificates: many(120) });
    let first: unknown = null;
    cloud.fail(
      {
        kind: 'edit',
        edit(body) {
          first ??= body;
          return first;
        },
      },
      { on: 'scm', times: 'always' },
    );
    const listing = await list();
    expect(idsOf(listing)).toHaveLength(50);
    expect(shortenedOf(listing)).toContain('50 of 120 certificates found');
    expect(asked().length).toBeLessThanOrEqual(9);
  });
});

describe('a list that never ends', () => {
  async function bounded(bounds: Partial<ListBounds>, clock = createFakeClock()) {
    const cloud = await startCloud({ maxOffset: null, listFlaws: { endless: true, totalCount: 10 ** 9 } });
    closing.push(() => cloud.close());
    for (const draft of many(3)) cloud.put(draft);
    const account = accountOn(cloud.origin, { credentials: TOKEN });
    const secrets = { TOKEN: cloud.iam.issueToken() };
    const options = { account, clock, random: () => 0, observer: createObserver() };
    const caller = createCaller({ ...options, readSecret: secretsFrom(secrets) });
    closing.push(() => caller.close());
    const most = { requests: 100, durationMs: 60_000, rows: 10_000, characters: 1e6, ...bounds };
    if (bounds.durationMs !== undefined) afterEachPage(cloud, () => clock.pass(10_000));
    const { signal } = new AbortController();
    const listing = await listCertificates({ account, caller, clock, filter: ALL, bounds: most }, signal);
    return { listing, cloud };
  }

  test.each<[Partial<ListBounds>, number, string]>([
    [{ requests: 4 }, 4, '185 of 1000000000 certificates found; it takes more than 4 requests'],
    [{ rows: 300 }, 7, '320 of 1000000000 certificates found; it has more than 300 certificates'],
    [{ characters: 5_000 }, 2, 'certificates found; its names have more than 5000 characters'],
    [{ durationMs: 60_000 }, 6, 'certificates found; it takes longer than 1 minute'],
  ])('ends at %j', async (bounds, requests, text) => {
    const { listing, cloud } = await bounded(bounds);
    expect(shortenedOf(listing)).toContain(text);
    expect(cloud.requests).toHaveLength(requests);
  });
});
