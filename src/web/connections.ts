// Keeps account of connections and of the answers that run on each, so that closing can tell them apart.
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from './security.ts';

export interface Connections {
  /** Counts a connection on which HTTP is spoken from now on. */
  connected(socket: Socket): void;
  readonly listener: RequestListener;
  /** Accepts nothing more, lets running answers end, and closes every connection. */
  close(server: Server): Promise<void>;
}

/** `answerMs` bounds one answer, `closeMs` the running answers once the server closes. */
export function createConnections(
  answer: RequestListener,
  { answerMs, closeMs }: { answerMs: number; closeMs: number },
): Connections {
  const running = new Map<Socket, number>();
  let closing: Promise<void> | null = null;

  function connected(socket: Socket): void {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  }

  function listener(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    running.set(socket, (running.get(socket) ?? 0) + 1);
    const deadline = setTimeout(() => socket.destroy(), answerMs);
    response.once('close', () => {
      clearTimeout(deadline);
      if (socket.destroyed) return;
      running.set(socket, (running.get(socket) ?? 1) - 1);
      if (closing !== null) endIdle();
    });
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
    if (closing !== null) response.setHeader('Connection', 'close');
    if (hasBody(request)) refuseBody(response);
    else answer(request, response);
  }

  function endIdle(): void {
    for (const [socket, answers] of running) if (answers === 0) socket.destroySoon();
  }

  function close(server: Server): Promise<void> {
    closing ??= new Promise((resolve) => {
      const deadline = setTimeout(() => server.closeAllConnections(), closeMs);
      server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
      endIdle();
    });
    return closing;
  }

  return { listener, connected, close };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function refuseBody(response: ServerResponse): void {
  response.writeHead(413, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end('Requests with a body are not answered here\n');
}
