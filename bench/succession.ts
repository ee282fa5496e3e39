// Process: matches successors in one kind of world again and again, as check after check does, and once with everything new.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { createSuccession } from '../src/certificates/succession.ts';
import { createBlockWatch } from './support/block-watch.ts';
import { answer, measured, readTask } from './support/child.ts';
import { median } from './support/statistics.ts';
import { contendersOf, WORLD_NOW, WORLDS } from './support/succession-worlds.ts';

const { world, certificates, checks, watchBlocks } = readTask(
  z.object({
    world: z.enum(WORLDS),
    certificates: z.number(),
    /** How many checks follow the first, in which every name is new. */
    checks: z.number(),
    /** 1: how long the event loop is blocked, and how much memory is taken meanwhile, at the price of CPU. */
    watchBlocks: z.number(),
  }),
);

let peakBytes = 0;

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function turn(): Promise<void> {
  if (watchBlocks === 1) peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  await nextTurn();
}

async function match(contenders: ReturnType<typeof contendersOf>): Promise<number> {
  const successions = await createSuccession({
    contenders,
    accountsOf: (account) => [account],
    nowMs: WORLD_NOW,
    nextTurn: turn,
  });
  return contenders.filter((contender) => successions.of(contender).successor !== null).length;
}

// The code of a daemon is warm; its certificates are not.
for (let n = 0; n < 5; n += 1) await match(contendersOf(world, 500));
const contenders = contendersOf(world, certificates);
globalThis.gc?.();
const beforeBytes = process.memoryUsage.rss();
const heldBeforeBytes = heldBytes();
const blocks = watchBlocks === 1 ? createBlockWatch('every turn') : null;
let superseded = 0;
const first = await measured(async () => {
  superseded = await match(contenders);
});
globalThis.gc?.();
const cpu: number[] = [];
for (let n = 1; n <= checks; n += 1) cpu.push((await measured(() => match(contenders))).cpuSeconds);
const longestBlockMs = blocks?.longestMs();
blocks?.stop();
globalThis.gc?.();
answer({
  superseded,
  firstCpuMs: first.cpuSeconds * 1_000,
  cpuMs: median(cpu) * 1_000,
  ...(longestBlockMs === undefined
    ? {}
    : {
        longestBlockMs,
        peakMegabytes: (peakBytes - beforeBytes) / 2 ** 20,
        keptMegabytes: (heldBytes() - heldBeforeBytes) / 2 ** 20,
      }),
});
process.exit(0);
