// Only one daemon works on a state: two would tell everything twice.
import { dirname } from 'node:path';
import Database from 'libsql';
import { codeOf, MonitorError } from '../shared/errors.ts';
import { makeFolder } from './folder.ts';

/** How long a daemon that is just ending may hold the state. */
const WAIT_MS = 5_000;

/**
 * Takes the lock beside the state file, for as long as this process lives; the kernel gives it back when the
 * process is killed. Throws MonitorError STATE_BUSY where another process has it.
 */
export function lockState(path: string, waitMs: number = WAIT_MS): { release(): void } {
  const file = `${path}.lock`;
  try {
    makeFolder(dirname(file));
    const lock = new Database(file, { timeout: waitMs } as Database.Options);
    lock.exec('BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch (error) {
    if (codeOf(error) === 'SQLITE_BUSY') {
      throw new MonitorError(
        'STATE_BUSY',
        `Cannot use the state ${path}: another ccm-cert-monitor works on it; stop that one, or set state.path to another file`,
      );
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new MonitorError(
      'STATE_UNUSABLE',
      `Cannot lock the state ${file}: ${text}; check that its folder exists and can be written`,
      { cause: error },
    );
  }
}
