// Finds ports for the demo: the usual ones where they are free, others where they are not.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** `wanted` where it is free on 127.0.0.1, otherwise any free port. Somebody may still take it before it is used. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}

async function tryPort(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return address === null || typeof address === 'string' ? null : address.port;
  } catch {
    return null;
  } finally {
    server.close();
  }
}
