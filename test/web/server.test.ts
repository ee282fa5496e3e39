// The HTTP server over real connections: scrapes in every form, probes, limits, listening and closing.
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createProbeServer, createWebServer, listenError } from '../../src/web/server.ts';
import { manyWatched, watchedOf } from '../telemetry/certificates.ts';
import { parseText } from '../telemetry/text-format.ts';
import { type Serving, serve } from './serving.ts';

const open: Serving[] = [];

async function serving(...args: Parameters<typeof serve>): Promise<Serving> {
  const started = await serve(...args);
  open.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

/** An exposition of this many certificates does not fit into the buffers of two loopback sockets. */
const MORE_THAN_BUFFERS = 8_000;

const OPENMETRICS = { accept: 'application/openmetrics-text' };
const GZIP = { 'accept-encoding': 'gzip' };

/** The certificates' part of a scrape: the monitor's own part differs from one scrape to the next. */
function keptText(text: string): string {
  return text.slice(text.indexOf('# HELP ccm_certificate_info'));
}

describe('a scrape', () => {
  test('in text has the own and the kept part, and a length', async () => {
    const { get } = await serving(manyWatched(700));
    const { status, headers, text, body } = await get('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toBe('Accept, Accept-Encoding');
    const parsed = parseText(text);
    expect(parsed.find('ccm_certificate_up')).toHaveLength(700);
    expect(parsed.find('ccm_monitor_build_info')).toHaveLength(1);
    expect(text).not.toContain('# EOF');
  });

  test('in OpenMetrics says the same and ends in EOF', async () => {
    const { get } = await serving(manyWatched(3));
    const { headers, text } = await get('/metrics', { headers: OPENMETRICS });
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(text).not.toContain('\n\n');
    expect(text).toContain('# TYPE ccm_monitor_checks counter\n');
    expect(keptText(text)).toBe(`${keptText((await get('/metrics')).text)}# EOF\n`);
  });

  test.each([
    ['text', {}],
    ['OpenMetrics', OPENMETRICS],
  ])('in gzip decodes to what it is in plain: %s', async (_, headers) => {
    const { get } = await serving(manyWatched(700));
    const plain = await get('/metrics', { headers });
    const zipped = await get('/metrics', { headers: { ...headers, ...GZIP } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers['content-length']).toBe(String(zipped.body.length));
    expect(zipped.body.length).toBeLessThan(plain.body.length / 8);
    const text = gunzipSync(zipped.body).toString();
    expect(keptText(text)).toBe(keptText(plain.text));
    expect(parseText(text).find('ccm_monitor_build_info')).toHaveLength(1);
  });

  test('is plain where gzip is refused with q=0', async () => {
    const { get } = await serving();
    const { headers } = await get('/metrics', { headers: { 'accept-encoding': 'gzip;q=0, br' } });
    expect(headers['content-encoding']).toBeUndefined();
  });

  test('shows a new render at once, and the old one to whoever still reads it', async () => {
    const { port, get, exposition } = await serving(manyWatched(3_000));
    const reader = await slowReader(port, '/metrics');
    await exposition.render(manyWatched(2), { status: 'stateset' });
    await exposition.render(manyWatched(1), { status: 'stateset' });
    expect(parseText((await get('/metrics')).text).find('ccm_certificate_up')).toHaveLength(1);
    const text = await reader.rest();
    expect(parseText(text).find('ccm_certificate_up')).toHaveLength(3_000);
  });

  test.each([
    ['gzip', GZIP],
    ['gzip, in OpenMetrics', { ...OPENMETRICS, ...GZIP }],
  ])('has what is so now, whichever half changed since the one before: %s', async (_, headers) => {
    const { facts, get, exposition } = await serving(manyWatched(2));
    let mails = 1;
    facts.scrape = { ...facts.scrape, own: async () => `mails ${mails}\n` };
    const scrape = async (): Promise<string> =>
      gunzipSync((await get('/metrics', { headers })).body).toString();
    const [first, again] = [await scrape(), await scrape()];
    expect(again).toBe(first);
    mails = 2;
    const own = await scrape();
    expect(own).toBe(first.replace('mails 1', 'mails 2'));
    await exposition.render(manyWatched(1), { status: 'stateset' });
    const kept = await scrape();
    expect(kept.startsWith('mails 2\n')).toBe(true);
    expect(parseText(kept).find('ccm_certificate_up')).toHaveLength(1);
  });

  test('is in the words of each who asks, one after the other', async () => {
    const { get } = await serving(manyWatched(2));
    for (const headers of [OPENMETRICS, {}, GZIP, { ...OPENMETRICS, ...GZIP }, {}]) {
      const answer = await get('/metrics', { headers });
      const text = 'accept-encoding' in headers ? gunzipSync(answer.body).toString() : answer.text;
      expect(answer.headers['content-encoding']).toBe('accept-encoding' in headers ? 'gzip' : undefined);
      expect(text.endsWith('# EOF\n')).toBe('accept' in headers);
    }
  });

  test('by HEAD has headers and no body', async () => {
    const { get } = await serving(manyWatched(3));
    const { status, headers, body } = await get('/metrics', { method: 'HEAD', headers: OPENMETRICS });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('openmetrics');
    expect(body).toHaveLength(0);
  });

  test('survives a client that goes away in the middle', async () => {
    const { port, get, logged } = await serving(manyWatched(3_000));
    const reader = await slowReader(port, '/metrics');
    reader.socket.destroy();
    expect((await get('/metrics')).status).toBe(200);
    expect(logged).toEqual([]);
  });

  test('of a source that fails is answered with 500, without what went wrong, and logged', async () => {
    const { facts, get, logged } = await serving();
    facts.scrape = { ...facts.scrape, own: () => Promise.reject(new Error('token hunter2')) };
    const { status, text } = await get('/metrics');
    expect(status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(logged).toMatchObject([{ fields: { path: '/metrics' }, message: 'Cannot answer a request' }]);
  });

  test('of a client that is gone before the answer is made holds nothing', async () => {
    const { facts, port, get } = await serving(manyWatched(2));
    const { own, kept } = facts.scrape;
    let asked = (): void => undefined;
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let goOn = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let held = 0;
    facts.scrape = {
      own: async (format) => {
        asked();
        await gone;
        return own(format);
      },
      kept: () => {
        held += 1;
        return kept();
      },
    };
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'));
    await wasAsked;
    socket.destroy();
    await get('/healthz');
    goOn();
    await get('/healthz');
    expect(held).toBe(0);
  });
});

describe('probes', () => {
  test.each([
    ['/healthz', 'live'],
    ['/readyz', 'ready'],
  ] as const)('%s says how it is and why', async (path, fact) => {
    const { get, facts } = await serving();
    const good = await get(path);
    expect([good.status, JSON.parse(good.text)]).toEqual([200, { status: 'ok', reason: facts[fact].reason }]);
    facts[fact] = { ok: false, reason: 'the last check began 2 hours ago' };
    const bad = await get(path);
    expect(bad.status).toBe(503);
    expect(JSON.parse(bad.text)).toEqual({ status: 'failing', reason: 'the last check began 2 hours ago' });
  });
});

describe('every answer', () => {
  const answers = [
    '/metrics',
    '/healthz',
    '/',
    '/certificates/default/scs1590053258704',
    '/api/v1/certificates',
    '/calendar.ics',
    '/nowhere',
    '/?page=0',
    '/%ff%fe',
  ];

  test.each(answers)('carries the security headers and names no software: %s', async (path) => {
    const { get } = await serving([watchedOf()]);
    const { headers } = await get(path);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[\w+/]+=*'; /),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('set-cookie');
  });

  test.each([
    ['GET', '/nowhere', 404],
    ['GET', '/metrics/', 404],
    ['POST', '/nowhere', 404],
    ['POST', '/metrics', 405],
    ['DELETE', '/', 405],
    ['OPTIONS', '/api/v1/certificates', 405],
    ['TRACE', '/healthz', 405],
    ['HEAD', '/', 200],
    ['HEAD', '/healthz', 200],
  ])('to %s %s is %d', async (method, path, status) => {
    const { get } = await serving();
    const answer = await get(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.allow).toBe(status === 405 ? 'GET, HEAD' : undefined);
  });

  test.each([
    ['with a length', { 'content-length': '4' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
    ['that waits to be invited', { 'content-length': '4', expect: '100-continue' }],
  ])('to a body %s is a refusal, and the end of the connection', async (_, headers) => {
    const { get } = await serving();
    const answer = await get('/', { method: 'POST', headers, body: 'body' });
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
  });

  test('to headers that are too long is 431, to an impossible host 400', async () => {
    const { get } = await serving();
    expect((await get('/', { headers: { cookie: 'x'.repeat(20_000) } })).status).toBe(431);
    expect((await get('/', { headers: { host: 'a b<script>' } })).status).toBe(400);
  });
});

describe('listening', () => {
  test('says what to do where the port is taken', async () => {
    const { port } = await serving();
    const { facts: _, ...other } = await serving();
    await other.server.close();
    const second = createWebServer({ sources: NO_SOURCES, log: NO_LOG });
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'LISTEN',
      message: `Cannot listen on 127.0.0.1:${port}: the port is in use by another program; set http.port or stop it`,
      cause: { code: 'EADDRINUSE' },
    });
    await second.close();
  });

  test.each([
    ['192.0.2.1', 'Cannot listen on 192.0.2.1:0: the host is not an address of this machine; set http.host'],
    ['2001:db8::1', /^Cannot listen on \[2001:db8::1\]:0: .*set http\.host/],
    [
      'nowhere.invalid',
      'Cannot listen on nowhere.invalid:0: the host has no address; set http.host to an address',
    ],
  ])('says what to do where the host is %s', async (host, message) => {
    const server = createWebServer({ sources: NO_SOURCES, log: NO_LOG });
    await expect(server.listen({ host, port: 0 })).rejects.toThrow(message);
    await server.close();
  });
});

describe('an error of listening', () => {
  test.each([
    ['EADDRINUSE', 'the port is in use by another program; set http.port or stop it'],
    ['EACCES', 'this user may not use the port; set http.port to 1024 or more'],
    ['EADDRNOTAVAIL', 'the host is not an address of this machine; set http.host'],
    ['EAI_AGAIN', 'the host has no address; set http.host to an address'],
    ['EOTHER', 'EOTHER; set http.host and http.port'],
    [undefined, 'unknown reason; set http.host and http.port'],
  ])('with code %p says what to do', (code, reason) => {
    const error = listenError(Object.assign(new Error('listen'), { code }), { host: '::', port: 80 });
    expect(error).toMatchObject({ code: 'LISTEN', message: `Cannot listen on [::]:80: ${reason}` });
  });
});

describe('a server for probes alone', () => {
  test('answers them in plain HTTP, and nothing else', async () => {
    const { facts, logged } = await serving();
    const log = { warn: () => undefined, error: () => void logged.push({ fields: {}, message: 'error' }) };
    const probes = createProbeServer({
      health: { live: () => facts.live, ready: () => facts.ready },
      log,
    });
    const { port } = await probes.listen({ host: '127.0.0.1', port: 0 });
    const status = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
      await answer.body?.cancel();
      return answer.status;
    };
    expect(await status('/healthz')).toBe(200);
    facts.ready = { ok: false, reason: 'not yet' };
    expect(await status('/readyz')).toBe(503);
    for (const path of ['/', '/metrics', '/api/v1/certificates']) expect(await status(path)).toBe(404);
    expect(await status('/healthz', { method: 'POST' })).toBe(405);
    const second = createProbeServer({ health: { live: () => facts.live, ready: () => facts.ready }, log });
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is in use by another program; set http.probePort or stop it`,
    );
    await Promise.all([probes.close(), second.close()]);
    expect(logged).toEqual([]);
  });
});

describe('connections', () => {
  test('beyond the limit are not accepted', async () => {
    const { port } = await serving([], { connections: 1 });
    const first = await connected(port);
    const second = await connected(port);
    await closed(second);
    first.destroy();
  });

  test('whose request does not come in time are ended', async () => {
    const { port } = await serving([], { headersMs: 30, requestMs: 60 });
    const socket = await connected(port);
    socket.write('GET / HTTP/1.1\r\n');
    await closed(socket);
  });

  test('whose client reads too slowly are ended', async () => {
    const { port, facts, get } = await serving(manyWatched(MORE_THAN_BUFFERS), {
      answerMs: 200,
      connections: 1,
    });
    await facts.scrape.kept().plain();
    const reader = await slowReader(port, '/metrics');
    // There is room for one: others get in once it is ended.
    for (let status = 0; status !== 200; )
      status = await get('/healthz').then(
        (answer) => answer.status,
        () => 0,
      );
    await reader.rest();
    expect(reader.socket.bytesRead).toBeLessThan(facts.scrape.kept().plainBytes);
  });
});

describe('closing', () => {
  test('ends idle connections at once, and can be asked for twice', async () => {
    const { port, server } = await serving();
    const fresh = await connected(port);
    const used = await connected(port);
    used.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => used.once('data', resolve));
    await Promise.all([server.close(), server.close(), closed(fresh), closed(used)]);
    await expect(serveAgain(port)).resolves.toBe(port);
  });

  test('lets a running answer end, and then its connection', async () => {
    const { port, server } = await serving(manyWatched(3_000));
    const reader = await slowReader(port, '/metrics');
    const closing = server.close();
    expect(parseText(await reader.rest()).find('ccm_certificate_up')).toHaveLength(3_000);
    await closing;
  });

  test('does not wait for ever for an answer that nobody reads', async () => {
    const { port, server, facts } = await serving(manyWatched(MORE_THAN_BUFFERS), { closeMs: 30 });
    const reader = await slowReader(port, '/metrics');
    await server.close();
    await reader.rest();
    expect(reader.socket.bytesRead).toBeLessThan(facts.scrape.kept().plainBytes);
  });

  test('tells those who ask on a running connection that it ends', async () => {
    const { port, server, facts } = await serving();
    let goOn = (): void => undefined;
    const { own } = facts.scrape;
    const asked = new Promise<void>((resolve) => {
      facts.scrape = {
        ...facts.scrape,
        own: async (format) => {
          resolve();
          await new Promise<void>((go) => {
            goOn = go;
          });
          return own(format);
        },
      };
    });
    const socket = await connected(port);
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await asked;
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const closing = server.close();
    goOn();
    await closed(socket);
    await closing;
  });
});

const NO_LOG = { warn: () => undefined, error: () => undefined };

const NO_SOURCES = {
  scrape: {
    own: () => Promise.resolve(''),
    kept: () => ({
      plain: () => Promise.resolve([]),
      plainBytes: 0,
      plainCrc32: 0,
      deflated: Buffer.alloc(0),
    }),
  },
  status: {
    certificates: () => [],
    monitor: () => {
      throw new Error('not asked for');
    },
    ladderMs: () => [],
    silences: () => [],
    alertsOf: () => [],
    deployedOf: () => null,
    historyOf: () => [],
    mailsAbout: () => [],
    endsChangedMs: () => new Map(),
  },
  health: { live: () => ({ ok: true, reason: '' }), ready: () => ({ ok: true, reason: '' }) },
};

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.resume();
  });
}

/** A client that reads nothing until it is asked for the rest; the answer has begun when this resolves. */
async function slowReader(port: number, path: string): Promise<{ socket: Socket; rest(): Promise<string> }> {
  const socket = await connected(port);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', () => resolve(undefined)));
  return {
    socket,
    async rest() {
      const parts: Buffer[] = [];
      socket.on('error', () => undefined);
      socket.on('data', (part: Buffer) => parts.push(part));
      await closed(socket);
      const text = Buffer.concat(parts).toString();
      return text.slice(text.indexOf('\r\n\r\n') + 4);
    },
  };
}

async function serveAgain(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve()),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}
