// The other end of a benchmark's process: reads its task and answers with figures, a line of JSON each.
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import type { Figures } from './processes.ts';

/** The task that this process was given, as the shape says. */
export function readTask<Shape extends z.ZodType>(shape: Shape): z.output<Shape> {
  return shape.parse(JSON.parse(process.argv[2] ?? '{}'));
}

export function answer(figures: Figures): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Answers every question with the figures as they are now; resolves when nobody will ask any more. */
export async function answerUntilDone(figures: () => Figures): Promise<void> {
  for await (const _ of createInterface({ input: process.stdin })) answer(figures());
}

/** CPU seconds of this process so far, all of its threads, user and system. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What something took: CPU of the whole process and time on the wall. */
export async function measured(
  work: () => Promise<unknown>,
): Promise<{ cpuSeconds: number; seconds: number }> {
  const startedAt = performance.now();
  const cpuAtStart = cpuSeconds();
  await work();
  return { cpuSeconds: cpuSeconds() - cpuAtStart, seconds: (performance.now() - startedAt) / 1000 };
}

/** Runs `work` on each item, so many at once. */
export async function atOnce<Item>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
