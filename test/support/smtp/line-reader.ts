// Cuts a socket's bytes into SMTP lines and message bodies.
import type { Duplex } from 'node:stream';

export interface LineReader {
  /** The next line without its CRLF, or null at the end of the connection. */
  line(): Promise<string | null>;
  /** Everything up to the final dot, without it, or null at the end. */
  message(): Promise<string | null>;
  /** Lets go of the stream, for TLS to take over. What was read ahead is dropped: it came before the handshake and must not count. */
  release(): void;
}

/** Reads from `stream` until it ends or is released; bytes are kept as they are until a whole piece is there. */
export function readLines(stream: Duplex): LineReader {
  let bytes = Buffer.alloc(0);
  let ended = false;
  let wake: () => void = () => {};

  const take = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    wake();
  };
  const end = (): void => {
    ended = true;
    wake();
  };
  stream.on('data', take).once('end', end).once('close', end);

  /** Resolves with what stands before `mark`, which is taken off too. */
  async function upTo(mark: string): Promise<string | null> {
    for (;;) {
      const at = bytes.indexOf(mark);
      if (at >= 0) {
        const piece = bytes.subarray(0, at).toString('utf8');
        bytes = bytes.subarray(at + mark.length);
        return piece;
      }
      if (ended) return null;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    line: () => upTo('\r\n'),
    async message() {
      // The CRLF before the dot may be that of the DATA line itself: an empty message.
      bytes = Buffer.concat([Buffer.from('\r\n'), bytes]);
      const text = await upTo('\r\n.\r\n');
      return text === null ? null : `${text.slice(2)}\r\n`;
    },
    release() {
      stream.off('data', take);
      ended = true;
      wake();
    },
  };
}
