// A damaged row of what was discovered: the file is named, refused and left as it is, and what was found is never forgotten in silence.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import type { Store } from '../../src/state/store.ts';
import { ACCOUNT, listed, NOW } from '../support/factories.ts';
import { temporaryFolder } from '../support/fakes.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let store: Store;

const FOUND = ['scs1', 'scs2'].map((id) => ({
  account: ACCOUNT,
  id,
  listed: listed({ id }),
  unlistedSinceMs: id === 'scs2' ? NOW : null,
}));

beforeEach(async () => {
  folder = temporaryFolder();
  file = folder.file('state.db');
  store = createSqliteStore(file);
  await store.noteDiscoveries({ changed: FOUND, gone: [] });
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

async function damage(text: string): Promise<void> {
  await store.close();
  const sqlite = new Database(file);
  sqlite.prepare("UPDATE discovered SET listed = ? WHERE id = 'scs1'").run(text);
  sqlite.close();
  store = createSqliteStore(file);
}

test('what was discovered comes back as it was', async () => {
  await store.close();
  store = createSqliteStore(file);
  expect(store.discoveries()).toEqual(FOUND);
});

describe('a row of what was discovered', () => {
  test.each(['', '{"id":"scs1"', 'nothing', '{"id":"scs1",}', '\u0001'])(
    'that is %j is refused',
    async (text) => {
      await damage(text);
      const before = readFileSync(file);
      expect(() => store.discoveries()).toThrow(
        expect.objectContaining({
          code: 'STATE_DAMAGED',
          message: `Cannot open the state ${file}: the file is damaged (a row is not what was written). It is left as it is. Restore it from a backup, or start anew by moving ${file}, ${file}-wal and ${file}-shm away: then everything that holds now is told once more`,
        }),
      );
      expect(readFileSync(file).equals(before)).toBe(true);
    },
  );
});
