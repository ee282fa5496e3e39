// Process: the least that a daemon on node:http can be.
import { createServer } from 'node:http';
import { answer, answerUntilDone } from './support/child.ts';

const server = createServer((_, response) => response.end('ok\n')).listen(0, '127.0.0.1', () => {
  const address = server.address();
  answer({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
await answerUntilDone(() => ({}));
process.exit(0);
