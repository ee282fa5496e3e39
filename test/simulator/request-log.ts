// What the simulated cloud was asked, in order, for tests to look at and to wait for.
import type { ServerResponse } from 'node:http';
import type { AuthKind } from './gateway.ts';
import { createWatch, type Watch } from './wait-for.ts';

export interface LoggedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** As `URLSearchParams` writes it; empty where there is none. */
  readonly query: string;
  readonly certificateId: string | null;
  readonly auth: AuthKind;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
  /** The listener's port: tells the origins of one cloud apart. */
  readonly port: number;
  /** Set once the answer has gone out whole; null while it is open, or where it never did. */
  status: number | null;
}

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  readonly inFlight: number;
  /** The most that were open at once. */
  readonly maxInFlight: number;
  readonly waitFor: Watch<readonly LoggedRequest[]>['waitFor'];
  /** Notes a request; the response's end closes the entry. */
  open(response: ServerResponse, request: Omit<LoggedRequest, 'atMs' | 'status'>): void;
}

/** An empty log. */
export function createRequestLog({ nowMs }: { readonly nowMs: () => number }): RequestLog {
  const requests: LoggedRequest[] = [];
  let inFlight = 0;
  let maxInFlight = 0;
  const watch = createWatch<readonly LoggedRequest[]>(
    () => requests,
    (all) => `${all.length} requests, the last ${all.at(-1)?.method ?? ''} ${all.at(-1)?.path ?? 'none'}`,
  );

  return {
    requests,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    waitFor: watch.waitFor,
    open(response, request) {
      const entry: LoggedRequest = { ...request, atMs: nowMs(), status: null };
      requests.push(entry);
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      response.once('finish', () => {
        entry.status = response.statusCode;
        watch.changed();
      });
      response.once('close', () => {
        inFlight -= 1;
        watch.changed();
      });
      watch.changed();
    },
  };
}
