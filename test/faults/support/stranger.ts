// A server of somebody else's: whatever reaches it went where nothing may go.
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface Stranger {
  readonly origin: string;
  connections(): number;
  bytes(): number;
  close(): Promise<void>;
}

/** Takes every connection, counts what comes, and answers nothing. */
export async function startStranger(): Promise<Stranger> {
  let connections = 0;
  let bytes = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    connections: () => connections,
    bytes: () => bytes,
    async close() {
      server.close();
      await Promise.resolve();
    },
  };
}
