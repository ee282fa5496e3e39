// The HTTP server: its limits, its listening and its closing.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { codeOf, MonitorError } from '../shared/errors.ts';
import { type Clock, MINUTE_MS, SECOND_MS, systemClock } from '../shared/time.ts';
import { createRoutes } from './routes.ts';
import { SECURITY_HEADERS } from './security.ts';
import type { Sources, WebLog } from './sources.ts';

export interface WebLimits {
  readonly connections: number;
  readonly headerBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to its end. */
  readonly requestMs: number;
  /** Total time of one answer: a client that reads too slowly is let go. */
  readonly answerMs: number;
  /** A connection without a request; longer than usual scrape intervals. */
  readonly keepAliveMs: number;
  /** How long running answers may last once the server closes. */
  readonly closeMs: number;
}

export const DEFAULT_LIMITS: WebLimits = {
  connections: 256,
  headerBytes: 16 * 1024,
  headersMs: 10 * SECOND_MS,
  requestMs: 15 * SECOND_MS,
  answerMs: MINUTE_MS,
  keepAliveMs: 65 * SECOND_MS,
  closeMs: 5 * SECOND_MS,
};

export interface WebServerOptions {
  readonly sources: Sources;
  readonly log: WebLog;
  readonly clock?: Clock;
  readonly limits?: Partial<WebLimits>;
}

export interface WebServer {
  /** Port 0 takes a free one. Rejects with LISTEN. */
  listen(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Accepts nothing more, lets running answers end, and closes every connection. */
  close(): Promise<void>;
}

/** A server that does not listen yet. */
export function createWebServer({ sources, log, clock = systemClock, limits }: WebServerOptions): WebServer {
  const effective = { ...DEFAULT_LIMITS, ...limits };
  const answer = getRequestListener(createRoutes({ sources, log, clock }).fetch);
  const { listener, connected, close } = createConnections(answer, effective);
  const server = createServer(
    {
      maxHeaderSize: effective.headerBytes,
      headersTimeout: effective.headersMs,
      requestTimeout: effective.requestMs,
      keepAliveTimeout: effective.keepAliveMs,
      connectionsCheckingInterval: Math.min(SECOND_MS, effective.headersMs),
    },
    listener,
  );
  server.maxConnections = effective.connections;
  server.on('connection', connected);
  // Without this, node invites the body of a request that says `Expect: 100-continue`.
  server.on('checkContinue', listener);

  return {
    async listen(address) {
      const bound = await listen(server, address);
      // A connection that cannot be accepted (no file descriptors left) must not end the process.
      server.on('error', (error) => log.error({ err: error }, 'Cannot accept a connection'));
      return bound;
    },
    close: () => close(server),
  };
}

/** Keeps account of connections and of the answers that run on each, so that closing can tell them apart. */
function createConnections(answer: RequestListener, { answerMs, closeMs }: WebLimits) {
  const running = new Map<Socket, number>();
  let closing: Promise<void> | null = null;

  function connected(socket: Socket): void {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  }

  function listener(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    running.set(socket, (running.get(socket) ?? 0) + 1);
    const deadline = setTimeout(() => socket.destroy(), answerMs);
    response.once('close', () => {
      clearTimeout(deadline);
      if (socket.destroyed) return;
      running.set(socket, (running.get(socket) ?? 1) - 1);
      if (closing !== null) endIdle();
    });
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
    if (closing !== null) response.setHeader('Connection', 'close');
    if (hasBody(request)) refuseBody(response);
    else answer(request, response);
  }

  function endIdle(): void {
    for (const [socket, answers] of running) if (answers === 0) socket.destroySoon();
  }

  function close(server: Server): Promise<void> {
    closing ??= new Promise((resolve) => {
      const deadline = setTimeout(() => server.closeAllConnections(), closeMs);
      server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
      endIdle();
    });
    return closing;
  }

  return { listener, connected, close };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function refuseBody(response: ServerResponse): void {
  response.writeHead(413, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end('Requests with a body are not answered here\n');
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(listenError(error, { host, port }));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}

/** Says which address could not be had, and what to do. */
export function listenError(error: Error, { host, port }: { host: string; port: number }): MonitorError {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new MonitorError('LISTEN', `Cannot listen on ${where}: ${listenReason(error)}`, { cause: error });
}

function listenReason(error: Error): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return 'the port is in use by another program; set http.port or stop it';
  if (code === 'EACCES') return 'this user may not use the port; set http.port to 1024 or more';
  if (code === 'EADDRNOTAVAIL') return 'the host is not an address of this machine; set http.host';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'the host has no address; set http.host to an address';
  return `${code ?? 'unknown reason'}; set http.host and http.port`;
}
