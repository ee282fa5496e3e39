// Opens the state file: makes a new one whole, brings an older one up to date, refuses any other and leaves it untouched.
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { codeOf, MonitorError } from '../shared/errors.ts';
import { makeFolder } from './folder.ts';
import { APPLICATION_ID, MIGRATIONS, STATE_VERSION } from './migrations.ts';
import { hasSchemaOf, tableOfBrokenText } from './soundness.ts';

export type Connection = Database.Database;

/** How long one statement waits for another process (`silence` beside the daemon) that writes. */
const BUSY_MS = 5_000;

/**
 * Opens the state at `path`, made if there is none. Throws MonitorError: STATE_DAMAGED, STATE_NEWER or
 * STATE_UNUSABLE; the file is then as it was.
 */
export function openState(path: string): { readonly connection: Connection; readonly created: boolean } {
  const file = resolve(path);
  const created = !existsSync(file);
  try {
    if (created) create(file);
    else inspect(file);
    const connection = connect(file);
    migrate(connection);
    return { connection, created };
  } catch (error) {
    throw explain(error, file);
  }
}

/** Opens a state that must be there already: for commands beside the daemon. */
export function openExistingState(path: string): Connection {
  if (!existsSync(resolve(path))) {
    throw new MonitorError(
      'STATE_UNUSABLE',
      `Cannot open the state ${resolve(path)}: there is no such file; start the daemon once, or set state.path`,
    );
  }
  return openState(path).connection;
}

function connect(file: string): Connection {
  const connection = new Database(file, { timeout: BUSY_MS } as Database.Options);
  connection.pragma('journal_mode = WAL');
  // FULL syncs the log at each commit; NORMAL would lose the last commits with the machine's power.
  connection.pragma('synchronous = FULL');
  return connection;
}

/** Another connection to an open state, which sees what was committed and waits for no commit. */
export function openReader(path: string): Connection {
  const file = resolve(path);
  try {
    return new Database(readOnly(file), { timeout: BUSY_MS } as Database.Options);
  } catch (error) {
    throw explain(error, file);
  }
}

function readOnly(file: string): string {
  return `${pathToFileURL(file).href}?mode=ro`;
}

/** A new state appears whole or not at all: a file left empty by a crash would look like a damaged one. */
function create(file: string): void {
  if (existsSync(`${file}-wal`))
    throw damaged(file, `there is ${file}-wal, but the file that it belongs to is gone`);
  makeFolder(dirname(file));
  const draft = `${file}.new`;
  for (const left of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`])
    rmSync(left, { force: true });
  // Without a write-ahead log: the binding may keep that open after close(), and the renamed file would then go on
  // with the draft's log in this process and with its own in every other.
  const connection = new Database(draft);
  // It counts for nothing before it is renamed, and is synced as a whole just before that: fifteen syncs less at a first start.
  connection.pragma('journal_mode = MEMORY');
  connection.pragma('synchronous = OFF');
  connection.pragma(`application_id = ${APPLICATION_ID}`);
  migrate(connection);
  connection.close();
  sync(draft);
  renameSync(draft, file);
  sync(dirname(file));
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Looks at the file without a right to write: SQLite would mend, or empty, what it opens to write. */
function inspect(file: string): void {
  inspectHeader(file);
  const reader = new Database(readOnly(file), { timeout: BUSY_MS } as Database.Options);
  try {
    verify(reader, file);
  } finally {
    reader.close();
  }
}

/** SQLite would take an empty file for a new database. */
function inspectHeader(file: string): void {
  const stat = statSync(file);
  if (!stat.isFile())
    throw new MonitorError(
      'STATE_UNUSABLE',
      `Cannot open the state ${file}: it is not a regular file; set state.path to a file`,
    );
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, header, 0, 100, 0) < 100) throw damaged(file, `it has only ${stat.size} bytes`);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw damaged(file, 'it is not a SQLite database');
  if (header.readUInt32BE(68) !== APPLICATION_ID)
    throw damaged(file, 'it is a SQLite database of another program');
  const version = header.readUInt32BE(60);
  if (version > STATE_VERSION && !existsSync(`${file}-wal`)) throw newer(file, version);
}

function verify(connection: Connection, file: string): void {
  const version = versionOf(connection);
  if (version > STATE_VERSION) throw newer(file, version);
  if (version > 0 && !hasSchemaOf(connection, version))
    throw damaged(file, 'its tables are not those of a state');
  const answer = String(cellOf(connection, 'PRAGMA quick_check(1)') ?? 'no answer');
  if (answer !== 'ok') throw damaged(file, answer);
  const broken = tableOfBrokenText(connection);
  if (broken !== null) throw damaged(file, `the table ${broken} holds text that is not UTF-8`);
}

function versionOf(connection: Connection): number {
  return Number(cellOf(connection, 'PRAGMA user_version'));
}

/** The first cell of the answer. All rows are taken: a statement left in the middle keeps its read lock. */
function cellOf(connection: Connection, sql: string): unknown {
  const [row] = connection.prepare(sql).raw().all();
  return Array.isArray(row) ? row[0] : null;
}

function migrate(connection: Connection): void {
  for (let version = versionOf(connection); version < STATE_VERSION; version += 1) {
    connection.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`);
  }
}

function newer(file: string, version: number): MonitorError {
  return new MonitorError(
    'STATE_NEWER',
    `Cannot open the state ${file}: it was written by a newer version of this program (state version ${version}, this program knows ${STATE_VERSION}); run that version, or set state.path to another file. The file is left as it is`,
  );
}

/** What is said of a file that is not what this program wrote. */
export function damaged(file: string, why: string): MonitorError {
  return new MonitorError(
    'STATE_DAMAGED',
    `Cannot open the state ${file}: the file is damaged (${why}). It is left as it is. Restore it from a backup, or start anew by moving ${file}, ${file}-wal and ${file}-shm away: then everything that holds now is told once more`,
  );
}

/** Puts an error of SQLite or of the file system into words. */
function explain(error: unknown, file: string): MonitorError {
  if (error instanceof MonitorError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? '';
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || /malformed|not a database/.test(text))
    return damaged(file, text);
  return new MonitorError(
    'STATE_UNUSABLE',
    `Cannot open the state ${file}: ${text}; check that its folder exists and can be written`,
    { cause: error },
  );
}
