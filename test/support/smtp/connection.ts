// One client's socket: lines in, lines out, TLS when agreed, and every way to leave the client alone.
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type LineReader, readLines } from './line-reader.ts';
import type { Misbehaviour } from './misbehaviour.ts';

/** Thrown to leave a conversation that has been ended on purpose. */
export class ConversationOver extends Error {}

export interface Connection {
  readonly isSecure: boolean;
  readonly isWritable: boolean;
  say(text: string): void;
  /** The next line, or null at the end. */
  line(): Promise<string | null>;
  /** A message up to its final dot, or null at the end. */
  message(): Promise<string | null>;
  /** Goes on in TLS. */
  secure(): void;
  /** Says no more; throws `ConversationOver`. */
  leave(): never;
  /** Does wrong. Returns whether the stage counts as passed, or throws `ConversationOver`. */
  misbehave(wrong: Exclude<Misbehaviour, { kind: 'delay' }>): boolean;
}

/** Wraps a socket that was just opened; nothing is read before the first `line`. */
export function createConnection(
  rawSocket: Socket,
  tls: { readonly key: string; readonly cert: string },
): Connection {
  let socket: Socket | TLSSocket = rawSocket;
  let reader: LineReader | null = null;

  function lines(): LineReader {
    reader ??= readLines(socket);
    return reader;
  }

  function say(text: string): void {
    socket.write(`${text}\r\n`);
  }

  function leave(): never {
    socket.end();
    throw new ConversationOver();
  }

  function vanish(how: 'reset' | 'close' | 'stall'): never {
    if (how === 'close') leave();
    if (how === 'reset') rawSocket.resetAndDestroy();
    // What the client still says is read and dropped, or its leaving would go unnoticed.
    else rawSocket.resume();
    throw new ConversationOver();
  }

  function dripForever(intervalMs: number): never {
    const target = socket;
    target.write('250-');
    const timer = setInterval(() => target.write('x'), intervalMs);
    rawSocket.once('close', () => clearInterval(timer));
    rawSocket.resume();
    throw new ConversationOver();
  }

  function answerInstead(code: number, text = `answer ${code} by plan`): boolean {
    say(`${code} ${text}`);
    if (code === 421) leave();
    return code < 400;
  }

  return {
    get isSecure() {
      return socket instanceof TLSSocket;
    },
    get isWritable() {
      return socket.writable;
    },
    say,
    line: () => lines().line(),
    message: () => lines().message(),
    secure() {
      reader?.release();
      const upgraded = new TLSSocket(rawSocket, { isServer: true, secureContext: createSecureContext(tls) });
      upgraded.on('error', () => rawSocket.destroy());
      socket = upgraded;
      reader = null;
    },
    leave,
    misbehave(wrong) {
      switch (wrong.kind) {
        case 'reply':
          return answerInstead(wrong.code, wrong.text);
        case 'garbage':
          say('\u0000\u0001 <html>this is no SMTP</html>');
          return false;
        case 'reset':
        case 'close':
        case 'stall':
          return vanish(wrong.kind);
        case 'lose-answer':
          return vanish(wrong.by);
        case 'drip':
          return dripForever(wrong.intervalMs);
      }
    },
  };
}
