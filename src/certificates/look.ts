// What was seen of a certificate from outside, at each place where it is to be served. Pure.
import type { Certificate } from './certificate.ts';
import { type Endpoint, endpointText } from './endpoint.ts';
import type { ProbeFailure, Served } from './served.ts';

/** One endpoint: what it served when it was last seen, and how the last look went. */
export interface Look {
  readonly endpoint: Endpoint;
  /** Nobody said that it is served here: only its names do. */
  readonly guessed?: true;
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

/**
 * Whether what is served there says something of this certificate. Where its names alone lead, anything may live: a mail
 * server's host with a page of somebody else's. It counts where it is this very certificate.
 */
export function concerns(
  { guessed, served }: Look,
  certificate: Pick<Certificate, 'fingerprint'> | null,
): boolean {
  if (guessed !== true) return true;
  const own = certificate?.fingerprint ?? null;
  return own !== null && served?.chain[0].fingerprint === own;
}

/** The places that were never seen since the start, as alerts name them. */
export function unseenPlaces(looks: readonly Look[]): readonly string[] {
  return looks.filter(({ served }) => served === null).map(lookText);
}

/** One string for maps: the same place, asked in the same way, is looked at once. */
export function endpointKey({ host, port, serverName, startTls, named }: Endpoint): string {
  return [host, port, serverName ?? host, startTls ?? '', named].join('\u0000');
}

/** A place at which nobody has looked since the start. */
export function notSeen(endpoint: Endpoint): Look {
  return { endpoint, served: null, failure: null };
}

/** Whether nothing that anybody is told or shown differs. */
export function sameLooks(a: readonly Look[], b: readonly Look[]): boolean {
  return a.length === b.length && a.every((look, place) => sameLook(look, b[place]));
}

function sameLook(a: Look, b: Look | undefined): boolean {
  return (
    b !== undefined &&
    endpointKey(a.endpoint) === endpointKey(b.endpoint) &&
    a.guessed === b.guessed &&
    a.failure?.message === b.failure?.message &&
    (a.served === null) === (b.served === null) &&
    a.served?.untrusted?.message === b.served?.untrusted?.message &&
    a.served?.chain.map(({ fingerprint256 }) => fingerprint256).join() ===
      b.served?.chain.map(({ fingerprint256 }) => fingerprint256).join()
  );
}
