// Requests to one origin: few connections, kept alive; every request has a deadline, every answer a cap, every failure a reason.

import { aborted, orAborted, throwIfAborted } from '../shared/waits.ts';
import type { OutgoingRequest } from './adapter.ts';
import type { Answer } from './answer.ts';
import type { Ended } from './exchange.ts';
import { type Connection, type Unanswered, unansweredOf } from './faults.ts';
import type { Line } from './line.ts';
import { loadTrust } from './trust.ts';

/** Twenty times the largest certificate; nobody sends more by mistake. */
const BODY_MAX_BYTES = 256 * 1_024;

export interface TransportOptions {
  /** Scheme, host, port, and a path where a gateway in between wants one; without a trailing slash. */
  readonly endpoint: string;
  readonly caFile: string | null;
  readonly connections: number;
  /** Total deadline of one request. */
  readonly timeoutMs: number;
}

export interface TransportRequest extends OutgoingRequest {
  /** Where a larger answer than that of one certificate is to be expected. */
  readonly bodyMaxBytes?: number;
}

export type Delivered =
  | { readonly ok: true; readonly answer: Answer }
  | ({ readonly ok: false } & Unanswered);

export interface Transport {
  /** Never rejects but with MonitorError ABORTED. */
  send(request: TransportRequest, signal: AbortSignal): Promise<Delivered>;
  /** Reads the CA file again before the next request: it may have been replaced. */
  refresh(): void;
  close(): Promise<void>;
}

/** Opens nothing before the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { timeoutMs, connections } = options;
  const { origin, pathname } = new URL(options.endpoint);
  const prefix = pathname.replace(/\/+$/, '');
  let line: Line | null = null;
  let opening: Promise<Opened> | null = null;
  let stale = true;
  let closed = false;

  async function open(): Promise<Opened> {
    const trust = await loadTrust(options.caFile, process.env['NODE_EXTRA_CA_CERTS']);
    if (!trust.ok) return { ok: false, reason: 'unreachable', explanation: trust.explanation };
    if (closed) throw aborted();
    const { openLine } = await import('./line.ts');
    if (closed) throw aborted();
    if (line?.trusted !== trust.text) {
      line?.close().catch(() => {}); // what still runs on it ends by its deadline
      line = openLine({ origin, connections, timeoutMs, trust });
    }
    stale = false;
    return { ok: true, line };
  }

  return {
    async send({ bodyMaxBytes = BODY_MAX_BYTES, ...asked }, signal) {
      throwIfAborted(signal);
      if (closed) throw aborted();
      opening ??= open();
      const opened = stale || line === null ? await orAborted(opening, signal) : { ok: true as const, line };
      if (!opened.ok) return opened;
      const request = prefix === '' ? asked : { ...asked, path: prefix + asked.path };
      const ended = await opened.line.ask({ timeoutMs, bodyMaxBytes, request, signal });
      return deliveredBy(ended, { origin, timeoutMs, bodyMaxBytes });
    },
    refresh() {
      if (options.caFile === null) return;
      opening = null;
      stale = true;
    },
    async close() {
      closed = true;
      await line?.destroy();
    },
  };
}

type Opened = { readonly ok: true; readonly line: Line } | Extract<Delivered, { ok: false }>;

function deliveredBy(ended: Ended, connection: Connection): Delivered {
  switch (ended.kind) {
    case 'answer':
      return { ok: true, answer: ended.answer };
    case 'stopped':
      throw aborted();
    case 'deadline':
    case 'too-large':
    case 'network':
      return { ok: false, ...unansweredOf(ended, connection) };
  }
}
