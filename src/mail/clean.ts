// Makes texts, links and Message-IDs from outside safe to stand in a mail: header, text or HTML alike. Pure.
import { oneLine } from '../shared/text.ts';

/** As `oneLine` (no line break, control character or bidi override is left); null where nothing is left to be seen. */
export function oneLineOrNull(value: string | null, maxLength?: number): string | null {
  if (value === null) return null;
  const line = oneLine(value, maxLength);
  return line === '' ? null : line;
}

/**
 * The address as a browser would write it, or null unless it is an absolute http or https address without
 * user name and password: nothing else may become a link.
 */
export function httpLink(value: string | null): string | null {
  if (value === null || value.length > 2_000) return null;
  try {
    const url = new URL(value);
    const plain = url.username === '' && url.password === '';
    return plain && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
  } catch {
    return null;
  }
}

/** `<…@…>` without anything that could end the header; null where it has not that form. */
export function messageIdOrNull(value: string): string | null {
  return /^<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>$/.test(value) ? value : null;
}
