// What is wrong with a configuration, told so that a person can mend it and no secret is shown. Pure.
import { plural } from '../shared/time.ts';

export type Path = readonly (string | number)[];

/** One fault. `found` and `expected` are parts of a sentence: "found …; must be …". */
export interface Fault {
  /** `certificates[3].thresholds.warning`; empty for the file as a whole. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** 1-based, in the file; null where it cannot be had. */
  readonly line: number | null;
  /** 1-based; only for text that is not YAML. */
  readonly column: number | null;
}

/** A fault before its line has been looked up in the file. */
export interface UnplacedFault {
  readonly path: Path;
  readonly found: string;
  readonly expected: string;
}

/** Under these keys no value is ever shown, whatever it is. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'password',
  'secretKey',
  'accessKey',
  'securityToken',
  'token',
  'basic_auth_users',
]);
/** Where a whole section was expected, a scalar may well be the secret that belongs into it. */
const SECRET_SECTIONS: ReadonlySet<string> = new Set(['credentials', 'smtp']);
/** Keys whose length is part of the rule. */
const COUNTED_KEYS: ReadonlySet<string> = new Set(['id', 'name', 'alias', 'owner']);

const SHOWN_CHARACTERS = 60;
/** A log line that nobody can read helps nobody: a generator's bug makes the same fault 100,000 times. */
const SHOWN_FAULTS = 1_000;

/** One line per fault: `config.yaml:12 certificates[0].id: found "abc" (3 characters); must be …`. */
export function formatFaults(source: string, faults: readonly Fault[]): string {
  const lines = faults.slice(0, SHOWN_FAULTS).map((fault) => {
    const place = [source, fault.line, fault.column].filter((part) => part !== null).join(':');
    return `${place}${fault.path === '' ? '' : ` ${fault.path}`}: found ${fault.found}; ${fault.expected}`;
  });
  if (faults.length > SHOWN_FAULTS)
    lines.push(`${source}: and ${plural(faults.length - SHOWN_FAULTS, 'more fault')}`);
  return lines.join('\n');
}

/** `certificates[3].thresholds.warning`; a key with other characters is quoted and clipped. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]{0,59}$/.test(part)) return `${text}[${quote(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Whether a secret may stand at the path, or below it. */
export function isSecret(path: Path): boolean {
  return path.some((part) => SECRET_KEYS.has(String(part)));
}

/** What stands at a path, in words: clipped to 60 characters, escaped, and never a secret or a URL's credentials. */
export function describeFound(value: unknown, path: Path): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  const key = lastKey(path);
  // A file that is one single value is perhaps a secret's file, named by mistake.
  if (path.length === 0 || isSecret(path) || SECRET_SECTIONS.has(key))
    return 'a plain value, which is not shown';
  if (typeof value !== 'string') return `${shorten(String(value))} (a ${typeof value})`;
  return `${quote(withoutCredentials(value, path))}${COUNTED_KEYS.has(key) ? ` (${plural([...value].length, 'character')})` : ''}`;
}

/** A name in quotes, escaped and clipped. */
export function quote(text: string): string {
  // JSON leaves these as they are, and a terminal or a log viewer may obey them.
  return JSON.stringify(shorten(text)).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function shorten(text: string): string {
  // A character of UTF-16 may be half of one: cut the bulk first, then by whole characters.
  const characters = [...text.slice(0, 4 * SHOWN_CHARACTERS)];
  return characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : text;
}

function lastKey(path: Path): string {
  return String(path.findLast((part) => typeof part === 'string') ?? '');
}

/** Cuts what may be a credential out of an address: user names and passwords, queries, and the whole path of the heartbeat. */
function withoutCredentials(text: string, path: Path): string {
  const scheme = /^\s*[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const hasCredentials = scheme === '' ? /:.*@/s.test(rest) : rest.includes('@');
  const bare = hasCredentials ? `${scheme}…${rest.slice(rest.lastIndexOf('@'))}` : text;
  if (path[0] === 'heartbeat') return bare.replace(/^(\s*(?:[^/?#]*\/\/)?[^/?#]*)[/?#].*$/s, '$1/…');
  return scheme === '' ? bare : bare.replace(/\?.*$/s, '?…');
}
