// Which URLs the configuration accepts: https, or http where the other end is this machine. Pure.
import { accept, type Read, refuse } from './read.ts';

/** Controls, spaces and backslashes: `new URL` removes or turns them, so that what is used is not what was written. */
const UNCLEAN = /[\p{Cc}\s\\]/u;

/** True for localhost, 127.0.0.0/8 and ::1 (with or without brackets): nothing leaves the machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Where an API is: no query, no fragment; normalised without a trailing slash. */
export function readEndpoint(text: string): Read<string> {
  const expected = 'must be an https:// URL of a host, e.g. https://scm.cn-north-4.myhuaweicloud.com';
  const url = readUrl({ text, expected, plainHttp: 'loopback', query: false });
  if (!url.ok) return url;
  if (/(^|\/)v\d/.test(url.value.pathname))
    return refuse('must end before /v3: the monitor adds the rest itself');
  return accept(withoutTrailingSlash(url.value));
}

/** Where people find the monitor's pages: http or https, without a trailing slash. */
export function readPublicUrl(text: string): Read<string> {
  const expected = 'must be an http:// or https:// URL, e.g. https://certs.example.com';
  const url = readUrl({ text, expected, plainHttp: 'anywhere', query: false });
  return url.ok ? accept(withoutTrailingSlash(url.value)) : url;
}

/** A page for people, with query and fragment as they like. */
export function readRunbook(text: string): Read<string> {
  const expected = 'must be an http:// or https:// URL, e.g. https://wiki.example.com/certificates';
  const url = readUrl({ text, expected, plainHttp: 'anywhere', query: true });
  return url.ok ? accept(url.value.href) : url;
}

/** What is asked after a check in which every account answered; its query may say more to that service. */
export function readHeartbeat(text: string): Read<string> {
  const url = readUrl({
    text,
    expected: 'must be an https:// URL to ask after every good check',
    plainHttp: 'loopback',
    query: true,
  });
  return url.ok ? accept(url.value.href) : url;
}

interface UrlRule {
  readonly text: string;
  readonly expected: string;
  readonly plainHttp: 'loopback' | 'anywhere';
  /** Whether a query and a fragment may stand in it. */
  readonly query: boolean;
}

function readUrl({ text, expected, plainHttp, query }: UrlRule): Read<URL> {
  if (!/^https?:\/\//i.test(text) || UNCLEAN.test(text) || text.length > 2_000 || !URL.canParse(text))
    return refuse(expected);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return refuse('must be a URL without a user name or password in it');
  if (!query && (url.search !== '' || url.hash !== '' || /[?#]/.test(text))) {
    return refuse('must be a URL without a query (?…) or fragment (#…)');
  }
  if (url.protocol === 'http:' && plainHttp === 'loopback' && !isLoopbackHost(url.hostname)) {
    return refuse('must start with https://: http:// is accepted for localhost, 127.0.0.0/8 and [::1] only');
  }
  return accept(url);
}

function withoutTrailingSlash(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
