// Process: the check itself, again and again, on a state on disk, with an account that answers in the next turn of the event loop.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runCheck } from '../src/check.ts';
import { setEngine } from '../src/compiled.ts';
import { createMemory } from '../src/memory.ts';
import { createRelations } from '../src/relations.ts';
import { systemClock } from '../src/shared/time.ts';
import { createSqliteStore } from '../src/state/sqlite.ts';
import { createExposition } from '../src/telemetry/exposition.ts';
import { config, configured } from '../test/support/factories.ts';
import { createBlockWatch } from './support/block-watch.ts';
import { answer, measured, readTask } from './support/child.ts';
import { idsOf } from './support/cloud-body.ts';
import { createFakeAccount } from './support/fake-account.ts';
import { median } from './support/statistics.ts';

const { certificates, changed, checks, folder, watchBlocks } = readTask(
  z.object({
    certificates: z.number(),
    /** How many of them differ at each check but the first. */
    changed: z.number(),
    /** How many checks follow the first. */
    checks: z.number(),
    folder: z.string(),
    /** 1: how long the event loop is blocked, at the price of a loop that never rests. */
    watchBlocks: z.number(),
  }),
);
const CONCURRENCY = 32;

// As the built program does.
setEngine();

const ids = idsOf(certificates);
const setting = config(ids.map((id) => configured({ id })));
const store = createSqliteStore(join(folder, 'state.db'));
let commitSeconds = 0;
const memory = createMemory(store.load());
const exposition = createExposition();
const account = createFakeAccount(ids);
const lanes = new Map([[account.reader.account, { reader: account.reader, concurrency: CONCURRENCY }]]);
const { signal } = new AbortController();
let rendered: Promise<unknown> = Promise.resolve();
memory.configure(setting.certificates, Date.now());
const relations = createRelations({
  config: () => setting,
  memory,
  listed: () => [],
  allSeen: () => false,
});

async function check(): Promise<void> {
  const report = await runCheck(
    {
      config: setting,
      lanes,
      memory,
      store: {
        ...store,
        async commit(...commit) {
          const startedAt = performance.now();
          const committed = await store.commit(...commit);
          commitSeconds += (performance.now() - startedAt) / 1_000;
          return committed;
        },
      },
      clock: systemClock,
      immediate: () => true,
      relations,
      unlisted: [],
      look: async () => undefined,
      accounts: () => [],
      onAccount: () => undefined,
      onReading() {},
      onJudgement() {},
      onCommitted() {
        rendered = exposition.render(memory.shown(), { status: 'stateset' });
        memory.activeAlerts();
        store.outboxCounts();
      },
      onWriteFailed(error) {
        throw error;
      },
      marks: () => ({ nextCheckMs: Date.now() }),
    },
    signal,
  );
  await rendered;
  if (report.result !== 'complete' || !report.committed) throw new Error(`The check was ${report.result}`);
}

const first = await measured(check);
const blocks = watchBlocks === 1 ? createBlockWatch('every turn') : null;
const cpu: number[] = [];
const seconds: number[] = [];
const inCommits: number[] = [];
const longest: number[] = [];
for (let n = 1; n <= checks; n += 1) {
  account.change(changed);
  // Folders, because strace shows their making between the syncs; that is no part of the check.
  mkdirSync(join(folder, `begin-${n}`));
  blocks?.restart();
  commitSeconds = 0;
  const took = await measured(check);
  if (blocks !== null) longest.push(blocks.longestMs());
  mkdirSync(join(folder, `end-${n}`));
  cpu.push(took.cpuSeconds);
  seconds.push(took.seconds);
  inCommits.push(commitSeconds);
}
blocks?.stop();
answer({
  firstCpuMs: first.cpuSeconds * 1_000,
  cpuMs: median(cpu) * 1_000,
  wallMs: median(seconds) * 1_000,
  commitMs: median(inCommits) * 1_000,
  ...(blocks === null ? {} : { longestBlockMs: Math.max(...longest), usualBlockMs: median(longest) }),
});
await store.close();
process.exit(0);
