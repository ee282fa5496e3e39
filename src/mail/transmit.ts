// One SMTP session for one message, from connect to QUIT, and how it ended. Knows whether the message was handed over whole.
import { Readable } from 'node:stream';
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
} from 'nodemailer/lib/smtp-connection';
import type { WireMessage } from './mime.ts';
import type { Transmission } from './replies.ts';

export interface TransmitJob {
  readonly options: SMTPConnectionOptions;
  /** null: no authentication. */
  readonly login: { readonly user: string; readonly pass: string } | null;
  /** null: only connect and log in, to see whether that can be done. */
  readonly message: WireMessage | null;
  /** Total deadline, from connect to the answer to the final dot. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How long a server may take to say goodbye; nothing depends on it. */
const GOODBYE_MS = 2_000;

/**
 * Sends one message; always resolves, with the answer or with what went wrong and where. The library's
 * own transport is not used: it reads the message before DATA is agreed on, so that nobody could say
 * whether the server has it, and it leaves without QUIT.
 */
export function transmit(job: TransmitJob): Promise<Transmission> {
  const connection = new SMTPConnection({ ...job.options, socketCloseTimeout: 0 });
  const source = readableOf(job.message?.bytes ?? Buffer.alloc(0));
  let stage: 'connect' | 'login' | 'message' = 'connect';

  return new Promise((resolve) => {
    const deadline = setTimeout(
      () => settle({ end: 'cut', by: 'deadline', handedOver: source.readableEnded }),
      job.timeoutMs,
    );
    const stop = () => settle({ end: 'cut', by: 'stop', handedOver: source.readableEnded });
    let settled = false;

    function settle(transmission: Transmission): void {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      job.signal.removeEventListener('abort', stop);
      source.destroy();
      if (transmission.end === 'answered') sayGoodbye(connection);
      else connection.close();
      resolve(transmission);
    }

    function fail(error: unknown): void {
      settle({ end: 'failed', error, stage, handedOver: source.readableEnded });
    }

    function logIn({ user, pass }: { readonly user: string; readonly pass: string }): void {
      stage = 'login';
      const auth: SMTPConnectionAuth = { user, credentials: { user, pass } };
      connection.login(auth, (error) => (error ? fail(error) : send()));
    }

    function send(): void {
      if (job.message === null) {
        settle({ end: 'answered', response: '', rejection: null, handedOver: false });
        return;
      }
      stage = 'message';
      const { from, to } = job.message;
      connection.send({ from, to: [to] }, source, (error, sent) => {
        if (error) return fail(error);
        const [rejection = null] = sent.rejectedErrors ?? [];
        settle({
          end: 'answered',
          response: sent.response ?? '',
          rejection,
          handedOver: source.readableEnded,
        });
      });
    }

    // The listener stays: an error after the end would otherwise end the process.
    connection.on('error', fail);
    connection.once('end', () => fail(new Error('the connection ended')));
    job.signal.addEventListener('abort', stop, { once: true });
    if (job.signal.aborted) return stop();
    connection.connect((error) => {
      if (error) fail(error);
      else if (job.login === null) send();
      else logIn(job.login);
    });
  });
}

/** Ended (`readableEnded`) once the last byte was taken: the library takes the first one after the server has agreed to DATA. */
function readableOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
}

function sayGoodbye(connection: SMTPConnection): void {
  const late = setTimeout(() => connection.close(), GOODBYE_MS);
  // Nothing waits for a goodbye, neither the caller nor the end of the process.
  late.unref();
  connection.once('end', () => clearTimeout(late));
  connection.quit();
}
