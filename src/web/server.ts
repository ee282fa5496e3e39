// The HTTP server: its limits, its listening and its closing.
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { WebConfig } from '../config/config.ts';
import { codeOf, MonitorError } from '../shared/errors.ts';
import { type Clock, MINUTE_MS, SECOND_MS, systemClock } from '../shared/time.ts';
import { createAccess } from './access.ts';
import { createBcrypt } from './bcrypt.ts';
import { createConnections } from './connections.ts';
import { createPages } from './pages.ts';
import { answerPaths, nothingElse, probeAnswers } from './plain.ts';
import { createScrape } from './scrape.ts';
import type { HealthSource, Sources, WebLog } from './sources.ts';

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
  /** null: plain HTTP, and everybody may come in. */
  readonly web?: WebConfig | null;
}

export interface HttpServer {
  /** Port 0 takes a free one. Rejects with LISTEN. */
  listen(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Accepts nothing more, lets running answers end, and closes every connection. */
  close(): Promise<void>;
}

export interface WebServer extends HttpServer {
  /** Goes on with another web configuration, from the next connection and the next request on. */
  use(web: WebConfig): void;
}

/** A server that does not listen yet. */
export function createWebServer({
  sources,
  log,
  clock = systemClock,
  limits,
  web = null,
}: WebServerOptions): WebServer {
  const paths = new Map([
    ['/metrics', createScrape(sources.scrape)],
    ...probeAnswers(sources.health),
  ] as const);
  const answer = answerPaths({ paths, otherwise: createPages({ status: sources.status, log, clock }), log });
  return createServing({ answer, log, clock, limits: { ...DEFAULT_LIMITS, ...limits }, web, key: 'port' });
}

/** A server for probes alone, in plain HTTP, that does not listen yet. */
export function createProbeServer({ health, log }: { health: HealthSource; log: WebLog }): HttpServer {
  const answer = answerPaths({ paths: new Map(probeAnswers(health)), otherwise: nothingElse, log });
  const key = 'probePort';
  return createServing({ answer, log, clock: systemClock, limits: DEFAULT_LIMITS, web: null, key });
}

interface Serving {
  readonly answer: RequestListener;
  readonly log: WebLog;
  readonly clock: Clock;
  readonly limits: WebLimits;
  readonly web: WebConfig | null;
  readonly key: PortKey;
}

function createServing({ answer, log, clock, limits, web, key }: Serving): WebServer {
  const bcrypt = createBcrypt();
  const { compare } = bcrypt;
  const access = createAccess({ admitted, handshakeMs: limits.headersMs, compare, log, clock });
  const { listener, connected, close } = createConnections(access.guard(answer), limits);
  const server = createServer(serverOptions(limits), listener);
  server.maxConnections = limits.connections;
  // Node's own listener speaks HTTP on every connection as it is: here it gets those that may come in, TLS taken off.
  const speakHttp = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', access.admit);
  // Without this, node invites the body of a request that says `Expect: 100-continue`.
  server.on('checkContinue', listener);
  access.use(web);

  function admitted(socket: Socket): void {
    connected(socket);
    for (const speak of speakHttp) Reflect.apply(speak, server, [socket]);
  }

  return {
    async listen(address) {
      const bound = await listen(server, { ...address, key });
      // A connection that cannot be accepted (no file descriptors left) must not end the process.
      server.on('error', (error) => log.error({ err: error }, 'Cannot accept a connection'));
      return bound;
    },
    use: access.use,
    async close() {
      access.close();
      await close(server);
      await bcrypt.close();
    },
  };
}

function serverOptions({ headerBytes, headersMs, requestMs, keepAliveMs }: WebLimits): ServerOptions {
  return {
    maxHeaderSize: headerBytes,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(SECOND_MS, headersMs),
  };
}

/** The key under `http` that names the port. */
type PortKey = 'port' | 'probePort';

interface Address {
  readonly host: string;
  readonly port: number;
  readonly key?: PortKey;
}

function listen(server: Server, address: Address): Promise<{ port: number }> {
  const { host, port } = address;
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(listenError(error, address));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      const bound = server.address();
      resolve({ port: typeof bound === 'object' && bound !== null ? bound.port : port });
    });
  });
}

/** Says which address could not be had, and what to do. */
export function listenError(error: Error, { host, port, key = 'port' }: Address): MonitorError {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const why = listenReason(error, `http.${key}`);
  return new MonitorError('LISTEN', `Cannot listen on ${where}: ${why}`, { cause: error });
}

function listenReason(error: Error, key: string): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return `the port is in use by another program; set ${key} or stop it`;
  if (code === 'EACCES') return `this user may not use the port; set ${key} to 1024 or more`;
  if (code === 'EADDRNOTAVAIL') return 'the host is not an address of this machine; set http.host';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'the host has no address; set http.host to an address';
  return `${code ?? 'unknown reason'}; set http.host and ${key}`;
}
