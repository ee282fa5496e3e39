// Brings the write-ahead log home beside the loop: SQLite itself would do so in the COMMIT that makes the log long, and hold up everything else for 20 ms.
import { statSync } from 'node:fs';
import Database from 'libsql/promise';

export interface Checkpoints {
  /**
   * To be called after each commit: where the log is long, begins to write it into the file. What cannot be written now,
   * because another process still reads it or the disk is full, stays in the log, and is tried again after the next commit.
   */
  committed(): void;
  /** Ends what runs. */
  close(): Promise<void>;
}

/** Twice as long as SQLite lets it get by default: each time takes two syncs, and one more by the commit that begins the log anew. */
const LONG_BYTES = 8 * 1024 * 1024;

/** What the writing connection is told. */
export const CHECKPOINT_PRAGMAS = [
  // A last resort, 64 MB: here the log is brought home long before.
  'wal_autocheckpoint = 16000',
  // The log, written from its start again once it has been brought home, is cut to what is in it: so its size tells.
  'journal_size_limit = 0',
] as const;

/** On a connection of its own, whose statements run in another thread; opened when first needed. */
export function createCheckpoints(path: string, longBytes: number = LONG_BYTES): Checkpoints {
  let connection: Database | null = null;
  let running: Promise<void> | null = null;

  async function bringHome(): Promise<void> {
    try {
      connection ??= new Database(path, {});
      // PASSIVE waits for nobody and keeps nobody waiting.
      await connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // The log has everything, synced: nothing is lost, and the next commit asks again.
    } finally {
      running = null;
    }
  }

  return {
    committed() {
      if (running === null && sizeOf(`${path}-wal`) >= longBytes) running = bringHome();
    },
    async close() {
      await running;
      connection?.close();
      connection = null;
    },
  };
}

/** Never throws: the commit before has succeeded, whatever is the matter with the folder now. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
