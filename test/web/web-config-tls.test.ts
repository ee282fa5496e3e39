// TLS over real connections: who gets in by client certificate, what is offered, and a change without a dropped connection.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ClientAuthType } from '../../src/config/config.ts';
import { cipherList } from '../../src/config/tls-names.ts';
import { manyWatched } from '../telemetry/certificates.ts';
import {
  CLIENT,
  connectSecurely,
  getSecurely,
  inClear,
  overTls,
  pem,
  statusOf,
  type Wanted,
} from './secured.ts';
import { type Serving, serve } from './serving.ts';

const open: { end: () => Promise<void> | void }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ end }) => end()));
});

async function secured(wanted: Wanted = {}, ...args: Parameters<typeof serve>): Promise<Serving> {
  const serving = await serve(...args);
  serving.server.use(overTls(wanted));
  open.push({ end: () => serving.server.close() });
  return serving;
}

/** Reads from a keep-alive connection until an answer's body is complete. */
async function ask(socket: Socket, path: string): Promise<string> {
  let text = '';
  const done = new Promise<string>((resolve, reject) => {
    const take = (part: Buffer): void => {
      text += part.toString();
      if (!text.includes('\r\n\r\n') || !text.endsWith('}')) return;
      socket.off('data', take);
      resolve(text);
    };
    socket.on('data', take);
    socket.once('close', () => reject(new Error('closed')));
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return done;
}

describe('over TLS', () => {
  test('everything is answered as it is without, in TLS 1.3, and plain HTTP is not', async () => {
    const { port, get } = await secured({}, manyWatched(700));
    const { status, protocol, text, headers } = await getSecurely(port, { path: '/metrics' });
    expect([status, protocol]).toEqual([200, 'TLSv1.3']);
    expect(text.match(/^ccm_certificate_up\{/gm)).toHaveLength(700);
    expect(headers['x-frame-options']).toBe('DENY');
    await expect(get('/healthz')).rejects.toThrow();
  });

  test.each<[ClientAuthType, boolean | null, boolean | null, boolean | null]>([
    // none shown, one of the test CA, one of nobody's
    ['NoClientCert', true, true, true],
    ['RequestClientCert', true, true, true],
    ['RequireAnyClientCert', false, true, true],
    ['VerifyClientCertIfGiven', true, true, false],
    ['RequireAndVerifyClientCert', false, true, false],
  ])('%s lets in whom Go lets in', async (clientAuth, none, trusted, untrusted) => {
    const { port, server } = await secured({ clientAuth });
    expect((await statusOf(port)) === 200).toBe(none);
    expect((await statusOf(port, CLIENT)) === 200).toBe(trusted);
    server.use(overTls({ clientAuth, ca: pem('other-ca') }));
    expect((await statusOf(port, CLIENT)) === 200).toBe(untrusted);
  });

  test.each<[ClientAuthType, object, string]>([
    ['RequireAndVerifyClientCert', {}, 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
    ['RequireAndVerifyClientCert', CLIENT, 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['VerifyClientCertIfGiven', CLIENT, 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['RequireAnyClientCert', {}, 'no client certificate'],
  ])('%s: the log says why somebody was refused', async (clientAuth, shown, reason) => {
    const { port, logged } = await secured({ clientAuth, ca: pem('other-ca') });
    expect(await statusOf(port, shown)).toBeNull();
    expect(await statusOf(port, shown)).toBeNull();
    expect(logged).toEqual([
      { fields: { reason, connections: 1 }, message: `TLS was not agreed upon with a client: ${reason}` },
    ]);
  });

  test.each<[string, Wanted['options'], object, string | null]>([
    ['TLS 1.2 where the client has no more', {}, { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['nothing below the least version', { minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }, null],
    ['nothing above the last version', { maxVersion: 'TLSv1.2' }, {}, 'TLSv1.2'],
    [
      'a suite of the list',
      { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' },
      {},
      'TLSv1.2',
    ],
    [
      'no TLS 1.2 where the list has suites of TLS 1.3 only',
      { ciphers: cipherList(['TLS_AES_128_GCM_SHA256']) ?? '' },
      { maxVersion: 'TLSv1.2' },
      null,
    ],
    [
      'TLS 1.3 where the list has suites of TLS 1.2 only',
      { ciphers: cipherList(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']) ?? '' },
      {},
      'TLSv1.3',
    ],
    [
      'no suite beside the list',
      { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' },
      { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      null,
    ],
    ['a curve of the list', { ecdhCurve: 'P-384' }, { ecdhCurve: 'P-256:P-384' }, 'TLSv1.3'],
    ['no curve beside the list', { ecdhCurve: 'P-384' }, { ecdhCurve: 'P-256' }, null],
  ])('is offered: %s', async (_, options, client, expected) => {
    const { port } = await secured({ options: { ...options } });
    const protocol = await getSecurely(port, client).then(
      (answer) => answer.protocol,
      () => null,
    );
    expect(protocol).toBe(expected);
  });

  test('HTTP/1.1 is agreed upon with clients that would speak HTTP/2', async () => {
    const { port } = await secured();
    const socket = await connectSecurely(port, { ALPNProtocols: ['h2', 'http/1.1'] });
    open.push({ end: () => void socket.destroy() });
    expect(socket.alpnProtocol).toBe('http/1.1');
  });
});

describe('a change of the web configuration', () => {
  test('holds for new connections, and open ones go on', async () => {
    const { port, server } = await secured();
    const before: TLSSocket = await connectSecurely(port);
    open.push({ end: () => void before.destroy() });
    expect(await ask(before, '/healthz')).toContain('200 OK');
    server.use(overTls({ clientAuth: 'RequireAndVerifyClientCert' }));
    expect(await ask(before, '/readyz')).toContain('200 OK');
    expect(await statusOf(port)).toBeNull();
    expect(await statusOf(port, CLIENT)).toBe(200);
    server.use(overTls({ options: { cert: pem('client'), key: pem('client.key') } }));
    await expect(getSecurely(port)).rejects.toThrow(/localhost|purpose/);
    expect(await ask(before, '/healthz')).toContain('200 OK');
  });

  test('to TLS ends what was in clear with its next request, and to plain HTTP is in force as well', async () => {
    const serving = await serve();
    open.push({ end: () => serving.server.close() });
    const plain = connect(serving.port, '127.0.0.1');
    open.push({ end: () => void plain.destroy() });
    expect(await ask(plain, '/healthz')).toContain('200 OK');
    serving.server.use(overTls());
    const [answer] = await Promise.all([
      once(plain, 'data').then(([part]) => String(part)),
      plain.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    ]);
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('HTTPS only');
    expect(await statusOf(serving.port)).toBe(200);
    serving.server.use(inClear());
    expect((await serving.get('/healthz')).status).toBe(200);
  });

  test("sets the configuration's headers over the monitor's own", async () => {
    const { port } = await secured({
      headers: [
        ['X-Frame-Options', 'sameorigin'],
        ['Strict-Transport-Security', 'max-age=60'],
      ],
    });
    const { headers } = await getSecurely(port);
    expect(headers).toMatchObject({
      'x-frame-options': 'sameorigin',
      'strict-transport-security': 'max-age=60',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('bad manners over TLS', () => {
  test('a handshake that does not come is ended, and said', async () => {
    const { port, logged } = await secured({}, [], { headersMs: 60 });
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'close');
    expect(logged).toMatchObject([{ fields: { reason: 'ERR_TLS_HANDSHAKE_TIMEOUT' } }]);
  });

  test('headers that do not come to an end are ended', async () => {
    // Long enough for the handshake on a slow machine: the same time bounds it.
    const { port } = await secured({}, [], { headersMs: 1_000 });
    const socket = await connectSecurely(port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nA: ');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('408');
    socket.destroy();
  });

  test('plain HTTP and rubbish are refused, and the server goes on', async () => {
    const { port } = await secured({}, [], { headersMs: 1_000 });
    for (const text of [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001',
      '\r\n\r\n',
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(text);
      await once(socket, 'close');
    }
    expect(await statusOf(port)).toBe(200);
  });

  test('handshakes under way and idle connections do not hold up the end', async () => {
    const { port, server } = await secured();
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    const idle = await connectSecurely(port);
    expect(await ask(idle, '/healthz')).toContain('200 OK');
    const startedMs = performance.now();
    await Promise.all([server.close(), once(silent, 'close'), once(idle, 'close')]);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});
