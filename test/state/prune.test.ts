// What the state forgets, and what it does not.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY_MS } from '../../src/shared/time.ts';
import type { Kept } from '../../src/state/prune.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import { EMPTY_COMMIT, type Store } from '../../src/state/store.ts';
import { ACCOUNT, alert, mail, NOW, readOk, watchAfter } from '../support/factories.ts';
import { temporaryFolder } from '../support/fakes.ts';

const ALL: Kept = { isConfigured: () => true, isRecipient: () => true };
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;

beforeEach(() => {
  folder = temporaryFolder();
  store = createSqliteStore(folder.file('state.db'));
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

describe('a parked mail', () => {
  const parked = mail({ messageId: '<parked@x>', recipient: 'pay@example.com' });
  const counted = () => store.outboxCounts().parked;

  beforeEach(async () => {
    await store.commit(() => ({ ...EMPTY_COMMIT, mails: [parked], atMs: NOW }), { expose: false });
    await store.park({ messageId: parked.messageId, atMs: NOW, response: '550 unknown' });
  });

  /** A later mail, and when its server took it. */
  async function sent(recipient: string, atMs: number): Promise<void> {
    const later = mail({ messageId: `<${recipient}@x>`, recipient, createdAtMs: atMs });
    await store.commit(() => ({ ...EMPTY_COMMIT, mails: [later], atMs }), { expose: false });
    await store.sent({ messageId: later.messageId, atMs, response: '250' });
  }

  test.each<[string, Partial<Kept>, number, number]>([
    ['is counted for as long as its address is configured', {}, 29 * DAY_MS, 1],
    ['for thirty days', {}, 30 * DAY_MS, 0],
    ['and not where its address has left', { isRecipient: (to) => to !== 'pay@example.com' }, 0, 0],
    ['of the others the address does not matter', { isRecipient: (to) => to === 'pay@example.com' }, 0, 1],
  ])('%s', async (_title, kept, ageMs, count) => {
    await store.prune(NOW + ageMs, { ...ALL, ...kept });
    expect(counted()).toBe(count);
  });

  test('is not counted once its address has taken a later mail', async () => {
    await sent('oncall@example.com', NOW + 1);
    await store.prune(NOW + 2, ALL);
    expect(counted()).toBe(1);
    await sent('pay@example.com', NOW + 3);
    await store.prune(NOW + 4, ALL);
    expect(counted()).toBe(0);
  });

  test('stays listed when it is not counted any more', async () => {
    await store.prune(NOW + 31 * DAY_MS, ALL);
    expect(store.mails(10)).toMatchObject({
      outbox: [],
      past: [{ outcome: 'parked', response: '550 unknown' }],
    });
  });
});

describe('a certificate that left the configuration', () => {
  const known = (id: string, atMs: number, up: boolean) => ({ ...watchAfter([atMs, readOk()]), id, up });
  const NONE: Kept = { ...ALL, isConfigured: () => false };
  const ids = () => store.load().watches.map(({ id }) => id);

  beforeEach(async () => {
    const key = { account: ACCOUNT, id: 'long-gone' };
    await store.commit(
      () => ({
        ...EMPTY_COMMIT,
        watches: [
          known('long-gone', NOW - 366 * DAY_MS, false),
          known('gone', NOW - 364 * DAY_MS, false),
          known('unchanged', NOW - 366 * DAY_MS, true),
        ],
        alerts: [{ key, alerts: [alert({ id: 'long-gone' })] }],
        atMs: NOW,
      }),
      { expose: false },
    );
  });

  test('is forgotten with its alerts a year after its last read', async () => {
    await store.prune(NOW, NONE);
    expect(ids()).toEqual(['gone', 'unchanged']);
    expect(store.load().alerts).toEqual([]);
  });

  test('is not where it is configured', async () => {
    await store.prune(NOW, ALL);
    expect(ids()).toHaveLength(3);
  });
});
