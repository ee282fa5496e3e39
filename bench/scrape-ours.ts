// Process: the monitor's web server with the metrics of many certificates, rendered once.
import { z } from 'zod';
import { createMemory } from '../src/memory.ts';
import { systemClock } from '../src/shared/time.ts';
import { createExposition } from '../src/telemetry/exposition.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { createWebServer } from '../src/web/server.ts';
import { configured } from '../test/support/factories.ts';
import { createBlockWatch } from './support/block-watch.ts';
import { answer, answerUntilDone, cpuSeconds, readTask } from './support/child.ts';
import { idsOf } from './support/cloud-body.ts';
import { watchesOf } from './support/fake-account.ts';

const { certificates, anew, watchBlocks } = readTask(
  z.object({
    certificates: z.number(),
    /** 1: the monitor's own series are made anew at each scrape, as where more than a second lies between two. */
    anew: z.number(),
    /** 1: how long the event loop is blocked is looked at, a thousand times a second. */
    watchBlocks: z.number(),
  }),
);
const ids = idsOf(certificates);
const memory = createMemory({
  watches: await watchesOf(ids),
  alerts: [],
  marks: {
    lastCheckMs: null,
    lastCompleteCheckMs: null,
    nextCheckMs: null,
    checkCron: null,
    nextSummaryMs: null,
    summaryCron: null,
  },
});
memory.configure(
  ids.map((id) => configured({ id })),
  Date.now(),
);
const exposition = createExposition();
await exposition.render(memory.shown(), { status: 'stateset' });
const metrics = createMetrics({
  version: '0',
  revision: '0',
  accounts: ['default'],
  clock: anew === 1 ? { ...systemClock, monotonicMs: secondByCall() } : systemClock,
});

function secondByCall(): () => number {
  let nowMs = 0;
  return () => {
    nowMs += 1_001;
    return nowMs;
  };
}

const ok = () => ({ ok: true, reason: 'it serves' });
const server = createWebServer({
  sources: {
    scrape: {
      own(format) {
        // A check that has passed since then has changed them.
        if (anew === 1) metrics.checkFinished({ result: 'complete', seconds: 1, atMs: Date.now() });
        return metrics.render(format);
      },
      kept: () => exposition.current(),
    },
    status: {
      certificates: () => memory.shown(),
      monitor: () => ({
        unwatched: new Map(),
        version: '0',
        accounts: ['default'],
        lastCheckMs: null,
        lastCompleteCheckMs: null,
        nextCheckMs: null,
        nextSummaryMs: null,
        outbox: { waiting: 0, parked: 0, oldestMs: null },
        configuration: { ok: true, atMs: 0 },
        publicUrl: null,
      }),
      ladderMs: () => [],
      silences: () => [],
      alertsOf: () => [],
      deployedOf: () => null,
      historyOf: () => [],
      mailsAbout: () => [],
      endsChangedMs: () => new Map(),
    },
    health: { live: ok, ready: ok },
  },
  log: { warn() {}, error() {} },
});
const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
answer({ port });
const blocks = watchBlocks === 1 ? createBlockWatch('every millisecond') : null;
await answerUntilDone(() => {
  const longestBlockMs = blocks?.longestMs() ?? 0;
  blocks?.restart();
  return { cpuSeconds: cpuSeconds(), longestBlockMs, megabytes: process.memoryUsage.rss() / 2 ** 20 };
});
blocks?.stop();
await server.close();
process.exit(0);
