// What it means that no whole answer came, by how far it got and by the code of the error.
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/huawei/exchange.ts';
import { unansweredOf } from '../../src/huawei/faults.ts';

const CONNECTION = { origin: 'https://scm.example.com', timeoutMs: 10_000, bodyMaxBytes: 262_144 };

describe('a fault', () => {
  test.each<[Fault['kind'], Fault['phase'], string | null, string, string]>([
    ['deadline', 'connecting', null, 'timeout', 'no connection to https://scm.example.com within 10 s'],
    ['deadline', 'waiting', null, 'timeout', 'no answer from https://scm.example.com within 10 s'],
    ['deadline', 'reading', null, 'timeout', 'no whole answer from https://scm.example.com within 10 s'],
    ['too-large', 'reading', null, 'malformed', 'larger than 256 KiB'],
    [
      'network',
      'connecting',
      'UND_ERR_CONNECT_TIMEOUT',
      'timeout',
      'no connection to https://scm.example.com within 10 s',
    ],
    ['network', 'connecting', 'ETIMEDOUT', 'timeout', 'no connection to'],
    [
      'network',
      'connecting',
      'ENOTFOUND',
      'unreachable',
      'cannot be resolved (ENOTFOUND): check the name, and DNS',
    ],
    ['network', 'connecting', 'EAI_AGAIN', 'unreachable', 'cannot be resolved (EAI_AGAIN)'],
    ['network', 'connecting', 'ECONNREFUSED', 'unreachable', 'refuses the connection (ECONNREFUSED)'],
    [
      'network',
      'connecting',
      'EHOSTUNREACH',
      'unreachable',
      'no connection to https://scm.example.com (EHOSTUNREACH): check the network',
    ],
    ['network', 'connecting', null, 'unreachable', 'no connection to https://scm.example.com (no code)'],
    ['network', 'connecting', 'CERT_HAS_EXPIRED', 'unreachable', 'is not trusted (CERT_HAS_EXPIRED)'],
    ['network', 'connecting', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', 'is not trusted'],
    ['network', 'connecting', 'ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable', 'is not trusted'],
    [
      'network',
      'connecting',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'unreachable',
      'no TLS connection to https://scm.example.com (ERR_SSL_WRONG_VERSION_NUMBER): check the scheme and the port',
    ],
    [
      'network',
      'waiting',
      'ECONNRESET',
      'unreachable',
      'the connection to https://scm.example.com broke off (ECONNRESET)',
    ],
    ['network', 'reading', 'UND_ERR_SOCKET', 'unreachable', 'broke off (UND_ERR_SOCKET)'],
    [
      'network',
      'waiting',
      'HPE_INVALID_CONSTANT',
      'malformed',
      'is not HTTP as it should be (HPE_INVALID_CONSTANT): check the endpoint',
    ],
    ['network', 'waiting', 'UND_ERR_HEADERS_OVERFLOW', 'malformed', 'is not HTTP as it should be'],
  ])('%s while %s with %s is %s', (kind, phase, code, reason, text) => {
    const { reason: told, explanation } = unansweredOf({ kind, phase, code }, CONNECTION);
    expect(told).toBe(reason);
    expect(explanation).toContain(text);
  });
});
