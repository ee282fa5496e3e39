// Requests to one origin: few connections, kept alive; every request has a deadline, every answer a cap, every failure a reason.
import { Axios } from 'axios';
import Pool from 'undici/lib/dispatcher/pool.js';
import { adapterFor, type OutgoingRequest, type Sending } from './adapter.ts';
import type { Answer } from './answer.ts';
import type { Ended } from './exchange.ts';
import { type Connection, type Unanswered, unansweredOf } from './faults.ts';
import { loadTrust, type Trust } from './trust.ts';
import { aborted, orAborted, throwIfAborted } from './waits.ts';

/** Twenty times the largest certificate; nobody sends more by mistake. */
const BODY_MAX_BYTES = 256 * 1_024;
/** A token comes in a header and can be several KB; Node's own limit for all headers is 16 KiB. */
const HEADERS_MAX_BYTES = 128 * 1_024;

export interface TransportOptions {
  /** Scheme, host, port, and a path where a gateway in between wants one; without a trailing slash. */
  readonly endpoint: string;
  readonly caFile: string | null;
  readonly connections: number;
  /** Total deadline of one request. */
  readonly timeoutMs: number;
}

export type { OutgoingRequest };

export type Delivered =
  | { readonly ok: true; readonly answer: Answer }
  | ({ readonly ok: false } & Unanswered);

export interface Transport {
  /** Never rejects but with MonitorError ABORTED. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Delivered>;
  /** Reads the CA file again before the next request: it may have been replaced. */
  refresh(): void;
  close(): Promise<void>;
}

/** Opens nothing before the first request. */
export function createTransport(options: TransportOptions): Transport {
  // The bare class: axios.create would merge some thirty defaults, of no use here, into every request.
  const axios = new Axios({});
  const { timeoutMs } = options;
  const { origin, pathname } = new URL(options.endpoint);
  const prefix = pathname.replace(/\/+$/, '');
  const bodyMaxBytes = BODY_MAX_BYTES;
  const connection = { origin, timeoutMs, bodyMaxBytes };
  let line: Line | null = null;
  let opening: Promise<Opened> | null = null;
  let stale = true;
  let closed = false;

  async function open(): Promise<Opened> {
    const trust = await loadTrust(options.caFile, process.env['NODE_EXTRA_CA_CERTS']);
    if (!trust.ok) return { ok: false, reason: 'unreachable', explanation: trust.explanation };
    if (closed) throw aborted();
    if (line?.trusted !== trust.text) {
      line?.pool.close().catch(() => {}); // what still runs on it ends by its deadline
      line = { ok: true, pool: openPool(options, trust), trusted: trust.text };
    }
    stale = false;
    return line;
  }

  return {
    async send(asked, signal) {
      throwIfAborted(signal);
      if (closed) throw aborted();
      opening ??= open();
      const opened = stale || line === null ? await orAborted(opening, signal) : line;
      if (!opened.ok) return opened;
      const dispatcher = opened.pool;
      const request = prefix === '' ? asked : { ...asked, path: prefix + asked.path };
      const ended = await ask(axios, { origin, timeoutMs, bodyMaxBytes, dispatcher, request, signal });
      return deliveredBy(ended, connection);
    },
    refresh() {
      if (options.caFile === null) return;
      opening = null;
      stale = true;
    },
    async close() {
      closed = true;
      await line?.pool.destroy();
    },
  };
}

interface Line {
  readonly ok: true;
  readonly pool: Pool;
  /** The CA file's text that it was opened with. */
  readonly trusted: string;
}

type Opened = Line | Extract<Delivered, { ok: false }>;

type Trusted = Extract<Trust, { ok: true }>;

function openPool({ endpoint, connections, timeoutMs }: TransportOptions, { context }: Trusted): Pool {
  return new Pool(new URL(endpoint).origin, {
    connections,
    pipelining: 1,
    maxHeaderSize: HEADERS_MAX_BYTES,
    // The exchange has one deadline over everything; undici's own timers would only cost.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: timeoutMs,
      rejectUnauthorized: true, // explicit, so that NODE_TLS_REJECT_UNAUTHORIZED cannot take it away
      ...(context === null ? {} : { secureContext: context }),
    },
  });
}

async function ask(axios: Axios, sending: Sending): Promise<Ended> {
  try {
    const { method, path: url } = sending.request;
    return (await axios.request<Ended>({ method, url, adapter: adapterFor(sending) })).data;
  } catch {
    // Nothing that axios throws is passed on: its errors hold what they can of the request.
    return { kind: 'network', phase: 'connecting', code: null };
  }
}

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
