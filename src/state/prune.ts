// What the state forgets, and when: history and mails after a year, what has left the configuration, what nobody has to mend any more.
import type { CertificateKey } from '../certificates/certificate.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Connection } from './open.ts';

/** What is configured now, as far as the state's keeping depends on it. */
export interface Kept {
  isConfigured(key: CertificateKey): boolean;
  isRecipient(address: string): boolean;
}

type Cell = string | number | null;
type Run = (sql: string, ...values: readonly Cell[]) => number;

const YEAR_MS = 365 * DAY_MS;

/** For how long a refused mail asks for somebody: as long as the longest reminder by default. */
const PARKED_MS = 30 * DAY_MS;

/** The last change of a certificate's end: calendars number their entries by it, so it outlives the year. */
const LAST_END = `event = 'not_after' AND at_ms = (
  SELECT max(at_ms) FROM history AS later
  WHERE later.event = 'not_after' AND later.account = history.account AND later.id = history.id)`;

/** Every parked mail: to whom, since when, and whether that address has taken a mail since. */
const PARKED = `SELECT message_id AS messageId, mail ->> 'recipient' AS recipient, parkedAtMs, EXISTS (
    SELECT 1 FROM mails WHERE at_ms > parkedAtMs AND outcome = 'sent'
      AND mail ->> 'recipient' = parked.mail ->> 'recipient') AS reached
  FROM (
    SELECT message_id, mail, coalesce(
      (SELECT max(at_ms) FROM mails WHERE mails.message_id = outbox.message_id AND outcome = 'parked'),
      created_at_ms) AS parkedAtMs
    FROM outbox WHERE state = 'parked') AS parked`;

/** The caller holds the transaction. */
export function prune(
  { connection, run }: { connection: Connection; run: Run },
  { nowMs, kept }: { nowMs: number; kept: Kept },
): void {
  const yearAgoMs = nowMs - YEAR_MS;
  run(`DELETE FROM history WHERE at_ms < ? AND NOT (${LAST_END})`, yearAgoMs);
  run('DELETE FROM mails WHERE at_ms < ?', yearAgoMs);
  run(
    'DELETE FROM mail_subjects WHERE created_at_ms < ? AND message_id NOT IN (SELECT message_id FROM outbox)',
    yearAgoMs,
  );
  const parked = connection.prepare(PARKED).all() as {
    messageId: string;
    recipient: string;
    parkedAtMs: number;
    reached: number;
  }[];
  for (const { messageId, recipient, parkedAtMs, reached } of parked) {
    const needsSomebody = kept.isRecipient(recipient) && reached === 0 && parkedAtMs > nowMs - PARKED_MS;
    if (!needsSomebody) run('DELETE FROM outbox WHERE message_id = ?', messageId);
  }
  const quiet = connection
    .prepare(
      'SELECT account, id FROM certificates WHERE up = 0 AND coalesce(last_success_ms, watched_since_ms) < ?',
    )
    .all(yearAgoMs) as { account: string; id: string }[];
  for (const key of quiet) {
    if (kept.isConfigured(key)) continue;
    for (const table of ['certificates', 'alerts', 'silences'])
      run(`DELETE FROM ${table} WHERE account = ? AND id = ?`, key.account, key.id);
  }
}
