// Pieces of work one after another on the writing connection, each in a transaction that is synced when it resolves.
import AsyncDatabase from 'libsql/promise';
import { codeOf, MonitorError } from '../shared/errors.ts';
import type { Connection } from './open.ts';

export interface Transactions {
  <Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** Reads between two transactions: what is not committed yet is not seen. */
  between<Result>(read: () => Result): Promise<Result>;
}

/**
 * Runs a statement without rows in another thread: a lock that another process holds, or a disk that is slow to sync, keeps
 * only who waits for it. Both forms of the binding's class stand on the same native connection, which runs one statement
 * at a time: what is read meanwhile waits.
 */
async function execBeside(connection: Connection, sql: string): Promise<void> {
  await Reflect.apply(AsyncDatabase.prototype.exec, connection, [sql]);
}

/** Runs pieces of work one after another, each in a transaction that is synced when it resolves. */
export function createTransactions(
  connection: Connection,
  { path, committed }: { path: string; committed: () => void },
): Transactions {
  let last: Promise<unknown> = Promise.resolve();

  async function inTransaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      await execBeside(connection, 'BEGIN IMMEDIATE');
      const result = await work();
      await execBeside(connection, 'COMMIT');
      committed();
      return result;
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      if (error instanceof MonitorError) throw error;
      throw unusable(error, path);
    }
  }

  function transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const mine = last.then(() => inTransaction(work));
    last = mine.catch(() => undefined);
    return mine;
  }
  return Object.assign(transaction, {
    between: <Result>(read: () => Result): Promise<Result> => last.then(read),
  });
}

/** The advice follows the code: a full disk, a lock, a right that is missing. */
function unusable(error: unknown, path: string): MonitorError {
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? 'unknown error';
  const advice =
    code === 'SQLITE_FULL'
      ? 'free space on its volume'
      : code === 'SQLITE_BUSY'
        ? 'another process holds it'
        : 'check its volume and rights';
  return new MonitorError('STATE_UNUSABLE', `Cannot write the state ${path}: ${text} (${code}); ${advice}`, {
    cause: error,
  });
}
