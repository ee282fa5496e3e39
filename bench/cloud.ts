// Process: a cloud as fast as it can be, so that what is measured is its client. Speaks just enough HTTP on bare sockets.
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import { answer, answerUntilDone, cpuSeconds, readTask } from './support/child.ts';
import { bodyOf, idsOf } from './support/cloud-body.ts';

/** `delayMs`: from a request to its answer, as where the cloud is far away; 0 is at once. */
const { delayMs } = readTask(z.object({ delayMs: z.number() }));
const [someId = ''] = idsOf(1);
const body = bodyOf(someId);
const response = Buffer.from(
  `HTTP/1.1 200 OK\r\nDate: ${new Date().toUTCString()}\r\nContent-Type: application/json\r\n` +
    `X-Request-Id: 9d6f3c7b1e2a4f58a0c1d2e3f4a5b6c7\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const idAt = response.indexOf(someId);
const END = Buffer.from('\r\n\r\n');

function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let end = pending.indexOf(END); end >= 0; end = pending.indexOf(END)) {
      send(socket, responseTo(pending));
      pending = pending.subarray(end + END.length);
    }
  });
}

function send(socket: Socket, bytes: Buffer): void {
  if (delayMs === 0) socket.write(bytes);
  else setTimeout(() => socket.write(bytes), delayMs);
}

/** The same certificate for everybody, under the id that was asked for: the path's last 16 characters. */
function responseTo(request: Buffer): Buffer {
  const pathEnd = request.indexOf(' HTTP/1.1');
  const copy = Buffer.from(response);
  request.copy(copy, idAt, pathEnd - someId.length, pathEnd);
  return copy;
}

const server = createServer(serve).listen(0, '127.0.0.1', () => {
  const address = server.address();
  answer({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
await answerUntilDone(() => ({ cpuSeconds: cpuSeconds() }));
process.exit(0);
