// Which addresses a probe may connect to, and how a name becomes addresses.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createAddresses, createRefused, type Lookup } from '../../src/probe/addresses.ts';

const { signal } = new AbortController();

function at(host: string, named = false) {
  return { host, port: 443, serverName: null, startTls: null, named };
}

function lookupOf(...addresses: readonly string[]): Lookup {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

describe('an address', () => {
  const refused = createRefused();

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    '100::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'ff02::1',
  ])('%s is refused', (address) => {
    expect(refused(address)).toBe(true);
  });

  test.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2001:4860:4860::8888',
    '2002:808:808::1',
    'fbff::1',
    'fe00::1',
  ])('%s is one of the internet', (address) => {
    expect(refused(address)).toBe(false);
  });
});

describe('the addresses of an endpoint', () => {
  test('are those of its name that are of the internet, in the order of DNS, eight at most', async () => {
    const found = ['10.0.0.1', '2001:db8::5', '8.8.8.8', '::1'];
    expect(await createAddresses(lookupOf(...found)).of(at('www.example.com'), signal)).toEqual({
      ok: true,
      value: [
        { address: '2001:db8::5', family: 6 },
        { address: '8.8.8.8', family: 4 },
      ],
    });
    const many = lookupOf(...Array.from({ length: 200 }, (_, n) => `8.8.8.${n}`));
    expect(await createAddresses(many).of(at('www.example.com'), signal)).toMatchObject({
      value: { length: 8 },
    });
  });

  test('are all of them where the configuration names the host', async () => {
    const result = await createAddresses(lookupOf('10.0.0.1', '::1')).of(at('intranet', true), signal);
    expect(result).toMatchObject({ ok: true, value: [{ address: '10.0.0.1' }, { address: '::1' }] });
  });

  test.each([
    ['a name', 'www.example.com', ['127.0.0.1', '::1']],
    ['an address in another notation, which the system understands', '0x7f.1', ['127.0.0.1']],
    ['an address', '169.254.169.254', []],
    ['an IPv6 address', '::ffff:127.0.0.1', []],
  ])('are refused where %s leads to none of the internet', async (_, host, found) => {
    const result = await createAddresses(lookupOf(...found)).of(at(host), signal);
    expect(result).toMatchObject({
      ok: false,
      reason: 'refused_address',
      explanation: expect.stringMatching(
        /^its address is loopback, link-local or private \(.+\): such addresses/,
      ),
    });
  });

  test('are none where DNS says so, or says what is no address', async () => {
    const unknown = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    for (const [lookup, explanation] of [
      [
        async () => Promise.reject(unknown),
        'its name cannot be resolved (ENOTFOUND): check the name, and DNS',
      ],
      [lookupOf(), 'its name has no address: check the name'],
      [lookupOf('localhost; rm'), 'its name has no address: check the name'],
    ] as const)
      expect(await createAddresses(lookup).of(at('x.example', true), signal)).toEqual({
        ok: false,
        reason: 'unresolved',
        explanation,
      });
  });

  test('are asked for eight at a time, and while DNS is dead those that gave up still count', async () => {
    const asked: (() => void)[] = [];
    const addresses = createAddresses(
      () => new Promise((resolve) => asked.push(() => resolve([{ address: '8.8.8.8', family: 4 }]))),
    );
    const impatient = new AbortController();
    const first = Array.from({ length: 20 }, () =>
      addresses.of(at('a.example'), impatient.signal).catch(String),
    );
    await nextTurn();
    expect(asked).toHaveLength(8);
    impatient.abort();
    expect(new Set(await Promise.all(first)).size).toBe(1);
    const late = addresses.of(at('b.example'), signal);
    await nextTurn();
    expect(asked).toHaveLength(8);
    asked[0]?.();
    await nextTurn();
    expect(asked).toHaveLength(9);
    asked[8]?.();
    await expect(late).resolves.toMatchObject({ ok: true });
  });
});
