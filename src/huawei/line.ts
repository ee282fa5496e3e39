// The connections to one origin, and one request on them: all that needs the HTTP libraries, loaded with the first request.
import { Axios } from 'axios';
import Pool from 'undici/lib/dispatcher/pool.js';
import { adapterFor, type Sending } from './adapter.ts';
import type { Ended } from './exchange.ts';
import type { Trust } from './trust.ts';

/** A token comes in a header and can be several KB; Node's own limit for all headers is 16 KiB. */
const HEADERS_MAX_BYTES = 128 * 1_024;

export interface LineOptions {
  readonly origin: string;
  readonly connections: number;
  /** Of the connecting alone. */
  readonly timeoutMs: number;
  readonly trust: Extract<Trust, { ok: true }>;
}

export interface Line {
  /** The CA file's text that it was opened with. */
  readonly trusted: string;
  /** Never rejects. */
  ask(sending: Omit<Sending, 'dispatcher' | 'origin'>): Promise<Ended>;
  /** Takes nothing new; what runs ends by its deadline. */
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** Connects with the first request. */
export function openLine({ origin, connections, timeoutMs, trust }: LineOptions): Line {
  // The bare class: axios.create would merge some thirty defaults, of no use here, into every request.
  const axios = new Axios({});
  const { context } = trust;
  const pool = new Pool(origin, {
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

  return {
    trusted: trust.text,
    async ask(asked) {
      try {
        const { method, path: url } = asked.request;
        const adapter = adapterFor({ ...asked, origin, dispatcher: pool });
        return (await axios.request<Ended>({ method, url, adapter })).data;
      } catch {
        // Nothing that axios throws is passed on: its errors hold what they can of the request.
        return { kind: 'network', phase: 'connecting', code: null };
      }
    },
    close: () => pool.close(),
    destroy: () => pool.destroy(),
  };
}
