// Which end of a session means what for the mail: a table, as the library's errors come.
import { describe, expect, test } from '@jest/globals';
import type { DeliveryOutcome } from '../../src/alerts/alert.ts';
import { outcomeOf, type Stage } from '../../src/mail/replies.ts';
import { networkTrouble } from '../../src/mail/trouble.ts';

const SERVER = { host: 'smtp.example.com', port: 587 };

type Class = `${DeliveryOutcome['outcome']}` | `${DeliveryOutcome['outcome']} ${'recipient' | 'server'}`;

function classOf(outcome: DeliveryOutcome): string {
  return outcome.outcome === 'sent' || outcome.outcome === 'ambiguous'
    ? outcome.outcome
    : `${outcome.outcome} ${outcome.scope}`;
}

/** An error as the library makes it. */
function fault(command: string, answer: string | null, code = 'EENVELOPE', originalCode?: string): Error {
  return Object.assign(new Error('of the library'), {
    code,
    command,
    ...(answer === null ? {} : { response: answer, responseCode: Number(answer.slice(0, 3)) }),
    ...(originalCode === undefined ? {} : { originalCode }),
  });
}

function failed(error: unknown, stage: Stage, handedOver = false): DeliveryOutcome {
  return outcomeOf({ end: 'failed', error, stage, handedOver }, SERVER);
}

describe('an answer of the server', () => {
  test.each<[string, string, Stage, Class]>([
    ['CONN', '554 no service here', 'connect', 'refused server'],
    ['CONN', '450 not now', 'connect', 'deferred server'],
    ['CONN', '421 too many connections', 'connect', 'deferred server'],
    ['CONN', '<html>', 'connect', 'deferred server'],
    ['EHLO', '550 bad name', 'connect', 'refused server'],
    ['EHLO', '451 later', 'connect', 'deferred server'],
    ['HELO', '501 bad name', 'connect', 'refused server'],
    ['STARTTLS', '454 TLS not available', 'connect', 'deferred server'],
    ['STARTTLS', '502 not implemented', 'connect', 'refused server'],
    ['AUTH PLAIN', '535 5.7.8 wrong', 'login', 'refused server'],
    ['AUTH PLAIN', '454 4.7.0 later', 'login', 'deferred server'],
    ['AUTH LOGIN', '504 unknown mechanism', 'login', 'refused server'],
    ['AUTH PLAIN', '421 closing', 'login', 'deferred server'],
    ['AUTH PLAIN', 'what?', 'login', 'deferred server'],
    ['MAIL FROM', '550 sender refused', 'message', 'refused server'],
    ['MAIL FROM', '451 later', 'message', 'deferred server'],
    ['MAIL FROM', '530 authentication required', 'message', 'refused server'],
    ['RCPT TO', '550 5.1.1 no such user', 'message', 'refused recipient'],
    ['RCPT TO', '450 greylisted', 'message', 'deferred recipient'],
    ['RCPT TO', '421 closing', 'message', 'deferred server'],
    ['RCPT TO', '530 authentication required', 'message', 'refused server'],
    ['RCPT TO', '503 out of order', 'message', 'refused server'],
    ['RCPT TO', '\u0000<html>', 'message', 'deferred server'],
    ['DATA', '554 no valid recipients', 'message', 'refused recipient'],
    ['DATA', '451 later', 'message', 'deferred recipient'],
    ['CONN', '550 said out of turn', 'message', 'deferred server'],
  ])('to %s, %s, while in %s: %s.%s', (command, answer, stage, expected) => {
    expect(classOf(failed(fault(command, answer), stage))).toBe(expected);
  });

  test.each<[string, Class]>([
    ['552 too big', 'refused recipient'],
    ['451 local error', 'deferred recipient'],
    ['421 shutting down', 'deferred server'],
    ['535 not any more', 'refused server'],
    ['354 go on', 'ambiguous'],
    ['<html>', 'ambiguous'],
  ])('after the dot, %s: %s', (answer, expected) => {
    expect(classOf(failed(fault('DATA', answer, 'EMESSAGE'), 'message', true))).toBe(expected);
  });

  test('is shown on one line of at most 200 characters, without control characters', () => {
    const { response } = failed(
      fault('RCPT TO', `550-5.1.1 no\u0007 such\n550 5.1.1 ${'user '.repeat(100)}`),
      'message',
    );
    expect(response).toMatch(/^550-5\.1\.1 no {1,2}such 550 5\.1\.1 user/);
    expect(response).toHaveLength(200);
    expect(response).not.toMatch(/\p{Cc}/u);
  });

  test('to AUTH is shown by its codes alone, because servers repeat what they did not understand', () => {
    const answer = '535-5.7.8 unknown: AUTH PLAIN AHVzZXIAaHVudGVyMg==';
    expect(failed(fault('AUTH PLAIN', answer, 'EAUTH'), 'login').response).toBe(
      'Cannot log in to smtp.example.com:587: it answered 535 5.7.8; see email.smtp.username and email.smtp.password',
    );
    expect(failed(fault('AUTH PLAIN', '454 hunter2', 'EAUTH'), 'login').response).toBe(
      'Cannot log in to smtp.example.com:587: it answered 454',
    );
    expect(failed(fault('AUTH PLAIN', 'hunter2', 'EAUTH'), 'login').response).not.toContain('hunter2');
  });
});

describe('no answer', () => {
  test.each<[string, unknown, Stage]>([
    ['the connection is refused', fault('CONN', null, 'ESOCKET', 'ECONNREFUSED'), 'connect'],
    ['TLS fails', fault('CONN', null, 'ETLS', 'EPROTO'), 'connect'],
    ['the connection is lost while logging in', fault('CONN', null, 'ECONNECTION'), 'login'],
    ['the connection is lost before DATA', fault('CONN', null, 'ECONNECTION'), 'message'],
    ['the stream breaks', fault('API', null, 'ESTREAM'), 'message'],
    ['something else is thrown', 'a string', 'message'],
    ['nothing is thrown', null, 'message'],
  ])('%s: deferred for all', (_, error, stage) => {
    expect(classOf(failed(error, stage))).toBe('deferred server');
  });

  test.each<[string, unknown]>([
    ['lost', fault('CONN', null, 'ECONNECTION')],
    ['lost with an unfinished refusal', fault('CONN', '550 no', 'ECONNECTION')],
    ['broken by a string', 'a string'],
  ])('a connection %s after the dot is ambiguous', (_, error) => {
    expect(failed(error, 'message', true)).toEqual({
      outcome: 'ambiguous',
      scope: 'server',
      response: 'Handed over to smtp.example.com:587, but the connection was lost before an answer came',
    });
  });

  test.each<['deadline' | 'stop', boolean, Class, string]>([
    [
      'deadline',
      false,
      'deferred server',
      'Cannot send by smtp.example.com:587: it took longer than email.smtp.timeout',
    ],
    ['stop', false, 'deferred server', 'Cannot send by smtp.example.com:587: the monitor is stopping'],
    [
      'deadline',
      true,
      'ambiguous',
      'Handed over to smtp.example.com:587, but no answer came within email.smtp.timeout; raise it if the server is slow',
    ],
    [
      'stop',
      true,
      'ambiguous',
      'Handed over to smtp.example.com:587, but the monitor is stopping, and no answer came',
    ],
  ])('cut short by the %s, handed over: %s', (by, handedOver, expected, response) => {
    const outcome = outcomeOf({ end: 'cut', by, handedOver }, SERVER);
    expect([classOf(outcome), outcome.response]).toEqual([expected, response]);
  });
});

describe('what the library refuses by itself', () => {
  test.each<[string, string, Stage, Class]>([
    ['EAUTH', 'a login without a password', 'login', 'refused server'],
    ['EENVELOPE', 'an address that is none', 'message', 'refused recipient'],
    ['ECONNECTION', 'a connection that is gone', 'message', 'deferred server'],
  ])('%s, %s', (code, _, stage, expected) => {
    expect(classOf(failed(fault('API', null, code), stage))).toBe(expected);
  });
});

describe('an acceptance', () => {
  const answered = { end: 'answered', rejection: null, handedOver: true } as const;
  test.each<[string, Parameters<typeof outcomeOf>[0], Class]>([
    ['250 with a text', { ...answered, response: '250 2.0.0 queued' }, 'sent'],
    ['250 alone', { ...answered, response: '250' }, 'sent'],
    ['something that only begins with a 2', { ...answered, response: '2fast' }, 'ambiguous'],
    [
      'an answer before the message was there',
      { ...answered, response: '250 ok', handedOver: false },
      'deferred server',
    ],
    [
      'a message taken without its recipient',
      { ...answered, response: '250 ok', rejection: fault('RCPT TO', '550 no') },
      'refused recipient',
    ],
    [
      'a message taken while its recipient waits',
      { ...answered, response: '250 ok', rejection: fault('RCPT TO', '450 no') },
      'deferred recipient',
    ],
  ])('%s', (_, transmission, expected) => {
    expect(classOf(outcomeOf(transmission, SERVER))).toBe(expected);
  });
});

describe('trouble on the way says what to do', () => {
  test.each<[string, string | null, string]>([
    [
      'ESOCKET',
      'ECONNREFUSED',
      'Cannot send by smtp.example.com:587: nothing listens there; check email.smtp.host and email.smtp.port (ECONNREFUSED)',
    ],
    [
      'EDNS',
      'ENOTFOUND',
      'Cannot send by smtp.example.com:587: the name is not known; check email.smtp.host (ENOTFOUND)',
    ],
    ['ETIMEDOUT', null, 'Cannot send by smtp.example.com:587: it does not answer in time (ETIMEDOUT)'],
    [
      'ESOCKET',
      'CERT_HAS_EXPIRED',
      'Cannot trust smtp.example.com:587: its certificate is not valid now (CERT_HAS_EXPIRED)',
    ],
    [
      'ESOCKET',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'Cannot trust smtp.example.com:587: its certificate is for other names; put one of these into email.smtp.host (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'ETLS',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'Cannot speak TLS with smtp.example.com:587: check email.smtp.port, and email.smtp.tls (starttls mostly on 587, implicit on 465) (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    [
      'constructor',
      null,
      'Cannot send by smtp.example.com:587: it does not behave like a mail server (constructor)',
    ],
  ])('%s %s', (code, originalCode, words) => {
    expect(networkTrouble({ code, originalCode }, SERVER)).toBe(words);
  });

  test('without any code', () => {
    expect(networkTrouble({ code: null, originalCode: null }, SERVER)).toBe(
      'Cannot send by smtp.example.com:587: it does not behave like a mail server (no code)',
    );
  });
});
