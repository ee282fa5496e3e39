// Where certificates are deployed, through the real reader: batches, refusals, and bodies that somebody broke.
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeploymentReading } from '../../src/certificates/deployment.ts';
import { parseDeployments } from '../../src/huawei/deployment-payload.ts';
import { certificateId } from '../simulator/certificates.ts';
import { DEFAULT_ACCESS_KEY } from '../simulator/cloud.ts';
import { ACCESS_KEY } from './support/account.ts';
import { type ListScene, type ListSetting, listScene, many } from './support/listing.ts';

const closing: (() => unknown)[] = [];
const { signal } = new AbortController();

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function scene(setting: ListSetting = {}): Promise<ListScene & { ids: string[]; posts: () => number }> {
  const made = await listScene({ certificates: many(50), ...setting }, closing);
  const posts = () => made.cloud.requests.filter(({ path }) => path === '/v3/scm/deployed-resources').length;
  return { ...made, ids: [...made.cloud.certificates.keys()], posts };
}

function reasonOf(reading: DeploymentReading | undefined): string {
  if (reading === undefined) return 'nothing';
  return reading.ok ? 'ok' : reading.failure.reason;
}

describe('deployments', () => {
  test('are told by service and region, twenty certificates at a time', async () => {
    const secrets = { AK: DEFAULT_ACCESS_KEY.accessKey, SK: DEFAULT_ACCESS_KEY.secretKey };
    const reader = { account: { credentials: ACCESS_KEY }, secrets };
    const { reader: account, cloud, ids, posts, observer } = await scene({ reader });
    cloud.deployments.set(ids[0] ?? '', [
      { service: 'CDN', regions: { '': 2 } },
      { service: 'ELB', regions: { 'cn-north-4': 1, 'cn-south-1': null } },
    ]);
    const readings = await account.deployments([...ids, ids[0] ?? ''], signal);
    expect([...readings.keys()].sort()).toEqual([...ids].sort());
    expect(readings.get(ids[0] ?? '')).toEqual({
      ok: true,
      services: [
        { service: 'CDN', count: 2, regions: [] },
        {
          service: 'ELB',
          count: 1,
          regions: [
            { region: 'cn-north-4', count: 1 },
            { region: 'cn-south-1', count: null },
          ],
        },
      ],
    });
    expect(readings.get(ids[1] ?? '')).toEqual({ ok: true, services: [] });
    expect(posts()).toBe(3);
    expect(observer.outcomes).toEqual(Array(3).fill('ListDeployedResources ok'));
  });

  test('of nothing ask for nothing', async () => {
    const { reader, cloud } = await scene();
    expect(await reader.deployments([], signal)).toEqual(new Map());
    expect(cloud.requests).toHaveLength(0);
  });

  test('of one that is not there, or is no id, do not hide the others', async () => {
    const { reader, ids, posts } = await scene();
    const gone = certificateId(9_999);
    const readings = await reader.deployments([...ids.slice(0, 19), gone, '../x', ...ids.slice(19)], signal);
    expect(ids.map((id) => reasonOf(readings.get(id)))).toEqual(Array(50).fill('ok'));
    expect(reasonOf(readings.get(gone))).toBe('missing');
    expect(readings.get('../x')).toMatchObject({ failure: { message: expect.stringContaining('is no id') } });
    expect(posts()).toBeLessThanOrEqual(3 + 2 * 5);
  });

  test.each([
    [403, 'forbidden', 1],
    [500, 'server_error', 3],
    [404, 'malformed', 3 + 64],
  ])(
    'that are answered with %i fail for all, after so many requests at most',
    async (status, reason, most) => {
      const { reader, cloud, ids, posts } = await scene();
      cloud.fail({ kind: 'reply', status }, { on: 'scm', times: 'always' });
      const readings = await reader.deployments(ids, signal);
      expect(new Set(ids.map((id) => reasonOf(readings.get(id))))).toEqual(new Set([reason]));
      expect(posts()).toBeLessThanOrEqual(most);
    },
  );

  test('that may not be read name the permission', async () => {
    const { reader, cloud, ids } = await scene();
    cloud.fail({ kind: 'reply', status: 403 }, { on: 'scm' });
    expect((await reader.deployments(ids, signal)).get(ids[0] ?? '')).toMatchObject({
      failure: {
        message: expect.stringMatching(
          /^Cannot read where certificates of account default are deployed: .*scm:cert:listDeployedResources/,
        ),
      },
    });
  });

  test('that the answer leaves out are not known', async () => {
    const { reader, cloud, ids } = await scene();
    cloud.fail({ kind: 'reply', status: 200, body: { results: [] } }, { on: 'scm' });
    const [id = ''] = ids;
    expect((await reader.deployments([id], signal)).get(id)).toMatchObject({
      failure: { reason: 'malformed', message: expect.stringContaining(`nothing on certificate ${id}`) },
    });
  });

  test('end with the signal', async () => {
    const { reader, cloud, ids } = await scene();
    cloud.fail({ kind: 'stall' }, { on: 'scm', times: 'always' });
    const stop = new AbortController();
    const ended = expect(reader.deployments(ids, stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    await cloud.waitFor((requests) => requests.some(({ path }) => path.endsWith('deployed-resources')));
    stop.abort();
    await ended;
  });
});

describe('the parser of deployments', () => {
  test.each<[unknown, string]>([
    [null, 'its body is null, not a JSON object'],
    [{}, 'its body has no results'],
    [{ results: 'x' }, "its body's results is text, not a list"],
  ])('refuses %j', (body, message) => {
    expect(parseDeployments(body, ['scs1'])).toEqual({ ok: false, message });
  });

  test('counts what the regions hold where the cloud does not count, and passes over what is none', () => {
    const regions = [
      { region_id: 'r1', resources: [{}, {}] },
      { region_id: 'r2', is_error: true, resources: [{}] },
      { region_id: 7, resources: [{}] },
      null,
    ];
    const resources = [
      { service: 'ELB', resource_num: -1, region_resources: regions },
      { service: 'CDN', resource_num: 4, region_resources: 'x' },
      { service: '' },
      7,
    ];
    const results = [
      { certificate_id: 'scs1', deployed_resources: resources },
      { certificate_id: 'scs1', deployed_resources: [] },
      { certificate_id: 'scs9', deployed_resources: resources },
      { certificate_id: 'scs2', deployed_resources: null },
      null,
    ];
    expect(parseDeployments({ results }, ['scs1', 'scs2'])).toEqual({
      ok: true,
      value: new Map([
        [
          'scs1',
          [
            {
              service: 'ELB',
              count: 3,
              regions: [
                { region: 'r1', count: 2 },
                { region: 'r2', count: null },
              ],
            },
            { service: 'CDN', count: 4, regions: [] },
          ],
        ],
        ['scs2', []],
      ]),
    });
  });

  test('never throws, and never tells of a certificate that nobody asked for', () => {
    const results = fc.array(fc.record({ certificate_id: fc.string(), deployed_resources: fc.jsonValue() }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ results })), (body) => {
        const parsed = parseDeployments(body, ['scs1']);
        if (parsed.ok) expect([...parsed.value.keys()].filter((id) => id !== 'scs1')).toEqual([]);
      }),
    );
  });
});
