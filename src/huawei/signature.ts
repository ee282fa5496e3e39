// Signs a request the vendor's way, SDK-HMAC-SHA256. Pure: the time is an argument.
import { createHmac, hash } from 'node:crypto';

const ALGORITHM = 'SDK-HMAC-SHA256';
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** A path that is written as it is: every path of the certificates. */
const UNRESERVED = /^[A-Za-z0-9\-._~/]*$/;

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
  const token = key.securityToken;
  // In the order of their names, as the algorithm wants them.
  const names = token === null ? 'host;x-sdk-date' : 'host;x-sdk-date;x-security-token';
  const signed = `host:${url.host}\nx-sdk-date:${date}\n${token === null ? '' : `x-security-token:${token.trim()}\n`}`;
  const path = canonicalPath(url.pathname);
  const query = url.search === '' ? '' : canonicalQuery(url.searchParams);
  const body = request.body === '' ? EMPTY_SHA256 : sha256(request.body);
  const canonical = `${request.method.toUpperCase()}\n${path}\n${query}\n${signed}\n${names}\n${body}`;
  const signature = createHmac('sha256', key.secretKey)
    .update(`${ALGORITHM}\n${date}\n${sha256(canonical)}`)
    .digest('hex');
  const Authorization = `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${names}, Signature=${signature}`;
  return token === null
    ? { 'X-Sdk-Date': date, Authorization }
    : { 'X-Sdk-Date': date, Authorization, 'X-Security-Token': token };
}

function canonicalPath(pathname: string): string {
  const encoded = UNRESERVED.test(pathname)
    ? pathname
    : pathname
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
