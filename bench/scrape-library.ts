// Process: node:http with a registry of prom-client's that holds the same series, rendered at each scrape, as its documentation shows.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import { createBlockWatch } from './support/block-watch.ts';
import { answer, answerUntilDone, cpuSeconds, readTask } from './support/child.ts';
import { readSeries } from './support/series.ts';

const { plainFile } = readTask(z.object({ plainFile: z.string() }));
const registry = new Registry();
for (const { name, help, samples } of readSeries(readFileSync(plainFile, 'utf8'))) {
  const labelNames = Object.keys(samples[0]?.labels ?? {});
  const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
  for (const { labels, value } of samples) gauge.set(labels, value);
}

const server = createServer((_, response) => {
  registry.metrics().then((text) => {
    response.writeHead(200, { 'Content-Type': registry.contentType });
    response.end(text);
  });
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  answer({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
const blocks = createBlockWatch('every millisecond');
await answerUntilDone(() => {
  const longestBlockMs = blocks.longestMs();
  blocks.restart();
  return { cpuSeconds: cpuSeconds(), longestBlockMs, megabytes: process.memoryUsage.rss() / 2 ** 20 };
});
process.exit(0);
