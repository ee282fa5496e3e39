// What left the configuration, on a real state: what waits to be told of it is taken back, and nothing else is.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Mail } from '../src/alerts/alert.ts';
import { noteDepartures } from '../src/departures.ts';
import { createSqliteStore } from '../src/state/sqlite.ts';
import { EMPTY_COMMIT, type Store } from '../src/state/store.ts';
import { createFakeClock } from './support/clock.ts';
import {
  ACCOUNT,
  alert,
  config,
  configured,
  mail,
  NOW,
  notice,
  readOk,
  watchAfter,
} from './support/factories.ts';
import { temporaryFolder } from './support/fakes.ts';

const STAYS = 'scs0000000000001';
const LEAVES = 'scs0000000000002';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;

beforeEach(async () => {
  folder = temporaryFolder();
  store = createSqliteStore(folder.file('state.db'));
  const watches = [STAYS, LEAVES].map((id) => ({ ...watchAfter([NOW, readOk()]), id }));
  const alerts = [STAYS, LEAVES].map((id) => ({ key: { account: ACCOUNT, id }, alerts: [alert({ id })] }));
  await store.commit(() => ({ ...EMPTY_COMMIT, watches, alerts, atMs: NOW }), { expose: false });
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

async function put(mails: readonly Mail[], { expose }: { expose: boolean }): Promise<void> {
  await store.commit(() => ({ ...EMPTY_COMMIT, mails, atMs: NOW }), { expose });
}

function mailOf(name: string, ids: readonly string[]): Mail {
  return mail({
    messageId: `<${name}@example.com>`,
    recipient: `${name}@example.com`,
    content: { type: 'notices', notices: ids.map((id) => notice({ id })) },
  });
}

async function leave(...ids: readonly string[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  const departed = store.load().watches.filter(({ id }) => ids.includes(id));
  await noteDepartures(
    {
      config: () => config([configured({ id: STAYS })]),
      store,
      clock: createFakeClock(),
      onWriteFailed: (error) => failures.push(error),
    },
    departed,
  );
  return failures;
}

async function waiting(): Promise<readonly string[]> {
  return (await store.waiting()).map(({ mail: { recipient, content } }) => {
    const ids = content.type === 'notices' ? content.notices.flatMap(({ alerts }) => alerts) : [];
    return `${recipient}: ${ids.map(({ id }) => id).join(' ')}`;
  });
}

test('nothing that waits is told of it, and what else the mail says is', async () => {
  await put([mailOf('a', [STAYS, LEAVES]), mailOf('b', [LEAVES]), mailOf('c', [STAYS])], { expose: false });
  expect(await leave(LEAVES)).toEqual([]);
  expect((await waiting()).toSorted()).toEqual([`a@example.com: ${STAYS}`, `c@example.com: ${STAYS}`]);
  expect((await store.waiting()).map(({ mail: { references } }) => references)).toContainEqual([
    '<a@example.com>',
  ]);
});

test('what nobody was told of is told anew should it come back, and what was told is not', async () => {
  await put([mailOf('a', [LEAVES])], { expose: false });
  await leave(STAYS, LEAVES);
  const { alerts, watches } = store.load();
  expect(alerts.map(({ id }) => id)).toEqual([STAYS]);
  expect(watches.map(({ id, up }) => [id, up])).toEqual([
    [STAYS, false],
    [LEAVES, false],
  ]);
});

test('a mail of which the server may have a copy goes on as it is', async () => {
  await put([mailOf('a', [STAYS, LEAVES])], { expose: true });
  await leave(LEAVES);
  expect(await waiting()).toEqual([`a@example.com: ${STAYS} ${LEAVES}`]);
  expect(store.load().alerts).toHaveLength(2);
});

test('a state that cannot be written is said, and where nothing left nothing is written', async () => {
  expect(await leave()).toEqual([]);
  const refused = new Error('the disk is full');
  const failures: unknown[] = [];
  await noteDepartures(
    {
      config: () => config([configured()]),
      store: { commit: () => Promise.reject(refused) },
      clock: createFakeClock(),
      onWriteFailed: (error) => failures.push(error),
    },
    store.load().watches,
  );
  expect(failures).toEqual([refused]);
});
