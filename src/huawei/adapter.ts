// axios over undici: its own adapters follow redirects, read bodies without end and cost three times the CPU.
import { type AxiosAdapter, AxiosHeaders, type AxiosResponse } from 'axios';
import type { Dispatcher } from 'undici';
import { onAbort } from '../shared/waits.ts';
import { type Ended, Exchange } from './exchange.ts';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute path, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Sending {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly request: OutgoingRequest;
  /** Total deadline. */
  readonly timeoutMs: number;
  readonly bodyMaxBytes: number;
  readonly signal: AbortSignal;
}

/** axios normalizes a response's headers twice; those that are looked at are in the data. */
const NO_HEADERS = new AxiosHeaders();

/**
 * The adapter of one request. The request stays in here and out of axios' config: what axios never sees, its errors and
 * its copies cannot hold, and a token of several KB is not checked three times. Never rejects: `data` says how it ended.
 * No redirects, no proxy, no decompression.
 */
export function adapterFor(sending: Sending): AxiosAdapter {
  const { dispatcher, origin, request, timeoutMs, bodyMaxBytes, signal } = sending;
  const { method, path, headers, body } = request;
  return (config) =>
    new Promise<AxiosResponse<Ended>>((resolve) => {
      const onEnd = (data: Ended): void => {
        release();
        resolve({ data, status: 0, statusText: '', headers: NO_HEADERS, config });
      };
      const exchange = new Exchange({ timeoutMs, bodyMaxBytes, onEnd });
      const release = onAbort(signal, () => exchange.stop());
      dispatcher.dispatch({ origin, path, method, headers, body: body === '' ? null : body }, exchange);
    });
}
