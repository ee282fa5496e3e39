// The list of an account through the real reader: what is asked for, what is made of it, and what fails.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Listing } from '../../src/certificates/listed.ts';
import { expired, issued, paid, revoked } from '../simulator/certificates.ts';
import { DEFAULT_ACCESS_KEY } from '../simulator/cloud.ts';
import { createFakeClock } from '../support/clock.ts';
import { ACCESS_KEY } from './support/account.ts';
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

function failureOf(listing: Listing) {
  if (listing.ok) throw new Error(`Cannot look at the failure: ${listing.certificates.length} were listed`);
  return listing.failure;
}

describe('a list', () => {
  test('has every certificate in our own words, those that ended and those without an end too', async () => {
    const nowMs = Date.parse('2026-11-23T12:00:00Z');
    const { list, cloud } = await scene({
      certificates: [
        issued({ nowMs, daysLeft: 50, name: ' shop ', fields: { sans: 'a.example; b.example,a.example' } }),
        expired({ nowMs, daysLeft: -900 }),
        paid({ name: 'paid for' }),
      ],
      cloud: { nowMs: () => nowMs },
      reader: { clock: createFakeClock(nowMs) },
    });
    const listing = await list();
    expect(shortenedOf(listing)).toBeNull();
    const [first, second, third] = certificatesOf(listing);
    expect(first).toEqual({
      id: [...cloud.certificates.keys()][0],
      status: 'ISSUED',
      name: 'shop',
      domain: 'www.shop.example',
      sans: ['a.example', 'b.example'],
      type: 'DV_SSL_CERT',
      brand: 'GEOTRUST',
      notAfterMs: nowMs + 50 * 86_400_000,
      enterpriseProjectId: '0',
    });
    expect(second).toMatchObject({ status: 'EXPIRED', notAfterMs: nowMs - 900 * 86_400_000 });
    expect(third).toMatchObject({ status: 'PAID', notAfterMs: null, sans: [] });
  });

  test('is asked for in pages of fifty, the oldest change first, with those that ended', async () => {
    const { list, cloud, observer } = await scene({ certificates: many(3) });
    await list();
    const [request] = cloud.requests.filter(({ method }) => method === 'GET');
    expect(request?.query).toBe(
      'expired_days_since=1095&limit=50&offset=0&sort_dir=ASC&sort_key=certUpdateTime',
    );
    expect(request?.headers).toMatchObject({ 'x-language': 'en-us', 'user-agent': 'ccm-cert-monitor' });
    expect(observer.outcomes).toEqual(['CreateToken ok', 'ListCertificates ok']);
  });

  test('is narrowed to statuses, a project, and widened by what is shared', async () => {
    const fields = { shared: true, enterprise_project_id: 'p1' };
    const { list, asked } = await scene({
      certificates: [issued({ name: 'own' }), issued({ name: 'theirs', fields }), revoked({ name: 'gone' })],
    });
    const names = async (filter: Partial<typeof ALL>) =>
      certificatesOf(await list(filter)).map(({ name }) => name);
    expect(await names({})).toEqual(['own', 'gone']);
    expect(await names({ shared: true })).toEqual(['own', 'theirs', 'gone']);
    expect(await names({ shared: true, enterpriseProjectId: 'p1' })).toEqual(['theirs']);
    expect(await names({ statuses: ['REVOKED', 'EXPIRED', 'REVOKED'] })).toEqual(['gone']);
    expect(asked().map((query) => query.get('status'))).toEqual([null, null, null, 'REVOKED', 'EXPIRED']);
    expect(asked().map((query) => query.get('owned_by_self'))).toEqual([null, 'false', 'false', null, null]);
  });

  test('says nothing that was not asked for, where the cloud passes over a filter', async () => {
    const { list, cloud } = await scene({
      certificates: [issued({ name: 'own' }), revoked({ name: 'gone' })],
    });
    const edit = () => ({
      certificates: [
        { id: 'scs1', status: 'REVOKED', enterprise_project_id: 'p1' },
        { id: 'scs2', status: 'ISSUED', enterprise_project_id: 'p1' },
        { id: 'scs3', status: 'REVOKED', enterprise_project_id: 'p2' },
        { id: 'scs4', status: 'REVOKED' },
        { id: 'scs5' },
      ],
      total_count: 5,
    });
    cloud.fail({ kind: 'edit', edit }, { on: 'scm', times: 'always' });
    const listing = await list({ statuses: ['REVOKED'], enterpriseProjectId: 'p1' });
    expect(idsOf(listing)).toEqual(['scs1', 'scs4']);
    expect(shortenedOf(listing)).toBeNull();
  });

  test.each([0, 1, 49, 50, 51, 95, 96, 100, 101, 145, 149, 150, 151, 400])(
    'of %i certificates is whole, with an offset limit and without',
    async (count) => {
      for (const maxOffset of [100, null]) {
        const { list, cloud } = await scene({ certificates: many(count), cloud: { maxOffset } });
        const listing = await list();
        expect(shortenedOf(listing)).toBeNull();
        expect(idsOf(listing)).toEqual([...cloud.certificates.keys()].sort());
      }
    },
  );

  test('without an offset limit takes one request for 45 certificates', async () => {
    const { list, asked } = await scene({ certificates: many(1_000), cloud: { maxOffset: null } });
    expect(certificatesOf(await list())).toHaveLength(1_000);
    expect(asked()).toHaveLength(23);
  });

  test('is signed with its query, whatever stands in it', async () => {
    const enterpriseProjectId = "a b+c/ä!*'()&=%~\ud800";
    const secrets = { AK: DEFAULT_ACCESS_KEY.accessKey, SK: DEFAULT_ACCESS_KEY.secretKey };
    const { list, asked } = await scene({
      certificates: many(120),
      reader: { account: { credentials: ACCESS_KEY }, secrets },
    });
    expect(idsOf(await list())).toHaveLength(120);
    expect(idsOf(await list({ enterpriseProjectId, statuses: ['A B'], shared: true }))).toEqual([]);
    expect(asked().at(-1)?.get('enterprise_project_id')).toBe("a b+c/ä!*'()&=%~\ufffd");
    expect(asked().at(-1)?.get('status')).toBe('A B');
  });
});

describe('a list that fails', () => {
  test('for want of a permission names it', async () => {
    const { list, cloud } = await scene({ certificates: many(3) });
    cloud.fail(
      { kind: 'reply', status: 403, body: { error_code: 'SCM.0005', error_msg: 'no' } },
      { on: 'scm' },
    );
    expect(failureOf(await list())).toMatchObject({
      reason: 'forbidden',
      message: expect.stringMatching(
        /^Cannot read the list of certificates of account default: the API answered 403 SCM\.0005 "no" .*permission scm:cert:list/,
      ),
    });
    expect(cloud.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  test.each<[string, unknown, RegExp]>([
    ['HTML', '<html>login</html>', /its body is not JSON/],
    ['a certificate', { id: 'scs1', status: 'ISSUED' }, /its body has no certificates/],
    ['no list where there are some', { total_count: 3, certificates: null }, /its body has no certificates/],
    ['text for a list', { total_count: 3, certificates: 'x' }, /its body's certificates is text, not a list/],
    ['a list', [], /its body is a list, not a JSON object/],
  ])('with %s is malformed', async (_, body, text) => {
    const { list, cloud } = await scene();
    cloud.fail({ kind: 'reply', status: 200, body }, { on: 'scm', times: 'always' });
    expect(failureOf(await list())).toMatchObject({
      reason: 'malformed',
      message: expect.stringMatching(text),
    });
  });

  test('is malformed where no such API is, and where the first page is refused', async () => {
    const { list, cloud } = await scene();
    for (const status of [400, 404]) {
      cloud.fail({ kind: 'reply', status, body: { error_code: 'SCM.0003', error_msg: 'no' } }, { on: 'scm' });
      expect(failureOf(await list()).reason).toBe('malformed');
    }
  });

  test('with an endless page is malformed', async () => {
    const { list, cloud } = await scene({ certificates: many(1) });
    cloud.fail({ kind: 'oversized', bytes: 5 * 1_024 * 1_024 }, { on: 'scm' });
    expect(failureOf(await list()).message).toContain('larger than 4096 KiB');
    cloud.fail({ kind: 'oversized', bytes: 3 * 1_024 * 1_024 }, { on: 'scm' });
    expect(idsOf(await list())).toHaveLength(1);
  });

  test('is asked for again where that can help, with a new token where the old one ended', async () => {
    const { list, cloud } = await scene({ certificates: many(120) });
    cloud.fail({ kind: 'reply', status: 503 }, { on: 'scm', times: 2 });
    expect(idsOf(await list())).toHaveLength(120);
    cloud.revokeTokens();
    expect(idsOf(await list())).toHaveLength(120);
    expect(cloud.iam.tokensIssued).toBe(2);
  });

  test('half way gives what came, and why there is no more', async () => {
    const { list, cloud } = await scene({ certificates: many(120) });
    const second = { kind: 'edit', edit: breakAfterThis } as const;
    function breakAfterThis(body: Record<string, unknown>): unknown {
      cloud.fail({ kind: 'reply', status: 500 }, { on: 'scm', times: 'always' });
      return body;
    }
    cloud.fail(second, { on: 'scm' });
    const listing = await list();
    expect(idsOf(listing)).toHaveLength(50);
    expect(shortenedOf(listing)).toMatch(
      /^Cannot read all of the list of certificates of account default: 50 of 120 certificates found; then: Cannot read the list .* answered 500/,
    );
  });

  test('of one status is not asked for another', async () => {
    const { list, cloud, asked } = await scene({ certificates: [...many(2), revoked()] });
    function breakAfterThis(body: Record<string, unknown>): unknown {
      cloud.fail({ kind: 'reply', status: 403 }, { on: 'scm', times: 'always' });
      return body;
    }
    cloud.fail({ kind: 'edit', edit: breakAfterThis }, { on: 'scm' });
    const listing = await list({ statuses: ['ISSUED', 'REVOKED', 'EXPIRED'] });
    expect(idsOf(listing)).toHaveLength(2);
    expect(shortenedOf(listing)).toContain(
      '0 certificates with status REVOKED found; then: Cannot read the list',
    );
    expect(asked()).toHaveLength(2);
  });

  test('leaves the others of its statuses in peace where the cloud does not know one', async () => {
    const { list, cloud } = await scene({ certificates: [...many(2), revoked()] });
    cloud.fail(
      { kind: 'reply', status: 400, body: { error_code: 'SCM.0001', error_msg: 'no' } },
      { on: 'scm' },
    );
    const listing = await list({ statuses: ['NONSENSE', 'REVOKED'] });
    expect(idsOf(listing)).toHaveLength(1);
    expect(shortenedOf(listing)).toContain('with status NONSENSE');
  });

  test('ends with the signal, and with the reader', async () => {
    for (const how of ['signal', 'close'] as const) {
      const { reader, cloud } = await scene({ certificates: many(120) });
      cloud.fail({ kind: 'stall' }, { on: 'scm', times: 'always' });
      const stop = new AbortController();
      const ended = expect(reader.list(ALL, stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
      await cloud.waitFor((requests) => requests.some(({ method }) => method === 'GET'));
      if (how === 'signal') stop.abort();
      else await reader.close();
      await ended;
      await expect(reader.list(ALL, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    }
  });
});
