// How certificates and instants are written on pages, in JSON and in the calendar. Pure.
import type { Certificate } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';

const MAX_TEXT = 300;
// Dates beyond what JavaScript knows, and years that no calendar writes with four digits, are not shown as dates.
const MIN_INSTANT_MS = Date.UTC(1900, 0, 1);
const MAX_INSTANT_MS = Date.UTC(9999, 11, 31);

/** Text from the cloud without control characters and without marks that turn the direction of writing; clipped. */
export function shown(text: string): string {
  const clean = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\p{Cs}/gu, '\ufffd');
  return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT - 1).replace(/\p{Cs}$/u, '')}…` : clean;
}

/** How people call the certificate: alias, name, domain, and where there is none of them its id. */
export function titleOf({ alias, certificate, id }: WatchedCertificate): string {
  return (
    [alias, certificate?.name, certificate?.domain].map((text) => shown(text ?? '').trim()).find(Boolean) ??
    id
  );
}

/** The same with the domain before it, as mails call it: `www.example.com (shop front)`. */
export function calledOf(watched: WatchedCertificate): string {
  const title = titleOf(watched);
  const domain = shown(watched.certificate?.domain ?? '').trim();
  return domain === '' || domain === title ? title : `${domain} (${title})`;
}

/** `domain` first, then the additional names, each once. */
export function domainsOf({ domain, sans }: Certificate): readonly string[] {
  return [...new Set([...(domain === null || domain === '' ? [] : [domain]), ...sans])];
}

/** How a certificate is, the gravest first. */
export const LEVELS = ['critical', 'warning', 'unknown', 'ok'] as const;

export type Level = (typeof LEVELS)[number];

/** The gravest of its findings; `ok` where there is none, and `unknown` where it was never read. */
export function severityOf({ certificate, findings }: WatchedCertificate): Level {
  if (certificate === null && findings.length === 0) return 'unknown';
  if (findings.some(({ severity }) => severity === 'critical')) return 'critical';
  return findings.some(({ severity }) => severity === 'warning') ? 'warning' : 'ok';
}

/** Whether the instant can be written as a date. */
export function isShowable(ms: number | null): ms is number {
  return ms !== null && ms >= MIN_INSTANT_MS && ms <= MAX_INSTANT_MS;
}

/** `2026-11-23T19:20:00.000Z`, or null where it is not known. */
export function isoInstant(ms: number | null): string | null {
  return isShowable(ms) ? new Date(ms).toISOString() : null;
}

/** Whether it is an address that a link may lead to. */
export function isPage(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/** The path of a certificate's page: mails link to it. */
export function pathOf({ account, id }: { readonly account: string; readonly id: string }): string {
  return `/certificates/${encodeURIComponent(account)}/${encodeURIComponent(id)}`;
}
