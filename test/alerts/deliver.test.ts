// The outbox is emptied: never lost, never twice, whatever the mail server, the state and the process do.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Mail, Notice } from '../../src/alerts/alert.ts';
import { backoffMs } from '../../src/alerts/backoff.ts';
import { composeMails } from '../../src/alerts/compose.ts';
import { createDelivery, type Delivery, type Outbox } from '../../src/alerts/deliver.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/shared/time.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import type { Commit, Store } from '../../src/state/store.ts';
import { createFakeClock } from '../support/clock.ts';
import { mail, NOW, notice } from '../support/factories.ts';
import {
  type Answer,
  BAD_PASSWORD,
  countingOpen,
  createFakeMailer,
  createFakeObserver,
  DOWN,
  type FakeMailer,
  GREYLISTED,
  LOST_ANSWER,
  NO_SUCH_USER,
  SENT,
  temporaryFolder,
  until,
} from '../support/fakes.ts';

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

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let openWrites: () => number;
const ends: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  ({ counted: store, open: openWrites } = countingOpen(createSqliteStore(folder.file('state.db'))));
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await store.close();
  folder.remove();
});

/** Lets everything run that is due now, and what the state writes beside the loop. */
async function settle(turns = 30): Promise<void> {
  for (let quiet = 0; quiet < turns; ) {
    await nextTurn();
    quiet = openWrites() === 0 ? quiet + 1 : 0;
  }
}

interface Running {
  readonly delivery: Delivery;
  readonly mailer: FakeMailer;
  readonly observer: ReturnType<typeof createFakeObserver>;
  readonly clock: ReturnType<typeof createFakeClock>;
  /** Lets time pass, has the outbox looked at, and waits until it has been. */
  later(ms: number): Promise<void>;
  stop(): Promise<void>;
}

function run(
  answer: (to: Mail, attempt: number) => Answer,
  { outbox = store as Outbox, graceMs = 30 } = {},
): Running {
  const mailer = createFakeMailer(answer);
  const observer = createFakeObserver();
  const clock = createFakeClock();
  const delivery = createDelivery({ outbox, mailer, clock, observer, random: () => 1, graceMs });
  const stopping = new AbortController();
  const ended = delivery.run(stopping.signal);
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  ends.push(stop);
  return {
    delivery,
    mailer,
    observer,
    clock,
    stop,
    async later(ms) {
      clock.pass(ms);
      delivery.wake();
      await settle();
    },
  };
}

async function put(...mails: readonly Mail[]): Promise<void> {
  await store.commit(() => ({ ...EMPTY, mails }), { expose: true });
}

const to = (name: string, id = name): Mail => mail({ messageId: `<${id}@x>`, recipient: `${name}@x` });
const names = (mails: readonly Mail[]) => mails.map(({ recipient }) => recipient.split('@')[0]);
const outcomes = () =>
  store
    .mails(100)
    .past.map(({ mail: { recipient }, outcome }) => `${recipient} ${outcome}`)
    .sort();

/** A check finds these: they are put together with what waits unseen, as the check does it. */
async function found(
  delivery: Delivery,
  notices: readonly Notice[],
  recipients = ['a@x', 'b@x'],
): Promise<void> {
  await store.commit(
    (unseen) => {
      const addressed = notices.map((one) => ({ notice: one, recipients }));
      return {
        ...EMPTY,
        ...composeMails({
          addressed,
          endedAlerts: [],
          waiting: unseen,
          grouped: () => false,
          domain: 'x',
          nowMs: NOW,
        }),
      };
    },
    { expose: delivery.immediate() },
  );
  delivery.wake();
  await settle();
}

describe('replies', () => {
  test('of five recipients one is refused and one put off: three at once, one later, one parked, none twice', async () => {
    let greylisted = true;
    const { mailer, later } = run(({ recipient }) =>
      recipient === 'b@x' ? NO_SUCH_USER : recipient === 'd@x' && greylisted ? GREYLISTED : SENT,
    );
    await put(...['a', 'b', 'c', 'd', 'e'].map((name) => to(name)));
    await later(0);
    expect(names(mailer.inbox)).toEqual(['a', 'c', 'e']);
    expect(store.outboxCounts()).toMatchObject({ waiting: 1, parked: 1 });
    greylisted = false;
    await later(4 * SECOND_MS);
    expect(mailer.attempts).toHaveLength(5);
    await later(SECOND_MS);
    await later(60 * MINUTE_MS);
    expect(names(mailer.inbox)).toEqual(['a', 'c', 'e', 'd']);
    expect(mailer.attempts).toHaveLength(6);
    expect(outcomes()).toEqual(['a@x sent', 'b@x parked', 'c@x sent', 'd@x sent', 'e@x sent']);
    expect(store.mails(9).outbox).toMatchObject([
      { state: 'parked', attempts: 1, lastResponse: NO_SUCH_USER.response },
    ]);
  });

  test('a server that is down is not asked once per mail', async () => {
    const { mailer, later, delivery } = run(() => DOWN);
    await put(to('a'), to('b'), to('c'));
    await later(0);
    expect(mailer.attempts).toHaveLength(1);
    expect(delivery.immediate()).toBe(false);
    await later(5 * SECOND_MS);
    expect(mailer.attempts).toHaveLength(2);
  });

  test('after an outage there is one digest per recipient, with all that came up meanwhile', async () => {
    let up = false;
    const { mailer, later, delivery } = run(() => (up ? SENT : DOWN));
    for (let n = 0; n < 5; n += 1) await found(delivery, [notice({ id: `certificate ${n}` })]);
    up = true;
    await later(15 * MINUTE_MS);
    expect(names(mailer.inbox).sort()).toEqual(['a', 'b']);
    for (const { content } of mailer.inbox)
      expect(content.type === 'notices' && content.notices.length).toBe(5);
    expect(store.outboxCounts().waiting).toBe(0);
    expect(outcomes().filter((text) => text.endsWith('sent'))).toHaveLength(2);
  });

  test('a password that is refused is tried rarely, and everything is kept', async () => {
    const { mailer, later, observer } = run(() => BAD_PASSWORD);
    await put(to('a'), to('b'));
    await later(0);
    await later(5 * MINUTE_MS - 1);
    expect(mailer.attempts).toHaveLength(1);
    await later(1);
    expect(mailer.attempts).toHaveLength(2);
    expect(observer.outcomes[0]?.retryInMs).toBe(5 * MINUTE_MS);
    expect(store.outboxCounts()).toMatchObject({ waiting: 2, parked: 0 });
  });

  test('a reload has everything tried at once', async () => {
    let up = false;
    const { mailer, delivery } = run(() => (up ? SENT : BAD_PASSWORD));
    await put(to('a'), to('b'));
    delivery.wake();
    await settle();
    up = true;
    delivery.tryAgain();
    await settle();
    expect(names(mailer.inbox).sort()).toEqual(['a', 'b']);
  });

  test('one that is put off for itself does not hold up the others, nor make the server rest', async () => {
    const { mailer, later, delivery } = run(({ recipient }) => (recipient === 'a@x' ? GREYLISTED : SENT));
    await put(to('a'));
    await later(0);
    expect(delivery.immediate()).toBe(true);
    await put(to('b'));
    await later(0);
    expect(names(mailer.inbox)).toEqual(['b']);
    expect(mailer.attempts).toHaveLength(2);
  });
});

describe('an answer that was lost', () => {
  test('has the same mail sent again under its Message-ID, never put together with what is new', async () => {
    let lost = true;
    const { mailer, later, delivery } = run(() => (lost ? LOST_ANSWER : SENT));
    await put(to('a', 'first'));
    await later(0);
    await found(delivery, [notice({ id: 'new' })], ['a@x']);
    lost = false;
    await later(MINUTE_MS);
    expect(mailer.inbox.map(({ messageId }) => messageId).filter((id) => id === '<first@x>')).toHaveLength(2);
    expect(mailer.inbox).toHaveLength(3);
    expect(store.outboxCounts().waiting).toBe(0);
  });

  test('stays a doubt over later failures', async () => {
    const answers: Answer[] = [LOST_ANSWER, DOWN, GREYLISTED, SENT];
    const { mailer, later, delivery } = run((_to, attempt) => answers[attempt] ?? SENT);
    await put(to('a', 'first'));
    await later(0);
    for (let n = 0; n < 4; n += 1) await later(15 * MINUTE_MS);
    await found(delivery, [notice()], ['a@x']);
    expect(mailer.attempts.slice(0, 4).map(({ mail: { messageId } }) => messageId)).toEqual(
      Array(4).fill('<first@x>'),
    );
  });
});

describe('a process that is killed', () => {
  test('while sending: the next one sends what may have been seen as it is, though more is found', async () => {
    const first = run(() => 'hang', { graceMs: 0 });
    await put(to('a', 'seen?'));
    first.delivery.wake();
    await until('the attempt is under way', () => first.mailer.attempts.length === 1);
    const again = createSqliteStore(folder.file('state.db'));
    ends.push(() => again.close());
    const second = run(() => SENT, { outbox: again });
    await settle();
    expect(second.mailer.inbox.map(({ messageId }) => messageId)).toEqual(['<seen?@x>']);
    expect((await again.waiting()).length).toBe(0);
  });

  test('before it could try what it had committed: nothing is lost, and it is sent once', async () => {
    await put(to('a'), to('b'));
    const { mailer } = run(() => SENT);
    await until('both are sent', () => mailer.inbox.length === 2);
    await settle();
    expect(mailer.attempts).toHaveLength(2);
  });

  test('what it left in doubt is not put together with others after a failure', async () => {
    await put(to('a', 'seen?'));
    let up = false;
    const { later, delivery, mailer } = run(() => (up ? SENT : DOWN));
    await later(0);
    await found(delivery, [notice()], ['a@x']);
    up = true;
    await later(15 * MINUTE_MS);
    expect(mailer.inbox.map(({ messageId }) => messageId)).toContain('<seen?@x>');
  });
});

describe('a stop', () => {
  test('lets the mail under way end, and takes no new one', async () => {
    let answer: (() => void) | null = null;
    const slow = { attempts: 0 };
    const observer = createFakeObserver();
    const delivery = createDelivery({
      outbox: store,
      clock: createFakeClock(),
      observer,
      mailer: {
        async send() {
          slow.attempts += 1;
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          return SENT;
        },
      },
    });
    await put(to('a'), to('b'));
    const stopping = new AbortController();
    const ended = delivery.run(stopping.signal);
    await until('the first is under way', () => answer !== null);
    stopping.abort();
    await settle();
    (answer as (() => void) | null)?.();
    await ended;
    expect(slow.attempts).toBe(1);
    expect(store.outboxCounts().waiting).toBe(1);
    expect(outcomes()).toHaveLength(1);
  });

  test('ends a mail that hangs after the grace, and keeps it under its Message-ID', async () => {
    const { mailer, stop, delivery } = run(() => 'hang', { graceMs: 5 });
    await put(to('a'));
    delivery.wake();
    await until('it hangs', () => mailer.attempts.length === 1);
    await stop();
    expect(await store.waiting()).toMatchObject([
      { exposed: true, attempts: 1, mail: { messageId: '<a@x>' } },
    ]);
  });

  test('that comes while the mail is being noted as tried keeps it from being sent', async () => {
    const mailer = createFakeMailer(() => SENT);
    const stopping = new AbortController();
    const outbox: Outbox = {
      ...store,
      async expose(ids) {
        const there = await store.expose(ids);
        stopping.abort();
        return there;
      },
    };
    await store.commit(() => ({ ...EMPTY, mails: [to('a')] }), { expose: false });
    await createDelivery({ outbox, mailer, clock: createFakeClock(), observer: createFakeObserver() }).run(
      stopping.signal,
    );
    expect(mailer.attempts).toEqual([]);
    expect(store.outboxCounts().waiting).toBe(1);
  });

  test('before the start sends nothing', async () => {
    await put(to('a'));
    const mailer = createFakeMailer(() => SENT);
    await createDelivery({
      outbox: store,
      mailer,
      clock: createFakeClock(),
      observer: createFakeObserver(),
    }).run(AbortSignal.abort());
    expect(mailer.attempts).toEqual([]);
  });
});

describe('a state that fails', () => {
  const refuse = () => Promise.reject(new Error('disk full'));

  test.each(['sent', 'park', 'defer'] as const)(
    'when %s is to be noted: nothing is sent twice, or at all, before it is',
    async (what) => {
      let failures = 4;
      const answer = { sent: SENT, park: NO_SUCH_USER, defer: GREYLISTED }[what];
      const outbox: Outbox = {
        ...store,
        [what]: (...parts: [never]) => (failures-- > 0 ? refuse() : store[what](...parts)),
      };
      const { mailer, later, observer } = run(({ recipient }) => (recipient === 'a@x' ? answer : SENT), {
        outbox,
      });
      await put(to('a'), to('b'));
      for (let n = 0; n < 3; n += 1) await later(0);
      expect(names(mailer.attempts.map(({ mail: one }) => one))).toEqual(['a']);
      for (let n = 0; n < 3; n += 1) await later(0);
      expect(names(mailer.attempts.map(({ mail: one }) => one))).toEqual(['a', 'b']);
      expect(observer.failures).toHaveLength(4);
    },
  );

  test('at the stop: what is known is written once more', async () => {
    let broken = true;
    const outbox: Outbox = { ...store, sent: (delivery) => (broken ? refuse() : store.sent(delivery)) };
    const { later, stop } = run(() => SENT, { outbox });
    await put(to('a'));
    await later(0);
    broken = false;
    await stop();
    expect(store.outboxCounts().waiting).toBe(0);
  });

  test('when the outbox is read, at the start too: delivery goes on once it can be', async () => {
    let failures = 3;
    const outbox: Outbox = { ...store, waiting: () => (failures-- > 0 ? refuse() : store.waiting()) };
    await put(to('a'));
    const { mailer, later, observer } = run(() => SENT, { outbox });
    await later(0);
    await later(0);
    expect(names(mailer.inbox)).toEqual(['a']);
    expect(observer.failures).toHaveLength(3);
  });
});

describe('waking', () => {
  test('is never lost, wherever in a round it comes', async () => {
    const { mailer, delivery } = run(() => SENT);
    for (let n = 0; n < 40; n += 1) {
      const done = put(to('a', String(n)));
      await settle(n % 7);
      await done;
      delivery.wake();
    }
    await until('all are sent', () => mailer.inbox.length === 40);
    await settle();
    expect(new Set(mailer.inbox.map(({ messageId }) => messageId)).size).toBe(40);
  });

  test('before the run begins is not lost either', async () => {
    const mailer = createFakeMailer(() => SENT);
    const delivery = createDelivery({
      outbox: store,
      mailer,
      clock: createFakeClock(),
      observer: createFakeObserver(),
    });
    delivery.wake();
    await put(to('a'));
    const stopping = new AbortController();
    const ended = delivery.run(stopping.signal);
    await until('it is sent', () => mailer.inbox.length === 1);
    stopping.abort();
    await ended;
  });

  test('of a mail that was replaced meanwhile sends nothing', async () => {
    await store.commit(() => ({ ...EMPTY, mails: [to('a')] }), { expose: false });
    const outbox: Outbox = {
      ...store,
      async expose(ids) {
        await store.commit(() => ({ ...EMPTY, replaced: ids }), { expose: false });
        return store.expose(ids);
      },
    };
    const { mailer, later } = run(() => SENT, { outbox });
    await later(0);
    expect(mailer.attempts).toEqual([]);
  });
});

describe('backoff', () => {
  test.each([
    [1, 0, 2.5 * SECOND_MS],
    [1, 1, 5 * SECOND_MS],
    [2, 1, 10 * SECOND_MS],
    [8, 1, 640 * SECOND_MS],
    [9, 1, 15 * MINUTE_MS],
    [9, 0, 7.5 * MINUTE_MS],
    [10_000, 1, 15 * MINUTE_MS],
  ])('after %d failures, by chance %d, is %d ms', (failures, random, ms) => {
    expect(backoffMs(failures, random)).toBe(ms);
  });
});
