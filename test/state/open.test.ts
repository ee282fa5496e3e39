// The state file is made whole, brought up to date, or refused and left as it is: it never starts over in silence.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { MonitorError } from '../../src/shared/errors.ts';
import { openStoreBeside } from '../../src/state/beside.ts';
import { lockState } from '../../src/state/lock.ts';
import { APPLICATION_ID, MIGRATIONS, STATE_VERSION } from '../../src/state/migrations.ts';
import { openExistingState, openState } from '../../src/state/open.ts';
import { TEXT_COLUMNS } from '../../src/state/soundness.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import { ACCOUNT, alert, ID, listed, mail, NOW, readOk, watchAfter } from '../support/factories.ts';
import { temporaryFolder } from '../support/fakes.ts';
import { bundleState, startStoreProcess } from '../support/store-process.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = folder.file('state.db');
});

afterEach(() => folder.remove());

/** What opening the file comes to: the error, or what is in it. */
function opened(path = file): MonitorError | string {
  try {
    const { connection } = openState(path);
    try {
      return JSON.stringify(connection.prepare('SELECT count(*) AS n FROM certificates').all());
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof MonitorError) return error;
    throw error;
  }
}

/** Opens and reads all that the daemon reads at its start. */
function loaded(): MonitorError | string {
  const text = opened();
  if (text instanceof MonitorError) return text;
  const store = createSqliteStore(file);
  try {
    store.load();
    return text;
  } catch (error) {
    if (error instanceof MonitorError) return error;
    throw error;
  } finally {
    void store.close();
  }
}

/** Opens a file that is to be refused; fails where a byte of it, or the folder, changed by that. */
function refused(path = file): MonitorError {
  const before = readFileSync(path);
  const error = opened(path);
  if (!(error instanceof MonitorError)) throw new Error(`it was opened: ${error}`);
  expect(readFileSync(path).equals(before)).toBe(true);
  return error;
}

async function fill(count: number): Promise<void> {
  const store = createSqliteStore(file);
  const watches = Array.from({ length: count }, (_, n) => ({
    ...watchAfter([NOW, readOk()]),
    id: `scs${n}`,
  }));
  await store.commit(
    () => ({
      watches,
      alerts: [],
      history: [],
      replaced: [],
      mails: [],
      liftedSilences: [],
      adoptedSilences: [],
      marks: { lastCheckMs: NOW },
      atMs: NOW,
    }),
    { expose: false },
  );
  await store.close();
}

describe('a new state', () => {
  test('is made whole, with its folder, and says that it is new', async () => {
    const path = folder.file('a/b/state.db');
    const store = createSqliteStore(path);
    expect(store.created).toBe(true);
    expect(store.load()).toMatchObject({ watches: [], alerts: [], marks: { lastCheckMs: null } });
    await store.close();
    const again = createSqliteStore(path);
    expect(again.created).toBe(false);
    await again.close();
    expect(readdirSync(folder.file('a/b')).filter((name) => name.includes('new'))).toEqual([]);
  });

  test('is not made where a log of a lost one lies: that would start over in silence', () => {
    writeFileSync(`${file}-wal`, 'left');
    expect(opened()).toMatchObject({ code: 'STATE_DAMAGED' });
    expect(existsSync(file)).toBe(false);
  });

  test('is made over what a crash left of an earlier try', async () => {
    for (const end of ['', '-wal', '-shm', '-journal']) writeFileSync(`${file}.new${end}`, 'half');
    const store = createSqliteStore(file);
    expect(store.created).toBe(true);
    await store.close();
    expect(readdirSync(folder.path).filter((name) => name.includes('new'))).toEqual([]);
  });

  test('syncs each commit, and is one of ours', () => {
    const { connection } = openState(file);
    const pragma = (name: string) => connection.prepare(`PRAGMA ${name}`).raw().get();
    expect([
      pragma('journal_mode'),
      pragma('synchronous'),
      pragma('application_id'),
      pragma('user_version'),
    ]).toEqual([['wal'], [2], [APPLICATION_ID], [STATE_VERSION]]);
    connection.close();
  });
});

describe('an older state', () => {
  test('is brought up to date, step by step', () => {
    const old = new Database(file);
    old.pragma(`application_id = ${APPLICATION_ID}`);
    old.close();
    expect(opened()).toBe('[{"n":0}]');
    const { connection } = openState(file);
    expect(connection.prepare('PRAGMA user_version').raw().get()).toEqual([MIGRATIONS.length]);
    connection.close();
  });

  test('of version 1 learns which mail told of which certificate', async () => {
    const old = new Database(file);
    old.pragma(`application_id = ${APPLICATION_ID}`);
    old.exec(MIGRATIONS[0] ?? '');
    old.pragma('user_version = 1');
    const insert = old.prepare("INSERT INTO mails VALUES (?, ?, ?, 'sent', 1, '250 taken')");
    insert.run('<sent@x>', NOW, JSON.stringify(mail({ messageId: '<sent@x>' })));
    const summary = { ...mail({ messageId: '<summary@x>' }), content: { type: 'test', atMs: NOW } };
    insert.run('<summary@x>', NOW, JSON.stringify(summary));
    old
      .prepare("INSERT INTO outbox VALUES (?, ?, ?, 'waiting', 0, 0, 0, NULL)")
      .run('<waits@x>', NOW, JSON.stringify(mail({ messageId: '<waits@x>' })));
    old.close();
    const store = createSqliteStore(file);
    const told = [{ kind: 'expired', change: 'first', severity: 'critical' }];
    expect(store.mailsAbout({ account: ACCOUNT, id: ID }, 10)).toMatchObject([
      {
        messageId: '<sent@x>',
        recipient: 'oncall@example.com',
        told,
        outcome: 'sent',
        response: '250 taken',
      },
      { messageId: '<waits@x>', told, outcome: 'waiting', response: null },
    ]);
    await store.close();
  });

  test('of version 2 keeps everything, and learns what accounts were found to have', async () => {
    const old = new Database(file);
    old.pragma(`application_id = ${APPLICATION_ID}`);
    for (const step of MIGRATIONS.slice(0, 2)) old.exec(step);
    old.pragma('user_version = 2');
    const known = watchAfter([NOW, readOk()]);
    old
      .prepare('INSERT INTO certificates VALUES (?, ?, ?, ?, ?, ?, 1, ?, NULL, NULL, NULL)')
      .run(ACCOUNT, ID, NOW, JSON.stringify(known.certificate), known.standing, NOW, NOW);
    old
      .prepare('INSERT INTO alerts VALUES (?, ?, ?, ?, ?)')
      .run(ACCOUNT, ID, 'expired', NOW, JSON.stringify(alert()));
    const silence = {
      account: ACCOUNT,
      id: ID,
      untilMs: NOW,
      reason: null,
      createdAtMs: NOW,
      baseline: null,
    };
    old.prepare('INSERT INTO silences VALUES (?, ?, ?)').run(ACCOUNT, ID, JSON.stringify(silence));
    old.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?)').run(ACCOUNT, ID, NOW, 'status', 'ISSUED');
    old
      .prepare("INSERT INTO outbox VALUES (?, ?, ?, 'waiting', 0, 0, 0, NULL)")
      .run('<waits@x>', NOW, JSON.stringify(mail({ messageId: '<waits@x>' })));
    old.prepare('INSERT INTO marks VALUES (?, ?)').run('lastCheckMs', String(NOW));
    old.close();

    const store = createSqliteStore(file);
    expect(store.load()).toMatchObject({
      watches: [known],
      alerts: [{ kind: 'expired' }],
      marks: { lastCheckMs: NOW },
    });
    expect(store.silences()).toEqual([silence]);
    expect(store.history({ account: ACCOUNT, id: ID }, 10)).toMatchObject([{ text: 'ISSUED' }]);
    expect(await store.waiting()).toMatchObject([{ mail: { messageId: '<waits@x>' } }]);
    expect(store.discoveries()).toEqual([]);
    const found = { account: ACCOUNT, id: ID, listed: listed(), unlistedSinceMs: NOW };
    await store.noteDiscoveries({ changed: [found, { ...found, id: 'other' }], gone: [] });
    await store.noteDiscoveries({
      changed: [{ ...found, unlistedSinceMs: null }],
      gone: [{ account: ACCOUNT, id: 'other' }],
    });
    await store.close();
    const again = createSqliteStore(file);
    expect(again.discoveries()).toEqual([{ ...found, unlistedSinceMs: null }]);
    await again.close();
  });

  test('whose step fails is refused, and has no half of it', () => {
    const old = new Database(file);
    old.pragma(`application_id = ${APPLICATION_ID}`);
    old.exec('CREATE TABLE mails (a)');
    old.close();
    expect(opened()).toMatchObject({ code: 'STATE_UNUSABLE' });
    const after = new Database(file);
    expect(after.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").raw().all()).toEqual([
      ['mails'],
    ]);
    after.close();
  });
});

describe('what is refused, and left as it is', () => {
  test.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'it has only 0 bytes'],
    ['a text', 'x'.repeat(5_000), 'it is not a SQLite database'],
    ['a header alone', 'SQLite format 3\0', 'it has only 16 bytes'],
    ['zeros', Buffer.alloc(8_192), 'it is not a SQLite database'],
  ])('%s', (_what, content, why) => {
    writeFileSync(file, content);
    const error = refused();
    expect(error.code).toBe('STATE_DAMAGED');
    expect(error.message).toContain(why);
    expect(error.message).toContain('start anew by moving');
    expect(error.message).toContain('told once more');
    expect(error.message).toMatch(/[^.]$/);
  });

  test('a state of a newer version, whose log is there or not', async () => {
    await fill(1);
    const newer = new Database(file);
    newer.pragma(`user_version = ${STATE_VERSION + 1}`);
    const copy = folder.file('copy.db');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    newer.close();
    for (const path of [file, copy]) expect(refused(path)).toMatchObject({ code: 'STATE_NEWER' });
  });

  test('a state whose tables are not, letter by letter, those of its version', async () => {
    await fill(1);
    const bytes = readFileSync(file);
    const place = bytes.indexOf('watched_since_ms');
    bytes[place] = 0xff;
    writeFileSync(file, bytes);
    expect(refused().message).toContain('its tables are not those of a state');
  });

  test('a database of another program', () => {
    const other = new Database(file);
    other.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    other.close();
    expect(refused().message).toContain('another program');
  });

  test('a folder, and a path below a file', () => {
    mkdirSync(file);
    expect(opened()).toMatchObject({ code: 'STATE_UNUSABLE' });
    writeFileSync(folder.file('plain'), '');
    expect(opened(join(folder.file('plain'), 'state.db'))).toMatchObject({ code: 'STATE_UNUSABLE' });
    expect(() => lockState(join(folder.file('plain'), 'state.db'))).toThrow(
      expect.objectContaining({ code: 'STATE_UNUSABLE' }),
    );
  });

  test('one that is cut short', async () => {
    await fill(200);
    const whole = readFileSync(file);
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length * part)));
      expect(refused().code).toBe('STATE_DAMAGED');
    }
  });

  test('one whose rows are no JSON any more, when it is loaded', async () => {
    await fill(1);
    const database = new Database(file);
    database.exec("UPDATE certificates SET certificate = '{'");
    database.close();
    const store = createSqliteStore(file);
    expect(() => store.load()).toThrow(expect.objectContaining({ code: 'STATE_DAMAGED' }));
    await store.close();
  });

  test('one with text that is no UTF-8 any more, over which the binding would end the process', async () => {
    await fill(3);
    const bytes = readFileSync(file);
    const place = bytes.indexOf('scm-testing');
    bytes[place] = 0xff;
    writeFileSync(file, bytes);
    expect(refused().message).toContain('the table certificates holds text that is not UTF-8');
  });

  test('every text column is among those that are looked at', async () => {
    await fill(1);
    const database = new Database(file);
    const names = database
      .prepare(
        "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'",
      )
      .raw()
      .all()
      .flat();
    database.close();
    const looked = Object.entries(TEXT_COLUMNS).flatMap(([table, columns]) =>
      columns.map((column) => `${table}.${column}`),
    );
    expect(looked.toSorted()).toEqual(names.toSorted());
  });

  test('bytes that were changed at random: it is refused, or every row is there', async () => {
    await fill(600);
    const whole = readFileSync(file);
    expect(whole.length).toBeGreaterThan(90 * 4_096);
    writeFileSync(`${file}-wal`, '');
    const seen = { refused: 0, opened: 0 };
    for (let seed = 1; seed <= 100; seed += 1) {
      const bytes = Buffer.from(whole);
      for (let n = 0; n < 1 + (seed % 8); n += 1) {
        const place = random(seed * 31 + n) % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << (random(seed + n * 7) % 8));
      }
      writeFileSync(file, bytes);
      const result = loaded();
      if (result instanceof MonitorError) {
        expect(['STATE_DAMAGED', 'STATE_NEWER']).toContain(result.code);
        expect(readFileSync(file).equals(bytes)).toBe(true);
        seen.refused += 1;
      } else {
        expect(result).toBe('[{"n":600}]');
        seen.opened += 1;
      }
    }
    expect(seen.refused).toBeGreaterThan(20);
  });
});

/** A number that looks random, the same for the same seed. */
function random(seed: number): number {
  let x = (seed * 2_654_435_761) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2_246_822_519) >>> 0;
  return (x ^ (x >>> 13)) >>> 0;
}

describe('beside the daemon', () => {
  test('there must be a state already: none is made', () => {
    expect(() => openExistingState(file)).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('a certificate is found by its key', async () => {
    await fill(3);
    const beside = openStoreBeside(file);
    expect(beside.watch({ account: ACCOUNT, id: 'scs1' })?.id).toBe('scs1');
    expect(beside.watch({ account: ACCOUNT, id: ID })).toBeNull();
    await beside.close();
  });
});

describe('the lock', () => {
  let bundle: Awaited<ReturnType<typeof bundleState>>;

  beforeAll(async () => {
    bundle = await bundleState();
  });

  afterAll(() => bundle.remove());

  test('makes the folder that the state is to lie in', () => {
    lockState(folder.file('a/b/state.db')).release();
    expect(existsSync(folder.file('a/b'))).toBe(true);
  });

  test('is held by one process, said so to the other, and given back by the kernel when that is killed', async () => {
    const child = startStoreProcess(`
      import { lockState } from ${JSON.stringify(bundle.url)};
      lockState(${JSON.stringify(file)});
      console.log('held');
      setInterval(() => undefined, 1000);
    `);
    await child.written(1);
    expect(() => lockState(file, 20)).toThrow(
      expect.objectContaining({
        code: 'STATE_BUSY',
        message: expect.stringContaining('another ccm-cert-monitor works on it'),
      }),
    );
    await child.kill('SIGKILL');
    lockState(file).release();
    lockState(file).release();
  });
});

test('a state whose rights are gone is refused with what to do', () => {
  // A superuser may do everything; for everybody else it is the folder that cannot be written.
  mkdirSync(folder.file('locked'));
  chmodSync(folder.file('locked'), 0o500);
  const result = opened(folder.file('locked/state.db'));
  if (process.getuid?.() === 0) expect(result).toBe('[{"n":0}]');
  else
    expect(result).toMatchObject({
      code: 'STATE_UNUSABLE',
      message: expect.stringContaining('can be written'),
    });
  chmodSync(folder.file('locked'), 0o700);
});
