// The accounts' certificates from list to list: what is watched by them, what is told of accounts, and when they are asked.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert } from '../src/alerts/alert.ts';
import { WHOLE_ACCOUNT } from '../src/alerts/alert.ts';
import { type Census, createCensus } from '../src/census.ts';
import type { ListedCertificate, ListFilter, Listing } from '../src/certificates/listed.ts';
import type { WatchedCertificate } from '../src/certificates/watched.ts';
import type { AccountConfig, CertificateConfig, Config, DiscoverConfig } from '../src/config/config.ts';
import { MonitorError } from '../src/shared/errors.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/shared/time.ts';
import { createSqliteStore } from '../src/state/sqlite.ts';
import type { Store } from '../src/state/store.ts';
import { createFakeClock } from './support/clock.ts';
import { ACCOUNT, alert, config, configured, listed, NOW, THRESHOLDS } from './support/factories.ts';
import { createFakeReader, temporaryFolder } from './support/fakes.ts';

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

const EVERYTHING: DiscoverConfig = {
  statuses: [],
  domains: [],
  enterpriseProject: null,
  shared: false,
  exclude: { ids: [], domains: [], names: [] },
};

function settings(
  {
    discover = EVERYTHING,
    ...account
  }: Partial<Pick<AccountConfig, 'name' | 'discover' | 'listEveryMs'>> = {},
  certificates: readonly CertificateConfig[] = [],
  more: Partial<Config> = {},
): Config {
  const [first] = config([configured()]).accounts;
  if (first === undefined) throw new Error('there is an account');
  return config(certificates, { accounts: [{ ...first, discover, ...account }], ...more });
}

const list = (...ids: readonly string[]): Listing => ({
  ok: true,
  certificates: ids.map((id) => listed({ id })),
  shortened: null,
});
const cutShort = (...ids: readonly string[]): Listing => ({
  ok: true,
  certificates: ids.map((id) => listed({ id })),
  shortened: 'It is too long',
});
const forbidden: Listing = {
  ok: false,
  failure: { reason: 'forbidden', message: 'Cannot list: 403', requestId: null },
};

/** One of its certificates, as it is where the account does not answer. */
const unread: WatchedCertificate = {
  account: ACCOUNT,
  id: 'a',
  alias: null,
  owner: null,
  runbook: null,
  certificate: null,
  up: false,
  lastSuccessMs: null,
  failure: { reason: 'timeout', message: 'Cannot read: too late', requestId: null },
  findings: [],
  successor: null,
  looks: [],
};

interface Bench {
  readonly census: Census;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly asked: readonly ListFilter[];
  readonly troubles: readonly string[];
  readonly failures: readonly unknown[];
  ids(): readonly string[];
  /** One check later, the account answers so; what is told of it is taken for committed. */
  refresh(answer: Listing | (() => Promise<Listing>), passMs?: number): Promise<readonly string[]>;
  /** How its certificates were read last. */
  watched: readonly WatchedCertificate[];
}

function bench(
  written: Config,
  { alerts = [], over = store }: { alerts?: Alert[]; over?: Store } = {},
): Bench {
  const clock = createFakeClock();
  const [asked, troubles, failures]: [ListFilter[], string[], unknown[]] = [[], [], []];
  let now: () => Promise<Listing> = async () => list();
  const reader = {
    ...createFakeReader(ACCOUNT, () => {
      throw new Error('the census reads nothing');
    }),
    list: async (filter: ListFilter) => {
      asked.push(filter);
      return now();
    },
  };
  const census = createCensus({
    written,
    store: over,
    alerts,
    lanes: () => new Map([[ACCOUNT, { reader, concurrency: 1 }]]),
    clock,
    onWriteFailed: (error) => failures.push(error),
    onTrouble: ({ message }) => troubles.push(message),
  });
  const it: Bench = {
    watched: [],
    census,
    clock,
    asked,
    troubles,
    failures,
    ids: () => census.effective().certificates.map(({ id }) => id),
    async refresh(answer, passMs = HOUR_MS) {
      clock.pass(passMs);
      now = typeof answer === 'function' ? answer : async () => answer;
      await census.refresh(new AbortController().signal);
      const judgements = census.judge(clock.wallMs(), () => it.watched);
      for (const { account, alerts: known } of judgements) census.advance(account, known);
      return judgements.flatMap(({ addressed }) =>
        addressed.map(
          ({ notice: { change, kind, certificateCount } }) => `${change} ${kind} ${certificateCount}`,
        ),
      );
    },
  };
  return it;
}

describe('an account that is discovered', () => {
  test('is watched whole beside what is configured, by the same object until something changes', async () => {
    const { census, ids, refresh } = bench(settings({}, [configured({ id: 'b', alias: 'mine' })]));
    expect(ids()).toEqual(['b']);
    expect(await refresh(list('a', 'b'))).toEqual([]);
    expect(ids()).toEqual(['b', 'a']);
    const before = census.effective();
    expect(before.certificates[0]?.alias).toBe('mine');
    await refresh(list('b', 'a'));
    expect(census.effective()).toBe(before);
    await refresh(list('a', 'b', 'c'));
    expect(ids()).toEqual(['b', 'a', 'c']);
    expect(census.counts()).toEqual([{ account: ACCOUNT, monitored: 3, unmonitored: 0 }]);
    expect(census.allSeen(ACCOUNT)).toBe(true);
  });

  test('is listed with every status, by its project, as often as it says, and with the next check where that failed', async () => {
    const discover = { ...EVERYTHING, statuses: ['ISSUED'], enterpriseProject: 'p1', shared: true };
    const { asked, refresh } = bench(settings({ discover, listEveryMs: 2 * HOUR_MS }));
    await refresh(list('a'));
    await refresh(list('a'));
    expect(asked).toEqual([{ statuses: [], enterpriseProjectId: 'p1', shared: true }]);
    await refresh(forbidden);
    await refresh(forbidden, MINUTE_MS);
    await refresh(list('a'), MINUTE_MS);
    await refresh(list('a'), MINUTE_MS);
    expect(asked).toHaveLength(4);
  });

  test('goes on being watched while it cannot be listed, and while its list is cut short: nothing is gone', async () => {
    const { census, ids, troubles, refresh } = bench(settings());
    await refresh(list('a', 'b'));
    await refresh(forbidden);
    expect([ids(), census.failures()]).toMatchObject([['a', 'b'], [{ account: ACCOUNT }]]);
    await refresh(cutShort('c'));
    expect([ids(), census.failures()]).toEqual([['c', 'a', 'b'], []]);
    expect([census.counts(), census.allSeen(ACCOUNT)]).toEqual([[], null]);
    expect(troubles).toEqual(['Cannot list: 403', 'It is too long']);
    await refresh(list('a', 'b', 'c'));
    expect(census.allSeen(ACCOUNT)).toBe(true);
  });

  test('keeps what its list lacks for a month, as no successor of anybody', async () => {
    const { census, ids, refresh } = bench(settings());
    await refresh(list('a', 'b'));
    await refresh(list('a'));
    expect(ids()).toEqual(['a', 'b']);
    expect(census.listed().map(({ id, present }) => `${id} ${present}`)).toEqual(['a true', 'b false']);
    await refresh(list('a'), 31 * DAY_MS);
    expect(ids()).toEqual(['a']);
  });

  test('is known over a restart, before it was listed, and then is not known to be whole', async () => {
    await bench(settings()).refresh(list('a', 'b'));
    const { census, ids, refresh } = bench(settings());
    expect(ids()).toEqual(['a', 'b']);
    await refresh(forbidden);
    expect([ids(), census.allSeen(ACCOUNT), census.listed().length]).toEqual([['a', 'b'], null, 2]);
  });

  test('takes other filters with the next check, and leaves out what they exclude', async () => {
    const { census, ids, asked, refresh } = bench(settings());
    await refresh(list('a', 'b'));
    census.configure(
      settings({ discover: { ...EVERYTHING, exclude: { ...EVERYTHING.exclude, ids: ['b'] } } }),
    );
    await refresh(list('a', 'b'), MINUTE_MS);
    expect([asked.length, ids()]).toEqual([2, ['a']]);
    expect(census.counts()).toEqual([{ account: ACCOUNT, monitored: 1, unmonitored: 1 }]);
    // What is left out on purpose is no news; but then nobody can say that there is no renewal.
    expect([census.allSeen(ACCOUNT), census.activeAlerts()]).toEqual([false, []]);
    census.configure(settings({ discover: null }));
    expect([ids(), census.listed(), census.allSeen(ACCOUNT)]).toEqual([[], [], false]);
  });

  test('is watched though the state cannot be written, and written with a later list that says the same', async () => {
    let [broken, writes] = [true, 0];
    const over: Store = {
      ...store,
      noteDiscoveries: (changes) => {
        writes += 1;
        return broken ? Promise.reject(new Error('disk full')) : store.noteDiscoveries(changes);
      },
    };
    const { ids, failures, refresh } = bench(settings(), { over });
    await refresh(list('a'));
    expect([ids(), failures.length, store.discoveries()]).toEqual([['a'], 1, []]);
    broken = false;
    await refresh(list('a'));
    expect(store.discoveries()).toMatchObject([{ id: 'a' }]);
    await refresh(list('a'));
    expect([failures.length, writes]).toEqual([1, 2]);
  });

  test('is not listed where the check is stopped, and a fault of ours is said as one', async () => {
    const { census, troubles, refresh } = bench(settings());
    expect(await refresh(() => Promise.reject(new MonitorError('ABORTED', 'Cannot list: stopped')))).toEqual(
      [],
    );
    expect([census.failures(), troubles]).toEqual([[], []]);
    await refresh(() => Promise.reject(new TypeError('a fault of ours')));
    expect(census.failures()).toMatchObject([{ failure: { reason: 'malformed' } }]);
    expect(troubles).toEqual([
      'Cannot list the certificates of the account: an unexpected TypeError in this program; report it',
    ]);
  });

  test('tells that it cannot be listed where nothing of it is watched, and not by a restart that it can', async () => {
    const { census, refresh } = bench(settings());
    await refresh(forbidden);
    expect(await refresh(forbidden, 2 * HOUR_MS)).toEqual(['first unreadable 1']);
    const alerts = [...census.activeAlerts()];
    const again = bench(settings(), { alerts });
    const stopped = () => Promise.reject(new MonitorError('ABORTED', 'Cannot list: a reload'));
    expect(await again.refresh(stopped)).toEqual([]);
    expect(await again.refresh(forbidden)).toEqual([]);
    expect(again.census.activeAlerts()).toHaveLength(1);
    expect(await again.refresh(list('a'))).toEqual(['resolved unreadable 1']);
  });

  test('leaves it to its certificates to tell that it cannot be read, as long as none of them is', async () => {
    const it = bench(settings());
    await it.refresh(list('a'));
    it.watched = [unread];
    await it.refresh(forbidden);
    expect(await it.refresh(forbidden, 5 * HOUR_MS)).toEqual([]);
    expect(await it.refresh(list('a'))).toEqual([]);
  });

  test('tells that nobody watches what is new, where its certificates are read and its list cannot be had', async () => {
    const it = bench(settings());
    await it.refresh(list('a'));
    it.watched = [unread, { ...unread, up: true, failure: null }];
    await it.refresh(forbidden);
    expect(await it.refresh(forbidden, HOUR_MS)).toEqual([]);
    expect(await it.refresh(forbidden, 1)).toEqual(['first unreadable 1']);
    expect(it.census.activeAlerts()).toMatchObject([{ kind: 'unreadable', cause: 'unlisted' }]);
    // Told it is: that its certificates cannot be read either, for now, ends nothing, nor does a restart.
    it.watched = [unread];
    expect(await it.refresh(forbidden)).toEqual([]);
    const again = bench(settings(), { alerts: [...it.census.activeAlerts()] });
    again.watched = [unread];
    expect(await again.refresh(forbidden)).toEqual([]);
    expect(await again.refresh(cutShort('a'))).toEqual(['resolved unreadable 1']);
  });

  test('answers where it says that it has no such certificate', async () => {
    const it = bench(settings());
    await it.refresh(list('a'));
    it.watched = [{ ...unread, failure: { reason: 'missing', message: 'gone', requestId: null } }];
    await it.refresh(forbidden);
    expect(await it.refresh(forbidden, 2 * HOUR_MS)).toEqual(['first unreadable 1']);
  });
});

describe('an account that is not discovered', () => {
  const off = settings({ discover: null }, [configured({ id: 'a' })]);
  const some: readonly ListedCertificate[] = [
    listed({ id: 'a' }),
    listed({ id: 'b' }),
    listed({ id: 'c', status: 'EXPIRED' }),
  ];

  test('tells what nobody watches once, counts it, and is never taken for seen', async () => {
    const { census, ids, refresh } = bench(off);
    const answer: Listing = { ok: true, certificates: some, shortened: null };
    expect(await refresh(answer)).toEqual(['first unmonitored 1']);
    expect(await refresh(answer)).toEqual([]);
    expect([ids(), census.allSeen(ACCOUNT)]).toEqual([['a'], false]);
    expect(census.counts()).toEqual([{ account: ACCOUNT, monitored: 1, unmonitored: 1 }]);
    census.configure(settings({ discover: null }, [configured({ id: 'a' }), configured({ id: 'b' })]));
    expect(await refresh(answer, MINUTE_MS)).toEqual(['resolved unmonitored 1']);
  });

  test('without the right to list is tried every hour, not with every check, and that is no news', async () => {
    const { census, asked, refresh } = bench(off);
    for (let quarter = 0; quarter < 12; quarter += 1)
      expect(await refresh(forbidden, 15 * MINUTE_MS)).toEqual([]);
    expect([asked.length, census.failures(), census.counts()]).toEqual([3, [], []]);
  });

  test('says nothing new while its list is cut short', async () => {
    const { census, refresh } = bench(off);
    await refresh(list('a', 'b'));
    expect(await refresh(cutShort('a'))).toEqual([]);
    expect(census.activeAlerts()).toMatchObject([{ kind: 'unmonitored' }]);
  });
});

describe('alerts about accounts', () => {
  const known = alert({ id: WHOLE_ACCOUNT, kind: 'unmonitored', epochMs: NOW });

  test('that have left the configuration are not counted, at the start or by a reload', () => {
    const { census } = bench(settings(), { alerts: [known, { ...known, account: 'left' }] });
    expect(census.activeAlerts()).toEqual([known]);
    census.configure(settings({ name: 'another' }));
    expect(census.activeAlerts()).toEqual([]);
  });

  test('that it cannot be listed is not told as over because it is not discovered any more', async () => {
    const { refresh, census } = bench(settings());
    await refresh(forbidden);
    expect(await refresh(forbidden, 2 * HOUR_MS)).toEqual(['first unreadable 1']);
    census.configure(settings({ discover: null }));
    expect(await refresh(forbidden)).toEqual([]);
    expect(census.activeAlerts()).toEqual([]);
  });

  test('that came of a check that a reload overtook are not remembered of one that has left', () => {
    const { census } = bench(settings({ name: 'another' }));
    census.advance(ACCOUNT, [known]);
    expect(census.activeAlerts()).toEqual([]);
  });

  test('follow the rules of the configuration that is in force', async () => {
    const { refresh, census } = bench(settings({ discover: null }));
    census.configure(
      settings({ discover: null }, [], { email: null, thresholds: { ...THRESHOLDS, unreadableMs: 0 } }),
    );
    expect(await refresh(list('a'))).toEqual([]);
    expect(census.activeAlerts()).toMatchObject([{ kind: 'unmonitored', toldAtMs: null }]);
  });
});
