// Foreign text made fit for one line of ours. Pure.
/// <reference lib="es2024.string" />

/** Control, format (bidi overrides among them) and line-separating characters; not the joiners of emoji and Persian. */
const CONTROLS = /(?:[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf})+/gu;
const LONGEST_SHOWN = 300;

/** At most `max` UTF-16 units, never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** One line for messages and tables: control characters become blanks, and what is cut off is said by `…`. */
export function oneLine(text: string, max: number = LONGEST_SHOWN): string {
  const line = clip(text, 4 * max)
    .toWellFormed()
    .replace(CONTROLS, ' ')
    .trim();
  return line.length <= max ? line : `${clip(line, max - 1)}…`;
}

/** How wide a text is in a monospaced font: Chinese characters and their punctuation take two columns. */
export function columns(text: string): number {
  return text.length + (text.match(/[\p{Script=Han}\u3000-\u303f\uff01-\uff60]/gu)?.length ?? 0);
}
