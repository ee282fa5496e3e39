// The store on SQLite: one connection, writes one after another, a transaction per commit, synced when it resolves.
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'libsql';
import type { Alert } from '../alerts/alert.ts';
import type { Watch } from '../certificates/watch.ts';
import { codeOf } from '../shared/errors.ts';
import { CHECKPOINT_PRAGMAS, type Checkpoints, createCheckpoints } from './checkpoint.ts';
import { type Connection, damaged, openReader, openState } from './open.ts';
import { prune } from './prune.ts';
import { createReads } from './reads.ts';
import type { Store } from './store.ts';
import { createTransactions } from './transactions.ts';
import { writeCommit, writeDiscoveries } from './writes.ts';

type Cell = string | number | null;
type Statement = Database.Statement<Cell[]>;

/** Certificates that are read back between two turns of the event loop: a few milliseconds. */
const RECALL_SLICE = 100;

/** Opens (or makes) the state at `path`; throws what `openState` throws. */
export function createSqliteStore(path: string): Store {
  const { connection, created } = openState(path);
  for (const pragma of CHECKPOINT_PRAGMAS) connection.pragma(pragma);
  const beside = { reader: openReader(path), checkpoints: createCheckpoints(resolve(path)) };
  return storeOn(connection, { path, created, ...beside });
}

export interface StoreOptions {
  readonly path: string;
  readonly created: boolean;
  /** What people look at is read on it: the writing connection is busy while a commit syncs. null: on that one all the same. */
  readonly reader: Connection | null;
  /** null: SQLite's own way, for a command that writes one line and ends. */
  readonly checkpoints: Checkpoints | null;
}

/** The store on an open connection. */
export function storeOn(connection: Connection, { path, created, reader, checkpoints }: StoreOptions): Store {
  const reads = createReads(connection);
  const { load, waiting, recall: _, ...looks } = reader === null ? reads : createReads(reader);
  const committed = () => checkpoints?.committed();
  const transaction = createTransactions(connection, { path, committed });
  const statements = new Map<string, Statement>();

  function run(sql: string, ...values: readonly Cell[]): number {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = connection.prepare<Cell[]>(sql);
      statements.set(sql, statement);
    }
    return statement.run(...values).changes;
  }

  function past(
    messageId: string,
    end: { outcome: string; atMs: number; response: string | null; attempt: 0 | 1 },
  ): void {
    run(
      `INSERT INTO mails (message_id, at_ms, mail, outcome, attempts, response)
       SELECT message_id, ?, mail, ?, attempts + ?, ? FROM outbox WHERE message_id = ?`,
      end.atMs,
      end.outcome,
      end.attempt,
      end.response,
      messageId,
    );
  }

  return {
    created,
    load: () => namingFile(reads.load, path),
    ...looks,
    discoveries: () => namingFile(reads.discoveries, path),
    async recall(keys) {
      const watches: Watch[] = [];
      const alerts: Alert[] = [];
      for (let start = 0; start < keys.length; start += RECALL_SLICE) {
        const some = keys.slice(start, start + RECALL_SLICE);
        const recalled = await transaction.between(() => reads.recall(some));
        watches.push(...recalled.watches);
        alerts.push(...recalled.alerts);
        await nextTurn();
      }
      return { watches, alerts };
    },
    waiting: () => transaction.between(reads.waiting),
    commit: (build, { expose }) =>
      transaction(async () => {
        const commit = build(reads.waiting().filter((mail) => !mail.exposed));
        for (const messageId of commit.replaced) {
          past(messageId, { outcome: 'replaced', atMs: commit.atMs, response: null, attempt: 0 });
          run('DELETE FROM outbox WHERE message_id = ?', messageId);
        }
        await writeCommit({ run, commit, expose });
        return commit;
      }),
    noteDiscoveries: (changes) => transaction(() => writeDiscoveries(run, changes)),
    setSilence: (silence) =>
      transaction(() => {
        run(
          'INSERT OR REPLACE INTO silences VALUES (?, ?, ?)',
          silence.account,
          silence.id,
          JSON.stringify(silence),
        );
        note(run, silence, {
          atMs: silence.createdAtMs,
          event: 'silenced',
          text: `until ${new Date(silence.untilMs).toISOString()}`,
        });
      }),
    liftSilence: (key, atMs) =>
      transaction(() => {
        const lifted = run('DELETE FROM silences WHERE account = ? AND id = ?', key.account, key.id) > 0;
        if (lifted) note(run, key, { atMs, event: 'unsilenced', text: 'lifted by hand' });
        return lifted;
      }),
    expose: (messageIds) =>
      transaction(() => {
        const there = new Set<string>();
        for (const messageId of messageIds) {
          if (run("UPDATE outbox SET exposed = 1 WHERE message_id = ? AND state = 'waiting'", messageId) > 0)
            there.add(messageId);
        }
        return there;
      }),
    unexpose: (messageIds) =>
      transaction(() => {
        for (const messageId of messageIds)
          run('UPDATE outbox SET exposed = 0 WHERE message_id = ?', messageId);
      }),
    defer: ({ messageId, exposed, nextAttemptMs, response }) =>
      transaction(() => {
        run(
          'UPDATE outbox SET exposed = ?, attempts = attempts + 1, next_attempt_ms = ?, last_response = ? WHERE message_id = ?',
          exposed ? 1 : 0,
          nextAttemptMs,
          response,
          messageId,
        );
      }),
    sent: ({ messageId, atMs, response }) =>
      transaction(() => {
        past(messageId, { outcome: 'sent', atMs, response, attempt: 1 });
        run('DELETE FROM outbox WHERE message_id = ?', messageId);
      }),
    park: ({ messageId, atMs, response }) =>
      transaction(() => {
        past(messageId, { outcome: 'parked', atMs, response, attempt: 1 });
        run(
          "UPDATE outbox SET state = 'parked', attempts = attempts + 1, last_response = ? WHERE message_id = ?",
          response,
          messageId,
        );
      }),
    prune: (nowMs, kept) => transaction(() => prune({ connection, run }, { nowMs, kept })),
    async close() {
      await transaction.between(() => undefined);
      await checkpoints?.close();
      reader?.close();
      try {
        connection.pragma('wal_checkpoint(TRUNCATE)');
      } finally {
        connection.close();
      }
    },
  };
}

/** A row that is not what this program wrote is found only when it is read: the file is damaged, whatever SQLite said of it. */
function namingFile<Rows>(read: () => Rows, path: string): Rows {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'STATE_DAMAGED') throw damaged(resolve(path), 'a row is not what was written');
    throw error;
  }
}

type Run = (sql: string, ...values: readonly Cell[]) => number;

function note(
  run: Run,
  key: { account: string; id: string },
  entry: { atMs: number; event: string; text: string },
): void {
  run('INSERT INTO history VALUES (?, ?, ?, ?, ?)', key.account, key.id, entry.atMs, entry.event, entry.text);
}
