// Finds damage that SQLite does not look for: a schema that is not ours, and text that is no text any more.
import { isUtf8 } from 'node:buffer';
import Database from 'libsql';
import { MIGRATIONS } from './migrations.ts';

/** Every text column, of the current version and of those before it: the binding ends the process over one that is no UTF-8. */
export const TEXT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  certificates: ['account', 'id', 'certificate', 'standing', 'failure'],
  alerts: ['account', 'id', 'kind', 'alert'],
  silences: ['account', 'id', 'silence'],
  outbox: ['message_id', 'mail', 'state', 'last_response'],
  mails: ['message_id', 'mail', 'outcome', 'response'],
  mail_subjects: ['account', 'id', 'message_id', 'kind', 'change', 'recipient', 'severity'],
  history: ['account', 'id', 'event', 'text'],
  discovered: ['account', 'id', 'listed'],
  marks: ['name', 'value'],
};

/**
 * A table with text that is not UTF-8, or null. Reads as bytes, so that no text is made of them, and to the end: a
 * statement left in the middle keeps its read lock.
 */
export function tableOfBrokenText(connection: Database.Database): string | null {
  let broken: string | null = null;
  const there = new Set(
    connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").raw().all().flat(),
  );
  for (const [table, columns] of Object.entries(TEXT_COLUMNS)) {
    if (!there.has(table)) continue;
    const bytes = columns.map((column) => `CAST(${column} AS BLOB)`).join(', ');
    for (const row of connection.prepare(`SELECT ${bytes} FROM ${table}`).raw().iterate())
      if (Array.isArray(row) && row.some((cell) => Buffer.isBuffer(cell) && !isUtf8(cell))) broken = table;
  }
  return broken;
}

/** Whether tables and indexes are, letter by letter, those that the migrations up to this version make. */
export function hasSchemaOf(connection: Database.Database, version: number): boolean {
  const ours = new Database(':memory:');
  try {
    for (const migration of MIGRATIONS.slice(0, version)) ours.exec(migration);
    return schemaBytes(connection).equals(schemaBytes(ours));
  } finally {
    ours.close();
  }
}

function schemaBytes(connection: Database.Database): Buffer {
  const statement = connection.prepare(
    "SELECT CAST(type || '|' || name || '|' || tbl_name || '|' || ifnull(sql, '') AS BLOB) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1",
  );
  const rows = statement.raw().all().flat();
  return Buffer.concat(rows.filter((cell) => Buffer.isBuffer(cell)));
}
