// The store keeps what it says: all or nothing, synced, one after another, also when the process is killed.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { keyText } from '../../src/certificates/certificate.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { openStoreBeside } from '../../src/state/beside.ts';
import { openState } from '../../src/state/open.ts';
import { createSqliteStore, storeOn } from '../../src/state/sqlite.ts';
import type { Commit, Store } from '../../src/state/store.ts';
import { ACCOUNT, alert, ID, mail, NOW, readFailed, readOk, watchAfter } from '../support/factories.ts';
import { temporaryFolder, until } from '../support/fakes.ts';
import { notice, noticeCertificate } from '../support/notices.ts';
import { bundleState, startStoreProcess } from '../support/store-process.ts';

const EMPTY: Commit = {
  watches: [],
  alerts: [],
  history: [],
  replaced: [],
  mails: [],
  liftedSilences: [],
  adoptedSilences: [],
  marks: {},
  atMs: NOW,
};
const KEY = { account: ACCOUNT, id: ID };
const SILENCE = { ...KEY, untilMs: NOW + DAY_MS, reason: 'planned', createdAtMs: NOW, baseline: null };
const ALL = { isConfigured: () => true, isRecipient: () => true };
const ENTRY = { ...KEY, atMs: NOW, event: 'status', text: 'ISSUED' };

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let store: Store;

beforeEach(() => {
  folder = temporaryFolder();
  file = folder.file('state.db');
  store = createSqliteStore(file);
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

const commit = (parts: Partial<Commit>, expose = false) =>
  store.commit(() => ({ ...EMPTY, ...parts }), { expose });

/** Another process looks at the state: only what is committed is there. */
function elsewhere<Result>(look: (other: Store) => Result): Promise<Result> {
  const other = createSqliteStore(file);
  const result = look(other);
  return other.close().then(() => result);
}

/**
 * Statements of the opening that nobody holds any more are ended on this thread, and would wait for what the connection does in another,
 * or have it forget why it failed.
 */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}

describe('what is committed', () => {
  test('is read back as it was, in another process too', async () => {
    const watches = [
      watchAfter([NOW, readOk()]),
      { ...watchAfter([NOW, readFailed()]), id: 'failing' },
      { ...watchAfter([NOW, readFailed('missing')]), id: 'gone' },
    ];
    const alerts = [alert({ threads: { 'a@x': '<1@x>' } }), alert({ kind: 'revoked' })];
    const marks = {
      lastCheckMs: NOW,
      lastCompleteCheckMs: NOW,
      nextCheckMs: NOW + 1,
      checkCron: '* * * * * UTC',
      nextSummaryMs: NOW + 2,
      summaryCron: '0 9 * * 1 UTC',
    };
    await commit({ watches, alerts: [{ key: KEY, alerts }], history: [ENTRY], mails: [mail()], marks });
    const snapshot = store.load();
    expect(snapshot.watches.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      watches.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(snapshot.alerts).toEqual(expect.arrayContaining(alerts));
    expect(snapshot.marks).toEqual(marks);
    expect(await elsewhere((other) => other.load())).toEqual(snapshot);
    expect(store.history(KEY, 10)).toEqual([ENTRY]);
  });

  test('replaces the alerts of a certificate, and a mark that is null is gone', async () => {
    await commit({
      alerts: [{ key: KEY, alerts: [alert(), alert({ kind: 'revoked' })] }],
      marks: { nextCheckMs: 5 },
    });
    await commit({
      alerts: [{ key: KEY, alerts: [alert({ kind: 'missing' })] }],
      marks: { nextCheckMs: null },
    });
    expect(store.load().alerts.map(({ kind }) => kind)).toEqual(['missing']);
    expect(store.load().marks.nextCheckMs).toBeNull();
  });

  test('of one that is read well, and not written again, the last success is that of the last check', async () => {
    await commit({
      watches: [
        watchAfter([NOW, readOk()]),
        { ...watchAfter([NOW, readOk()], [NOW + 1, readFailed()]), id: 'failing' },
      ],
      marks: { lastCheckMs: NOW + 99 },
    });
    expect(store.load().watches.map(({ id, lastSuccessMs }) => [id, lastSuccessMs])).toEqual(
      expect.arrayContaining([
        [ID, NOW + 99],
        ['failing', NOW],
      ]),
    );
  });

  test('is all or nothing: one row that cannot be written takes all back, and the next commit goes through', async () => {
    const bad = { ...watchAfter([NOW, readOk()]), id: null as unknown as string };
    await expect(
      commit({
        marks: { lastCheckMs: 1 },
        history: [ENTRY],
        mails: [mail()],
        watches: [watchAfter([NOW, readOk()]), bad],
      }),
    ).rejects.toMatchObject({
      code: 'STATE_UNUSABLE',
      message: expect.stringMatching(/^Cannot write the state .*check its volume and rights$/),
    });
    expect([
      store.load().watches,
      store.history(KEY, 1),
      await store.waiting(),
      store.load().marks.lastCheckMs,
    ]).toEqual([[], [], [], null]);
    await commit({ mails: [mail()] });
    expect(await store.waiting()).toHaveLength(1);
  });

  test('is nothing where building it fails', async () => {
    await expect(
      store.commit(
        () => {
          throw new Error('a fault of ours');
        },
        { expose: false },
      ),
    ).rejects.toMatchObject({ code: 'STATE_UNUSABLE' });
    await commit({ history: [ENTRY] });
    expect(store.history(KEY, 10)).toHaveLength(1);
  });

  test('names the lock of another process by what to do', async () => {
    await collectGarbage();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const waits = commit({ history: [ENTRY] });
    const refused = await waits.then(String, String);
    expect(refused).toContain('Cannot write the state');
    expect(refused).toContain('another process holds it');
    other.exec('ROLLBACK');
    other.close();
  }, 15_000);
});

test('a row that is not what was written is said to be a damaged file, by its name', async () => {
  await commit({ watches: [watchAfter([NOW, readOk()])] });
  const other = new Database(file);
  other.exec('UPDATE certificates SET certificate = \'{"status":\'');
  other.close();
  expect(() => store.load()).toThrow(
    expect.objectContaining({
      code: 'STATE_DAMAGED',
      message: expect.stringMatching(/^Cannot open the state .*: the file is damaged \(a row is not/),
    }),
  );
});

test('what people look at is read while a commit waits for another process, which then lets it through', async () => {
  await collectGarbage();
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  const waits = commit({ history: [ENTRY] });
  // Until the statement that waits has begun in its thread: reads on its connection would wait with it, in vain.
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  expect(store.history(KEY, 10)).toEqual([]);
  expect(store.outboxCounts()).toEqual({ waiting: 0, parked: 0, oldestMs: null });
  other.exec('ROLLBACK');
  other.close();
  await waits;
  expect(store.history(KEY, 10)).toEqual([ENTRY]);
});

test('a full disk takes the commit back, says what to do, and the next one goes through once there is room', async () => {
  const path = folder.file('full.db');
  const { connection, created } = openState(path);
  const full = storeOn(connection, { path, created, reader: null, checkpoints: null });
  const pages = connection.prepare('PRAGMA page_count').raw().get();
  connection.pragma(`max_page_count = ${Array.isArray(pages) ? pages[0] : 1}`);
  const history = Array.from({ length: 2_000 }, () => ({ ...ENTRY, text: 'x'.repeat(100) }));
  await expect(full.commit(() => ({ ...EMPTY, history }), { expose: false })).rejects.toMatchObject({
    code: 'STATE_UNUSABLE',
    message: expect.stringContaining('free space on its volume'),
  });
  expect(full.history(KEY, 1)).toEqual([]);
  connection.pragma('max_page_count = 100000');
  await full.commit(() => ({ ...EMPTY, history }), { expose: false });
  expect(full.history(KEY, 5_000)).toHaveLength(2_000);
  await full.close();
});

describe('ten thousand rows', () => {
  test('let other work through while they are written, and are seen all at once or not at all', async () => {
    const watches = Array.from({ length: 10_000 }, (_, n) => ({
      ...watchAfter([NOW, readOk()]),
      id: `scs${n}`,
    }));
    let turns = 0;
    let writing = true;
    const seen: number[] = [];
    const other = createSqliteStore(file);
    const done = commit({ watches, mails: [mail()] }).then(() => {
      writing = false;
    });
    const waiting = store.waiting();
    while (writing) {
      turns += 1;
      if (turns % 10 === 0) seen.push(other.load().watches.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expect(turns).toBeGreaterThan(30);
    // The commit is synced in another thread: the last look may come between that and its answer here.
    expect(seen[0]).toBe(0);
    expect(seen.filter((rows) => rows !== 0 && rows !== 10_000)).toEqual([]);
    expect(await waiting).toHaveLength(1);
    expect(other.load().watches).toHaveLength(10_000);
    await other.close();
  });

  test('a silence from another process waits for them, and is there after them', async () => {
    const watches = Array.from({ length: 2_000 }, (_, n) => ({
      ...watchAfter([NOW, readOk()]),
      id: `scs${n}`,
    }));
    const url = await bundleState();
    const child = startStoreProcess(`
      import { createSqliteStore } from ${JSON.stringify(url.url)};
      const store = createSqliteStore(${JSON.stringify(file)});
      console.log('open');
      for (let n = 0; n < 20; n += 1) await store.setSilence({ account: 'default', id: 'by hand ' + n, untilMs: 1, reason: null, createdAtMs: 0, baseline: null });
      console.log('set');
      await store.close();
    `);
    await child.written(1);
    for (let n = 0; n < 10; n += 1) await commit({ watches });
    await child.written(2);
    await child.kill('SIGKILL');
    url.remove();
    expect(store.silences()).toHaveLength(20);
    expect(store.load().watches).toHaveLength(2_000);
  });
});

describe('silences', () => {
  test('are set, lifted and noted in the history; one that is not there cannot be lifted', async () => {
    const beside = openStoreBeside(file);
    await beside.setSilence(SILENCE);
    expect(store.silences()).toEqual([SILENCE]);
    expect(await beside.liftSilence(KEY, NOW)).toBe(true);
    expect(await beside.liftSilence(KEY, NOW)).toBe(false);
    expect(store.silences()).toEqual([]);
    expect(
      beside
        .history(KEY, 10)
        .map(({ event }) => event)
        .sort(),
    ).toEqual(['silenced', 'unsilenced']);
    await beside.close();
  });

  test('are adopted and lifted by a commit', async () => {
    await store.setSilence(SILENCE);
    const adopted = { ...SILENCE, baseline: { status: 'ISSUED', notAfterMs: null } };
    await commit({ adoptedSilences: [adopted] });
    expect(store.silences()).toEqual([adopted]);
    // One that another process has set anew meanwhile is not the one that was judged.
    await commit({ liftedSilences: [{ ...adopted, createdAtMs: adopted.createdAtMs - 1 }] });
    expect(store.silences()).toEqual([adopted]);
    await commit({ liftedSilences: [adopted] });
    expect(store.silences()).toEqual([]);
  });
});

describe('the outbox', () => {
  const one = mail({ messageId: '<1@x>', createdAtMs: NOW });
  const two = mail({ messageId: '<2@x>', createdAtMs: NOW - 1 });
  const ids = async () => (await store.waiting()).map(({ mail: { messageId } }) => messageId);

  test('gives the oldest first, and counts', async () => {
    expect(store.outboxCounts()).toEqual({ waiting: 0, parked: 0, oldestMs: null });
    await commit({ mails: [one, two] });
    expect(await ids()).toEqual(['<2@x>', '<1@x>']);
    expect(store.outboxCounts()).toEqual({ waiting: 2, parked: 0, oldestMs: NOW - 1 });
  });

  test('shows a commit what nobody can have seen, and nothing else', async () => {
    await commit({ mails: [one] }, true);
    await commit({ mails: [two] });
    let seen: readonly string[] = [];
    await store.commit(
      (unseen) => {
        seen = unseen.map(({ mail: { messageId } }) => messageId);
        return EMPTY;
      },
      { expose: false },
    );
    expect(seen).toEqual(['<2@x>']);
  });

  test('takes the same mail once', async () => {
    await commit({ mails: [one] });
    await store.defer({ messageId: '<1@x>', exposed: true, nextAttemptMs: 7, response: '450' });
    await commit({ mails: [one] });
    expect(await store.waiting()).toMatchObject([
      { attempts: 1, exposed: true, nextAttemptMs: 7, lastResponse: '450' },
    ]);
  });

  test('replaces, sends and parks, each with its trace', async () => {
    const three = mail({ messageId: '<3@x>' });
    await commit({ mails: [one, two, three] });
    await commit({ replaced: ['<1@x>'] });
    await store.sent({ messageId: '<2@x>', atMs: NOW + 1, response: '250' });
    await store.park({ messageId: '<3@x>', atMs: NOW + 2, response: '550' });
    const { outbox, past } = store.mails(10);
    expect(outbox).toMatchObject([{ state: 'parked', attempts: 1, lastResponse: '550' }]);
    expect(past.map(({ outcome, attempts, response }) => [outcome, attempts, response])).toEqual([
      ['parked', 1, '550'],
      ['sent', 1, '250'],
      ['replaced', 0, null],
    ]);
    expect(store.outboxCounts()).toEqual({ waiting: 0, parked: 1, oldestMs: null });
    expect(store.mails(1).past).toHaveLength(1);
  });

  test('says who does not get what, those with the most mails first', async () => {
    const b = mail({ messageId: '<4@x>', recipient: 'b@example.com' });
    await commit({ mails: [one, two, b] });
    await store.defer({ messageId: '<1@x>', exposed: false, nextAttemptMs: 7, response: '451 later' });
    await store.park({ messageId: '<4@x>', atMs: NOW, response: '550 no' });
    expect(store.undelivered()).toEqual([
      { recipient: one.recipient, waiting: 2, parked: 0, response: '451 later' },
      { recipient: 'b@example.com', waiting: 0, parked: 1, response: '550 no' },
    ]);
  });

  test('tells of each mail about a certificate what came of it, the newest first', async () => {
    const four = mail({ messageId: '<4@x>', createdAtMs: NOW + 5, recipient: 'b@example.com' });
    const three = mail({ messageId: '<3@x>', createdAtMs: NOW + 2 });
    const other = notice({ certificates: [noticeCertificate({ id: 'other' })] });
    const digest = mail({
      messageId: '<5@x>',
      createdAtMs: NOW + 9,
      content: {
        type: 'notices',
        notices: [
          notice({ certificates: [noticeCertificate({ id: ID })] }),
          notice({
            certificates: [noticeCertificate({ id: ID })],
            kind: 'revoked',
            severity: 'critical',
            change: 'reminder',
          }),
          other,
        ],
      },
    });
    await commit({ mails: [one, two, three, four, digest] });
    await commit({ replaced: ['<1@x>'] });
    await store.sent({ messageId: '<2@x>', atMs: NOW + 1, response: '250 taken' });
    await store.park({ messageId: '<3@x>', atMs: NOW + 2, response: '550 nobody' });
    await store.defer({ messageId: '<4@x>', exposed: true, nextAttemptMs: 7, response: '450 later' });
    const first = { kind: 'expired', change: 'first', severity: 'critical' };
    const expiring = { kind: 'expiring', change: 'first', severity: 'warning' };
    const to = 'oncall@example.com';
    expect(store.mailsAbout(KEY, 10)).toEqual([
      {
        messageId: '<5@x>',
        recipient: to,
        createdAtMs: NOW + 9,
        told: [{ kind: 'revoked', change: 'reminder', severity: 'critical' }, expiring],
        outcome: 'waiting',
        atMs: null,
        attempts: 0,
        response: null,
      },
      {
        messageId: '<4@x>',
        recipient: 'b@example.com',
        createdAtMs: NOW + 5,
        told: [first],
        outcome: 'waiting',
        atMs: null,
        attempts: 1,
        response: '450 later',
      },
      {
        messageId: '<3@x>',
        recipient: to,
        createdAtMs: NOW + 2,
        told: [first],
        outcome: 'parked',
        atMs: NOW + 2,
        attempts: 1,
        response: '550 nobody',
      },
      {
        messageId: '<1@x>',
        recipient: to,
        createdAtMs: NOW,
        told: [first],
        outcome: 'replaced',
        atMs: NOW,
        attempts: 0,
        response: null,
      },
      {
        messageId: '<2@x>',
        recipient: to,
        createdAtMs: NOW - 1,
        told: [first],
        outcome: 'sent',
        atMs: NOW + 1,
        attempts: 1,
        response: '250 taken',
      },
    ]);
    expect(store.mailsAbout({ ...KEY, id: 'other' }, 10)).toMatchObject([
      { messageId: '<5@x>', told: [expiring] },
    ]);
    expect(store.mailsAbout({ ...KEY, account: 'another' }, 10)).toEqual([]);
    expect(store.mailsAbout(KEY, 1)).toHaveLength(1);
  });

  test('exposes only what still waits, and takes it back', async () => {
    await commit({ mails: [one, two] });
    await store.park({ messageId: '<2@x>', atMs: NOW, response: '550' });
    expect(await store.expose(['<1@x>', '<2@x>', '<none@x>'])).toEqual(new Set(['<1@x>']));
    expect(await store.waiting()).toMatchObject([{ exposed: true }]);
    await store.unexpose(['<1@x>']);
    expect(await store.waiting()).toMatchObject([{ exposed: false }]);
  });
});

test('the last change of an end is known after a year, too, and earlier ones are not', async () => {
  const end = (atMs: number, id = ID) => ({ ...ENTRY, id, atMs, event: 'not_after', text: 'an end' });
  const old = NOW - 400 * DAY_MS;
  await commit({ history: [end(old), end(old - 1), end(old, 'renewed'), end(NOW, 'renewed'), ENTRY] });
  await store.prune(NOW, ALL);
  expect(store.history(KEY, 10).map(({ atMs }) => atMs)).toEqual([NOW, old]);
  expect(store.history({ ...KEY, id: 'renewed' }, 10).map(({ atMs }) => atMs)).toEqual([NOW]);
  expect(store.endsChangedMs()).toEqual(
    new Map([
      [keyText(KEY), old],
      [keyText({ ...KEY, id: 'renewed' }), NOW],
    ]),
  );
});

test('what a commit has written and takes back is never recalled', async () => {
  await commit({ watches: [watchAfter([NOW, readOk()])] });
  const later = watchAfter([NOW, readOk()], [NOW + 1, readOk({ status: 'REVOKED' })]);
  // A parameter that SQLite cannot take ends it half way, after the row.
  const failing = store.commit(
    () => ({ ...EMPTY, watches: [later], history: [{ ...ENTRY, atMs: Number.NaN }] }),
    { expose: false },
  );
  const recalled = store.recall([KEY]);
  await expect(failing).rejects.toThrow('Cannot write the state');
  expect((await recalled).watches).toMatchObject([{ certificate: { status: 'ISSUED' } }]);
});

test('a year is kept, and no more', async () => {
  const old = NOW - 365 * DAY_MS - 1;
  await commit({
    history: [{ ...ENTRY, atMs: old }, ENTRY],
    mails: [
      mail({ messageId: '<old@x>', createdAtMs: old }),
      mail({ messageId: '<parked@x>', createdAtMs: old }),
      mail({ messageId: '<waits@x>', createdAtMs: old }),
    ],
  });
  await store.sent({ messageId: '<old@x>', atMs: old, response: '250' });
  await store.park({ messageId: '<parked@x>', atMs: old, response: '550' });
  await store.prune(NOW, ALL);
  expect(store.history(KEY, 10)).toEqual([ENTRY]);
  expect(store.mails(10)).toMatchObject({ outbox: [{ state: 'waiting' }], past: [] });
});

describe('a process that is killed in the middle of writing', () => {
  let bundle: Awaited<ReturnType<typeof bundleState>>;
  beforeAll(async () => {
    bundle = await bundleState();
  });
  afterAll(() => bundle.remove());

  test.each([3, 17, 40])(
    'after %d commits that it was told are done: each of them is there, whole',
    async (count) => {
      const path = folder.file('killed.db');
      const child = startStoreProcess(`
      import { createSqliteStore } from ${JSON.stringify(bundle.url)};
      const store = createSqliteStore(${JSON.stringify(path)});
      const empty = ${JSON.stringify(EMPTY)};
      for (let n = 1; ; n += 1) {
        const history = Array.from({ length: 400 }, (_, row) => ({ account: 'a', id: String(n), atMs: row, event: 'status', text: 'x'.repeat(200) }));
        await store.commit(() => ({ ...empty, history, marks: { lastCheckMs: n } }), { expose: false });
        console.log(n);
      }
    `);
      await child.written(count);
      await child.kill('SIGKILL');
      const told = Number(child.lines.at(-1));
      const after = createSqliteStore(path);
      const last = after.load().marks.lastCheckMs ?? 0;
      expect(last).toBeGreaterThanOrEqual(told);
      expect(last).toBeLessThanOrEqual(told + 1);
      for (let n = 1; n <= last; n += 1)
        expect(after.history({ account: 'a', id: String(n) }, 1_000)).toHaveLength(400);
      expect(after.history({ account: 'a', id: String(last + 1) }, 1_000)).toEqual([]);
      await after.close();
    },
  );
});

test('closing waits for what is being written', async () => {
  const path = folder.file('closing.db');
  const closing = createSqliteStore(path);
  const history = Array.from({ length: 3_000 }, () => ENTRY);
  let done = false;
  void closing
    .commit(() => ({ ...EMPTY, history }), { expose: false })
    .then(() => {
      done = true;
    });
  await closing.close();
  await until('the commit is told', () => done);
  const after = createSqliteStore(path);
  expect(after.history(KEY, 5_000)).toHaveLength(3_000);
  await after.close();
});
