// The accounts' readers: made from the configuration, kept over a reload where the account did not change.
import { isDeepStrictEqual } from 'node:util';
import type { AccountConfig } from './config/config.ts';
import { readSecret } from './config/secrets.ts';
import type { ReaderObserver } from './huawei/account.ts';
import { createAccountReader } from './huawei/reader.ts';
import type { Lane } from './read-all.ts';
import type { Clock } from './shared/time.ts';

export interface Lanes {
  all(): ReadonlyMap<string, Lane>;
  /** Takes the new accounts; resolves once those that left are closed. `whenIdle` says when nobody reads any more. */
  configure(accounts: readonly AccountConfig[], whenIdle: Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export function createLanes({
  accounts,
  clock,
  observer,
}: {
  accounts: readonly AccountConfig[];
  clock: Clock;
  observer: ReaderObserver;
}): Lanes {
  const made = new Map<string, { readonly config: AccountConfig; readonly lane: Lane }>();

  function make(config: AccountConfig): void {
    const reader = createAccountReader({ account: config, readSecret, clock, observer });
    made.set(config.name, { config, lane: { reader, concurrency: config.concurrency } });
  }

  for (const account of accounts) make(account);

  return {
    all: () => new Map([...made].map(([name, { lane }]) => [name, lane])),
    async configure(next, whenIdle) {
      const kept = new Map(next.map((account) => [account.name, account]));
      const leaving = [...made.values()].filter(
        ({ config }) => !isDeepStrictEqual(kept.get(config.name), config),
      );
      for (const { config } of leaving) made.delete(config.name);
      for (const account of next) if (!made.has(account.name)) make(account);
      await whenIdle;
      await Promise.all(leaving.map(({ lane }) => lane.reader.close()));
    },
    async close() {
      await Promise.all([...made.values()].map(({ lane }) => lane.reader.close()));
    },
  };
}
