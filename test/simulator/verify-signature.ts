// Checks an SDK-HMAC-SHA256 signature the way the gateway does, written apart from the program's own signer so that one mistake cannot hide in both. Pure.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { CloudRequest } from './replies.ts';

export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Set for temporary keys: the request must carry and sign it. */
  readonly securityToken?: string;
}

export type Verdict =
  | { readonly ok: true; readonly key: AccessKey }
  | { readonly ok: false; readonly message: string };

/** More than this between the two clocks is refused. */
const SKEW_LIMIT_MS = 15 * 60_000;

const AUTHORIZATION =
  /^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Whether the request was signed with one of `keys` within the allowed skew; if not, why, in the gateway's words. */
export function verifySignature(
  request: CloudRequest,
  { keys, nowMs }: { readonly keys: readonly AccessKey[]; readonly nowMs: number },
): Verdict {
  const parts = AUTHORIZATION.exec(headerOf(request, 'authorization'));
  if (parts === null) return refused('authorization header is malformed');
  const [, access = '', signedHeaders = '', signature = ''] = parts;

  const key = keys.find(({ accessKey }) => accessKey === access);
  if (key === undefined) return refused(`Get secretKey failed,ak:${access},err:ak not exist`);
  const names = signedHeaders.split(';');
  const fault = faultOfHeaders(request, { names, key, nowMs });
  if (fault !== null) return refused(fault);

  const expected = createHmac('sha256', key.secretKey).update(stringToSign(request, names)).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return refused('verify aksk signature fail');
  return { ok: true, key };
}

function faultOfHeaders(
  request: CloudRequest,
  { names, key, nowMs }: { names: readonly string[]; key: AccessKey; nowMs: number },
): string | null {
  if (!names.includes('host') || !names.includes('x-sdk-date')) return 'host and x-sdk-date must be signed';
  if (names.join(';') !== [...names].sort().join(';')) return 'signed headers are not sorted';
  const signedAtMs = parseSdkDate(headerOf(request, 'x-sdk-date'));
  if (signedAtMs === null) return 'x-sdk-date is malformed';
  if (Math.abs(nowMs - signedAtMs) > SKEW_LIMIT_MS) return 'the signature is expired';
  const securityToken = headerOf(request, 'x-security-token');
  if (securityToken !== (key.securityToken ?? '')) return 'the security token is wrong';
  if (securityToken !== '' && !names.includes('x-security-token')) return 'x-security-token must be signed';
  return null;
}

function stringToSign(request: CloudRequest, names: readonly string[]): string {
  const [rawPath = '', rawQuery = ''] = request.url.split('?', 2);
  const headers = names.map((name) => `${name}:${headerOf(request, name).trim()}\n`).join('');
  const canonical = [
    request.method.toUpperCase(),
    canonicalPath(rawPath),
    canonicalQuery(rawQuery),
    headers,
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  return `SDK-HMAC-SHA256\n${headerOf(request, 'x-sdk-date')}\n${sha256(canonical)}`;
}

/** Each segment decoded and encoded anew, and always a slash at the end. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0
      ? [encode(decode(pair)), '']
      : [encode(decode(pair.slice(0, at))), encode(decode(pair.slice(at + 1)))];
  });
  const joined = pairs.map(([name, value]) => ({ name: name ?? '', value: value ?? '' }));
  joined.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
  return joined.map(({ name, value }) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** RFC 3986: encodeURIComponent leaves five characters that are reserved. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `20200608T023900Z` → epoch milliseconds, or null. */
function parseSdkDate(text: string): number | null {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? null : ms;
}

function headerOf({ headers }: CloudRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function refused(message: string): Verdict {
  return { ok: false, message };
}
