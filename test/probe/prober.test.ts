// Probes of real TLS endpoints on loopback: what they serve, whether it is trusted, and what is looked at meanwhile.
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { START_TLS } from '../../src/certificates/endpoint.ts';
import { type Authorities, at, createAuthorities, createStage, lookupOf, servedBy } from './stage.ts';

const DAY_MS = 86_400_000;
let authorities: Authorities;
const stage = createStage();

beforeAll(() => {
  authorities = createAuthorities();
});
afterEach(() => stage.close());

describe('what an endpoint serves', () => {
  test('is its chain, leaf first and without the root, with exact facts', async () => {
    const { root, intermediate } = authorities;
    const notBeforeMs = Date.UTC(2026, 0, 2, 3, 4, 5);
    const notAfterMs = Date.UTC(2061, 5, 7, 8, 9, 10);
    const leaf = intermediate.issue({
      names: ['localhost', 'www.example.com', '192.0.2.7'],
      serialNumber: '0abc12',
      notBeforeMs,
      notAfterMs,
    });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate, root] });
    const served = servedBy(await stage.prober(root).probe(at(endpoint), stage.signal));
    expect(served).toMatchObject({ untrusted: null, protocol: 'TLSv1.3', address: '127.0.0.1' });
    expect(served.chain).toHaveLength(2);
    expect(served.chain[0]).toEqual({
      fingerprint: leaf.fingerprint,
      fingerprint256: expect.stringMatching(/^[0-9a-f]{64}$/),
      subject: 'CN=localhost',
      issuer: 'CN=Test intermediate',
      names: ['localhost', 'www.example.com', '192.0.2.7'],
      serialNumber: '0ABC12',
      notBeforeMs,
      notAfterMs,
    });
    expect(served.chain[1]).toMatchObject({ fingerprint: intermediate.fingerprint, names: [] });
  });

  test('ends with the first of its chain that ends, be it the intermediate', async () => {
    const { root } = authorities;
    const soonMs = Math.floor((Date.now() + 5 * DAY_MS) / 1_000) * 1_000;
    const intermediate = root.issue({ commonName: 'Ends soon', isAuthority: true, notAfterMs: soonMs });
    const endpoint = await stage.endpoint({
      leaf: intermediate.issue({ names: ['localhost'] }),
      others: [intermediate],
    });
    const served = servedBy(await stage.prober(root).probe(at(endpoint), stage.signal));
    expect(served).toMatchObject({ untrusted: null, earliestNotAfterMs: soonMs });
  });

  test('is what it presents to that name, and to an address what it presents to none', async () => {
    const { root, intermediate } = authorities;
    const leafOf = (name: string) => intermediate.issue({ names: [name] });
    const endpoint = await stage.endpoint({
      leaf: leafOf('127.0.0.1'),
      others: [intermediate],
      byName: { 'shop.example': { leaf: leafOf('shop.example'), others: [intermediate] } },
    });
    const prober = stage.prober(root);
    for (const [host, serverName, subject] of [
      ['localhost', 'shop.example', 'CN=shop.example'],
      ['shop.example', null, 'CN=shop.example'],
      ['shop.example.', null, 'CN=shop.example'],
      ['127.0.0.1', null, 'CN=127.0.0.1'],
      ['localhost', '127.0.0.1', 'CN=127.0.0.1'],
    ] as const) {
      const served = servedBy(await prober.probe(at(endpoint, { host, serverName }), stage.signal));
      expect([served.chain[0].subject, served.untrusted]).toEqual([subject, null]);
    }
    const { askedFor } = await endpoint.waitFor((one) => one.askedFor.length === 5);
    expect(askedFor).toEqual(['shop.example', 'shop.example', 'shop.example', '', '']);
  });

  test('is seen anew each time: no session is taken up again, and nothing is sent after the handshake', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { root, intermediate } = authorities;
      const leaf = intermediate.issue({ names: ['localhost'] });
      const versions = { min: version, max: version };
      const endpoint = await stage.endpoint({ leaf, others: [intermediate], versions });
      const prober = stage.prober(root);
      const first = servedBy(await prober.probe(at(endpoint), stage.signal));
      expect([first.protocol, first.chain[0].fingerprint]).toEqual([version, leaf.fingerprint]);
      const renewed = intermediate.issue({ names: ['localhost'] });
      endpoint.present({ leaf: renewed, others: [intermediate] });
      const second = servedBy(await prober.probe(at(endpoint), stage.signal));
      expect(second.chain[0].fingerprint).toBe(renewed.fingerprint);
      await endpoint.waitFor(({ openConnections }) => openConnections === 0);
      expect([endpoint.resumed, endpoint.receivedBytes, endpoint.connections]).toEqual([false, 0, 2]);
    }
  });

  test('is seen although it wants a client certificate, with TLS 1.3', async () => {
    const { root, intermediate } = authorities;
    const leaf = intermediate.issue({ names: ['localhost'] });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate], wantsClientCertificate: true });
    const served = servedBy(await stage.prober(root).probe(at(endpoint), stage.signal));
    expect(served.untrusted).toBeNull();
  });

  test('is one line of text each, however hostile its names are, and not without end', async () => {
    const { root, intermediate } = authorities;
    const names = ['a.example\r\nX: y', 'b", DNS:evil.example', 'c\u0000.example', ...manyNames(300)];
    const leaf = intermediate.issue({ commonName: `<b>\u202e\r\n${'x'.repeat(10_000)}`, names });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate] });
    const served = servedBy(await stage.prober(root).probe(at(endpoint), stage.signal));
    const [{ subject, names: seen }] = served.chain;
    expect(subject).toMatch(/^CN=<b> +x+…$/);
    expect(subject?.length).toBeLessThanOrEqual(256);
    expect(seen).toHaveLength(100);
    expect(seen).not.toContain('evil.example');
    for (const name of seen) expect(name).toMatch(/^\P{Cc}{1,253}$/u);
    expect(served.untrusted?.code).toBe('wrong_name');
    expect(served.untrusted?.message.length).toBeLessThan(1_500);
  });
});

function manyNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `n${n}.example.com`);
}

describe('what is served is not trusted', () => {
  test.each<[string, (a: Authorities) => Parameters<typeof stage.endpoint>[0], string]>([
    [
      'where the leaf is expired',
      ({ intermediate }) => ({
        leaf: intermediate.issue({
          names: ['localhost'],
          notBeforeMs: Date.now() - 90 * DAY_MS,
          notAfterMs: Date.now() - DAY_MS,
        }),
        others: [intermediate],
      }),
      'expired',
    ],
    [
      'where the leaf is of tomorrow',
      ({ intermediate }) => ({
        leaf: intermediate.issue({ names: ['localhost'], notBeforeMs: Date.now() + DAY_MS }),
        others: [intermediate],
      }),
      'not_yet_valid',
    ],
    [
      'where it is self-signed',
      ({ selfSigned }) => ({ leaf: selfSigned({ names: ['localhost'] }) }),
      'self_signed',
    ],
    [
      'where the intermediate is missing',
      ({ intermediate }) => ({ leaf: intermediate.issue({ names: ['localhost'] }) }),
      'unknown_issuer',
    ],
    [
      'where the authority is not known',
      ({ selfSigned }) => {
        const other = selfSigned({ commonName: 'Other root', isAuthority: true });
        return { leaf: other.issue({ names: ['localhost'] }), others: [other] };
      },
      'unknown_issuer',
    ],
    [
      'where it is for another name',
      ({ intermediate }) => ({
        leaf: intermediate.issue({ names: ['www.example.com', '*.localhost'] }),
        others: [intermediate],
      }),
      'wrong_name',
    ],
  ])('%s, and it is shown all the same', async (_, presented, code) => {
    const presentation = presented(authorities);
    const endpoint = await stage.endpoint(presentation);
    const served = servedBy(await stage.prober(authorities.root).probe(at(endpoint), stage.signal));
    expect(served.untrusted?.code).toBe(code);
    expect(served.chain[0].fingerprint).toBe(presentation.leaf.fingerprint);
  });

  test('says for whom it is', async () => {
    const { root, intermediate } = authorities;
    const leaf = intermediate.issue({ names: ['www.example.com', '*.example.com'] });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate] });
    const served = servedBy(await stage.prober(root).probe(at(endpoint), stage.signal));
    expect(served.untrusted).toEqual({
      code: 'wrong_name',
      message: 'its certificate is not for localhost, but for www.example.com, *.example.com',
    });
  });
});

describe('a protocol that begins in the clear', () => {
  test.each(START_TLS)('%s turns to TLS', async (startTls) => {
    const { root, intermediate } = authorities;
    const leaf = intermediate.issue({ names: ['localhost'] });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate], startTls });
    const served = servedBy(await stage.prober(root).probe(at(endpoint, { startTls }), stage.signal));
    expect(served).toMatchObject({ untrusted: null, chain: [{ fingerprint: leaf.fingerprint }, {}] });
    await endpoint.waitFor(({ openConnections }) => openConnections === 0);
  });
});

describe('the way to an endpoint', () => {
  test('is refused where its name leads to loopback and the configuration does not name it', async () => {
    const endpoint = await stage.endpoint({ leaf: authorities.intermediate.issue({ names: ['localhost'] }) });
    const prober = stage.prober(authorities.root);
    for (const host of ['www.example.com', '127.0.0.1']) {
      const result = await prober.probe(at(endpoint, { host, named: false }), stage.signal);
      expect(result).toMatchObject({ ok: false, failure: { reason: 'refused_address' } });
    }
    expect(endpoint.connections).toBe(0);
  });

  test('is resolved once, and leads to the address that was checked', async () => {
    const endpoint = await stage.endpoint({ leaf: authorities.intermediate.issue({ names: ['localhost'] }) });
    const asked: string[] = [];
    // A name that changes with each look-up: what a rebinding attack does.
    const prober = stage.prober(authorities.root, {
      lookup: async (host) => {
        asked.push(host);
        return [{ address: asked.length === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }];
      },
    });
    const served = servedBy(await prober.probe(at(endpoint, { host: 'rebinding.example' }), stage.signal));
    expect(served.address).toBe('127.0.0.1');
    expect(asked).toEqual(['rebinding.example']);
  });

  test('is resolved as the system does where nothing else is said', async () => {
    const { root, intermediate } = authorities;
    const leaf = intermediate.issue({ names: ['localhost'] });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate] });
    const prober = stage.prober(root, { lookup });
    const served = servedBy(await prober.probe(at(endpoint), stage.signal));
    expect(served).toMatchObject({ address: '127.0.0.1', untrusted: null });
  });

  test('goes on to the next address where one does not connect', async () => {
    const { root, intermediate } = authorities;
    const leaf = intermediate.issue({ names: ['many.example'] });
    const endpoint = await stage.endpoint({ leaf, others: [intermediate] });
    // Nobody listens at the other addresses of loopback.
    const prober = stage.prober(root, { lookup: lookupOf('127.0.0.2', '::1', '127.0.0.1') });
    const served = servedBy(await prober.probe(at(endpoint, { host: 'many.example' }), stage.signal));
    expect(served).toMatchObject({ address: '127.0.0.1', untrusted: null });
  });

  test('says which addresses were tried where none connects', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close();
    await once(server, 'close');
    const prober = stage.prober(authorities.root, { lookup: lookupOf('127.0.0.2', '127.0.0.1') });
    const result = await prober.probe(at({ port }, { host: 'many.example' }), stage.signal);
    expect(result).toEqual({
      ok: false,
      failure: {
        reason: 'unreachable',
        message: `Cannot probe many.example:${port}: no connection on port ${port} (127.0.0.2: ECONNREFUSED, 127.0.0.1: ECONNREFUSED): check that it is up, and the network`,
      },
    });
  });
});
