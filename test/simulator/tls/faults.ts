// What an endpoint does in place of a TLS handshake, or to one: each as some server on the internet does it.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What comes in place of TLS. */
export const INSTEAD_OF_TLS = [
  'says nothing',
  'closes at once',
  'resets at once',
  'speaks HTTP',
  'greets as SMTP',
  'greets as SSH',
  'ends by an alert',
  'sends garbage',
  'sends a chain without end',
  'repeats itself without end',
] as const;

/** What becomes of what a real TLS server says: so many of its bytes come through, and then that. */
export interface CutShort {
  readonly afterBytes: number;
  readonly fault: 'stalls' | 'resets' | 'closes' | 'drips';
}

export type TlsFault = (typeof INSTEAD_OF_TLS)[number] | CutShort;

/** Does what the fault says, on a socket that is not TLS's. */
export function misbehave(socket: Socket, fault: (typeof INSTEAD_OF_TLS)[number]): void {
  switch (fault) {
    case 'says nothing':
      return void socket.resume();
    case 'closes at once':
      return void socket.end().resume();
    case 'resets at once':
      return void socket.once('data', () => socket.resetAndDestroy());
    case 'speaks HTTP':
      return void socket.once('data', () => {
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<h1>Speak HTTPS</h1>');
      });
    case 'greets as SMTP':
      socket.write('220 mail.example ESMTP ready\r\n');
      return void socket.resume();
    case 'greets as SSH':
      socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n');
      return void socket.resume();
    case 'ends by an alert':
      return void socket.once('data', () => socket.end(UNKNOWN_NAME));
    case 'sends garbage':
      return void socket.once('data', () => socket.end(Buffer.alloc(4_096, 0xa7)));
    case 'sends a chain without end':
      return void socket.once('data', () => sendForEver(socket, [SERVER_HELLO, CHAIN_OF_16_MB], CHAIN_PART));
    case 'repeats itself without end':
      return void socket.once('data', () => sendForEver(socket, [SERVER_HELLO], HELLO_REQUESTS));
  }
}

function sendForEver(socket: Socket, first: readonly Buffer[], part: Buffer): void {
  for (const one of first) socket.write(one);
  const more = (): void => {
    while (!socket.destroyed && socket.write(part));
  };
  socket.on('drain', more);
  socket.resume();
  more();
}

function record(...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([22, 3, 3, body.length >> 8, body.length & 0xff]), body]);
}

function handshakeHeader(type: number, length: number): Buffer {
  return Buffer.from([type, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]);
}

/** A fatal alert: unrecognized_name (RFC 6066, 3). */
const UNKNOWN_NAME = Buffer.from([21, 3, 3, 0, 2, 2, 112]);

/** TLS 1.2, ECDHE with ECDSA and AES-128-GCM, secure renegotiation: what every client takes. */
const HELLO = Buffer.concat([
  Buffer.from([3, 3]),
  Buffer.alloc(32, 0x5a),
  Buffer.from([0, 0xc0, 0x2b, 0, 0, 5, 0xff, 1, 0, 1, 0]),
]);
const SERVER_HELLO = record(handshakeHeader(2, HELLO.length), HELLO);
const CHAIN_OF_16_MB = record(handshakeHeader(11, 0xff_ff_ff), Buffer.from([0xff, 0xff, 0xfc, 0, 0x40, 0]));
const CHAIN_PART = record(Buffer.alloc(16_000, 0x30));
const HELLO_REQUESTS = record(Buffer.concat(Array.from({ length: 4_000 }, () => handshakeHeader(0, 0))));
const DRIP_EVERY_MS = 20;

/** A stream over the socket that carries so much of what is written to it. */
export function cutShort(socket: Socket, { afterBytes, fault }: CutShort): Duplex {
  let left = afterBytes;
  const timers = new Set<NodeJS.Timeout>();
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _, written) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (part.length > 0) socket.write(part);
      if (part.length === chunk.length) return written();
      if (fault === 'resets') socket.resetAndDestroy();
      else if (fault === 'closes') socket.end();
      else if (fault === 'drips') drip(chunk.subarray(part.length), written);
    },
    destroy(error, destroyed) {
      for (const timer of timers) clearInterval(timer);
      socket.destroy();
      destroyed(error);
    },
  });

  function drip(chunk: Buffer, written: () => void): void {
    let at = 0;
    const timer = setInterval(() => {
      socket.write(chunk.subarray(at, at + 1));
      at += 1;
      if (at < chunk.length) return;
      clearInterval(timer);
      timers.delete(timer);
      written();
    }, DRIP_EVERY_MS);
    timers.add(timer);
  }

  socket.on('data', (chunk) => {
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.once('close', () => duplex.destroy());
  duplex.on('error', () => socket.destroy());
  return duplex;
}
