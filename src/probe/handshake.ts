// The TLS handshake on a connected socket: a full one, that shows the chain, and after which nothing is sent.
import type { Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type PeerCertificate, type SecureContext } from 'node:tls';
import { abortable } from '../shared/waits.ts';
import { handshakeFault } from './faults.ts';
import { done, failed, type Step } from './step.ts';

/**
 * OpenSSL takes no more than 100 KiB of certificates (SSL_CTX_set_max_cert_list) and is as strict about all else in a
 * handshake but its repetition. So this is met by those only who send without end; it is looked at from time to time.
 */
const RECEIVED_MAX_BYTES = 256 * 1_024;
const LOOK_EVERY_MS = 100;
/**
 * Node takes a third of a millisecond to decode one certificate, and decodes a chain at a stretch. Who sends more than this,
 * and is not trusted, sends hundreds of them to keep us busy: real chains are below 10 KiB.
 */
const DECODED_MAX_BYTES = 64 * 1_024;

export interface Handshake {
  readonly socket: Socket;
  /** For SNI; null sends none. */
  readonly serverName: string | null;
  readonly context: SecureContext;
}

/** What the handshake showed. */
export interface Presented {
  readonly certificate: PeerCertificate;
  readonly protocol: string | null;
  /** OpenSSL's code of why the chain does not verify; null where it does. */
  readonly chainFault: string | null;
}

/** Destroys the socket at its end, whatever that is. Rejects only with ABORTED. */
export function shakeHands(
  { socket, serverName, context }: Handshake,
  signal: AbortSignal,
): Promise<Step<Presented>> {
  return abortable<Step<Presented>>(signal, (resolve) => {
    let verified: DetailedPeerCertificate | PeerCertificate | null = null;
    const tls = connect({
      socket,
      secureContext: context,
      rejectUnauthorized: false, // what does not verify is what we are here to see; it is judged afterwards
      ...(serverName === null ? {} : { servername: serverName }),
      // Called where the chain verifies, with what getPeerCertificate(true) would make once more.
      checkServerIdentity: (_, certificate) => {
        verified = certificate;
        return undefined;
      },
    });
    const timer = setInterval(() => {
      if (socket.bytesRead > RECEIVED_MAX_BYTES) end(failed('too_large', TOO_LARGE));
    }, LOOK_EVERY_MS);
    function stop(): void {
      clearInterval(timer);
      tls.destroy();
      socket.destroy();
    }
    function end(step: Step<Presented>): void {
      stop();
      resolve(step);
    }
    tls.once('secureConnect', () => {
      if (verified === null && socket.bytesRead > DECODED_MAX_BYTES) return end(failed('too_large', MANY));
      // getPeerX509Certificate would show the same and leaks some 8 KB per call in Node 20 to 24.
      const certificate = verified ?? tls.getPeerCertificate(true);
      const chainFault = tls.authorized ? null : String(tls.authorizationError);
      const presented = { certificate, protocol: tls.getProtocol(), chainFault };
      // Our Finished goes out when this returns: who breaks off before it stands in the server's log as an error.
      setImmediate(() => end(done(presented)));
    });
    tls.on('error', (error) => end(handshakeFault(error)));
    tls.once('close', () => end(failed('reset', 'it closed the connection during the TLS handshake')));
    return stop;
  });
}

const MANY = `it sends more than ${DECODED_MAX_BYTES / 1_024} KiB of certificates that nobody trusts`;
const TOO_LARGE = `it sends more than ${RECEIVED_MAX_BYTES / 1_024} KiB in the TLS handshake`;
