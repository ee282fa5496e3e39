// What the texts of a certificate mean: its times, and why clients do not trust it.
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { timeOf } from '../../src/probe/chain.ts';
import { handshakeFault, untrustedOf } from '../../src/probe/faults.ts';
import { selfSigned } from '../simulator/tls/issue.ts';

describe('the end of a certificate', () => {
  test.each([
    ['the last of UTCTime', Date.UTC(2049, 11, 31, 23, 59, 59)],
    ['the first of GeneralizedTime', Date.UTC(2050, 0, 1)],
    ['a day of one digit, far ahead', Date.UTC(2061, 0, 5, 1, 2, 3)],
    ['the first of UTCTime', Date.UTC(1950, 0, 1)],
    ['a leap day', Date.UTC(2028, 1, 29, 12)],
    ['no end (RFC 5280, 4.1.2.5)', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('is exact: %s', (_, notAfterMs) => {
    const { validTo } = new X509Certificate(selfSigned({ names: ['a.example'], notAfterMs }).cert);
    expect(timeOf(validTo)).toBe(notAfterMs);
  });

  test.each([
    ['Jan 05 01:02:03 2061 GMT', Date.UTC(2061, 0, 5, 1, 2, 3)],
    ['Jan  5 01:02:03.75 2061 GMT', Date.UTC(2061, 0, 5, 1, 2, 3)],
    ['Dec 31 00:00:00 99 GMT', Date.parse('0099-12-31T00:00:00Z')],
  ])('can be read from %s', (text, ms) => {
    expect(timeOf(text)).toBe(ms);
  });

  test.each([
    '',
    'Bad time value',
    'Feb 30 00:00:00 2027 GMT',
    'Jan  5 24:00:00 2027 GMT',
    'Foo  5 01:02:03 2027 GMT',
    'Jan  5 01:02:03 2027',
    '2027-01-05T01:02:03Z',
    'Jan  0 01:02:03 2027 GMT',
  ])('is unknown from "%s"', (text) => {
    expect(timeOf(text)).toBeNull();
  });
});

describe('why a chain is not trusted', () => {
  test.each([
    ['CERT_HAS_EXPIRED', 'expired'],
    ['CERT_NOT_YET_VALID', 'not_yet_valid'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self_signed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown_issuer'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'unknown_issuer'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown_issuer'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown_issuer'],
    ['EE_KEY_TOO_SMALL', 'weak'],
    ['CA_MD_TOO_WEAK', 'weak'],
    ['INVALID_PURPOSE', 'invalid'],
  ])('%s is %s', (code, ours) => {
    expect(untrustedOf(code, null)).toMatchObject({
      code: ours,
      message: expect.stringMatching(` \\(${code}\\)$`),
    });
    expect(untrustedOf(code, 'its name is wrong')).toMatchObject({
      code: ours,
      message: expect.stringMatching(/; and its name is wrong$/),
    });
  });

  test('is nothing where chain and name verify, and the name where that alone does not', () => {
    expect(untrustedOf(null, null)).toBeNull();
    expect(untrustedOf(null, 'no')).toEqual({ code: 'wrong_name', message: 'no' });
  });
});

describe('why a handshake failed', () => {
  test.each([
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ERR_SSL_EXCESSIVE_MESSAGE_SIZE', 'too_large'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'old_tls'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'old_tls'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'rejected'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'rejected'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no_tls'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'no_tls'],
    ['ERR_SSL_BAD_SIGNATURE', 'malformed'],
  ])('%s is %s', (code, reason) => {
    expect(handshakeFault(Object.assign(new Error('x'), { code }))).toMatchObject({
      ok: false,
      reason,
      explanation: expect.stringContaining(code),
    });
  });

  test('is malformed where nobody knows the error', () => {
    expect(handshakeFault(new Error('x'))).toMatchObject({ reason: 'malformed' });
  });
});
