// What was seen of a certificate from outside, at each place where it is to be served. Pure.
import { type Endpoint, endpointText } from './endpoint.ts';
import type { ProbeFailure, Served } from './served.ts';

/** One endpoint: what it served when it was last seen, and how the last look went. */
export interface Look {
  readonly endpoint: Endpoint;
  /** As it was last seen; null while it was never seen since the start. A look that fails changes nothing that is known. */
  readonly served: Served | null;
  /** Why the last look failed; null where it did not. */
  readonly failure: ProbeFailure | null;
}

/** `www.example.com:443`, with the name that is asked for where that is another one. */
export function lookText({ endpoint }: Look): string {
  const place = endpointText(endpoint);
  const { serverName, host } = endpoint;
  return serverName === null || serverName === host ? place : `${place} (${serverName})`;
}

/** One string for maps: the same place, asked in the same way, is looked at once. */
export function endpointKey({ host, port, serverName, startTls, named }: Endpoint): string {
  return [host, port, serverName ?? host, startTls ?? '', named].join('\u0000');
}
