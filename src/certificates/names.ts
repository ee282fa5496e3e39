// The DNS names of certificates, written in one way, and which name covers which (RFC 6125 section 6.4.3, RFC 9525 section 6.3). Pure.
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Certificate } from './certificate.ts';

/** The longest name of the DNS, written as text (RFC 1035, section 2.3.4). */
const LONGEST = 253;
/** Labels as certificates have them, underscores and wildcards among them. */
const PLAIN = /^[a-z0-9_*-]{1,63}(?:\.[a-z0-9_*-]{1,63})*$/;
const ASCII = /^\p{ASCII}*$/u;
/** Of ASCII, nothing else may stand in a name; domainToASCII would decode `%`, cut at `/` and drop tabs. */
const EACH_ASCII = /\p{ASCII}/gu;
const ALLOWED = /[A-Za-z0-9_.-]/;
/** Characters that domainToASCII drops without a word; not the two joiners, which it judges. */
const UNSEEN = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u;

/**
 * The name as it is compared: lower case, without the dot at the end, A-labels for international ones; addresses
 * as they are. Null for what cannot be a name of a host: no client would ever accept a certificate by it.
 */
export function nameOf(text: string): string | null {
  // The usual case first: a discovered account has millions of them.
  if (text.length <= LONGEST && PLAIN.test(text)) return text;
  // A name of 63 letters takes fewer characters than its A-labels; what is longer cannot become short enough.
  if (text.length > LONGEST + 1) return null;
  const lower = text.toLowerCase();
  if (isIPv6(lower)) return lower.includes('%') ? null : lower;
  const undotted = /[.\u3002\uff0e\uff61]$/.test(lower) ? lower.slice(0, -1) : lower;
  const name = inLabels(undotted);
  return name !== null && name.length <= LONGEST && PLAIN.test(name) ? name : null;
}

/** In A-labels; the wildcard stands apart, so that no other character becomes one. */
function inLabels(text: string): string | null {
  const wild = text.startsWith('*.');
  const rest = wild ? text.slice(2) : text;
  // A-labels stand for themselves, right or wrong: domainToASCII refuses wrong ones in Node 20 and passes them in Node 24.
  if (ASCII.test(rest)) return text;
  if (UNSEEN.test(rest) || rest.match(EACH_ASCII)?.some((character) => !ALLOWED.test(character))) return null;
  const ascii = domainToASCII(rest);
  // Digits of another script would become an address.
  if (ascii === '' || ascii.includes('*') || isIPv4(ascii)) return null;
  return wild ? `*.${ascii}` : ascii;
}

/**
 * Where in the name the rest begins, its dot included, that it shares with the only wildcard that covers it; -1 where
 * none does: addresses, names with a wildcard of their own, and names of fewer than three labels (`*.com` is refused
 * by OpenSSL and by Node alike). Takes what `nameOf` gave.
 */
export function restOf(name: string): number {
  const dot = name.indexOf('.');
  if (dot < 1 || name.indexOf('.', dot + 1) < 0 || name.includes('*') || isAddress(name)) return -1;
  return dot;
}

function isAddress(name: string): boolean {
  const last = name.charCodeAt(name.length - 1);
  return last >= 0x30 && last <= 0x39 && isIPv4(name);
}

function wildcardOf(name: string): string | null {
  const rest = restOf(name);
  return rest < 0 ? null : `*${name.slice(rest)}`;
}

/** Whether a certificate for `pattern` serves `name`; both as `nameOf` gave them. */
export function covers(pattern: string, name: string): boolean {
  return pattern === name || pattern === wildcardOf(name);
}

export interface Names {
  /** Names of hosts, as they are compared; none twice. */
  readonly usable: readonly string[];
  /** What cannot be one, as it came: a certificate that was issued for it is only replaced by one that says the same. */
  readonly opaque: readonly string[];
}

/** All that the certificate says it is for: `domain` and `sans`. Made anew each time: it is large, and seldom asked for. */
export function namesOf({ domain, sans }: Pick<Certificate, 'domain' | 'sans'>): Names {
  const usable = new Set<string>();
  const opaque = new Set<string>();
  for (const text of domain === null ? sans : [domain, ...sans]) {
    const trimmed = text.trim();
    const name = nameOf(trimmed);
    if (name !== null) usable.add(name);
    else if (trimmed !== '') opaque.add(trimmed);
  }
  return { usable: [...usable], opaque: [...opaque] };
}

/** Whether the first certificate serves everything that the second is for; never so without a usable name in both. */
export function coversAll(certificate: Certificate, other: Certificate): boolean {
  const { usable, opaque } = namesOf(certificate);
  const needed = namesOf(other);
  if (usable.length === 0 || needed.usable.length === 0) return false;
  const served = new Set([...usable, ...opaque]);
  return (
    needed.opaque.every((text) => served.has(text)) &&
    needed.usable.every((name) => served.has(name) || served.has(wildcardOf(name) ?? name))
  );
}
