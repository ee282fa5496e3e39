// One request on an undici dispatcher, from its start to its one end: an answer, or a fault that holds no headers.
import type { Dispatcher } from 'undici';
import { codeOf } from '../shared/errors.ts';
import type { Answer, AnswerHeaders } from './answer.ts';

/** Why no whole answer came. */
export interface Fault {
  readonly kind: 'deadline' | 'too-large' | 'network';
  /** How far it got. */
  readonly phase: Phase;
  /** The foreign error's code, such as ECONNREFUSED, or its name. The error itself is not passed on: requests hang on errors. */
  readonly code: string | null;
}

export type Phase = 'connecting' | 'waiting' | 'reading';

export type Ended =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | Fault
  | { readonly kind: 'stopped' };

export interface ExchangeOptions {
  /** From now to the last byte of the answer, connecting included. */
  readonly timeoutMs: number;
  readonly bodyMaxBytes: number;
  /** Called once. */
  readonly onEnd: (ended: Ended) => void;
}

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Given to `dispatch`; undici calls it as the answer comes. It ends by its deadline whatever the other side does. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #phase: Phase = 'connecting';
  #over = false;
  #status = 0;
  #headers: AnswerHeaders | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#deadline = setTimeout(() => this.#fail('deadline'), options.timeoutMs);
  }

  /** The caller does not want it any more. */
  stop(): void {
    this.#end({ kind: 'stopped' });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#phase = 'waiting';
    // Its turn on a connection came only after its end: it must not be sent.
    if (this.#over) controller.abort(GIVEN_UP);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return; // 100 and 103 announce an answer; they are none
    this.#phase = 'reading';
    this.#status = status;
    this.#headers = chosen(headers);
    if (Number(one(headers['content-length']) ?? 0) > this.#options.bodyMaxBytes) this.#fail('too-large');
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.bodyMaxBytes) this.#fail('too-large');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#headers === null) {
      this.#fail('network');
      return;
    }
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const answer = { status: this.#status, headers: this.#headers, body: whole.toString('utf8') };
    this.#end({ kind: 'answer', answer });
  }

  onResponseError(_: Dispatcher.DispatchController, error: unknown): void {
    this.#fail('network', codeOf(error) ?? nameOf(error));
  }

  #fail(kind: Fault['kind'], code: string | null = null): void {
    this.#end({ kind, phase: this.#phase, code });
  }

  #end(ended: Ended): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#chunks = [];
    if (ended.kind !== 'answer') this.#controller?.abort(GIVEN_UP);
    this.#options.onEnd(ended);
  }
}

/** undici wants an error to end a request with; nobody sees it. */
const GIVEN_UP = new Error('Cannot go on with the request: it was given up');

/** undici's parser has names for its errors, and not always codes. */
function nameOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('name' in error)) return null;
  return typeof error.name === 'string' ? error.name : null;
}

function chosen(headers: Headers): AnswerHeaders {
  return {
    date: one(headers['date']),
    age: one(headers['age']),
    retryAfter: one(headers['retry-after']),
    requestId: one(headers['x-request-id']),
    location: one(headers['location']),
    contentType: one(headers['content-type']),
    subjectToken: one(headers['x-subject-token']),
  };
}

function one(value: string | string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}
