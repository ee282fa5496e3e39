// A list behind an offset limit: found whole by narrower queries, or said to be cut short.
import { afterEach, describe, expect, test } from '@jest/globals';
import { KNOWN_STATUSES } from '../../src/certificates/certificate.ts';
import { type CertificateDraft, issued } from '../simulator/certificates.ts';
import { idsOf, type ListScene, type ListSetting, listScene, many, shortenedOf } from './support/listing.ts';

const closing: (() => unknown)[] = [];
const scene = (setting: ListSetting = {}): Promise<ListScene> => listScene(setting, closing);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** All alike in what a keyword could tell apart. */
function alike(count: number, fields: (n: number) => Record<string, unknown>): CertificateDraft[] {
  return Array.from({ length: count }, (_, n) =>
    issued({ name: 'same', domain: 'same.example', daysLeft: 30, fields: fields(n) }),
  );
}

const WORDS = ['shop', 'mail', 'api', 'billing', 'auth', 'cdn', 'grafana', 'wiki', 'vpn', 'jobs'];
const ZONES = ['example.com', 'example.cn', 'corp.example', 'demo.test'];

/** As people name things: words, zones, stages. */
function worded(count: number): CertificateDraft[] {
  return Array.from({ length: count }, (_, n) => {
    const word = WORDS[n % WORDS.length];
    const zone = ZONES[Math.floor(n / WORDS.length) % ZONES.length];
    const stage = ['prod', 'stage', 'dev'][n % 3];
    return issued({
      name: `scm-${word}`,
      domain: `${word}.${stage}.team${n % 37}.${zone}`,
      daysLeft: n / 50,
    });
  });
}

describe('a list past the offset limit', () => {
  test.each<[string, CertificateDraft[], number]>([
    ['1,000 that differ in numbers', many(1_000), 124],
    ['1,000 that differ in words', worded(1_000), 254],
    [
      '1,000 of every status, and one that nobody documented',
      alike(1_000, (n) => ({ status: [...KNOWN_STATUSES, 'BRAND_NEW'][n % (KNOWN_STATUSES.length + 1)] })),
      67,
    ],
    ['1,000 in ten projects', alike(1_000, (n) => ({ enterprise_project_id: `p${n % 10}` })), 80],
  ])('is found whole: %s', async (_, certificates, mostRequests) => {
    const { list, cloud, asked, observer } = await scene({ certificates });
    const listing = await list();
    expect(shortenedOf(listing)).toBeNull();
    expect(idsOf(listing)).toEqual([...cloud.certificates.keys()].sort());
    expect(asked().length).toBeLessThanOrEqual(mostRequests);
    // The limit is tried once, and heeded from then on.
    expect(asked().filter((query) => Number(query.get('offset')) > 100)).toHaveLength(1);
    expect(observer.outcomes.filter((outcome) => outcome !== 'ListCertificates ok')).toEqual([
      'CreateToken ok',
      'ListCertificates malformed',
    ]);
  });

  test('is found whole within a status and a project that were asked for', async () => {
    const fields = (n: number) => ({
      status: n % 2 ? 'ISSUED' : 'EXPIRED',
      enterprise_project_id: `p${n % 3}`,
    });
    const { list, cloud, asked } = await scene({ certificates: many(1_200, fields) });
    const listing = await list({ statuses: ['ISSUED'], enterpriseProjectId: 'p1' });
    expect(shortenedOf(listing)).toBeNull();
    const wanted = [...cloud.certificates.values()].filter(
      (one) => one['status'] === 'ISSUED' && one['enterprise_project_id'] === 'p1',
    );
    expect(idsOf(listing)).toEqual(wanted.map(({ id }) => id).sort());
    expect(
      new Set(asked().map((query) => `${query.get('status')} ${query.get('enterprise_project_id')}`)),
    ).toEqual(new Set(['ISSUED p1']));
  });

  test('is said to be cut short where nothing tells its certificates apart', async () => {
    const { list, asked } = await scene({ certificates: alike(700, () => ({})) });
    const listing = await list();
    expect(idsOf(listing)).toHaveLength(300);
    expect(shortenedOf(listing)).toBe(
      'Cannot read all of the list of certificates of account default: 300 of 700 certificates found; the API shows no page past row 100, and searches found no more',
    );
    expect(asked().length).toBeLessThan(400);
  });

  test('is said to be cut short where its total lies, and is not searched for ever', async () => {
    const { list, cloud, asked } = await scene({ certificates: many(400) });
    cloud.settings.listFlaws = { totalCount: 1_000_000 };
    const listing = await list();
    expect(idsOf(listing).length).toBeGreaterThanOrEqual(300);
    expect(shortenedOf(listing)).toContain('of 1000000 certificates found');
    expect(asked().length).toBeLessThan(700);
  });

  test('is said to be cut short where its total is less than what it shows', async () => {
    const { list, cloud } = await scene({ certificates: many(400) });
    cloud.settings.listFlaws = { totalCount: 10 };
    expect(shortenedOf(await list())).toContain(
      'certificates found; the API shows no page past row 100, and does not',
    );
  });

  test('is said to be cut short where it has no total', async () => {
    const { list, cloud } = await scene({ certificates: many(400) });
    cloud.settings.listFlaws = { totalCount: null };
    expect(shortenedOf(await list())).toContain('certificates found; ');
  });

  test.each([5, 6, 9])(
    'is said to be cut short where it fails after %i pages, and has what came',
    async (last) => {
      const { list, cloud } = await scene({ certificates: many(400) });
      let pages = 0;
      const edit = (body: Record<string, unknown>): unknown => {
        pages += 1;
        if (pages === last) cloud.fail({ kind: 'reply', status: 500 }, { on: 'scm', times: 'always' });
        return body;
      };
      cloud.fail({ kind: 'edit', edit }, { on: 'scm', times: last });
      const listing = await list();
      expect(idsOf(listing).length).toBeGreaterThanOrEqual(150);
      expect(shortenedOf(listing)).toMatch(
        /\d+ of 400 certificates found; then: Cannot read the list .* answered 500/,
      );
    },
  );

  test('that grows while it is searched has the new ones too, or says that it has not', async () => {
    const { list, cloud } = await scene({ certificates: many(400) });
    let pages = 0;
    const edit = (body: Record<string, unknown>): unknown => {
      pages += 1;
      if (pages % 5 === 0 && pages < 30) cloud.put(issued({ name: `new-${pages}` }));
      return body;
    };
    cloud.fail({ kind: 'edit', edit }, { on: 'scm', times: 'always' });
    const listing = await list();
    const missed = [...cloud.certificates.keys()].filter((id) => !idsOf(listing).includes(id));
    expect(shortenedOf(listing) === null ? missed : []).toEqual([]);
    expect(missed.length).toBeLessThanOrEqual(5);
  });
});
