// Puts one reply on the wire, whole or spoiled by a fault.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delay, Outcome } from './faults.ts';
import { type Reply, tokenRefused } from './replies.ts';

/** Waits as the delays say; false when the client has gone meanwhile. */
export async function waitOut(response: ServerResponse, delays: readonly Delay[]): Promise<boolean> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const ended = new Promise<void>((resolve) =>
    gone.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  for (const delay of delays) {
    const over = delay.kind === 'hold' ? delay.until : sleep(delay.ms, undefined, { signal: gone.signal });
    await Promise.race([over, ended]).catch(() => undefined);
    if (gone.signal.aborted) return false;
  }
  return true;
}

/** Sends a reply as it is. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply);
  response.end(reply.body);
}

/** Sends what the fault makes of it; `answer` is asked only where the true answer matters. */
export function sendSpoiled(
  response: ServerResponse,
  {
    outcome,
    answer,
    requestId,
  }: { readonly outcome: Outcome; readonly answer: () => Reply; readonly requestId: string },
): void {
  switch (outcome.kind) {
    case 'raw':
      response.socket?.end(outcome.text);
      break;
    case 'drip':
      drip(response, answer(), outcome.intervalMs);
      break;
    case 'close-half-way':
      closeHalfWay(response, answer());
      break;
    case 'stall':
      break;
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'reply':
    case 'token-refused':
    case 'redirect':
    case 'edit':
    case 'malformed':
    case 'oversized':
      sendReply(response, spoiled(outcome, { answer, requestId }));
      break;
  }
}

/** Another reply in the true one's place: still whole HTTP. */
function spoiled(
  outcome: Exclude<Outcome, { kind: 'raw' | 'drip' | 'close-half-way' | 'stall' | 'reset' }>,
  { answer, requestId }: { readonly answer: () => Reply; readonly requestId: string },
): Reply {
  switch (outcome.kind) {
    case 'reply':
      return madeUp(outcome);
    case 'token-refused':
      return tokenRefused(requestId);
    case 'redirect':
      return { status: outcome.status, headers: { Location: outcome.location }, body: '' };
    case 'edit':
      return withBody(answer(), (body) => JSON.stringify(outcome.edit(JSON.parse(body))));
    case 'malformed':
      return withBody(answer(), (body) => body.slice(0, Math.floor(body.length / 2)));
    case 'oversized':
      return withBody(answer(), (body) =>
        JSON.stringify({ ...JSON.parse(body), description: 'x'.repeat(outcome.bytes) }),
      );
  }
}

function withBody(reply: Reply, change: (body: string) => string): Reply {
  return { ...reply, body: change(reply.body) };
}

function madeUp({
  status,
  body = '',
  contentType = 'application/json',
  headers = {},
}: Extract<Outcome, { kind: 'reply' }>): Reply {
  return {
    status,
    headers: { 'Content-Type': contentType, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

function writeHead(response: ServerResponse, reply: Reply): void {
  // 204 and 304 have no body, and so no length.
  const length =
    reply.status === 204 || reply.status === 304
      ? {}
      : { 'Content-Length': String(Buffer.byteLength(reply.body)) };
  response.writeHead(reply.status, { ...reply.headers, ...length });
}

function drip(response: ServerResponse, reply: Reply, intervalMs: number): void {
  const bytes = Buffer.from(reply.body);
  let sent = 0;
  writeHead(response, reply);
  response.flushHeaders();
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent === bytes.length) response.end();
  }, intervalMs);
  response.once('close', () => clearInterval(timer));
}

function closeHalfWay(response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body);
  writeHead(response, reply);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.end());
}
