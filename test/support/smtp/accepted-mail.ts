// One message as the stage server took it, and the little that tests ask of its raw text. Pure.

export interface AcceptedMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** As sent, dots unstuffed, lines ending in CRLF. */
  readonly raw: string;
  /** `<…@…>`, or null where the message has none. */
  readonly messageId: string | null;
  readonly atMs: number;
  /** Whether it came over TLS, and as whom. */
  readonly secure: boolean;
  readonly user: string | null;
  /** Set once the final 250 has been written; false where it was lost or is still to come. */
  answered: boolean;
}

/** A header's value, unfolded, or null. */
export function headerOf(raw: string, name: string): string | null {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const line = lines.find((l) => l.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}

/** Undoes the dots that SMTP puts before lines that begin with one (RFC 5321, 4.5.2). */
export function unstuff(text: string): string {
  return text.replace(/(^|\r\n)\./g, '$1');
}
