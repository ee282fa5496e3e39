// Who gets in, by the web configuration in force: TLS on new connections, headers and sign-in on every request.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { WebConfig } from '../config/config.ts';
import { type Clock, MINUTE_MS } from '../shared/time.ts';
import { type Compare, createBasicAuth } from './basic-auth.ts';
import type { WebLog } from './sources.ts';
import { createTlsEntrance } from './tls.ts';

export interface Access {
  /** In force from the next connection and the next request on; null lets everybody in, in plain HTTP. */
  use(config: WebConfig | null): void;
  admit(socket: Socket): void;
  /** Answers only whom the configuration lets in. */
  guard(answer: RequestListener): RequestListener;
  close(): void;
}

export interface AccessOptions {
  readonly admitted: (socket: Socket) => void;
  readonly handshakeMs: number;
  readonly compare: Compare;
  readonly log: WebLog;
  readonly clock: Clock;
}

export function createAccess({ admitted, handshakeMs, compare, log, clock }: AccessOptions): Access {
  const refused = createRefusals(log, clock);
  const entrance = createTlsEntrance({ handshakeMs, admitted, refused });
  const { signIn, close: closeSignIn } = createBasicAuth({ compare });
  let current: WebConfig | null = null;

  async function check(request: IncomingMessage, users: ReadonlyMap<string, string>): Promise<number> {
    const { authorization } = request.headers;
    const client = request.socket.remoteAddress ?? '';
    switch (await signIn({ users, authorization, client })) {
      case 'known':
        return 200;
      case 'unknown':
        return 401;
      case 'busy':
        return 503;
    }
  }

  return {
    use(config) {
      current = config;
      entrance.use(config?.tls ?? null);
    },
    admit: entrance.admit,
    guard: (answer) => (request, response) => {
      for (const [name, value] of current?.headers ?? []) response.setHeader(name, value);
      // A connection from before TLS was switched on.
      if (entrance.isOn() && !(request.socket instanceof TLSSocket)) return refuse(response, 400);
      const users = current?.users();
      if (users === undefined || users.size === 0) return answer(request, response);
      check(request, users)
        .catch((error: unknown) => {
          log.error({ err: error }, 'Cannot check a password');
          return 503;
        })
        .then((status) => {
          if (response.destroyed) return;
          if (status === 200) answer(request, response);
          else refuse(response, status);
        });
    },
    close() {
      entrance.close();
      closeSignIn();
    },
  };
}

const TEXTS: ReadonlyMap<number, string> = new Map([
  [400, 'This server speaks HTTPS only\n'],
  [401, 'Sign in with a user name and a password\n'],
  [503, 'Too many try to sign in at once: come again in a moment\n'],
]);

function refuse(response: ServerResponse, status: number): void {
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    ...(status === 400 ? { Connection: 'close' } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Basic realm="Certificate monitor", charset="UTF-8"' } : {}),
    ...(status === 503 ? { 'Retry-After': '5' } : {}),
  };
  response.writeHead(status, headers);
  response.end(TEXTS.get(status));
}

/** Connections that end before TLS is agreed upon: a line a minute, as a scanner makes thousands of them. */
function createRefusals(log: WebLog, clock: Clock): (reason: string) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (reason) => {
    unsaid += 1;
    if (clock.monotonicMs() - saidMs < MINUTE_MS) return;
    log.warn({ reason, connections: unsaid }, `TLS was not agreed upon with a client: ${reason}`);
    saidMs = clock.monotonicMs();
    unsaid = 0;
  };
}
