// One request against a server that misbehaves: every one ends, with a reason, and nothing is said to anybody else.
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createTransport,
  type Delivered,
  type Transport,
  type TransportOptions,
} from '../../src/huawei/transport.ts';
import { type Cloud, type CloudOptions, startCloud } from '../simulator/cloud.ts';
import type { Fault } from '../simulator/faults.ts';
import { ID } from './support/account.ts';

const SECRET = 'planted-token-0123456789';
const TLS = new URL('../fixtures/tls/', import.meta.url);
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  delete process.env['NODE_EXTRA_CA_CERTS'];
});

async function cloudWith(fault: Fault | null, options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await startCloud(options);
  closing.push(() => cloud.close());
  if (fault !== null) cloud.fail(fault, { times: 'always' });
  return cloud;
}

function transportTo(endpoint: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ endpoint, caFile: null, connections: 2, timeoutMs: 5_000, ...options });
  closing.push(() => transport.close());
  return transport;
}

function send(transport: Transport, signal: AbortSignal = new AbortController().signal): Promise<Delivered> {
  const headers = { 'X-Auth-Token': SECRET };
  return transport.send({ method: 'GET', path: `/v3/scm/certificates/${ID}`, headers, body: '' }, signal);
}

describe('an answer', () => {
  test('comes with its status, its body, and the headers that matter', async () => {
    const body = '{"status":"ISSUED ✓"}';
    const fault: Fault = {
      kind: 'reply',
      status: 200,
      body,
      headers: { 'Retry-After': '7', 'X-Other': 'no' },
    };
    const delivered = await send(transportTo((await cloudWith(fault)).origin));
    expect(delivered).toMatchObject({
      ok: true,
      answer: { status: 200, body, headers: { retryAfter: '7', location: null } },
    });
    expect(Object.keys(delivered.ok ? delivered.answer.headers : {})).toHaveLength(7);
  });

  test('may have headers of 100 KB, for a token stands in them', async () => {
    const token = 't'.repeat(100 * 1_024);
    const cloud = await cloudWith({ kind: 'reply', status: 201, headers: { 'X-Subject-Token': token } });
    expect(await send(transportTo(cloud.origin))).toMatchObject({
      ok: true,
      answer: { headers: { subjectToken: token } },
    });
  });

  test('is waited for after those that only announce it', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n';
    const server = createTcpServer((socket) => {
      socket.resume().end(`${hints}HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    expect(await send(transportTo(origin))).toMatchObject({ ok: true, answer: { status: 404, body: '' } });
  });
});

describe('a server that', () => {
  test.each<[string, Fault, string, RegExp]>([
    ['says nothing', { kind: 'stall' }, 'timeout', /^no answer from http:.* within 1 s$/],
    ['drips', { kind: 'drip', intervalMs: 200 }, 'timeout', /^no whole answer from http:.* within 1 s$/],
    ['sends without end', { kind: 'oversized', bytes: 300_000 }, 'malformed', /larger than 256 KiB/],
    ['hangs up', { kind: 'reset' }, 'unreachable', /broke off \(ECONNRESET\)/],
    ['hangs up half way', { kind: 'close-half-way' }, 'unreachable', /broke off \(UND_ERR_SOCKET\)/],
    [
      'does not speak HTTP',
      { kind: 'raw', text: 'SSH-2.0-OpenSSH_9.2\r\n' },
      'malformed',
      /is not HTTP as it should be \(H.*\): check the endpoint$/,
    ],
    [
      'sends headers without end',
      { kind: 'reply', status: 200, headers: { 'X-Subject-Token': 't'.repeat(200_000) } },
      'malformed',
      /is not HTTP/,
    ],
  ])('%s is given up with a reason', async (_, fault, reason, text) => {
    const cloud = await cloudWith(fault);
    cloud.put({ id: ID, status: 'ISSUED' });
    const token = cloud.iam.issueToken();
    const transport = transportTo(cloud.origin, {
      timeoutMs: fault.kind === 'stall' || fault.kind === 'drip' ? 1_000 : 5_000,
    });
    const request = {
      method: 'GET',
      path: `/v3/scm/certificates/${ID}`,
      headers: { 'X-Auth-Token': token },
      body: '',
    } as const;
    const delivered = await transport.send(request, new AbortController().signal);
    expect(delivered).toMatchObject({ ok: false, reason, explanation: expect.stringMatching(text) });
    expect(inspect(delivered, { depth: 9 })).not.toContain(token);
    cloud.heal();
    expect(await transport.send(request, new AbortController().signal)).toMatchObject({
      ok: true,
      answer: { status: 200 },
    });
  });

  test('sends a chunked body without end is given up at the cap', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const cloud = await cloudWith({
      kind: 'raw',
      text: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(8)}`,
    });
    expect(await send(transportTo(cloud.origin))).toMatchObject({
      reason: 'malformed',
      explanation: expect.stringContaining('256 KiB'),
    });
  });

  test('is not there is unreachable', async () => {
    const cloud = await startCloud();
    await cloud.close();
    expect(await send(transportTo(cloud.origin))).toMatchObject({
      reason: 'unreachable',
      explanation: `${cloud.origin} refuses the connection (ECONNREFUSED): check the address, and the network`,
    });
  });

  test('has a name that nobody knows is unreachable', async () => {
    expect(await send(transportTo('http://no-such-host.invalid'))).toMatchObject({
      reason: 'unreachable',
      explanation: expect.stringContaining('cannot be resolved (E'),
    });
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('with %i is not followed, to wherever it points', async (status) => {
    const other = await cloudWith(null);
    for (const location of [
      `${other.origin}/v3/scm/certificates/${ID}`,
      `//127.0.0.1:${other.port}/`,
      '/elsewhere',
      'gopher://x',
    ]) {
      const cloud = await cloudWith({ kind: 'redirect', status, location });
      expect(await send(transportTo(cloud.origin))).toMatchObject({
        ok: true,
        answer: { status, headers: { location } },
      });
      expect(cloud.requests).toHaveLength(1);
    }
    expect(other.requests).toHaveLength(0);
  });
});

test('a proxy of the environment is not used', async () => {
  const [cloud, proxy] = [await cloudWith(null), await cloudWith(null)];
  for (const name of ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY']) process.env[name] = proxy.origin;
  closing.push(() =>
    ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY'].forEach((name) => void delete process.env[name]),
  );
  await send(transportTo(cloud.origin));
  expect([cloud.requests.length, proxy.requests.length]).toEqual([1, 0]);
});

test.each(['/huawei', '/huawei/', '/a/b'])(
  'the path %j of an endpoint behind a gateway stands before every path',
  async (path) => {
    const cloud = await cloudWith(null);
    await send(transportTo(`${cloud.origin}${path}`));
    expect(cloud.requests[0]?.path).toBe(`${path.replace(/\/$/, '')}/v3/scm/certificates/${ID}`);
  },
);

test('connections are kept', async () => {
  const cloud = await cloudWith({ kind: 'reply', status: 404 });
  const transport = transportTo(cloud.origin, { connections: 2 });
  for (let n = 0; n < 5; n += 1) await Promise.all([send(transport), send(transport), send(transport)]);
  expect(cloud.requests).toHaveLength(15);
  expect(cloud.maxInFlight).toBeLessThanOrEqual(2);
});

describe('a stop', () => {
  test('ends a request at once, and the connection with it', async () => {
    const cloud = await cloudWith({ kind: 'stall' });
    const stop = new AbortController();
    const sending = send(transportTo(cloud.origin), stop.signal);
    await cloud.waitFor((requests) => requests.length === 1);
    stop.abort();
    await expect(sending).rejects.toMatchObject({ code: 'ABORTED' });
    await cloud.waitFor(() => cloud.inFlight === 0);
  });

  test('before its turn on a connection keeps a request from being sent', async () => {
    const cloud = await cloudWith({ kind: 'stall' });
    const transport = transportTo(cloud.origin, { connections: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const sending = [send(transport, first.signal), send(transport, second.signal)].map((p) =>
      p.catch((error: unknown) => error),
    );
    await cloud.waitFor((requests) => requests.length === 1);
    second.abort();
    first.abort();
    for (const ended of await Promise.all(sending)) expect(ended).toMatchObject({ code: 'ABORTED' });
    cloud.heal();
    await send(transport);
    expect(cloud.requests).toHaveLength(2);
  });

  test('before the start, or after the end of the transport, is final', async () => {
    const cloud = await cloudWith(null);
    const transport = transportTo(cloud.origin);
    await expect(send(transport, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    const racing = send(transport).catch((error: unknown) => error);
    await transport.close();
    await expect(racing).resolves.toMatchObject({ code: 'ABORTED' });
    await expect(send(transport)).rejects.toMatchObject({ code: 'ABORTED' });
    await transport.close();
  });
});

describe('trust', () => {
  const path = (name: string) => new URL(name, TLS).pathname;

  async function secureCloud(): Promise<Cloud> {
    const [key, cert] = await Promise.all(
      ['test-only-server.key.pem', 'test-only-server.pem'].map((name) => readFile(path(name), 'utf8')),
    );
    return cloudWith({ kind: 'reply', status: 404 }, { tls: { key: key ?? '', cert: cert ?? '' } });
  }

  async function temporary(name: string, text: string): Promise<string> {
    const file = join(tmpdir(), `ccm-${process.pid}-${name}`);
    await writeFile(file, text);
    closing.push(() => rm(file, { force: true }));
    return file;
  }

  test('in a stranger’s certificate is refused', async () => {
    const { origin } = await secureCloud();
    for (const caFile of [null, path('test-only-other-ca.pem')]) {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      closing.push(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
      expect(await send(transportTo(origin, { caFile }))).toMatchObject({
        reason: 'unreachable',
        explanation: expect.stringMatching(/is not trusted \(.*\): set caFile/),
      });
    }
  });

  test('is given by the account’s CA file', async () => {
    const { origin } = await secureCloud();
    expect(await send(transportTo(origin, { caFile: path('test-only-ca.pem') }))).toMatchObject({ ok: true });
  });

  test('in NODE_EXTRA_CA_CERTS is kept beside the CA file', async () => {
    const { origin } = await secureCloud();
    process.env['NODE_EXTRA_CA_CERTS'] = path('test-only-ca.pem');
    expect(await send(transportTo(origin, { caFile: path('test-only-other-ca.pem') }))).toMatchObject({
      ok: true,
    });
    process.env['NODE_EXTRA_CA_CERTS'] = '/no/such/file';
    expect(await send(transportTo(origin, { caFile: path('test-only-ca.pem') }))).toMatchObject({ ok: true });
  });

  test.each<[string, string, RegExp]>([
    ['not there', '', /cannot be used \(ENOENT\)$/],
    ['no PEM', 'hello', /has no certificate in PEM form$/],
    ['damaged', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /cannot be used \(.+\)$/],
  ])('in a CA file that is %s is no trust at all', async (name, text, expected) => {
    const { origin, requests } = await secureCloud();
    const caFile = text === '' ? '/no/such/ca.pem' : await temporary(`${name.replace(' ', '-')}.pem`, text);
    const delivered = await send(transportTo(origin, { caFile }));
    expect(delivered).toMatchObject({ reason: 'unreachable', explanation: expect.stringMatching(expected) });
    expect(requests).toHaveLength(0);
  });

  test('follows the CA file when it is replaced', async () => {
    const { origin } = await secureCloud();
    const caFile = await temporary('ca.pem', await readFile(path('test-only-other-ca.pem'), 'utf8'));
    const transport = transportTo(origin, { caFile });
    expect(await send(transport)).toMatchObject({ ok: false });
    await writeFile(caFile, await readFile(path('test-only-ca.pem'), 'utf8'));
    expect(await send(transport)).toMatchObject({ ok: false });
    transport.refresh();
    expect(await send(transport)).toMatchObject({ ok: true });
    transport.refresh();
    expect(await send(transport)).toMatchObject({ ok: true });
  });
});

test('a header that cannot be sent ends the request with a reason, and is not repeated', async () => {
  const cloud = await cloudWith(null);
  const transport = transportTo(cloud.origin);
  const request = {
    method: 'GET',
    path: '/',
    headers: { 'X-Auth-Token': `${SECRET}\r\nX: y` },
    body: '',
  } as const;
  const delivered = await transport.send(request, new AbortController().signal);
  expect(delivered).toMatchObject({ reason: 'unreachable' });
  expect(inspect(delivered)).not.toContain(SECRET);
  expect(cloud.requests).toHaveLength(0);
});
