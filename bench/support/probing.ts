// What every client of the benchmark's TLS endpoint does alike: warms up, looks so many times, and says what a thousand looks took.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { answer, atOnce, measured, readTask } from './child.ts';

const TASK = z.object({
  port: z.number(),
  caPath: z.string(),
  looks: z.number(),
  concurrency: z.number(),
  /** Whether the chain is asked for, where that can be left out. */
  chain: z.enum(['asked for', 'left alone']).default('asked for'),
});
const WARM_UP_LOOKS = 1_000;

export interface Looking {
  /** Resolves with how many certificates it saw; 0 where the chain does not verify. */
  look(): Promise<number>;
  close(): Promise<unknown>;
}

export async function measureLooks(
  open: (endpoint: { port: number; ca: string; concurrency: number; chain: boolean }) => Looking,
): Promise<void> {
  const { port, caPath, looks, concurrency, chain } = readTask(TASK);
  const looking = open({ port, ca: readFileSync(caPath, 'utf8'), concurrency, chain: chain === 'asked for' });

  async function lookSoOften(count: number): Promise<void> {
    await atOnce(concurrency, Array.from({ length: count }), async () => {
      const seen = await looking.look();
      if (seen < (chain === 'asked for' ? 2 : 1))
        throw new Error(`Cannot go on: ${seen} certificates were seen`);
    });
  }

  await lookSoOften(WARM_UP_LOOKS);
  const took = await measured(() => lookSoOften(looks));
  answer({
    cpuSecondsPer1000: (took.cpuSeconds / looks) * 1_000,
    secondsPer1000: (took.seconds / looks) * 1_000,
    megabytes: process.memoryUsage.rss() / 2 ** 20,
  });
  await looking.close();
}
