// Process: a mail server that takes everything at once and keeps nothing. Speaks just enough SMTP on bare sockets.
import { createServer, type Socket } from 'node:net';
import { answer, answerUntilDone } from './support/child.ts';

let taken = 0;

function converse(socket: Socket): void {
  let pending = '';
  let inMessage = false;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write('220 sink ESMTP\r\n');
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    for (;;) {
      const mark = inMessage ? '\r\n.\r\n' : '\r\n';
      const end = pending.indexOf(mark);
      if (end < 0) return;
      const line = pending.slice(0, end);
      pending = pending.slice(end + mark.length);
      inMessage = inMessage ? endMessage(socket) : replyTo(socket, line);
    }
  });
}

function endMessage(socket: Socket): false {
  taken += 1;
  socket.write('250 2.0.0 taken\r\n');
  return false;
}

/** Says whether a message follows. */
function replyTo(socket: Socket, line: string): boolean {
  const verb = line.slice(0, 4).toUpperCase();
  if (verb === 'QUIT') socket.end('221 2.0.0 bye\r\n');
  else socket.write(verb === 'DATA' ? '354 go on\r\n' : '250 sink\r\n');
  return verb === 'DATA';
}

const server = createServer(converse).listen(0, '127.0.0.1', () => {
  const address = server.address();
  answer({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
await answerUntilDone(() => ({ taken }));
process.exit(0);
