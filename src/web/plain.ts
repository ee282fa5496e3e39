// The paths that machines ask for every few seconds, answered by node:http alone: the framework would cost more than the answers.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Health, HealthSource, WebLog } from './sources.ts';

/** Answers one request; rejects where it cannot. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** What people read who ask for what is not there, or not in this way. */
export const TEXTS = {
  nothing: 'There is nothing at this address\n',
  readOnly: 'Only GET and HEAD are answered here\n',
  failed: 'Cannot answer: something went wrong in the monitor, its log says what\n',
} as const;

export const ALLOWED_METHODS = 'GET, HEAD';

const MAX_LOGGED_PATH = 200;

/** Answers GET and HEAD of these paths, and leaves every other one to `otherwise`. */
export function answerPaths({
  paths,
  otherwise,
  log,
}: {
  paths: ReadonlyMap<string, Answer>;
  otherwise: Answer;
  log: WebLog;
}): RequestListener {
  async function attempt(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await answer(request, response);
    } catch (error) {
      log.error({ err: error, path: loggedPath(pathOf(request)) }, 'Cannot answer a request');
      if (response.headersSent) response.destroy();
      else sendText(response, 500, TEXTS.failed);
    }
  }

  return (request, response) => {
    const answer = paths.get(pathOf(request));
    if (answer === undefined) void attempt(otherwise, request, response);
    else if (request.method === 'GET' || request.method === 'HEAD') void attempt(answer, request, response);
    else {
      response.setHeader('Allow', ALLOWED_METHODS);
      sendText(response, 405, TEXTS.readOnly);
    }
  };
}

/** The answers to probes: the process moves, and it is ready. */
export function probeAnswers(health: HealthSource): readonly (readonly [path: string, answer: Answer])[] {
  return [
    ['/healthz', (_, response) => sendHealth(response, health.live())],
    ['/readyz', (_, response) => sendHealth(response, health.ready())],
  ];
}

/** There is nothing but what was named. */
export const nothingElse: Answer = (_, response) => sendText(response, 404, TEXTS.nothing);

/** A path as the log shows it. */
export function loggedPath(path: string): string {
  return path.slice(0, MAX_LOGGED_PATH);
}

/** Without the query; a proxy's form of a request (RFC 9112, section 3.2.2) has the whole address. */
function pathOf({ url = '' }: IncomingMessage): string {
  const address = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '');
  const query = address.indexOf('?');
  return query < 0 ? address : address.slice(0, query);
}

function sendHealth(response: ServerResponse, { ok, reason }: Health): void {
  const body = JSON.stringify({ status: ok ? 'ok' : 'failing', reason });
  send(response, { status: ok ? 200 : 503, type: 'application/json', body });
}

function sendText(response: ServerResponse, status: number, body: string): void {
  send(response, { status, type: 'text/plain; charset=UTF-8', body });
}

/** node:http itself keeps the body of an answer to HEAD back. */
function send(response: ServerResponse, answer: { status: number; type: string; body: string }): void {
  const { status, type, body } = answer;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
