// A rendered message as the bytes that go over the wire: the same bytes for each copy. Pure.
import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { RenderedMessage } from './message.ts';

export interface WireMessage {
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

/**
 * Puts a message into MIME. Rejects where `from` or `to` is not exactly one address: a list in one of them
 * would be sent to, or told of, people whom nobody meant.
 */
export async function toWire(message: RenderedMessage): Promise<WireMessage> {
  const { subject, text, html, messageId, references, date, headers } = message;
  const from = readAddress(message.from);
  const to = readAddress(message.to);
  if (from === null)
    throw new Error(`Cannot address the mail: email.from is ${message.from}, and must be one mail address`);
  if (to === null)
    throw new Error(`Cannot address the mail: the recipient is ${message.to}, and must be one mail address`);
  const parent = references.at(-1);
  const compiled = new MailComposer({
    from,
    to,
    subject,
    text,
    html,
    messageId,
    date,
    headers: { ...headers },
    ...(parent === undefined ? {} : { references: [...references], inReplyTo: parent }),
    // A random boundary would make each copy another message.
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  // Of a domain beyond ASCII the envelope takes the form that every server knows (RFC 5891).
  const envelope = compiled.getEnvelope();
  return {
    from: envelope.from || from.address,
    to: envelope.to[0] ?? to.address,
    bytes: await compiled.build(),
  };
}

interface Address {
  readonly name: string;
  readonly address: string;
}

/** `a@b`, or `Name <a@b>`; null for anything else. The library would find an address in nearly any text. */
export function readAddress(text: string): Address | null {
  const [, name = '', inBrackets, bare] = /^(?:([^<>]*)<([^<>]*)>|([^<>]*))$/.exec(text.trim()) ?? [];
  const address = (inBrackets ?? bare ?? '').trim();
  if (!/^[^\s@,;:"()[\]\\]+@[^\s@,;:"()\\]+$/.test(address)) return null;
  return {
    name: name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('=?', '= ?'),
    address,
  };
}
