// Whether each fault of the simulated cloud does on the wire what its name says, as often as planned, and to nobody else.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { issued } from './certificates.ts';
import { type Cloud, startCloud } from './cloud.ts';
import type { Fault } from './faults.ts';

let cloud: Cloud;
let id: string;

beforeEach(async () => {
  cloud = await startCloud();
  id = cloud.put(issued()).id;
});
afterEach(() => cloud.close());

async function show(certificate = id, signal: AbortSignal | null = null): Promise<Response> {
  const headers = { 'X-Auth-Token': cloud.iam.issueToken() };
  return fetch(`${cloud.origin}/v3/scm/certificates/${certificate}`, { headers, redirect: 'manual', signal });
}

describe('a fault', () => {
  test.each<[Fault, number, RegExp]>([
    [{ kind: 'reply', status: 503 }, 503, /^$/],
    [{ kind: 'reply', status: 200, body: '<html>', contentType: 'text/html' }, 200, /^<html>$/],
    [
      { kind: 'reply', status: 500, body: { error_code: 'SCM.9999' }, headers: { 'Retry-After': '1' } },
      500,
      /SCM\.9999/,
    ],
    [{ kind: 'reply', status: 204 }, 204, /^$/],
    [{ kind: 'token-refused' }, 401, /APIGW\.0307/],
    [{ kind: 'redirect', status: 302, location: 'http://127.0.0.1:1/' }, 302, /^$/],
    [{ kind: 'edit', edit: (body) => ({ ...body, status: 17 }) }, 200, /"status":17/],
    [{ kind: 'malformed' }, 200, /^\{"order_id".*[^}]$/],
    [{ kind: 'oversized', bytes: 300_000 }, 200, /x{300000}/],
    [{ kind: 'latency', ms: 1 }, 200, /"ISSUED"/],
    [{ kind: 'drip', intervalMs: 0 }, 200, /"ISSUED"/],
  ])('%j answers once and is over', async (fault, status, body) => {
    const planned = cloud.fail(fault, { on: { certificate: id } });
    const answer = await show();
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(body);
    expect(planned.seen).toBe(1);
    expect((await show()).status).toBe(200);
  });

  test.each<[Fault, RegExp]>([
    [{ kind: 'reset' }, /ECONNRESET|other side closed/],
    [{ kind: 'close-half-way' }, /terminated|other side closed/],
    [{ kind: 'raw', text: 'no HTTP\r\n\r\n' }, /HPE|Parse Error|Expected HTTP/],
  ])('%j breaks the answer', async (fault, message) => {
    cloud.fail(fault);
    const failure = await show()
      .then((answer) => answer.text())
      .catch((error: Error) => `${error.message} ${String(error.cause)}`);
    expect(failure).toMatch(message);
  });

  test('a stall lasts until the client leaves', async () => {
    cloud.fail({ kind: 'stall' });
    const leave = new AbortController();
    const asked = show(id, leave.signal).catch((error: Error) => error.name);
    await cloud.waitFor((all) => all.length === 1);
    leave.abort();
    expect(await asked).toBe('AbortError');
    await cloud.waitFor(() => cloud.inFlight === 0);
    expect(cloud.requests[0]?.status).toBeNull();
  });

  test.each<Fault>([
    { kind: 'latency', ms: 60_000 },
    { kind: 'drip', intervalMs: 60_000 },
  ])('%j ends when the cloud closes', async (fault) => {
    cloud.fail(fault);
    const asked = show().then((answer) => answer.text());
    await cloud.waitFor((all) => all.length === 1);
    await Promise.all([expect(asked).rejects.toThrow(), cloud.close()]);
  });

  test('a held answer waits for the test', async () => {
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    cloud.fail({ kind: 'hold', until });
    const asked = show();
    await cloud.waitFor((all) => all.length === 1);
    cloud.update(id, { status: 'EXPIRED' });
    release();
    expect(await (await asked).json()).toMatchObject({ status: 'EXPIRED' });
  });

  test('meets only the side or certificate it is planned for, as often as planned, the first planned first', async () => {
    const other = cloud.put(issued()).id;
    const mine = cloud.fail({ kind: 'reply', status: 500 }, { on: { certificate: id }, times: 2 });
    const all = cloud.fail({ kind: 'reply', status: 502 }, { on: 'scm', times: 'always' });
    cloud.fail({ kind: 'reply', status: 503 }, { on: 'iam', times: 'always' });
    const statuses: number[] = [];
    for (const one of [id, other, id, id]) statuses.push((await show(one)).status);
    expect(statuses).toEqual([500, 502, 500, 502]);
    expect((await fetch(`${cloud.origin}/v3/auth/tokens`, { method: 'POST' })).status).toBe(503);
    all.clear();
    expect([(await show()).status, mine.seen, all.seen]).toEqual([200, 2, 2]);
    cloud.fail({ kind: 'stall' }, { times: 'always' });
    cloud.heal();
    expect((await show()).status).toBe(200);
  });

  test('a client that breaks off in the middle of its request harms nobody', async () => {
    const socket = connect(cloud.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
    socket.destroy();
    expect((await show()).status).toBe(200);
  });
});
