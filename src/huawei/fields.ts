// What the bodies of the API have in common: fields of any type made into facts, and words for what is wrong. Pure.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { KNOWN_STATUSES } from '../certificates/certificate.ts';
import { oneLine } from '../shared/text.ts';
import { fact } from './text.ts';

export const TEXT_MAX = 1_000;
export const STATUS_MAX = 64;
const SHOWN_MAX = 40;
/** Four times what the cloud sells (250); a hostile body is not kept whole. */
const NAMES_MAX = 1_000;
/** Duplicates and empty parts among them; what comes after is not even split. */
const PARTS_MAX = 4 * NAMES_MAX;

/** Every id seen is `scs` and 13 digits; these characters need no escape in a path. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What came of reading a body; `message`: what is wrong with it, as the end of a sentence. */
export type ParsedBody<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** A field that does not decide anything: of the wrong type it is as good as absent. */
export const text = z.string().nullish().catch(null);
export const anything = z.unknown().optional();
export const whole = z.int().nullish().catch(null);

/** Words that come with nearly every certificate: one copy of each is kept, however many certificates there are. */
const WORDS: ReadonlyMap<string, string> = new Map(
  [
    ...KNOWN_STATUSES,
    ...[
      'DV_SSL_CERT',
      'DV_SSL_CERT_BASIC',
      'EV_SSL_CERT',
      'EV_SSL_CERT_PRO',
      'OV_SSL_CERT',
      'OV_SSL_CERT_PRO',
    ],
    ...['GLOBALSIGN', 'SYMANTEC', 'GEOTRUST', 'DIGICERT', 'CFCA', 'TRUSTASIA', 'VTRUS'],
    ...['DNS', 'FILE', 'EMAIL', 'SINGLE_DOMAIN', 'WILDCARD', 'MULTI_DOMAIN'],
    ...['primary_single', 'primary_wildcard', 'ON', 'OFF', 'true', 'false', '0'],
    ...['SHA256withRSA', 'SHA384withRSA', 'SHA256withECDSA', 'SHA384withECDSA'],
  ].map((word) => [word, word]),
);

const NO_NAMES: readonly string[] = Object.freeze([]);

/** Whether it can be asked for: letters, digits, `-` and `_`. */
export function isId(id: string): boolean {
  return ID.test(id);
}

export function kept(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : fact(value, TEXT_MAX);
}

export function word(value: string | null): string | null {
  return value === null ? null : (WORDS.get(value) ?? value);
}

/**
 * `;` is the API's separator; commas and blanks are accepted too. Where there are more than are kept, the last one stands
 * for the rest: it is no name of a host, and the same only where the whole text is, so that nothing is taken to serve names
 * that nobody has looked at.
 */
export function namesOf(value: string | null | undefined): readonly string[] {
  const names = new Set<string>();
  const parts = value?.split(/[;,\s]+/, PARTS_MAX + 1) ?? [];
  let isCut = parts.length > PARTS_MAX;
  for (const part of parts.slice(0, PARTS_MAX)) {
    const name = fact(part, TEXT_MAX);
    if (name === null || names.has(name)) continue;
    isCut ||= names.size === NAMES_MAX;
    if (names.size === NAMES_MAX) break;
    names.add(name);
  }
  if (isCut)
    names.add(
      `(and more names: ${createHash('sha256')
        .update(value ?? '')
        .digest('hex')
        .slice(0, 32)})`,
    );
  return names.size === 0 ? NO_NAMES : [...names];
}

/** Why a body is not what it must be: the first field that is wrong, which must be `wanted`. */
export function faultOf(body: unknown, path: PropertyKey | undefined, wanted: string): string {
  if (path === undefined) return `its body is ${typeName(body)}, not a JSON object`;
  const fields = Object.entries(body ?? {});
  const value: unknown = fields.find(([name]) => name === path)?.[1];
  return value === undefined || value === null
    ? `its body has no ${String(path)}`
    : `its body's ${String(path)} is ${typeName(value)}, not ${wanted}`;
}

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

export function shown(value: string): string {
  return `"${oneLine(value, SHOWN_MAX)}"`;
}
