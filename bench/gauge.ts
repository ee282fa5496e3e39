// Loaded into the built daemon with --import: on SIGUSR2 it collects garbage and says how large the process is and how long its loop was blocked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

process.on('SIGUSR2', () => {
  const longestBlockMs = delay.max / 1e6;
  const usedBytes = process.memoryUsage.rss();
  globalThis.gc?.();
  const bytes = process.memoryUsage.rss();
  process.stdout.write(
    `${JSON.stringify({ gauge: 1, longestBlockMs, beforeMegabytes: usedBytes / 2 ** 20, megabytes: bytes / 2 ** 20 })}\n`,
  );
  delay.reset();
});
