// Opens and closes the simulated cloud's HTTP listeners.

import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';

export interface TlsFiles {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly origin: string;
}

/** A token may be very long: the vendor says up to 2 MiB; this is enough for every real one. */
const MAX_HEADER_BYTES = 256 * 1024;

/** Listens; rejects where the port is taken. */
export async function listen({
  port,
  host,
  tls,
  hear,
}: {
  readonly port: number;
  readonly host: string;
  readonly tls: TlsFiles | undefined;
  readonly hear: RequestListener;
}): Promise<Listener> {
  const settings = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 60_000 };
  const server =
    tls === undefined
      ? createHttpServer(settings, hear)
      : createHttpsServer({ ...settings, key: tls.key, cert: tls.cert }, hear);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('Cannot listen: the server has no port');
  const origin = tls === undefined ? `http://${host}:${address.port}` : `https://localhost:${address.port}`;
  return { server, port: address.port, origin };
}

/** Stops listening and ends every connection, idle or not. */
export async function closeServer({ server }: Listener): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
