// A mail server for tests, on raw sockets: it takes mail properly, and goes wrong at any stage it is told to.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createWatch, type Watch } from '../../simulator/wait-for.ts';
import type { AcceptedMail } from './accepted-mail.ts';
import { createPlan, type Plan } from './misbehaviour.ts';
import { converse, type SessionSettings } from './session.ts';
import { readTestTls } from './test-tls.ts';

export type { AcceptedMail } from './accepted-mail.ts';
export { headerOf } from './accepted-mail.ts';
export { type Misbehaviour, STAGES, type Stage } from './misbehaviour.ts';

export interface StageServerOptions extends Partial<SessionSettings> {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

export interface StageServer {
  readonly host: string;
  readonly port: number;
  /** May be changed at any time; holds for the next command. */
  readonly settings: SessionSettings;
  /** Every message that was taken, in order, whether its answer arrived or not. */
  readonly accepted: readonly AcceptedMail[];
  /** Verbs as they came, over all connections. */
  readonly commands: readonly string[];
  /** Connections that were ever opened, and those open now. */
  readonly connections: number;
  readonly openConnections: number;
  /** Plans a misbehaviour at a stage: once, unless the scope says otherwise. */
  readonly at: Plan['add'];
  /** Forgets all planned misbehaviour. */
  heal(): void;
  /** Resolves with the accepted mails once the predicate is true of them. Looked at again on every mail, command and connection. */
  readonly waitFor: Watch<readonly AcceptedMail[]>['waitFor'];
  /** Stops listening and drops everyone: connections are refused until `comeBack`, on the same port. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends all sockets. */
  close(): Promise<void>;
}

/** Starts the server; resolves once it listens. STARTTLS with the test certificate, no login, unless the options say otherwise. */
export async function startStageServer(options: StageServerOptions = {}): Promise<StageServer> {
  const { port: wantedPort = 0, host = '127.0.0.1', ...given } = options;
  const settings: SessionSettings = {
    tls: given.tls ?? readTestTls(),
    implicitTls: false,
    starttls: given.implicitTls !== true,
    login: null,
    authInClear: false,
    acceptDelayMs: 0,
    ...given,
  };
  const plan = createPlan();
  const accepted: AcceptedMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const watch = createWatch<readonly AcceptedMail[]>(
    () => accepted,
    (all) => `${all.length} mails accepted, and the commands were ${commands.slice(-12).join(' ')}`,
  );

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      watch.changed();
    });
    watch.changed();
    void converse(socket, {
      settings,
      plan,
      accept(mail) {
        accepted.push(mail);
        watch.changed();
      },
      noteCommand(verb) {
        commands.push(verb);
        watch.changed();
      },
    });
  });
  const port = await listen(server, wantedPort, host);

  async function goAway(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : Promise.resolve();
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    host,
    port,
    settings,
    accepted,
    commands,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    at: plan.add,
    heal: plan.clear,
    waitFor: watch.waitFor,
    goAway,
    async comeBack() {
      await listen(server, port, host);
    },
    close: goAway,
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('Cannot start the mail server: it has no port');
  return address.port;
}
