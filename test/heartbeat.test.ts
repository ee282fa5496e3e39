// The heartbeat: one bounded GET whose URL is told to nobody.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sendHeartbeat } from '../src/heartbeat.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/ping/key`;
}

const forever = new AbortController().signal;

describe('a heartbeat', () => {
  test('is taken by a 2xx', async () => {
    expect(
      await sendHeartbeat(await serve((_, response) => response.writeHead(204).end()), { signal: forever }),
    ).toBeNull();
  });

  test('follows no redirect and says so', async () => {
    let followed = 0;
    const target = await serve((_, response) => {
      followed += 1;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
    expect(await sendHeartbeat(url, { signal: forever })).toBe('it answered HTTP 302');
    expect(followed).toBe(0);
  });

  test('says a code where nobody answers, never the URL', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await sendHeartbeat(url, { signal: forever })).toMatch(/^E[A-Z_]+$/);
  });

  test('waits no longer than it may', async () => {
    const url = await serve(() => undefined);
    expect(await sendHeartbeat(url, { signal: forever, timeoutMs: 50 })).toBe('no answer within 0.05 s');
  });

  test('ends with the program where the other side stalls', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort());
    expect(await sendHeartbeat(url, { signal: stop.signal })).toBe('the monitor is stopping');
  });
});
