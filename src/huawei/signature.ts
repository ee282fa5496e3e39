// Signs a request the vendor's way, SDK-HMAC-SHA256. Pure: the time is an argument.
import { createHmac, hash } from 'node:crypto';

const ALGORITHM = 'SDK-HMAC-SHA256';

export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Only with temporary keys: sent, and signed, as X-Security-Token. */
  readonly securityToken: string | null;
}

export interface RequestToSign {
  readonly method: string;
  /** Absolute, as it will be sent: the host signed is this one. */
  readonly url: string;
  readonly body: string;
}

/**
 * The headers that authorize one request: `X-Sdk-Date`, `Authorization` and, with temporary keys, `X-Security-Token`.
 * Source: the vendor's "Signing algorithm" page; the cloud refuses a `X-Sdk-Date` more than 15 minutes off.
 */
export function sign(request: RequestToSign, key: AccessKey, nowMs: number): Record<string, string> {
  const url = new URL(request.url);
  const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const signed: [string, string][] = [
    ['host', url.host],
    ['x-sdk-date', date],
  ];
  if (key.securityToken !== null) signed.push(['x-security-token', key.securityToken]);
  signed.sort(([a], [b]) => compare(a, b));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    request.method.toUpperCase(),
    canonicalPath(url.pathname),
    canonicalQuery(url.searchParams),
    signed.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    names,
    sha256(request.body),
  ].join('\n');
  const signature = createHmac('sha256', key.secretKey)
    .update(`${ALGORITHM}\n${date}\n${sha256(canonical)}`)
    .digest('hex');
  const headers: Record<string, string> = {
    'X-Sdk-Date': date,
    Authorization: `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${names}, Signature=${signature}`,
  };
  if (key.securityToken !== null) headers['X-Security-Token'] = key.securityToken;
  return headers;
}

function canonicalPath(pathname: string): string {
  const encoded = pathname
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .sort(([keyA, valueA], [keyB, valueB]) => compare(keyA, keyB) || compare(valueA, valueB))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&');
}

/** RFC 3986: only the unreserved characters stay as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone % is not an escape
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(text: string): string {
  return hash('sha256', text);
}
