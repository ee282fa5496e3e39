// An endpoint that serves certificates: real TLS on loopback, in the clear first where a protocol wants it, faulty where it is told to be.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  createSecureContext,
  createServer as createTlsServer,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls';
import type { StartTls } from '../../../src/certificates/endpoint.ts';
import { createWatch, type Watch } from '../wait-for.ts';
import { cutShort, misbehave, type TlsFault } from './faults.ts';
import type { Issued } from './issue.ts';
import { type StartTlsFault, talkBeforeTls } from './start-tls.ts';

/** A leaf, and what is sent after it. */
export interface Presentation {
  readonly leaf: Issued;
  readonly others?: readonly Issued[];
}

export interface TlsEndpointOptions extends Presentation {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly startTls?: StartTls;
  /** What is served to who asks for a name by SNI, in place of the leaf. */
  readonly byName?: Readonly<Record<string, Presentation>>;
  /** Default TLSv1.2 to TLSv1.3. */
  readonly versions?: { readonly min: SecureVersion; readonly max: SecureVersion };
  readonly wantsClientCertificate?: boolean;
}

export interface TlsEndpoint {
  readonly host: string;
  readonly port: number;
  /** Connections that were ever opened, and those open now. */
  readonly connections: number;
  readonly openConnections: number;
  /** The names that were asked for by SNI in finished handshakes, '' where none was. */
  readonly askedFor: readonly string[];
  /** Whether a session was taken up again in any of them. */
  readonly resumed: boolean;
  /** Bytes that came from clients under TLS. */
  readonly receivedBytes: number;
  /** Serves another certificate from the next connection on. */
  present(presentation: Presentation): void;
  /** Goes wrong from the next connection on, or at every other one; null heals it. */
  misbehave(fault: TlsFault | null, when?: 'always' | 'every other time'): void;
  /** Goes wrong before TLS. */
  misbehaveBeforeTls(fault: StartTlsFault | null): void;
  /** Resolves once the predicate is true of the endpoint; looked at again whenever something happened. */
  readonly waitFor: Watch<TlsEndpoint>['waitFor'];
  close(): Promise<void>;
}

/** Starts it; resolves once it listens. */
export async function startTlsEndpoint(options: TlsEndpointOptions): Promise<TlsEndpoint> {
  const { host = '127.0.0.1', port: wantedPort = 0, versions = { min: 'TLSv1.2', max: 'TLSv1.3' } } = options;
  const sockets = new Set<Socket>();
  const askedFor: string[] = [];
  let fault: TlsFault | null = null;
  let isAlternating = false;
  let faultBeforeTls: StartTlsFault | null = null;
  let connections = 0;
  let receivedBytes = 0;
  let resumed = false;

  const tls = createTlsServer({
    ...pemOf(options),
    minVersion: versions.min,
    maxVersion: versions.max,
    // Versions before 1.2 sign with SHA-1, which OpenSSL 3 takes at this level only.
    ...(versions.min === 'TLSv1' ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
    requestCert: options.wantsClientCertificate === true,
    rejectUnauthorized: options.wantsClientCertificate === true,
  });
  for (const [name, presentation] of Object.entries(options.byName ?? {}))
    tls.addContext(name, createSecureContext(pemOf(presentation)));
  tls.on('tlsClientError', () => watch.changed());
  tls.on('secureConnection', (socket: TLSSocket) => {
    askedFor.push(typeof socket.servername === 'string' ? socket.servername : '');
    resumed ||= socket.isSessionReused();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      watch.changed();
    });
    watch.changed();
  });

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      watch.changed();
    });
    watch.changed();
    const { startTls: protocol } = options;
    if (protocol === undefined) return void speak(socket);
    talkBeforeTls(socket, { protocol, fault: faultBeforeTls, agreed: () => speak(socket) });
  });

  function speak(socket: Socket): void {
    const now = isAlternating && connections % 2 === 0 ? null : fault;
    if (typeof now === 'string') return void misbehave(socket, now);
    tls.emit('connection', now === null ? socket : cutShort(socket, now));
  }

  server.listen(wantedPort, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot listen: it has no port');
  const endpoint: TlsEndpoint = {
    host,
    port: address.port,
    askedFor,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    get resumed() {
      return resumed;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    present: (presentation) => tls.setSecureContext(pemOf(presentation)),
    misbehave: (next, when = 'always') => {
      fault = next;
      isAlternating = when === 'every other time';
    },
    misbehaveBeforeTls: (next) => {
      faultBeforeTls = next;
    },
    waitFor: (predicate, ...rest) => watch.waitFor(predicate, ...rest),
    async close() {
      const closed = server.listening ? once(server, 'close') : Promise.resolve();
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  const watch = createWatch<TlsEndpoint>(
    () => endpoint,
    ({ openConnections }) => `${connections} connections, ${openConnections} of them open`,
  );
  return endpoint;
}

function pemOf({ leaf, others = [] }: Presentation): { readonly key: string; readonly cert: string } {
  return { key: leaf.key, cert: [leaf, ...others].map(({ cert }) => cert).join('') };
}
