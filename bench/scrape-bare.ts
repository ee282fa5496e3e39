// Process: node:http and nothing else, with an answer that was read from a file at the start.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { z } from 'zod';
import { answer, answerUntilDone, cpuSeconds, readTask } from './support/child.ts';

const { plainFile, gzipFile } = readTask(z.object({ plainFile: z.string(), gzipFile: z.string() }));
const plain = readFileSync(plainFile);
const gzip = readFileSync(gzipFile);

const server = createServer((request, response) => {
  const compressed = request.headers['accept-encoding'] === 'gzip';
  const body = compressed ? gzip : plain;
  response.writeHead(200, {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Content-Length': body.length,
    ...(compressed ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(body);
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  answer({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
await answerUntilDone(() => ({ cpuSeconds: cpuSeconds() }));
process.exit(0);
