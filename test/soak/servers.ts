// The soak's cloud and mail server: they answer everything and remember nothing, so that what grows is the program.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { issued, revocation, toWire } from '../simulator/certificates.ts';

export interface SoakServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Every fiftieth certificate is revoked, and every other fiftieth ends soon: there is always something to tell. */
const TELLING = 50;
const UTC_OFFSET_MINUTES = 480;

/** A cloud that has every id, as it is at `nowMs()`; the id's last digits say what is the matter with it. */
export async function startCloud(nowMs: () => number): Promise<SoakServer> {
  const server = createServer((request, response) => {
    const id = request.url?.slice(-16) ?? '';
    const number = Number(id.slice(-7));
    const trouble = number % TELLING;
    const facts = issued({ daysLeft: trouble === 1 ? 5 : 200, nowMs: nowMs() });
    const wire = toWire({ id, ...facts, ...(trouble === 0 ? revocation() : {}) }, UTC_OFFSET_MINUTES);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(wire));
  });
  server.keepAliveTimeout = 60_000;
  return listening(server);
}

async function listening(server: Server): Promise<SoakServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A mail server that takes everything; `taken` counts. */
export async function startMailServer(): Promise<SoakServer & { taken(): number }> {
  let taken = 0;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => {
        taken += 1;
        done();
      });
    },
  });
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    taken: () => taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
