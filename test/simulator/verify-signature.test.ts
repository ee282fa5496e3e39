// Whether the simulator's verifier accepts the vendor's own vectors and refuses everything else.
import { describe, expect, test } from '@jest/globals';
import type { CloudRequest } from './replies.ts';
import { type AccessKey, verifySignature } from './verify-signature.ts';

const KEY: AccessKey = { accessKey: 'AccessKey', secretKey: 'SecretKey' };
const NOW_MS = Date.parse('2020-06-08T02:39:00Z');
const GET_SIGNATURE = 'cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842';
const POST_SIGNATURE = '436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f';

function signed({
  method = 'GET',
  url = '/resources?size=1',
  body = '',
  signature = GET_SIGNATURE,
  access = 'AccessKey',
  names = 'host;x-sdk-date',
  headers = {},
}: {
  method?: string;
  url?: string;
  body?: string;
  signature?: string;
  access?: string;
  names?: string;
  headers?: Record<string, string>;
} = {}): CloudRequest {
  return {
    method,
    url,
    path: '',
    query: new URLSearchParams(),
    body: Buffer.from(body),
    requestId: '',
    headers: {
      host: 'service.endpoint.myhuaweicloud.com',
      'x-sdk-date': '20200608T023900Z',
      authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names}, Signature=${signature}`,
      ...headers,
    },
  };
}

describe('a signature', () => {
  test.each([
    ['a GET', signed()],
    ['a POST', signed({ method: 'POST', body: '{"name":"test","id":1}', signature: POST_SIGNATURE })],
    ['a path that ends with a slash already', signed({ url: '/resources/?size=1' })],
  ])('of %s is accepted where it is the vendor’s', (_what, request) => {
    expect(verifySignature(request, { keys: [KEY], nowMs: NOW_MS })).toEqual({ ok: true, key: KEY });
  });

  test.each([
    ['another path', signed({ url: '/resource?size=1' }), 'verify aksk signature fail'],
    ['another query', signed({ url: '/resources?size=2' }), 'verify aksk signature fail'],
    ['no query', signed({ url: '/resources' }), 'verify aksk signature fail'],
    ['a body', signed({ body: 'x' }), 'verify aksk signature fail'],
    ['a broken escape', signed({ url: '/%E0%A4%A?flag' }), 'verify aksk signature fail'],
    ['an unknown key', signed({ access: 'Nobody' }), 'Get secretKey failed,ak:Nobody,err:ak not exist'],
    ['the host unsigned', signed({ names: 'x-sdk-date' }), 'host and x-sdk-date must be signed'],
    ['unsorted headers', signed({ names: 'x-sdk-date;host' }), 'signed headers are not sorted'],
    [
      'a date of another form',
      signed({ headers: { 'x-sdk-date': '2020-06-08' } }),
      'x-sdk-date is malformed',
    ],
    [
      'a date that does not exist',
      signed({ headers: { 'x-sdk-date': '20201399T999999Z' } }),
      'x-sdk-date is malformed',
    ],
    [
      'a security token nobody gave',
      signed({ headers: { 'x-security-token': 'x' } }),
      'the security token is wrong',
    ],
    [
      'another scheme',
      signed({ headers: { authorization: 'Bearer x' } }),
      'authorization header is malformed',
    ],
  ])('with %s is refused', (_what, request, message) => {
    expect(verifySignature(request, { keys: [KEY], nowMs: NOW_MS })).toEqual({ ok: false, message });
  });

  test.each([
    [15 * 60_000, true],
    [15 * 60_000 + 1, false],
    [-15 * 60_000, true],
    [-15 * 60_000 - 1, false],
  ])('made %d ms away from the gateway’s clock is accepted: %s', (skewMs, ok) => {
    expect(verifySignature(signed(), { keys: [KEY], nowMs: NOW_MS + skewMs }).ok).toBe(ok);
  });

  test('of temporary keys needs the security token, signed', () => {
    const keys = [{ ...KEY, securityToken: 'session' }];
    const headers = { 'x-security-token': 'session' };
    const refused = [
      signed(),
      signed({ headers }),
      signed({ headers, names: 'host;x-sdk-date;x-security-token' }),
    ];
    expect(refused.map((request) => verifySignature(request, { keys, nowMs: NOW_MS }))).toEqual([
      { ok: false, message: 'the security token is wrong' },
      { ok: false, message: 'x-security-token must be signed' },
      { ok: false, message: 'verify aksk signature fail' },
    ]);
  });

  test('counts query parameters in any order, and those that come twice', () => {
    // Computed apart from both signers, over the sorted query.
    const keys = [KEY];
    const verdicts = ['/r?b=2&a=1&a=0', '/r?a=0&a=1&b=2'].map((url) =>
      verifySignature(
        signed({ url, signature: '2741c21f4ad7973068748ec663a53d5ed3fc0f621daf23d12c2cf8e217309294' }),
        { keys, nowMs: NOW_MS },
      ),
    );
    expect(verdicts.map(({ ok }) => ok)).toEqual([true, true]);
  });
});
