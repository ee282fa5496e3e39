// The write-ahead log is brought home beside the loop: it stays short, whoever reads, and loses nothing.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { CHECKPOINT_PRAGMAS, createCheckpoints } from '../../src/state/checkpoint.ts';

const LONG_BYTES = 100_000;
const ROW = 'x'.repeat(2_000);
/** Several times what is long. */
const COMMITS = 100;
const ROWS = 10;

let folder: string;
let path: string;
let writer: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccm-checkpoint-'));
  path = join(folder, 'state.db');
  writer = new Database(path);
  writer.pragma('journal_mode = WAL');
  for (const pragma of CHECKPOINT_PRAGMAS) writer.pragma(pragma);
  writer.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)');
});

afterEach(() => {
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

function commit(): void {
  writer.exec('BEGIN IMMEDIATE');
  for (let n = 0; n < ROWS; n += 1) writer.prepare('INSERT INTO rows (text) VALUES (?)').run(ROW);
  writer.exec('COMMIT');
}

const logBytes = (): number => statSync(`${path}-wal`).size;

/** Commits, and lets each checkpoint come to its end. */
async function commitMany(longBytes: number): Promise<number> {
  let longest = 0;
  for (let n = 0; n < COMMITS; n += 1) {
    commit();
    const checkpoints = createCheckpoints(path, longBytes);
    checkpoints.committed();
    await checkpoints.close();
    longest = Math.max(longest, logBytes());
  }
  return longest;
}

function rowsRead(): number {
  const reader = new Database(path);
  try {
    const [count] = reader.prepare('SELECT count(*) FROM rows').raw().all().flat();
    return Number(count);
  } finally {
    reader.close();
  }
}

describe('the log', () => {
  test('grows without checkpoints, which shows that the others here do something', async () => {
    expect(await commitMany(Number.POSITIVE_INFINITY)).toBeGreaterThan(10 * LONG_BYTES);
  });

  test('is never much longer than what is long, and every row is there', async () => {
    expect(await commitMany(LONG_BYTES)).toBeLessThan(2 * LONG_BYTES);
    expect(rowsRead()).toBe(COMMITS * ROWS);
  });

  test('that is short is left alone', async () => {
    commit();
    const before = statSync(path).size;
    const checkpoints = createCheckpoints(path, Number.POSITIVE_INFINITY);
    checkpoints.committed();
    await checkpoints.close();
    expect(statSync(path).size).toBe(before);
  });

  test('waits for who still reads it, and is short again once that one has gone', async () => {
    commit();
    const reader = new Database(path);
    reader.exec('BEGIN');
    expect(reader.prepare('SELECT count(*) FROM rows').raw().all()).toEqual([[ROWS]]);
    expect(await commitMany(LONG_BYTES)).toBeGreaterThan(10 * LONG_BYTES);
    expect(reader.prepare('SELECT count(*) FROM rows').raw().all()).toEqual([[ROWS]]);
    reader.exec('COMMIT');
    reader.close();
    await commitMany(LONG_BYTES);
    expect(logBytes()).toBeLessThan(2 * LONG_BYTES);
    expect(rowsRead()).toBe((1 + 2 * COMMITS) * ROWS);
  });
});

describe('a checkpoint', () => {
  test('of a log that is gone, or cannot be brought home, stops nobody', async () => {
    const nowhere = createCheckpoints(join(folder, 'nowhere', 'state.db'), 0);
    nowhere.committed();
    nowhere.committed();
    await expect(nowhere.close()).resolves.toBeUndefined();
  });

  test('lets commits go on while it runs', async () => {
    const checkpoints = createCheckpoints(path, 0);
    for (let n = 0; n < COMMITS; n += 1) {
      commit();
      checkpoints.committed();
    }
    await checkpoints.close();
    expect(rowsRead()).toBe(COMMITS * ROWS);
  });
});
