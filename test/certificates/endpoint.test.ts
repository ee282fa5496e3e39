// Where a certificate is served, by its names and by what a configuration says.
import { describe, expect, test } from '@jest/globals';
import { endpointsOf, endpointText, parseEndpoint } from '../../src/certificates/endpoint.ts';

describe('the endpoints of a certificate', () => {
  test('are https on those of its names that are hosts, each once', () => {
    const names = ['www.example.com', 'WWW.example.com.', 'a_b.example.com', 'münchen.example'];
    expect(endpointsOf(names)).toEqual(
      ['www.example.com', 'a_b.example.com', 'xn--mnchen-3ya.example'].map((host) => ({
        host,
        port: 443,
        serverName: null,
        startTls: null,
        named: false,
      })),
    );
  });

  test.each([
    ['a wildcard', '*.example.com'],
    ['a wildcard within', 'w*.example.com'],
    ['an IPv4 address', '192.0.2.1'],
    ['an address in another notation', '127.1'],
    ['an address in hex', '0x7f.0.0.1'],
    ['a number', '2130706433'],
    ['an IPv6 address', '2001:db8::1'],
    ['a name of one label', 'localhost'],
    ['nothing', ''],
    ['a dot', '.'],
    ['an empty label', 'www..example.com'],
    ['a name with a port', 'www.example.com:8443'],
    ['a name with a path', 'www.example.com/x'],
    ['a name with a tab', 'www.exam\tple.com'],
    ['a name with a fragment', 'www.example.com#x'],
    ['a name with an escape', 'www%2eexample.com'],
    ['a name with a line break', 'www.example.com\r\nX: y'],
    ['a label of 64', `${'a'.repeat(64)}.example`],
    ['a name of 254', `${'a.'.repeat(124)}example`],
    ['a hyphen at the edge', '-www.example.com'],
  ])('are not at %s', (_, name) => {
    expect(endpointsOf([name])).toEqual([]);
  });

  test('are twenty at most, however many names there are', () => {
    const endpoints = endpointsOf(Array.from({ length: 5_000 }, (_, n) => `n${n}.example.com`));
    expect(endpoints).toHaveLength(20);
    expect(endpoints.at(-1)?.host).toBe('n19.example.com');
  });
});

describe('an endpoint in the configuration', () => {
  test.each([
    ['www.example.com:443', 'www.example.com', 443],
    ['WWW.Example.com.:8443', 'www.example.com', 8443],
    ['intranet:636', 'intranet', 636],
    ['192.0.2.1:25', '192.0.2.1', 25],
    ['[2001:DB8::1]:993', '2001:db8::1', 993],
    ['bücher.example:443', 'xn--bcher-kva.example', 443],
  ])('%s is a host and a port', (text, host, port) => {
    expect(parseEndpoint(text)).toEqual({ ok: true, host, port });
  });

  test.each([
    ['www.example.com', 'must be host:port, as www.example.com:443 or [2001:db8::1]:443'],
    ['https://www.example.com:443', 'must be host:port, as www.example.com:443 or [2001:db8::1]:443'],
    ['2001:db8::1:443', 'must be host:port, as www.example.com:443 or [2001:db8::1]:443'],
    ['www.example.com:+443', 'must be host:port, as www.example.com:443 or [2001:db8::1]:443'],
    ['[www.example.com]:443', 'must have an IPv6 address between the brackets'],
    ['[]:443', 'must have an IPv6 address between the brackets'],
    ['*.example.com:443', 'must begin with a DNS name or an IP address'],
    ['300.1.2.3:443', 'must begin with a DNS name or an IP address'],
    [':443', 'must begin with a DNS name or an IP address'],
    ['www.example.com:0', 'must end with a port from 1 to 65535'],
    ['www.example.com:65536', 'must end with a port from 1 to 65535'],
  ])('%s is a fault that says what it must be', (text, fault) => {
    expect(parseEndpoint(text)).toEqual({ ok: false, fault });
  });

  test('is written as it is read', () => {
    for (const text of ['www.example.com:443', '192.0.2.1:25', '[2001:db8::1]:993']) {
      const parsed = parseEndpoint(text);
      expect(parsed.ok && endpointText(parsed)).toBe(text);
    }
  });
});
