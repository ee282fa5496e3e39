// The program's own core on a clock that is moved: check, state on disk, delivery. The cloud and the mail server are given.
import type { Mailer } from '../../src/alerts/alert.ts';
import { createDelivery, type Delivery, type Outbox } from '../../src/alerts/deliver.ts';
import type { CertificateKey } from '../../src/certificates/certificate.ts';
import type { Watch } from '../../src/certificates/watch.ts';
import { type CheckReport, runCheck } from '../../src/check.ts';
import type { Config } from '../../src/config/config.ts';
import { noteDepartures } from '../../src/departures.ts';
import { createLookouts } from '../../src/lookouts.ts';
import { createMemory, type Memory } from '../../src/memory.ts';
import type { Prober } from '../../src/probe/prober.ts';
import type { Lane } from '../../src/read-all.ts';
import { createRelations } from '../../src/relations.ts';
import { MINUTE_MS } from '../../src/shared/time.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import type { Store } from '../../src/state/store.ts';
import type { FakeClock } from '../support/clock.ts';
import { createFakeObserver, settle } from '../support/fakes.ts';

export interface Core {
  readonly memory: Memory;
  readonly store: Store;
  /** One check, and the delivery of what it told. */
  check(config: Config): Promise<CheckReport>;
  /** Takes other certificates, as a reload does. */
  configure(config: Config): Promise<void>;
  /** Delivers what is due by now. */
  deliver(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the state at `path`, as each start of the program does. */
export async function openCore({
  path,
  config,
  lanes,
  prober,
  mailer,
  clock,
  random,
  allSeen,
  onAllRead,
}: {
  path: string;
  config: Config;
  lanes: ReadonlyMap<string, Lane>;
  /** Looks at the places where certificates are served. */
  prober: Pick<Prober, 'probe'>;
  mailer: Mailer;
  clock: FakeClock;
  random: () => number;
  /** Of which accounts all certificates are seen. */
  allSeen: (account: string) => boolean;
  /** In each check, before anything of it is written down. */
  onAllRead: () => void;
}): Promise<Core> {
  const store = createSqliteStore(path);
  const memory = createMemory(store.load());
  const depart = (settings: Config, departed: readonly Watch[]) =>
    noteDepartures({ config: () => settings, store, clock, onWriteFailed: fail }, departed);
  await depart(config, memory.configure(config.certificates, clock.wallMs()));
  let current = config;
  const lookoutsParts = {
    config: () => current,
    prober: async () => prober,
    certificateOf: (key: CertificateKey) => memory.latest(key)?.certificate ?? null,
    clock,
  };
  const lookouts = createLookouts(lookoutsParts);
  const relations = createRelations({
    config: () => current,
    memory,
    listed: () => [],
    allSeen,
    lookouts,
  });
  const stop = new AbortController();
  const outbox = watched(store);
  const observer = createFakeObserver();
  const delivery: Delivery = createDelivery({
    outbox,
    mailer: outbox.through(mailer),
    clock,
    observer,
    random,
  });
  const delivering = delivery.run(stop.signal);

  async function deliver(): Promise<void> {
    delivery.wake();
    await outbox.idle();
    if (observer.failures.length > 0) throw observer.failures[0];
  }

  return {
    memory,
    store,
    deliver,
    async configure(settings) {
      current = settings;
      const { certificates } = settings;
      const recalled = await store.recall(memory.lacking(certificates));
      await depart(settings, memory.configure(certificates, clock.wallMs(), recalled));
    },
    async check(settings) {
      const report = await runCheck(
        {
          config: settings,
          lanes,
          memory,
          store,
          clock,
          immediate: delivery.immediate,
          relations,
          unlisted: [],
          look: async (signal) => void (await lookouts.look(signal, () => undefined)),
          accounts: () => [],
          onAccount: () => undefined,
          onReading: () => undefined,
          onJudgement: () => undefined,
          onCommitted: () => undefined,
          onWriteFailed: fail,
          marks() {
            onAllRead();
            return { nextCheckMs: clock.wallMs() + MINUTE_MS, checkCron: '* * * * * UTC' };
          },
        },
        stop.signal,
      );
      await deliver();
      return report;
    },
    async close() {
      stop.abort();
      await delivering;
      await store.close();
    },
  };
}

function fail(error: unknown): never {
  throw error;
}

/** Turns of the event loop after which nothing that was asked of the state or the mail server is followed by more. */
const QUIET_TURNS = 6;

/** The store as delivery's outbox, which can say when delivery has come to rest. */
function watched(store: Store): Outbox & { idle(): Promise<void>; through(mailer: Mailer): Mailer } {
  let busy = 0;
  let quietTurns = 0;
  let looks = 0;

  async function tracked<Result>(work: () => Promise<Result>): Promise<Result> {
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
      quietTurns = 0;
    }
  }

  return {
    waiting() {
      looks += 1;
      return tracked(() => store.waiting());
    },
    expose: (ids) => tracked(() => store.expose(ids)),
    unexpose: (ids) => tracked(() => store.unexpose(ids)),
    defer: (attempt) => tracked(() => store.defer(attempt)),
    sent: (sending) => tracked(() => store.sent(sending)),
    park: (refusal) => tracked(() => store.park(refusal)),
    through: (mailer) => ({ send: (mail, signal) => tracked(() => mailer.send(mail, signal)) }),
    async idle() {
      const before = looks;
      // A round looks at the outbox twice: at its start, and to see how long it may rest.
      while (looks < before + 2 || busy > 0 || quietTurns < QUIET_TURNS) {
        await settle(1);
        quietTurns += 1;
      }
    },
  };
}
