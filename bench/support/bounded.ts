// Waits for another process that end: where something does not come in time, the process is killed and the error says what did not come.
import type { ChildProcess } from 'node:child_process';

/** Longest wait for one thing that a process is asked for. */
const LONGEST_MS = 5 * 60_000;
/** Longest time from being told to end to the end. */
const LONGEST_END_MS = 30_000;

/** `what` completes “the cloud has not …”. */
export async function orKilled<Result>(
  child: Pick<ChildProcess, 'kill'>,
  what: string,
  wait: Promise<Result>,
  longestMs: number = LONGEST_MS,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`Cannot go on with the benchmark: ${what} within ${Math.round(longestMs / 1_000)} s`));
    }, longestMs);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For a process that was told to end; one that does not is killed, and then it has ended. */
export async function untilEnded(
  child: Pick<ChildProcess, 'kill'>,
  ended: Promise<unknown>,
  longestMs: number = LONGEST_END_MS,
): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  await ended.catch(() => {});
  clearTimeout(timer);
}
