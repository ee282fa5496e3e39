// One pass from end to end, with fake accounts and a real state: what is read, written, told and shown.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { judgeAccount, sameAlerts } from '../src/alerts/account.ts';
import type { Alert, Mail, Notice } from '../src/alerts/alert.ts';
import type { Certificate } from '../src/certificates/certificate.ts';
import type { Look } from '../src/certificates/look.ts';
import type { Reading } from '../src/certificates/reading.ts';
import { ALONE } from '../src/certificates/rule.ts';
import type { Served } from '../src/certificates/served.ts';
import { type CheckParts, type CheckReport, mailDomain, policyOf, runCheck } from '../src/check.ts';
import type { CertificateConfig } from '../src/config/config.ts';
import { createMemory, type Memory } from '../src/memory.ts';
import { createRelations } from '../src/relations.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/shared/time.ts';
import { createSqliteStore } from '../src/state/sqlite.ts';
import type { Commit, Store } from '../src/state/store.ts';
import { createFakeClock } from './support/clock.ts';
import { ACCOUNT, config, configured, NOW, readFailed, readOk } from './support/factories.ts';
import { createFakeReader, settle, temporaryFolder, until } from './support/fakes.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let commits: Commit[];
const clock = createFakeClock();

beforeEach(() => {
  folder = temporaryFolder();
  store = createSqliteStore(folder.file('state.db'));
  commits = [];
});

afterEach(async () => {
  jest.useRealTimers();
  await store.close();
  folder.remove();
});

type Answers = (id: string) => Reading | Promise<Reading>;

interface Bench {
  readonly memory: Memory;
  readonly asked: () => readonly string[];
  readonly failures: unknown[];
  check(answers: Answers, signal?: AbortSignal): Promise<CheckReport>;
}

/** The parts of a check over these certificates, kept from one check to the next as the daemon keeps them. */
function bench(certificates: readonly CertificateConfig[], more: Partial<CheckParts> = {}): Bench {
  const settings = config(certificates);
  const memory = createMemory(store.load());
  memory.configure(certificates, clock.wallMs());
  const relations = createRelations({
    config: () => settings,
    memory,
    listed: () => [],
    allSeen: () => false,
  });
  const failures: unknown[] = [];
  let asked: readonly string[] = [];
  return {
    memory,
    failures,
    asked: () => asked,
    async check(answers, signal = new AbortController().signal) {
      const readers = settings.accounts.map(({ name }) => createFakeReader(name, answers));
      asked = readers[0]?.asked ?? [];
      return runCheck(
        {
          config: settings,
          lanes: new Map(readers.map((reader) => [reader.account, { reader, concurrency: 1 }])),
          memory,
          store: {
            ...store,
            commit: (build, options) =>
              store.commit((unseen) => {
                const commit = build(unseen);
                commits.push(commit);
                return commit;
              }, options),
          },
          clock,
          immediate: () => true,
          relations,
          unlisted: [],
          look: async () => undefined,
          accounts: () => [],
          onAccount: () => undefined,
          onReading: () => undefined,
          onJudgement: () => undefined,
          onCommitted: () => undefined,
          onWriteFailed: (error) => failures.push(error),
          marks: () => ({ nextCheckMs: clock.wallMs() + 15 * MINUTE_MS }),
          ...more,
        },
        signal,
      );
    },
  };
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => configured({ id: `scs${n}` }));
const ok =
  (facts: Partial<Certificate> = {}): Answers =>
  (id) =>
    readOk({ id, ...facts });
const revoked = ok({ status: 'REVOKED' });

async function mails(): Promise<readonly Mail[]> {
  return (await store.waiting()).map(({ mail }) => mail);
}

async function notices(): Promise<readonly Notice[]> {
  return (await mails()).flatMap(({ content }) => (content.type === 'notices' ? content.notices : []));
}

describe('a check', () => {
  test('reads all, writes it in one transaction with the mail that tells of it, and reports', async () => {
    const { check, memory } = bench(ids(3));
    const report = await check((id) => (id === 'scs1' ? readOk({ id, status: 'REVOKED' }) : readOk({ id })));
    expect(report).toMatchObject({
      result: 'complete',
      read: 3,
      failed: 0,
      notices: 1,
      mails: 1,
      aborted: false,
      committed: true,
      silentAccounts: [],
    });
    expect(commits).toHaveLength(1);
    expect((await notices()).map(({ kind, alerts }) => `${kind} ${alerts[0]?.id}`)).toEqual(['revoked scs1']);
    expect(store.load().watches).toHaveLength(3);
    expect(store.load().marks).toMatchObject({
      lastCheckMs: clock.wallMs(),
      lastCompleteCheckMs: clock.wallMs(),
      nextCheckMs: clock.wallMs() + 15 * MINUTE_MS,
    });
    expect(memory.marks).toEqual(store.load().marks);
    expect(memory.activeAlerts().map(({ kind }) => kind)).toEqual(['revoked']);
  });

  test('that finds nothing new writes its marks only, in one transaction, and tells nothing', async () => {
    const { check } = bench(ids(50));
    await check(revoked);
    const rows = JSON.stringify(store.load().watches.map(({ standingSinceMs }) => standingSinceMs));
    commits.length = 0;
    clock.pass(15 * MINUTE_MS);
    await check(revoked);
    expect(commits).toMatchObject([
      {
        watches: [],
        alerts: [],
        history: [],
        mails: [],
        replaced: [],
        marks: { lastCheckMs: clock.wallMs() },
      },
    ]);
    expect(commits).toHaveLength(1);
    expect(JSON.stringify(store.load().watches.map(({ standingSinceMs }) => standingSinceMs))).toBe(rows);
    expect(store.load().watches[0]?.lastSuccessMs).toBe(clock.wallMs());
  });

  test('goes on from the state after a restart, and tells nothing twice', async () => {
    await bench(ids(5)).check(revoked);
    const before = await mails();
    await bench(ids(5)).check(revoked);
    expect(await mails()).toEqual(before);
  });

  test('reads the most urgent and the longest unread first', async () => {
    const { check, asked } = bench(ids(5));
    await check((id) =>
      id === 'scs3'
        ? readOk({ id, status: 'REVOKED' })
        : id === 'scs4'
          ? readFailed()
          : readOk({ id, notAfterMs: clock.wallMs() + (id === 'scs2' ? 60 : 90) * DAY_MS }),
    );
    await check(ok());
    expect(asked().slice(0, 3)).toEqual(['scs3', 'scs4', 'scs2']);
  });

  test.each<[string, Answers, Partial<CheckReport>]>([
    [
      'one failure',
      (id) => (id === 'scs0' ? readFailed() : readOk({ id })),
      { result: 'partial', failed: 1, silentAccounts: [] },
    ],
    [
      'nothing but failures',
      () => readFailed('unreachable'),
      { result: 'failed', failed: 3, silentAccounts: [ACCOUNT] },
    ],
    [
      'a missing one, which is an answer',
      (id) => (id === 'scs0' ? readFailed('missing') : readOk({ id })),
      { result: 'complete', failed: 0, silentAccounts: [] },
    ],
  ])('reports %s', async (_what, answers, report) => {
    expect(await bench(ids(3)).check(answers)).toMatchObject(report);
    expect(store.load().marks.lastCompleteCheckMs).toBe(report.result === 'complete' ? clock.wallMs() : null);
  });
});

describe('one bad certificate', () => {
  test('never hides the others, in what is told and in what is shown', async () => {
    const { check, memory } = bench(ids(4));
    await check((id) => {
      if (id === 'scs0') throw new TypeError('a fault of ours');
      if (id === 'scs1') return readFailed('malformed');
      return readOk({ id, status: 'REVOKED' });
    });
    expect((await notices()).map(({ alerts }) => alerts[0]?.id)).toEqual(['scs2', 'scs3']);
    expect(memory.shown().map(({ up }) => up)).toEqual([false, false, true, true]);
  });
});

describe('an account', () => {
  const others = [configured({ id: 'other', account: 'second' })];

  test('whose certificates all go missing at once makes one notice', async () => {
    await bench([...ids(150), ...others]).check((id) =>
      id === 'other' ? readOk({ id }) : readFailed('missing'),
    );
    const [told, ...rest] = await notices();
    expect(rest).toEqual([]);
    expect(told).toMatchObject({ kind: 'missing', certificateCount: 150 });
    expect(told?.certificates).toHaveLength(100);
  });

  test('of whose certificates some are missing makes one notice each', async () => {
    await bench(ids(3)).check((id) => (id === 'scs0' ? readOk({ id }) : readFailed('missing')));
    expect((await notices()).map(({ certificateCount }) => certificateCount)).toEqual([1, 1]);
  });

  test('that cannot be read makes one notice per cause, and one when it can be again', async () => {
    const { check } = bench([...ids(20), ...others]);
    await check(ok());
    const failing: Answers = (id) => readFailed(id === 'scs7' ? 'forbidden' : 'timeout');
    await check(failing);
    clock.pass(2 * HOUR_MS);
    await check(failing);
    expect(
      (await notices())
        .map(({ cause, certificateCount, alerts }) => `${alerts[0]?.account} ${cause} ${certificateCount}`)
        .sort(),
    ).toEqual(['default forbidden 1', 'default timeout 19', 'second timeout 1']);
    for (const mail of await mails())
      await store.sent({ messageId: mail.messageId, atMs: NOW, response: '250' });
    await check(ok());
    expect(
      (await notices()).map(({ change, certificateCount }) => `${change} ${certificateCount}`).sort(),
    ).toEqual(['resolved 1', 'resolved 1', 'resolved 19']);
  });
});

describe('a check that lasts', () => {
  test('makes durable, tells and shows what it has every minute', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] });
    const waits: (() => void)[] = [];
    let committed = 0;
    const { check } = bench(ids(3), {
      onCommitted: () => {
        committed += 1;
      },
    });
    const ended = check(async (id) => {
      if (id !== 'scs0') await new Promise<void>((resolve) => waits.push(resolve));
      return readOk({ id, status: 'REVOKED' });
    });
    await until('the second is asked for', () => waits.length === 1);
    expect(committed).toBe(0);
    jest.advanceTimersByTime(MINUTE_MS);
    await until('the first is on disk', () => committed === 1);
    expect((await notices()).map(({ alerts }) => alerts[0]?.id)).toEqual(['scs0']);
    expect(store.load().marks.lastCheckMs).toBeNull();
    jest.advanceTimersByTime(MINUTE_MS);
    await until('a minute without news is shown too', () => committed === 2);
    expect(commits).toHaveLength(1);
    waits.shift()?.();
    await until('the third is asked for', () => waits.length === 1);
    waits.shift()?.();
    expect(await ended).toMatchObject({ notices: 3, mails: 2, result: 'complete' });
    jest.advanceTimersByTime(10 * MINUTE_MS);
    await settle();
    expect(committed).toBe(3);
  });

  test('that is stopped commits what it has, and is due again', async () => {
    const stop = new AbortController();
    const { check } = bench(ids(4));
    const ended = check(
      (id) => (id === 'scs2' ? new Promise(() => undefined) : readOk({ id, status: 'REVOKED' })),
      stop.signal,
    );
    await settle();
    stop.abort();
    expect(await ended).toMatchObject({
      aborted: true,
      read: 2,
      notices: 2,
      committed: true,
      result: 'partial',
    });
    expect(store.load().watches).toHaveLength(2);
    expect(store.load().marks).toMatchObject({
      lastCheckMs: null,
      lastCompleteCheckMs: null,
      nextCheckMs: null,
    });
    expect(await notices()).toHaveLength(2);
  });
});

describe('a state that cannot be written', () => {
  test('has the next check tell what was found, once', async () => {
    let broken = true;
    const real = store.commit;
    store = {
      ...store,
      commit: (build, options) => (broken ? Promise.reject(new Error('disk full')) : real(build, options)),
    };
    const { check, memory, failures } = bench(ids(2));
    expect(await check(revoked)).toMatchObject({ committed: false, mails: 0, notices: 0 });
    expect(failures).toHaveLength(1);
    expect(memory.shown().map(({ findings }) => findings[0]?.kind)).toEqual(['revoked', 'revoked']);
    expect([memory.activeAlerts(), memory.marks.lastCheckMs]).toEqual([[], null]);
    broken = false;
    clock.pass(15 * MINUTE_MS);
    expect(await check(revoked)).toMatchObject({ committed: true, mails: 1, notices: 2 });
    await check(revoked);
    expect((await mails()).length).toBe(1);
  });
});

describe('what came and went while no mail could leave', () => {
  const flap = async ({ check }: Bench, times: number) => {
    for (let n = 0; n < times; n += 1) {
      await check(revoked);
      clock.pass(HOUR_MS);
      await check(ok());
      clock.pass(HOUR_MS);
    }
  };
  const firsts = async () => (await notices()).filter(({ change }) => change === 'first').length;

  test('counts as told to nobody: the next time is told', async () => {
    const down = bench(ids(1), { immediate: () => false });
    await flap(down, 3);
    await down.check(revoked);
    expect(await firsts()).toBe(2); // one to each of two
  });

  test('counts where somebody has heard of it', async () => {
    const down = bench(ids(1), { immediate: () => false });
    const hear = async () => {
      await down.check(revoked);
      for (const { messageId } of await mails())
        await store.sent({ messageId, atMs: clock.wallMs(), response: '250' });
      await down.check(ok());
    };
    await hear();
    await hear();
    await down.check(revoked);
    expect(await firsts()).toBe(0);
  });
});

describe('silences', () => {
  test('that another process has set hold from the next check on, and are lifted by a change', async () => {
    const { check } = bench(ids(1));
    await check(ok());
    await store.setSilence({
      account: ACCOUNT,
      id: 'scs0',
      untilMs: clock.wallMs() + DAY_MS,
      reason: null,
      createdAtMs: clock.wallMs(),
      baseline: null,
    });
    await check(ok({ notAfterMs: clock.wallMs() + DAY_MS }));
    expect([await notices(), store.silences()[0]?.baseline]).toMatchObject([[], { status: 'ISSUED' }]);
    await check(revoked);
    expect((await notices()).map(({ kind }) => kind)).toEqual(['revoked']);
    expect(store.silences()).toEqual([]);
  });
});

describe('settings', () => {
  test('without mail nothing is told, and alerts are kept all the same', async () => {
    expect(policyOf(config(ids(1), { email: null }))).toEqual({
      kinds: [],
      ladderMs: [],
      remindersMs: [],
      resolved: false,
    });
    expect(policyOf(config(ids(1)))).toMatchObject({ resolved: true });
  });

  test.each([
    ['Certificate monitor <certs@example.com>', 'example.com'],
    ['certs@mail.example.com', 'mail.example.com'],
    ['nobody', 'ccm-cert-monitor.invalid'],
  ])('the domain of Message-IDs from %s is %s', (from, domain) => {
    const settings = config(ids(1));
    expect(
      mailDomain({ ...settings, email: settings.email === null ? null : { ...settings.email, from } }),
    ).toBe(domain);
    expect(mailDomain({ ...settings, email: null })).toBe('ccm-cert-monitor.invalid');
  });
});

describe('one whose place another takes', () => {
  const certificates = [configured({ id: 'old' }), configured({ id: 'new' })];
  const old = (id: string) => readOk({ id, status: 'EXPIRED', notAfterMs: clock.wallMs() - DAY_MS });
  const renewed: Answers = (id) => (id === 'old' ? old(id) : readOk({ id }));
  const told = async () => (await notices()).map(({ kind, alerts }) => `${kind} ${alerts[0]?.id}`);

  test('is told as such alone, though it is read before the other, and is committed once', async () => {
    const { check, memory, asked } = bench(certificates);
    const report = await check(renewed);
    expect(asked()).toEqual(['old', 'new']);
    expect([await told(), report]).toMatchObject([['superseded old'], { notices: 1, read: 2 }]);
    expect(commits).toHaveLength(1);
    expect(commits[0]?.watches.map(({ id }) => id)).toEqual(['old', 'new']);
    expect(commits[0]?.history.map(({ id, event }) => `${id} ${event}`)).toEqual([
      'old status',
      'old not_after',
      'old alert',
      'new status',
      'new not_after',
    ]);
    expect(memory.activeAlerts().map(({ kind }) => kind)).toEqual(['superseded']);
    await check(renewed);
    expect(await told()).toEqual(['superseded old']);
  });

  test('is told as expired in the same check in which the other is read as revoked', async () => {
    const { check } = bench(certificates);
    await check(renewed);
    for (const { messageId } of await mails())
      await store.sent({ messageId, atMs: clock.wallMs(), response: '250' });
    clock.pass(15 * MINUTE_MS);
    await check((id) => (id === 'old' ? old(id) : readOk({ id, status: 'REVOKED' })));
    expect((await told()).toSorted()).toEqual(['expired old', 'revoked new']);
  });

  test('is judged anew over what a commit under way has written meanwhile', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] });
    const waits: (() => void)[] = [];
    const writes: (() => void)[] = [];
    const real = store.commit;
    let slow = true;
    store = {
      ...store,
      async commit(build, options) {
        if (slow) await new Promise<void>((resolve) => writes.push(resolve));
        return real(build, options);
      },
    };
    const { check, memory } = bench(certificates, { immediate: () => false });
    const ended = check(async (id) => {
      if (id === 'new') await new Promise<void>((resolve) => waits.push(resolve));
      return renewed(id);
    });
    await until('the other is asked for', () => waits.length === 1);
    jest.advanceTimersByTime(MINUTE_MS);
    await until('the old one is being written', () => writes.length === 1);
    waits.shift()?.();
    await settle();
    expect(commits).toHaveLength(0);
    slow = false;
    writes.shift()?.();
    await ended;
    // It was told as expired before the other was read; who it is that takes its place replaces that unseen.
    expect(commits.map(({ mails: sent }) => sent.length)).toEqual([1, 1]);
    expect(await told()).toEqual(['superseded old']);
    expect(memory.activeAlerts().map(({ kind }) => kind)).toEqual(['superseded']);
    expect(
      store
        .load()
        .alerts.map(({ kind, ended: over }) => `${kind} ${over === null}`)
        .toSorted(),
    ).toEqual(['expired false', 'superseded true']);
  });

  test('is told once, where a minute is over while it is worked out who has taken whose place', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] });
    const real = store.commit;
    let slow = true;
    const writes: (() => void)[] = [];
    store = {
      ...store,
      async commit(build, options) {
        if (slow) await new Promise<void>((resolve) => writes.push(resolve));
        return real(build, options);
      },
    };
    let refreshed = 0;
    const relations = {
      of: () => ALONE,
      async refresh() {
        refreshed += 1;
        if (refreshed !== 2) return [];
        jest.advanceTimersByTime(MINUTE_MS);
        await until('what was read is being written', () => writes.length === 1);
        return certificates;
      },
    };
    const { check } = bench(certificates, { relations, immediate: () => false });
    const ended = check(revoked);
    await until('what was read is being written', () => writes.length === 1);
    await settle();
    slow = false;
    writes.shift()?.();
    expect(await ended).toMatchObject({ notices: 2 });
    expect(store.load().marks.lastCheckMs).not.toBeNull();
    expect(commits.map(({ mails: sent }) => sent.length)).toEqual([1, 0]);
    expect(
      commits.flatMap(({ history }) => history.map(({ event }) => event)).filter((e) => e === 'alert'),
    ).toHaveLength(2);
  });

  test('is shown as it was read last, where that could not be written before it was judged anew', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] });
    let broken = false;
    const real = store.commit;
    store = {
      ...store,
      commit: (build, options) => (broken ? Promise.reject(new Error('disk full')) : real(build, options)),
    };
    const waits: (() => void)[] = [];
    const { check, memory, failures } = bench(certificates);
    await check((id) => readOk({ id, status: id === 'old' ? 'ISSUED' : 'CHECKING' }));
    clock.pass(15 * MINUTE_MS);
    broken = true;
    const ended = check(async (id) => {
      if (id === 'new') await new Promise<void>((resolve) => waits.push(resolve));
      return renewed(id);
    });
    await until('the other is asked for', () => waits.length === 1);
    jest.advanceTimersByTime(MINUTE_MS);
    await until('the old one could not be written', () => failures.length === 1);
    waits.shift()?.();
    await ended;
    expect(memory.shown().find(({ id }) => id === 'old')).toMatchObject({
      certificate: { status: 'EXPIRED' },
      findings: [{ kind: 'superseded' }],
    });
  });
});

describe('what is so with an account', () => {
  test('is in the mail of the check, and told by the next one, once, where the state could not be written', async () => {
    let broken = true;
    const real = store.commit;
    store = {
      ...store,
      commit: (build, options) => (broken ? Promise.reject(new Error('disk full')) : real(build, options)),
    };
    let known: readonly Alert[] = [];
    const { check } = bench(ids(1), {
      accounts(nowMs) {
        const facts = { account: ACCOUNT, unmonitored: { count: 3, first: [] }, silent: null };
        const judging = {
          policy: policyOf(config(ids(1))),
          unreadableMs: HOUR_MS,
          to: ['oncall@example.com'],
        };
        const judgement = judgeAccount({ facts, alerts: known, ...judging, nowMs });
        return sameAlerts(known, judgement.alerts) ? [] : [judgement];
      },
      onAccount(_account, alerts) {
        known = alerts;
      },
    });
    await check(revoked);
    expect([known, await notices()]).toEqual([[], []]);
    broken = false;
    clock.pass(15 * MINUTE_MS);
    await check(revoked);
    clock.pass(15 * MINUTE_MS);
    await check(revoked);
    expect(await mails()).toHaveLength(1);
    expect((await notices()).map(({ kind }) => kind).toSorted()).toEqual(['revoked', 'unmonitored']);
    expect(Object.keys(known[0]?.threads ?? {})).toEqual(['oncall@example.com']);
    expect(
      store
        .load()
        .alerts.map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['revoked', 'unmonitored']);
  });
});

describe('a check whose looks at endpoints take their time', () => {
  const slow = () => {
    let done: (() => void) | null = null;
    const look = () =>
      new Promise<void>((resolve) => {
        done = resolve;
      });
    return { look, begun: () => done !== null, end: () => done?.() };
  };

  test('tells what it has read before they are over, and nothing twice', async () => {
    const { look, end } = slow();
    const { check } = bench(ids(2), { look });
    const checking = check((id) => (id === 'scs1' ? readOk({ id, status: 'REVOKED' }) : readOk({ id })));
    await until('the first commit', () => commits.length === 1);
    expect((await notices()).map(({ kind }) => kind)).toEqual(['revoked']);
    expect(store.load().marks.lastCheckMs).toBeNull();
    end();
    expect(await checking).toMatchObject({ result: 'complete', notices: 1, mails: 1 });
    expect(await mails()).toHaveLength(1);
    expect(store.load().marks.lastCheckMs).not.toBeNull();
  });

  const served = (untrusted: Served['untrusted']): Look => ({
    endpoint: { host: 'a.example.com', port: 443, serverName: null, startTls: null, named: true },
    served: {
      chain: [
        {
          fingerprint: 'f',
          fingerprint256: 'f',
          subject: null,
          issuer: null,
          names: [],
          serialNumber: '01',
          notBeforeMs: NOW,
          notAfterMs: NOW + 300 * DAY_MS,
        },
      ],
      earliestNotAfterMs: NOW + 300 * DAY_MS,
      untrusted,
      protocol: null,
      address: '192.0.2.1',
    },
    failure: null,
  });
  const bad = served({ code: 'unknown_issuer', message: 'an intermediate is missing' });

  test.each([
    ['is well now', served(null), ['revoked']],
    ['is so still', bad, ['revoked', 'untrusted']],
  ])('tells nothing before by what was seen at the last check: it %s', async (_what, now, expected) => {
    const { look, end } = slow();
    let looks = [bad];
    const certificates = ids(2);
    const relations = {
      of: ({ id }: { id: string }) => (id === 'scs0' ? { ...ALONE, looks } : ALONE),
      refresh: async () => (looks[0] === bad ? [] : certificates.slice(0, 1)),
    };
    const { check } = bench(certificates, { look, relations });
    const checking = check((id) => (id === 'scs1' ? readOk({ id, status: 'REVOKED' }) : readOk({ id })));
    await until('the first commit', () => commits.length === 1);
    expect((await notices()).map(({ kind }) => kind)).toEqual(['revoked']);
    looks = [now];
    end();
    await checking;
    expect((await notices()).map(({ kind }) => kind).toSorted()).toEqual(expected);
    expect(store.load().watches).toHaveLength(2);
  });

  test('leaves for the next check what only looks say, where it is stopped before they are over', async () => {
    const { look, begun, end } = slow();
    const stop = new AbortController();
    const { check } = bench(ids(1), {
      look,
      relations: { of: () => ({ ...ALONE, looks: [bad] }), refresh: async () => [] },
    });
    const checking = check(ok(), stop.signal);
    await until('the looks', begun);
    stop.abort();
    end();
    await checking;
    expect(await notices()).toEqual([]);
  });

  test('knows by then who has taken whose place, whatever was read first', async () => {
    const { look, end } = slow();
    const { check } = bench(ids(2), { look });
    const checking = check((id) =>
      readOk({ id, notAfterMs: NOW + (id === 'scs1' ? 300 * DAY_MS : HOUR_MS), fingerprint: id }),
    );
    await until('the first commit', () => commits.length === 1);
    expect((await notices()).map(({ kind }) => kind)).toEqual(['superseded']);
    end();
    await checking;
    expect(await mails()).toHaveLength(1);
  });
});

test('what was replaced by something worse before any mail could leave is told when it is back', async () => {
  const { check } = bench(ids(1), { immediate: () => false });
  const gone: Answers = () => readFailed('missing');
  for (const answers of [revoked, gone, revoked]) {
    await check(answers);
    clock.pass(HOUR_MS);
  }
  expect((await notices()).map(({ kind, change }) => `${change} ${kind}`)).toEqual(
    expect.arrayContaining(['first revoked']),
  );
});
