// TLS on new connections: handshakes, client certificates, and a configuration that can be exchanged while others are open.
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ClientAuthType, WebTlsConfig } from '../config/config.ts';
import { codeOf } from '../shared/errors.ts';

export interface TlsEntrance {
  /** In force from the next connection on; null speaks no TLS. Open connections go on as they are. */
  use(tls: WebTlsConfig | null): void;
  isOn(): boolean;
  admit(socket: Socket): void;
  /** Ends handshakes that are under way. */
  close(): void;
}

export interface TlsEntranceOptions {
  readonly handshakeMs: number;
  /** A connection on which HTTP may be spoken: the one that was admitted, or TLS over it. */
  readonly admitted: (socket: Socket) => void;
  /** `reason` is a code of Node's or OpenSSL's; nothing that the client chose. */
  readonly refused: (reason: string) => void;
}

export function createTlsEntrance({ handshakeMs, admitted, refused }: TlsEntranceOptions): TlsEntrance {
  /** By the client's address and port: Node does not tell on which connection a handshake came to its end. */
  const handshakes = new Map<string, Socket>();
  let server: Server | null = null;

  /** It never listens: connections are handed to it (Node's documentation of tls.Server, event 'connection'). */
  function serverOf(tls: WebTlsConfig): Server {
    const { requestCert, rejectUnauthorized } = demand(tls.clientAuth);
    const options = { ...tls.options(), requestCert, rejectUnauthorized };
    const made = createServer(
      { ...options, handshakeTimeout: handshakeMs, ALPNProtocols: ['http/1.1'] },
      (socket) => {
        handshakes.delete(keyOf(socket));
        const missing = whatIsMissing(tls.clientAuth, socket);
        if (missing === null) return admitted(socket);
        socket.destroy();
        refused(missing);
      },
    );
    made.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      socket.destroy();
      // Where Node itself refuses a certificate, the error says no more than that the connection ended.
      refused(authorizationCode(socket) ?? codeOf(error) ?? 'unknown error');
    });
    return made;
  }

  return {
    use(tls) {
      server = tls === null ? null : serverOf(tls);
    },
    isOn: () => server !== null,
    admit(socket) {
      if (server === null) return admitted(socket);
      const key = keyOf(socket);
      handshakes.set(key, socket);
      socket.once('close', () => {
        if (handshakes.get(key) === socket) handshakes.delete(key);
      });
      server.emit('connection', socket);
    },
    close() {
      for (const socket of handshakes.values()) socket.destroy();
    },
  };
}

/** What Node checks by itself. */
function demand(auth: ClientAuthType): { requestCert: boolean; rejectUnauthorized: boolean } {
  return {
    requestCert: auth !== 'NoClientCert',
    rejectUnauthorized: auth === 'RequireAndVerifyClientCert',
  };
}

/** Why a client may not get in after its handshake, as Go's crypto/tls has it; null where it may. */
function whatIsMissing(auth: ClientAuthType, socket: TLSSocket): string | null {
  switch (auth) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return null;
    case 'RequireAnyClientCert':
      return hasCertificate(socket) ? null : 'no client certificate';
    case 'VerifyClientCertIfGiven':
      return !hasCertificate(socket) || socket.authorized ? null : untrusted(socket);
    case 'RequireAndVerifyClientCert':
      return socket.authorized ? null : untrusted(socket);
  }
}

function hasCertificate(socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate() !== undefined;
}

function untrusted(socket: TLSSocket): string {
  return authorizationCode(socket) ?? 'untrusted client certificate';
}

/** A code at run time, whatever the types say. */
function authorizationCode({ authorizationError }: TLSSocket): string | null {
  return authorizationError === undefined || authorizationError === null ? null : String(authorizationError);
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
