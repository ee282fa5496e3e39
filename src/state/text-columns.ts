// Finds text in the state that is no text any more: SQLite does not look at it, and the binding ends the process over it.
import { isUtf8 } from 'node:buffer';
import type Database from 'libsql';

/** Every text column of the current version; one that is left out here can take the process down when it is damaged. */
export const TEXT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  certificates: ['account', 'id', 'certificate', 'standing', 'failure'],
  alerts: ['account', 'id', 'kind', 'alert'],
  silences: ['account', 'id', 'silence'],
  outbox: ['message_id', 'mail', 'state', 'last_response'],
  mails: ['message_id', 'mail', 'outcome', 'response'],
  history: ['account', 'id', 'event', 'text'],
  marks: ['name', 'value'],
};

/** The first table with text that is not UTF-8, or null. Reads as bytes, so that no text is made of them. */
export function tableOfBrokenText(connection: Database.Database): string | null {
  for (const [table, columns] of Object.entries(TEXT_COLUMNS)) {
    const bytes = columns.map((column) => `CAST(${column} AS BLOB)`).join(', ');
    for (const row of connection.prepare(`SELECT ${bytes} FROM ${table}`).raw().iterate())
      if (Array.isArray(row) && row.some((cell) => Buffer.isBuffer(cell) && !isUtf8(cell))) return table;
  }
  return null;
}
