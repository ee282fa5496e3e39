// Process: matches successors in one kind of world again and again, as check after check does, and once with everything new.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { createSuccession, type Since, type Successions } from '../src/certificates/succession.ts';
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

/** Of the certificates of one check, as in the part that measures the check. */
const CHANGED = 200;

let peakBytes = 0;

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function turn(): Promise<void> {
  if (watchBlocks === 1) peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  await nextTurn();
}

type Contenders = ReturnType<typeof contendersOf>;

const find = (contenders: Contenders, since?: Since) =>
  createSuccession({
    contenders,
    accountsOf: (account) => [account],
    nowMs: WORLD_NOW,
    nextTurn: turn,
    ...(since === undefined ? {} : { since }),
  });

async function match(contenders: Contenders): Promise<number> {
  const successions = await find(contenders);
  return contenders.filter((contender) => successions.of(contender).successor !== null).length;
}

/** Every so-many-th with new facts, so that some `CHANGED` differ from those before. */
function changedOf(contenders: Contenders): Contenders {
  const step = Math.ceil(contenders.length / CHANGED);
  return contenders
    .filter((_, n) => n % step === 0)
    .map((one) => ({ ...one, certificate: { ...one.certificate } }));
}

async function matchChanged(contenders: Contenders, successions: Successions): Promise<number> {
  const changed = changedOf(contenders);
  const byId = new Map(changed.map((one) => [one.id, one]));
  const now = contenders.map((one) => byId.get(one.id) ?? one);
  return (await measured(() => find(now, { successions, changed }))).cpuSeconds;
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
const successions = await find(contenders);
const changedCpu: number[] = [];
for (let n = 1; n <= checks; n += 1) changedCpu.push(await matchChanged(contenders, successions));
const longestBlockMs = blocks?.longestMs();
blocks?.stop();
globalThis.gc?.();
answer({
  superseded,
  firstCpuMs: first.cpuSeconds * 1_000,
  cpuMs: median(cpu) * 1_000,
  changedCpuMs: median(changedCpu) * 1_000,
  ...(longestBlockMs === undefined
    ? {}
    : {
        longestBlockMs,
        peakMegabytes: (peakBytes - beforeBytes) / 2 ** 20,
        keptMegabytes: (heldBytes() - heldBeforeBytes) / 2 ** 20,
      }),
});
process.exit(0);
