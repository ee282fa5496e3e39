// Who was told of which certificate, read from the mails that a server took. Pure.
import { type AcceptedMail, headerOf } from '../../support/smtp/stage-server.ts';

/** The text of a mail, its soft line breaks undone. */
export function textOf({ raw }: Pick<AcceptedMail, 'raw'>): string {
  return raw.replace(/=\r\n/g, '');
}

export interface Tellings {
  /** Certificates that no mail names. */
  readonly lost: number;
  /** Certificates named under more than one Message-ID. */
  readonly doubled: number;
  /** Mails that came again under the same Message-ID. */
  readonly copies: number;
}

/** How often each of these was told to one recipient. */
export function tellingsOf(mails: readonly AcceptedMail[], ids: readonly string[]): Tellings {
  const told = new Map(ids.map((id) => [id, new Set<string>()]));
  const messageIds: string[] = [];
  for (const mail of mails) {
    const messageId = headerOf(mail.raw, 'Message-ID') ?? '';
    messageIds.push(messageId);
    for (const [id] of textOf(mail).matchAll(/scs\d{13}/g)) told.get(id)?.add(messageId);
  }
  const counts = [...told.values()].map(({ size }) => size);
  return {
    lost: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
    copies: messageIds.length - new Set(messageIds).size,
  };
}
