// In which order waiting mails are tried. Pure.
import type { Mail } from './alert.ts';

interface Tried {
  readonly mail: Mail;
  readonly attempts: number;
}

/** A mail that failed this often no longer holds up what came after it for the same recipient. */
const PATIENCE_ATTEMPTS = 5;

/** Given oldest first: recipients whose oldest mail was tried least go first; the mails of one recipient go in the order of their age. */
export function inTurn<Row extends Tried>(waiting: readonly Row[]): readonly Row[] {
  const turns = new Map<string, number>();
  for (const { mail, attempts } of waiting)
    if (!turns.has(mail.recipient)) turns.set(mail.recipient, attempts);
  const rank = ({ mail, attempts }: Tried) =>
    attempts > PATIENCE_ATTEMPTS ? attempts : Math.min(turns.get(mail.recipient) ?? 0, PATIENCE_ATTEMPTS);
  return waiting.toSorted((a, b) => rank(a) - rank(b));
}
