// The way through a host's addresses where one of them stays silent.
import { once } from 'node:events';
import { connect, createServer, Socket, type TcpNetConnectOpts } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectToFirst } from '../../src/probe/connect.ts';

const SILENT = '192.0.2.1';
const server = createServer((socket) => socket.on('error', () => {}).resume());
let port = 0;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(() => new Promise((resolve) => void server.close(resolve)));

function addressesOf(...addresses: readonly string[]) {
  return addresses.map((address) => ({ address, family: 4 }));
}

/** Opens as net does, but for the silent address: nothing is sent there, and no answer comes. */
function stage() {
  const silent: Socket[] = [];
  return {
    silent,
    open(options: TcpNetConnectOpts): Socket {
      if (options.host !== SILENT) return connect(options);
      const socket = new Socket();
      silent.push(socket);
      return socket;
    },
  };
}

describe('connecting', () => {
  test('gives a silent address its share of the time, and then goes on', async () => {
    const { open, silent } = stage();
    const startMs = performance.now();
    const connecting = { addresses: addressesOf(SILENT, '127.0.0.1'), port, leftMs: () => 100, open };
    const connected = await connectToFirst(connecting, new AbortController().signal);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
    expect(connected).toMatchObject({ ok: true, value: { address: '127.0.0.1' } });
    expect(silent.map(({ destroyed }) => destroyed)).toEqual([true]);
    if (connected.ok) connected.value.socket.destroy();
  });

  test('ends with its signal, where the last address is silent', async () => {
    const { open, silent } = stage();
    const stop = new AbortController();
    const connecting = { addresses: addressesOf(SILENT), port, leftMs: () => 10, open };
    const connected = connectToFirst(connecting, stop.signal);
    stop.abort();
    await expect(connected).rejects.toMatchObject({ code: 'ABORTED' });
    expect(silent.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});
