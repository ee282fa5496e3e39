// What is said in the clear before TLS: lines and bytes with a cap, on a socket that is left as it was found.
import type { Socket } from 'node:net';
import type { ProbeFailureReason } from '../certificates/served.ts';
import { oneLine } from '../shared/text.ts';
import { abortable } from '../shared/waits.ts';

/** Greetings and capabilities are a few hundred bytes. */
const RECEIVED_MAX_BYTES = 64 * 1_024;
const SHOWN_MAX = 120;

/** The talk went another way than to TLS. */
export class Departure extends Error {
  readonly reason: ProbeFailureReason;

  /** `explanation` is the end of a sentence that begins with the endpoint. */
  constructor(reason: ProbeFailureReason, explanation: string) {
    super(explanation);
    this.reason = reason;
  }
}

export function refused(explanation: string): Departure {
  return new Departure('starttls_refused', explanation);
}

/** What came, as it may stand in a message. */
export function quoted(text: string): string {
  return `"${oneLine(text, SHOWN_MAX)}"`;
}

export interface Dialogue {
  /** The next line without its end; rejects with Departure or ABORTED. */
  line(): Promise<string>;
  /** The next so many bytes. */
  bytes(count: number): Promise<Buffer>;
  send(what: string | Buffer): void;
  /** The socket is TLS's from now on; throws Departure where more came than was asked for. */
  release(): void;
}

export function openDialogue(socket: Socket, signal: AbortSignal): Dialogue {
  let held: Buffer = Buffer.alloc(0);
  let received = 0;
  let ended: Departure | null = null;
  let look = (): void => {};

  function take(chunk: Buffer): void {
    received += chunk.length;
    if (received > RECEIVED_MAX_BYTES) {
      end(new Departure('too_large', 'it sends without end before TLS has begun'));
    } else {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      look();
    }
  }

  function end(why: Departure): void {
    ended ??= why;
    socket.off('data', take);
    look();
  }

  const broken = (): void => end(new Departure('reset', 'it closed the connection before TLS had begun'));
  socket.on('data', take).on('error', broken).on('close', broken).on('end', broken);

  /** Waits until `lengthOf` says how much of what is held is wanted, and takes it away. */
  function wanted(lengthOf: () => number | null): Promise<Buffer> {
    return abortable(signal, (resolve, reject) => {
      look = () => {
        const length = lengthOf();
        if (length !== null) {
          const part = held.subarray(0, length);
          held = held.subarray(length);
          look = () => {};
          resolve(part);
        } else if (ended !== null) {
          look = () => {};
          reject(ended);
        }
      };
      look();
      return () => {
        look = () => {};
      };
    });
  }

  return {
    async line() {
      const line = await wanted(() => {
        const at = held.indexOf(0x0a);
        return at < 0 ? null : at + 1;
      });
      return line.toString('latin1').replace(/\r?\n$/, '');
    },
    bytes: (count) => wanted(() => (held.length < count ? null : count)),
    send: (what) => void socket.write(what),
    release() {
      socket.off('data', take).off('error', broken).off('close', broken).off('end', broken).pause();
      if (ended !== null) throw ended;
      // What came in the clear must not be taken for what is said under TLS, and no honest server is ahead here.
      if (held.length > 0) throw refused('it agreed to TLS and went on in the clear');
    },
  };
}
