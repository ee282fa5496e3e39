// `mails [ID]`: what was sent, to whom, when, with which answer; and what still waits.
import type { Mail } from '../alerts/alert.ts';
import { loadConfig } from '../config/load.ts';
import { renderMessage } from '../mail/message.ts';
import { oneLine } from '../shared/text.ts';
import { formatInstant } from '../shared/time.ts';
import { openStoreBeside } from '../state/beside.ts';
import { type Terminal, table } from './terminal.ts';

interface MailRow {
  readonly atMs: number;
  readonly outcome: string;
  readonly mail: Mail;
  readonly attempts: number;
  readonly response: string | null;
}

/** Resolves with 0. */
export async function mailsCommand(
  { configPath, id, limit, json }: { configPath: string; id: string | null; limit: number; json: boolean },
  terminal: Terminal,
): Promise<number> {
  const config = await loadConfig(configPath);
  const store = openStoreBeside(config.state.path);
  try {
    const { outbox, past } = id === null ? store.mails(limit) : store.mails(limit, id);
    const parked = new Set(
      past.filter(({ outcome }) => outcome === 'parked').map(({ mail }) => mail.messageId),
    );
    const rows: MailRow[] = [
      ...outbox
        .filter(({ mail }) => !parked.has(mail.messageId))
        .map(({ mail, state, attempts, lastResponse }) => ({
          atMs: mail.createdAtMs,
          outcome: state,
          mail,
          attempts,
          response: lastResponse,
        })),
      ...past,
    ];
    const newest = rows.toSorted((a, b) => b.atMs - a.atMs).slice(0, limit);
    const subject = (mail: Mail) =>
      renderMessage(mail, {
        from: config.email?.from ?? '',
        publicUrl: config.http.publicUrl,
        language: config.email?.language ?? 'en',
      }).subject;
    const none = id === null ? 'No mails yet\n' : `No mails about ${id} yet\n`;
    terminal.out(json ? jsonText(newest, subject) : newest.length === 0 ? none : textTable(newest, subject));
    return 0;
  } finally {
    await store.close();
  }
}

function textTable(rows: readonly MailRow[], subject: (mail: Mail) => string): string {
  const lines = rows.map(({ atMs, outcome, mail, attempts, response }) => [
    formatInstant(atMs),
    outcome,
    oneLine(mail.recipient, 48),
    String(attempts),
    oneLine(subject(mail), 80),
    oneLine(response ?? '', 80),
  ]);
  return table([['TIME', 'OUTCOME', 'RECIPIENT', 'ATTEMPTS', 'SUBJECT', 'ANSWER'], ...lines]);
}

function jsonText(rows: readonly MailRow[], subject: (mail: Mail) => string): string {
  const mails = rows.map(({ atMs, outcome, mail, attempts, response }) => ({
    time: new Date(atMs).toISOString(),
    outcome,
    recipient: mail.recipient,
    subject: subject(mail),
    attempts,
    answer: response,
    message_id: mail.messageId,
  }));
  return `${JSON.stringify({ mails }, null, 2)}\n`;
}
