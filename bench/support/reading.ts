// What every client of the benchmark's cloud does alike: warms up, reads all, and says what a thousand reads took.
import { z } from 'zod';
import { answer, atOnce, measured, readTask } from './child.ts';
import { idsOf } from './cloud-body.ts';

const TASK = z.object({ port: z.number(), certificates: z.number(), concurrency: z.number() });

export interface Client {
  /** Resolves with the id of the certificate that came. */
  read(id: string): Promise<string>;
  close(): Promise<unknown>;
}

/** Enough for the compiler to have seen everything. */
const WARM_UP_READS = 2_000;

export async function measureClient(
  connect: (cloud: { origin: string; concurrency: number }) => Client,
): Promise<void> {
  const { port, certificates, concurrency } = readTask(TASK);
  const client = connect({ origin: `http://127.0.0.1:${port}`, concurrency });

  async function readAll(count: number): Promise<void> {
    await atOnce(concurrency, idsOf(count), async (id) => {
      const came = await client.read(id);
      if (came !== id) throw new Error(`Cannot go on: asked for ${id}, but ${came} came`);
    });
  }

  await readAll(WARM_UP_READS);
  const took = await measured(() => readAll(certificates));
  answer({
    cpuSecondsPer1000: (took.cpuSeconds / certificates) * 1_000,
    secondsPer1000: (took.seconds / certificates) * 1_000,
    megabytes: process.memoryUsage.rss() / 2 ** 20,
  });
  await client.close();
}
