// Foreign text made fit for our own: clipped, without control characters, without secrets. Pure.
/// <reference lib="es2024.string" />

const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Tokens, keys and signatures are long runs of these; words and ids are not. */
const LONG_RUN = /[A-Za-z0-9+/=_%-]{48,}/g;
const LONGEST_SHOWN = 300;

/** At most `max` UTF-16 units, never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** A fact from outside as it is kept: trimmed, well-formed, clipped; null where nothing is left. */
export function fact(text: string, max: number): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return clip(trimmed, max).toWellFormed();
}

/** One line for messages: control characters become blanks, and what is cut off is said by `…`. */
export function oneLine(text: string, max: number = LONGEST_SHOWN): string {
  const line = clip(text, 4 * max)
    .toWellFormed()
    .replace(CONTROLS, ' ')
    .trim();
  return line.length <= max ? line : `${clip(line, max).trimEnd()}…`;
}

/** The same without secrets: those that are known, and whatever looks like a token. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== '') clean = clean.replaceAll(secret, '***');
  }
  return clean.replace(LONG_RUN, '***');
}

/** What may stand in a header's value: printable ASCII, not empty. */
export function isPrintableAscii(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
