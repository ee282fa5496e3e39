// What was presented, as facts of ours: the chain, its times, its names. Pure.
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls';
import type { Served, ServedCertificate } from '../certificates/served.ts';
import { clip, oneLine } from '../shared/text.ts';
import { untrustedOf } from './faults.ts';
import type { Presented } from './handshake.ts';
import { done, failed, type Step } from './step.ts';

const CHAIN_MAX = 10;
const NAMES_MAX = 100;
/** A subjectAltName with a hundred of the longest names. */
const NAMES_TEXT_MAX = 32 * 1_024;
const NAME_MAX = 253;
const SUBJECT_MAX = 256;

/** What a client that asks for `host` gets. */
export function servedOf(
  { certificate, chainFault, protocol }: Presented,
  { host, address }: { host: string; address: string },
): Step<Served> {
  const [leaf, ...issuers] = chainOf(certificate);
  if (leaf === undefined) return failed('malformed', 'it presents no certificate with readable dates');
  const chain = [leaf, ...issuers] as const;
  const untrusted = untrustedOf(chainFault, nameFault(host, certificate, leaf));
  const earliestNotAfterMs = Math.min(...chain.map(({ notAfterMs }) => notAfterMs));
  return done({ chain, earliestNotAfterMs, untrusted, protocol, address });
}

function nameFault(host: string, certificate: PeerCertificate, { names }: ServedCertificate): string | null {
  if (checkServerIdentity(host, certificate) === undefined) return null;
  const some = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ', …' : '';
  return `its certificate is not for ${host}, but for ${some === '' ? 'no name' : some}${more}`;
}

/**
 * Node links each certificate with its issuer, among those that were sent and then among those that are trusted here: a
 * self-signed one at the end is an authority of which no client takes the server's word, so it is left out.
 */
function chainOf(leaf: PeerCertificate): readonly ServedCertificate[] {
  const chain: ServedCertificate[] = [];
  const seen = new Set<string>();
  let next: PeerCertificate | undefined = leaf;
  while (next?.fingerprint256 !== undefined && !seen.has(next.fingerprint256) && chain.length < CHAIN_MAX) {
    const issuer: PeerCertificate | undefined = issuerOf(next);
    if (chain.length > 0 && issuer?.fingerprint256 === next.fingerprint256) break;
    const served = certificateOf(next);
    if (served === null) return [];
    seen.add(next.fingerprint256);
    chain.push(served);
    next = issuer;
  }
  return chain;
}

function issuerOf(certificate: PeerCertificate | DetailedPeerCertificate): PeerCertificate | undefined {
  return 'issuerCertificate' in certificate ? certificate.issuerCertificate : undefined;
}

function certificateOf(certificate: PeerCertificate): ServedCertificate | null {
  const notBeforeMs = timeOf(certificate.valid_from);
  const notAfterMs = timeOf(certificate.valid_to);
  if (notBeforeMs === null || notAfterMs === null) return null;
  return {
    fingerprint: hexOf(certificate.fingerprint),
    fingerprint256: hexOf(certificate.fingerprint256),
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    names: namesOf(certificate.subjectaltname ?? ''),
    serialNumber: clip(certificate.serialNumber, 64),
    notBeforeMs,
    notAfterMs,
  };
}

function hexOf(fingerprint: string): string {
  return fingerprint.toLowerCase().split(':').join('');
}

/** `CN=www.example.com, O=Example`; null where it is empty. */
function nameText(name: object | undefined): string | null {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${[value].flat().join('+')}`);
  const text = oneLine(parts.join(', '), SUBJECT_MAX);
  return text === '' ? null : text;
}

/** Node puts names that could be misread between quotes, as JSON. */
function namesOf(alternatives: string): readonly string[] {
  const names: string[] = [];
  const text = alternatives.slice(0, NAMES_TEXT_MAX);
  for (const [, kind, value = ''] of text.matchAll(/([\w ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)) {
    if (kind !== 'DNS' && kind !== 'IP Address') continue;
    const name = oneLine(value.startsWith('"') ? unquoted(value) : value, NAME_MAX);
    if (name !== '') names.push(name);
    if (names.length === NAMES_MAX) break;
  }
  return names;
}

function unquoted(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d+)? (\d{1,4}) GMT$/;

/** OpenSSL's text of an X.509 time, `Jan  5 01:02:03 2061 GMT`, always UTC; null where it is none. */
export function timeOf(text: string): number | null {
  const [, monthName = '', ...digits] = TIME.exec(text) ?? [];
  const [day = 0, hour = 0, minute = 0, second = 0, year = 0] = digits.map(Number);
  const month = MONTHS.indexOf(monthName);
  if (month < 0 || hour > 23 || minute > 59 || second > 59) return null;
  const ms = Date.UTC(year, month, day, hour, minute, second);
  const date = new Date(ms);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return null;
  // Date.UTC takes the years up to 99 for those of the last century.
  return year > 99 ? ms : date.setUTCFullYear(year);
}
