// What the end of an SMTP session means for the mail: sent, to be tried again, refused, or nobody knows. Pure.
import type { DeliveryOutcome } from '../alerts/alert.ts';
import { oneLine } from '../shared/text.ts';
import { networkTrouble } from './trouble.ts';

/** What was being done when it failed. */
export type Stage = 'connect' | 'login' | 'message';

/** `handedOver`: the final dot was written, or was about to be. */
export type Transmission =
  /** `rejection`: the error of the one recipient, where the server took the message without it. */
  | {
      readonly end: 'answered';
      readonly response: string;
      readonly rejection: unknown;
      readonly handedOver: boolean;
    }
  | { readonly end: 'failed'; readonly error: unknown; readonly stage: Stage; readonly handedOver: boolean }
  | { readonly end: 'cut'; readonly by: 'deadline' | 'stop'; readonly handedOver: boolean };

/** Names the server in our own words. */
export interface ServerName {
  readonly host: string;
  readonly port: number;
}

/** What an error of the library says, read once. */
export interface Fault {
  readonly code: string | null;
  /** The system's or TLS' own code, where there is one. */
  readonly originalCode: string | null;
  /** `CONN`, `EHLO`, `STARTTLS`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`, `API`. */
  readonly command: string;
  /** The server's answer; empty where there was none. */
  readonly answer: string;
  /** The three digits of the answer, or null. */
  readonly reply: number | null;
}

const LONGEST = 200;

/** Not about this mail, whenever they are said: authentication wanted or failed, TLS wanted, out of order. */
const REPLIES_FOR_ALL: ReadonlySet<number> = new Set([503, 530, 534, 535, 538]);

/** RFC 5321, 3.8: the server is about to close, whatever was asked. */
const CLOSING = 421;

/** The outcome of one attempt; `response` is one line of at most 200 characters. */
export function outcomeOf(transmission: Transmission, server: ServerName): DeliveryOutcome {
  const outcome = judge(transmission, server);
  return { ...outcome, response: oneLine(outcome.response, LONGEST) };
}

function judge(transmission: Transmission, server: ServerName): DeliveryOutcome {
  switch (transmission.end) {
    case 'answered':
      return answered(transmission, server);
    case 'failed':
      return failed(transmission, server);
    case 'cut': {
      if (transmission.handedOver) return ambiguous(server, transmission.by);
      const by =
        transmission.by === 'stop' ? 'the monitor is stopping' : 'it took longer than email.smtp.timeout';
      return deferred('server', `Cannot send by ${nameOf(server)}: ${by}`);
    }
  }
}

function answered(
  { response, rejection, handedOver }: Extract<Transmission, { end: 'answered' }>,
  server: ServerName,
): DeliveryOutcome {
  if (rejection !== null)
    return failed({ end: 'failed', error: rejection, stage: 'message', handedOver: false }, server);
  if (!handedOver)
    return deferred('server', `Cannot send by ${nameOf(server)}: it answered before it had the message`);
  // The library takes anything that begins with a 2.
  if (!/^2\d\d(?:[ -]|$)/.test(response)) return ambiguous(server, 'nonsense');
  return { outcome: 'sent', response };
}

function failed(
  { error, stage, handedOver }: Extract<Transmission, { end: 'failed' }>,
  server: ServerName,
): DeliveryOutcome {
  const fault = readFault(error);
  const { reply, command } = fault;
  if (handedOver && !(command === 'DATA' && reply !== null && isRefusal(reply))) {
    return ambiguous(server, command === 'DATA' ? 'nonsense' : 'lost');
  }
  const response = wordsFor(fault, stage, server);
  if (command === 'API') return ownRefusal(fault, response);
  if (reply === null || !isRefusal(reply)) return deferred('server', response);
  const aboutRecipient =
    (command === 'RCPT TO' || command === 'DATA') && reply !== CLOSING && !REPLIES_FOR_ALL.has(reply);
  const scope = aboutRecipient ? 'recipient' : 'server';
  // Said out of turn, it may be the answer to anything: no reason to give a mail up.
  const permanent = reply >= 500 && !(command === 'CONN' && stage === 'message');
  return permanent ? { outcome: 'refused', scope, response } : deferred(scope, response);
}

/** What the library refuses before it has asked the server. */
function ownRefusal({ code }: Fault, response: string): DeliveryOutcome {
  if (code === 'EAUTH') return { outcome: 'refused', scope: 'server', response };
  if (code === 'EENVELOPE') return { outcome: 'refused', scope: 'recipient', response };
  return deferred('server', response);
}

function isRefusal(reply: number): boolean {
  return reply >= 400 && reply < 600;
}

function deferred(scope: 'recipient' | 'server', response: string): DeliveryOutcome {
  return { outcome: 'deferred', scope, response };
}

function ambiguous(server: ServerName, why: 'deadline' | 'stop' | 'lost' | 'nonsense'): DeliveryOutcome {
  const reasons = {
    deadline: 'no answer came within email.smtp.timeout; raise it if the server is slow',
    stop: 'the monitor is stopping, and no answer came',
    lost: 'the connection was lost before an answer came',
    nonsense: 'its answer makes no sense',
  };
  return {
    outcome: 'ambiguous',
    scope: 'server',
    response: `Handed over to ${nameOf(server)}, but ${reasons[why]}`,
  };
}

/** The server's answer where it says something of its own; ours where it cannot, or must not be repeated. */
function wordsFor(fault: Fault, stage: Stage, server: ServerName): string {
  const { command, answer, reply } = fault;
  const name = nameOf(server);
  if (command === 'STARTTLS' && reply !== null) {
    return `Cannot start TLS with ${name}: it answered ${answer}; email.smtp.tls is starttls, so nothing is sent in clear`;
  }
  if (stage === 'login') return loginWords(fault, name);
  return answer === '' ? networkTrouble(fault, server) : answer;
}

/** Of an answer to AUTH only the codes are kept: servers repeat what they did not understand, and that is the password. */
function loginWords({ code, answer, reply, command }: Fault, name: string): string {
  if (command === 'API' && code === 'EAUTH')
    return `Cannot log in to ${name}: a user name and a password are needed, and one of them is empty`;
  if (reply === null)
    return `Cannot log in to ${name}: the connection was lost, or its answer makes no sense`;
  const codes = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(answer)?.[1];
  const said = codes === undefined ? String(reply) : `${reply} ${codes}`;
  const advice = reply >= 500 ? '; see email.smtp.username and email.smtp.password' : '';
  return `Cannot log in to ${name}: it answered ${said}${advice}`;
}

function nameOf({ host, port }: ServerName): string {
  return `${host}:${port}`;
}

/** Reads what it needs of a thrown thing, whatever that is. */
export function readFault(error: unknown): Fault {
  const found: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const answer = textIn(found, 'response') ?? '';
  const reply = /^\d{3}(?!\d)/.exec(answer)?.[0];
  return {
    code: textIn(found, 'code'),
    originalCode: textIn(found, 'originalCode'),
    command: textIn(found, 'command') ?? '',
    answer,
    reply: reply === undefined ? null : Number(reply),
  };
}

function textIn(found: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = found[key];
  return typeof value === 'string' ? value : null;
}
