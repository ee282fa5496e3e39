// Compares a password with a bcrypt hash in a thread of its own: in this one, a cost of 12 would hold up everything else for a second.
import type { Worker } from 'node:worker_threads';
import { SECOND_MS } from '../shared/time.ts';

export interface Bcrypt {
  /** One at a time; what is called meanwhile waits. Rejects where the thread fails, or was closed. */
  readonly compare: (password: string, hash: string) => Promise<boolean>;
  close(): Promise<void>;
}

/** The thread costs some 10 MB, so it lives only while it has something to do. */
const IDLE_MS = 10 * SECOND_MS;
const LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

export function createBcrypt({ idleMs = IDLE_MS }: { idleMs?: number } = {}): Bcrypt {
  let thread: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function running(): Promise<Worker> {
    if (thread !== null) return thread;
    // Most monitors let everybody in: they never need a thread.
    const { Worker } = await import('node:worker_threads');
    const started = new Worker(program(), { eval: true, resourceLimits: LIMITS });
    started.unref();
    // Whoever waits for an answer hears of it by the same event.
    const gone = () => {
      if (thread === started) thread = null;
    };
    started.on('error', gone);
    started.once('exit', gone);
    thread = started;
    return started;
  }

  async function compareNow(password: string, hash: string): Promise<boolean> {
    clearTimeout(idle);
    const worker = await running();
    worker.ref();
    try {
      return await answerOf(worker, [password, hash]);
    } finally {
      worker.unref();
      idle = setTimeout(() => void end(), idleMs).unref();
    }
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = thread;
    thread = null;
    await ending?.terminate();
  }

  return {
    compare(password, hash) {
      const next = last.then(() => compareNow(password, hash));
      last = next.catch(() => undefined);
      return next;
    },
    close: end,
  };
}

function answerOf(worker: Worker, question: readonly [password: string, hash: string]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('Cannot compare a password: the thread has ended'));
    const failed = () => reject(new Error('Cannot compare a password: the thread has failed'));
    const done = () => {
      worker.off('message', answered);
      worker.off('exit', ended);
      worker.off('error', failed);
    };
    const answered = (equal: unknown) => {
      done();
      resolve(equal === true);
    };
    worker.on('message', answered);
    worker.once('exit', ended);
    worker.once('error', failed);
    worker.postMessage(question);
  });
}

/** `bcrypt-thread.ts` with its library as one text: a bundle of one file has no second file to start. */
function program(): string {
  const text = process.env.CCM_BCRYPT_THREAD;
  if (text === undefined)
    throw new Error('Cannot compare a password: the program was not built by scripts/build.js');
  return text;
}
