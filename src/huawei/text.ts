// Foreign text made fit for our own: clipped, without control characters, without secrets. Pure.
/// <reference lib="es2024.string" />
import { clip } from '../shared/text.ts';

/** Tokens, keys and signatures are long runs of these; words and ids are not. */
const LONG_RUN = /[A-Za-z0-9+/=_%-]{48,}/g;

/** A fact from outside as it is kept: trimmed, well-formed, clipped; null where nothing is left. */
export function fact(text: string, max: number): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return clip(trimmed, max).toWellFormed();
}

/** The text without secrets: those that are known, and whatever looks like a token. */
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
