// Where a certificate is served, and which places that are by its names. Pure.
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** The protocols that begin in the clear and turn to TLS when they are asked to. */
export const START_TLS = ['smtp', 'imap', 'pop3', 'ftp', 'sieve', 'ldap', 'postgres', 'mysql'] as const;

export type StartTls = (typeof START_TLS)[number];

export interface Endpoint {
  /** A DNS name in ASCII, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Who is asked for by SNI, and whom the certificate has to name; null: the host. */
  readonly serverName: string | null;
  /** Null: TLS from the first byte. */
  readonly startTls: StartTls | null;
  /** The configuration names this host itself: addresses in private ranges are allowed. */
  readonly named: boolean;
}

const HTTPS_PORT = 443;
const ENDPOINTS_MAX = 20;
/** RFC 1035, 2.3.4; the underscore stands in names of services that are not hosts by the book, and serve all the same. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** Beyond ASCII IDNA decides; within it, domainToASCII would drop line breaks and all from a slash on. */
const NOT_IN_A_NAME = /[^\w.\u0080-\u{10ffff}-]/u;
const NAME_MAX = 253;

/**
 * Where `probe: auto` looks: https on those of a certificate's names that are hosts of the public DNS. No wildcards, no
 * addresses, no names of one label, no hostile text; each once, and at most twenty of them.
 */
export function endpointsOf(names: readonly string[]): readonly Endpoint[] {
  const hosts = new Set<string>();
  for (const name of names) {
    const host = hostOf(name);
    if (host !== null && isIP(host) === 0 && host.includes('.')) hosts.add(host);
    if (hosts.size === ENDPOINTS_MAX) break;
  }
  return [...hosts].map((host) => ({
    host,
    port: HTTPS_PORT,
    serverName: null,
    startTls: null,
    named: false,
  }));
}

export type ParsedEndpoint =
  | { readonly ok: true; readonly host: string; readonly port: number }
  /** The end of a sentence: what it must be. */
  | { readonly ok: false; readonly fault: string };

/** `www.example.com:443`, `192.0.2.1:443`, `[2001:db8::1]:443`; names in Unicode come out in ASCII. */
export function parseEndpoint(text: string): ParsedEndpoint {
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  if (parts === null)
    return {
      ok: false,
      fault: 'must be host:port, as www.example.com:443 or [2001:db8::1]:443',
    };
  const [, inBrackets, bare = '', digits] = parts;
  const host = inBrackets === undefined ? hostOf(bare) : isIP(inBrackets) === 6 ? inBrackets : null;
  const port = Number(digits);
  if (inBrackets !== undefined && host === null)
    return { ok: false, fault: 'must have an IPv6 address between the brackets' };
  if (host === null) return { ok: false, fault: 'must begin with a DNS name or an IP address' };
  if (port < 1 || port > 65_535) return { ok: false, fault: 'must end with a port from 1 to 65535' };
  return { ok: true, host: host.toLowerCase(), port };
}

/** A name as it is looked up and compared: in ASCII and lower case, without the dot at its end; null where it is none. */
export function hostOf(name: string): string | null {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (bare === '' || bare.length > NAME_MAX || NOT_IN_A_NAME.test(bare)) return null;
  const host = domainToASCII(bare).toLowerCase();
  if (host.length > NAME_MAX || !host.split('.').every((label) => LABEL.test(label))) return null;
  // What ends in a number is an address to whoever resolves it (WHATWG URL, "ends in a number"), or nothing.
  return isIP(host) === 0 && /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host) ? null : host;
}

/** `www.example.com:443`: how people and labels call it. */
export function endpointText({ host, port }: Pick<Endpoint, 'host' | 'port'>): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
