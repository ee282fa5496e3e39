// Loaded into the built daemon with --import: on SIGUSR2 it collects garbage and says how large the process is and how long its loop was blocked; on
// SIGHUP, with which the daemon reads its configuration again, it looks no more: a loop that turns a thousand times a second never comes to rest.
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createBlockWatch } from './support/block-watch.ts';

/** Pages of what was collected go back to the system in the background. */
const SETTLE_MS = 500;

const blocks = createBlockWatch('every millisecond');

process.on('SIGUSR2', () => void tell());
process.once('SIGHUP', () => blocks.stop());

async function tell(): Promise<void> {
  // Only now: a program that was compiled for other flags would be compiled anew, and weigh more.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('Cannot collect garbage');
  const longestBlockMs = blocks.longestMs();
  const beforeMegabytes = megabytes();
  for (const _ of ['what is garbage', 'what only garbage held']) {
    collect();
    await delay(SETTLE_MS);
  }
  const after = process.memoryUsage();
  const figures = {
    longestBlockMs,
    beforeMegabytes,
    megabytes: megabytes(),
    heapMegabytes: after.heapUsed / 2 ** 20,
    bufferMegabytes: after.arrayBuffers / 2 ** 20,
  };
  process.stdout.write(`${JSON.stringify({ gauge: 1, ...figures })}\n`);
  blocks.restart();
}

function megabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
