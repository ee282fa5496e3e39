// The JSON list: stable names, filters, a tag, and a description that says what is really answered.
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { keyText } from '../../src/certificates/certificate.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { certificateListSchema } from '../../src/web/api-schema.ts';
import { certificateOf, manyWatched, NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { EXPIRED, EXPIRING, HOSTILE, HOSTILE_CERTIFICATE } from './hostile.ts';
import { SEEDED_SILENCES, seededCertificates } from './seeded.ts';
import { createServings } from './servings.ts';

const serving = createServings();

const DEPLOYED = [
  { service: 'CDN', count: 2, regions: [] },
  { service: 'ELB', count: 1, regions: [{ region: 'cn-north-4', count: null }] },
];

describe('the JSON list', () => {
  test('has stable names, and null for what is not known', async () => {
    const failure = { reason: 'timeout', message: 'No answer in 10 s', requestId: 'r-1' } as const;
    const { get, facts } = await serving([
      watchedOf({ alias: 'shop', owner: 'payments', findings: [EXPIRING] }),
      watchedOf({ id: 'never', certificate: null, up: null, lastSuccessMs: null, failure }),
    ]);
    const silence = { untilMs: NOW_MS + DAY_MS, reason: 'planned', createdAtMs: NOW_MS };
    facts.silences = [{ account: 'default', id: 'scs1590053258704', ...silence }];
    facts.deployed = new Map([[keyText(watchedOf()), DEPLOYED]]);
    const { headers, text } = await get('/api/v1/certificates');
    expect(headers['content-type']).toBe('application/json');
    const unknown = {
      name: null,
      status: null,
      standing: null,
      domain: null,
      domains: [],
      certificate_type: null,
      brand: null,
      fingerprint: null,
      not_before: null,
      not_after: null,
      up: null,
      last_success: null,
    };
    expect(JSON.parse(text)).toEqual({
      total: 2,
      limit: 100,
      offset: 0,
      last_check: '2026-11-23T11:59:00.000Z',
      last_complete_check: '2026-11-23T11:45:00.000Z',
      certificates: [
        {
          account: 'default',
          id: 'scs1590053258704',
          alias: 'shop',
          owner: 'payments',
          runbook: null,
          severity: 'warning',
          name: 'scm-shop',
          status: 'ISSUED',
          standing: 'live',
          domain: 'www.example.com',
          domains: ['www.example.com'],
          certificate_type: 'DV_SSL_CERT',
          brand: 'GEOTRUST',
          fingerprint: 'ab12',
          not_before: '2026-01-01T00:00:00.000Z',
          not_after: '2027-01-01T00:00:00.000Z',
          up: true,
          last_success: '2026-11-23T12:00:00.000Z',
          failure: null,
          findings: [
            {
              kind: 'expiring',
              severity: 'warning',
              cause: 'expired',
              reason: 'it ends in 12 days',
              since: '2026-11-23T12:00:00.000Z',
            },
          ],
          superseded_by: null,
          endpoints: [],
          deployed: DEPLOYED,
          silence: { until: '2026-11-24T12:00:00.000Z', reason: 'planned' },
        },
        {
          account: 'default',
          id: 'never',
          alias: null,
          owner: null,
          runbook: null,
          severity: 'unknown',
          ...unknown,
          failure: { reason: 'timeout', message: 'No answer in 10 s', request_id: 'r-1' },
          findings: [],
          superseded_by: null,
          endpoints: [],
          deployed: null,
          silence: null,
        },
      ],
    });
  });

  test('gives back hostile text as it came', async () => {
    const { get } = await serving([HOSTILE_CERTIFICATE]);
    const { certificates } = JSON.parse((await get('/api/v1/certificates')).text);
    expect(certificates[0]).toMatchObject({
      alias: HOSTILE,
      name: HOSTILE,
      domains: [HOSTILE],
      status: HOSTILE,
    });
  });

  test('is cut by limit and offset', async () => {
    const { get } = await serving(manyWatched(5));
    const { total, certificates } = JSON.parse((await get('/api/v1/certificates?limit=2&offset=3')).text);
    expect(total).toBe(5);
    expect(certificates.map(({ domain }: { domain: string }) => domain)).toEqual([
      'www3.example.com',
      'www4.example.com',
    ]);
    expect(JSON.parse((await get('/api/v1/certificates?offset=9')).text).certificates).toEqual([]);
  });

  test.each([
    ['/api/v1/certificates?limit=0', 'limit: it must be a whole number from 1 to 1000'],
    ['/api/v1/certificates?limit=1001', 'limit'],
    ['/api/v1/certificates?limit=', 'limit'],
    ['/api/v1/certificates?limit=1e2', 'limit'],
    ['/api/v1/certificates?offset=-1', 'offset: it must be a whole number from 0 to 1000000'],
    ['/api/v1/certificates?offset=<script>', 'offset'],
    [
      '/api/v1/certificates?severity=high',
      'severity: it must be one of attention, critical, warning, unknown, ok',
    ],
    ['/api/v1/certificates?kind=dead', 'kind: it must be one of revoked, expired,'],
    ['/api/v1/certificates?status=issued', 'status: it must be one of ISSUED, UPLOAD,'],
    ['/api/v1/certificates?account=other', 'account: it must be default'],
    ['/api/v1/certificates?owner=nobody', 'owner: it must be left out: there is nothing to choose from'],
    ['/api/v1/certificates?silenced=maybe', 'silenced: it must be one of yes, no'],
    ['/api/v1/certificates?ends=2027-13', 'ends: it must be a month or a day, such as 2027-03 or 2027-03-14'],
    ['/api/v1/certificates?sort=age', 'sort: it must be one of end, attention, name, account, owner, read'],
    [
      '/api/v1/certificates?page=1',
      'the query: it has a parameter that nobody knows, there may be q, severity,',
    ],
    ['/api/v1/certificates?limit=1&limit=2', 'limit: it stands there more than once'],
    [`/api/v1/certificates?q=${'x'.repeat(201)}`, 'q: it is too long, it must have 200 characters at most'],
    ['/?limit=5', 'the query: it has a parameter that nobody knows'],
    ['/?lang=de', 'lang: it must be one of en, zh-CN'],
    ['/?account=<script>', 'account: it must be default'],
    ['/?page=0', 'page: it must be a whole number from 1 to 1000000'],
    ['/?page=99999999999999999999', 'page'],
  ])('%s is refused with a reason', async (path, reason) => {
    const { get } = await serving();
    const { status, text, headers } = await get(path);
    expect(status).toBe(400);
    expect(text).toContain(`Cannot use ${reason}`);
    expect(text).not.toContain('<script>');
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });
});

describe('filters', () => {
  const at = (id: string, over: Partial<WatchedCertificate>) =>
    watchedOf({
      id,
      ...over,
      certificate: certificateOf({ id, domain: `${id}.example.com`, ...over.certificate }),
    });
  const list = [
    at('a', { alias: 'Shop Front', owner: 'payments', findings: [EXPIRED] }),
    at('b', {
      account: 'other',
      findings: [EXPIRING],
      certificate: certificateOf({
        status: 'UPLOAD',
        domain: 'upload.example.com',
        notAfterMs: Date.UTC(2026, 11, 5, 12),
      }),
    }),
    at('c', {
      owner: 'search',
      lastSuccessMs: NOW_MS - 1,
      certificate: certificateOf({ fingerprint: 'CAFE12' }),
    }),
    watchedOf({ id: 'd', certificate: null, up: null, lastSuccessMs: null }),
    at('e', {
      certificate: certificateOf({ status: 'REVOKED' }),
      findings: [{ ...EXPIRED, kind: 'revoked' }],
    }),
  ];

  test.each([
    ['', 'abcde'],
    ['q=front', 'a'],
    ['q=front+SHOP', 'a'],
    ['q=front+nothing', ''],
    ['q=cafe', 'c'],
    ['q=upload.example.com', 'b'],
    ['q=payments', 'a'],
    ['q=%20', 'abcde'],
    ['severity=critical', 'ae'],
    ['severity=attention', 'abe'],
    ['severity=unknown', 'd'],
    ['severity=ok', 'c'],
    ['severity=', 'abcde'],
    ['kind=expiring', 'b'],
    ['status=UPLOAD', 'b'],
    ['status=PAID', ''],
    ['account=other', 'b'],
    ['owner=search', 'c'],
    ['silenced=yes', 'b'],
    ['silenced=no', 'acde'],
    ['ends=2026-12', 'b'],
    ['ends=2026-12-05', 'b'],
    ['ends=2026-12-06', ''],
    ['ends=2027-01', 'ac'],
    ['severity=attention&account=default', 'ae'],
    ['sort=end', 'baced'],
    ['sort=attention', 'eabdc'],
    ['sort=owner', 'acbed'],
    ['sort=account', 'acedb'],
    ['sort=read', 'dcabe'],
    ['sort=end&limit=2&offset=1', 'ac'],
  ])('%s gives %s', async (query, ids) => {
    const { get, facts } = await serving(list);
    facts.monitor = { ...facts.monitor, accounts: ['default', 'other'] };
    facts.silences = [
      { account: 'other', id: 'b', untilMs: NOW_MS + 1, reason: null, createdAtMs: 0 },
      { account: 'default', id: 'b', untilMs: NOW_MS + 1, reason: null, createdAtMs: 0 },
    ];
    const { status, text } = await get(`/api/v1/certificates?${query}`);
    expect({ status, ids: status === 200 ? idsIn(text) : text }).toEqual({ status: 200, ids });
  });
});

function idsIn(text: string): string {
  const { certificates } = certificateListSchema().parse(JSON.parse(text));
  return certificates.map(({ id }) => id).join('');
}

describe('the tag', () => {
  test('lets a client keep what has not changed, and changes with it', async () => {
    const { get, facts } = await serving(manyWatched(3));
    const first = await get('/api/v1/certificates');
    const tag = first.headers.etag ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
    for (const known of [tag, tag.replace('W/', ''), `"other", ${tag}`, '*']) {
      const again = await get('/api/v1/certificates', { headers: { 'If-None-Match': known } });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, '', tag]);
    }
    expect((await get('/api/v1/certificates', { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
    facts.certificates = manyWatched(2);
    const changed = await get('/api/v1/certificates', { headers: { 'If-None-Match': tag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(tag);
  });
});

describe('the description', () => {
  const PARAMETER = z.object({ name: z.string(), in: z.string() });
  const DESCRIPTION = z.object({
    openapi: z.literal('3.1.0'),
    info: z.object({ title: z.string(), version: z.literal('0.1.0') }),
    paths: z.object({
      '/api/v1/certificates': z.object({ get: z.object({ parameters: z.array(PARAMETER) }) }),
    }),
    components: z.object({ schemas: z.object({ CertificateList: z.record(z.string(), z.unknown()) }) }),
  });

  test('holds for real answers, and not for others', async () => {
    const { get, facts } = await serving([...seededCertificates(), HOSTILE_CERTIFICATE]);
    facts.monitor = { ...facts.monitor, accounts: ['default', 'retail'] };
    facts.silences = SEEDED_SILENCES;
    const described = await get('/api/v1/openapi.json');
    expect(described.headers['content-type']).toBe('application/json');
    expect(described.headers.etag).toBeDefined();
    const description = DESCRIPTION.parse(JSON.parse(described.text));
    const served = z.fromJSONSchema(description.components.schemas.CertificateList);
    const answer = JSON.parse((await get('/api/v1/certificates?limit=1000')).text);
    expect(served.safeParse(answer).error).toBeUndefined();
    expect(answer.certificates).toHaveLength(seededCertificates().length + 1);
    const [first] = answer.certificates;
    for (const broken of [
      { ...answer, total: '1' },
      { ...answer, certificates: [{ ...first, severity: 'high' }] },
      { ...answer, certificates: [{ ...first, id: undefined }] },
      { ...answer, certificates: [{ ...first, more: 1 }] },
    ])
      expect(served.safeParse(JSON.parse(JSON.stringify(broken))).success).toBe(false);
  });

  test('names every parameter that is taken, and no other', async () => {
    const { get } = await serving([watchedOf({ owner: 'payments' })]);
    const { paths } = DESCRIPTION.parse(JSON.parse((await get('/api/v1/openapi.json')).text));
    const { parameters } = paths['/api/v1/certificates'].get;
    const named = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const refused = (await get('/api/v1/certificates?unknown=1')).text;
    expect(refused).toBe(
      `Cannot use the query: it has a parameter that nobody knows, there may be ${named.join(', ')}\n`,
    );
  });
});
