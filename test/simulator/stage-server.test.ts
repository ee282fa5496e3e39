// Whether the scripted mail server takes mail as a real one does, and goes wrong exactly where it is told to.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import nodemailer from 'nodemailer';
import { codeOf } from '../../src/shared/errors.ts';
import {
  headerOf,
  type Misbehaviour,
  STAGES,
  type Stage,
  type StageServer,
  type StageServerOptions,
  startStageServer,
} from '../support/smtp/stage-server.ts';
import { TEST_CA_FILE } from '../support/smtp/test-tls.ts';

const LOGIN = { user: 'monitor', password: 'planted-password' };

let server: StageServer;

beforeEach(async () => {
  server = await startStageServer({ login: LOGIN });
});
afterEach(() => server.close());

interface Sending {
  readonly to?: string[];
  readonly text?: string;
  readonly secure?: boolean;
  readonly requireTLS?: boolean;
  readonly ignoreTLS?: boolean;
  readonly password?: string | null;
  readonly method?: string;
  readonly timeoutMs?: number;
}

async function send(sending: Sending = {}): Promise<string> {
  const {
    to = ['oncall@example.com'],
    text = 'hello',
    password = LOGIN.password,
    timeoutMs = 5_000,
  } = sending;
  const transport = nodemailer.createTransport({
    host: server.host,
    port: server.port,
    secure: sending.secure ?? false,
    requireTLS: sending.requireTLS ?? true,
    ignoreTLS: sending.ignoreTLS ?? false,
    tls: { ca: readFileSync(TEST_CA_FILE) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(password === null ? {} : { auth: { user: LOGIN.user, pass: password } }),
    ...(sending.method === undefined ? {} : { authMethod: sending.method }),
  });
  try {
    const sent = await transport.sendMail({
      from: 'certs@example.com',
      to,
      subject: 'a test',
      text,
      messageId: '<one@example>',
    });
    return sent.response;
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
}

async function restart(options: StageServerOptions): Promise<void> {
  await server.close();
  server = await startStageServer(options);
}

describe('a mail', () => {
  test('is taken over STARTTLS with a login, and kept with its envelope and raw text', async () => {
    expect(await send({ to: ['a@example.com', 'b@example.com'], text: 'one\r\n.two\r\n..three' })).toBe(
      '250 2.0.0 queued',
    );
    const [mail] = await server.waitFor((all) => all.length === 1);
    expect(mail).toMatchObject({
      envelope: { from: 'certs@example.com', to: ['a@example.com', 'b@example.com'] },
      messageId: '<one@example>',
      secure: true,
      user: 'monitor',
      answered: true,
    });
    expect(mail?.raw).toContain('one\r\n.two\r\n..three');
    expect(headerOf(mail?.raw ?? '', 'Subject')).toBe('a test');
    expect(headerOf(mail?.raw ?? '', 'X-None')).toBeNull();
  });

  test('is taken with AUTH LOGIN, too', async () => {
    expect(await send({ method: 'LOGIN' })).toBe('250 2.0.0 queued');
  });

  test('is refused with a wrong password, and without a login', async () => {
    expect(await send({ password: 'wrong' })).toBe('EAUTH');
    expect(await send({ password: null })).toBe('EENVELOPE');
    expect(server.accepted).toHaveLength(0);
  });

  test('is taken over implicit TLS', async () => {
    await restart({ implicitTls: true, login: LOGIN });
    expect(await send({ secure: true })).toBe('250 2.0.0 queued');
    expect(server.accepted[0]?.secure).toBe(true);
  });

  test('is taken in clear where the client wants it so, and a login in clear only where the server does', async () => {
    await restart({ starttls: false });
    expect(await send({ requireTLS: false, password: null })).toBe('250 2.0.0 queued');
    expect(server.accepted[0]?.secure).toBe(false);
    await restart({ starttls: false, login: LOGIN, authInClear: true });
    expect(await send({ requireTLS: false })).toBe('250 2.0.0 queued');
  });

  test('goes nowhere when STARTTLS is hidden from a client that requires it', async () => {
    await restart({ starttls: false });
    expect(await send({ password: null })).toBe('ETLS');
  });

  test('counts as taken before its answer, which can be late', async () => {
    server.settings.acceptDelayMs = 20;
    const sending = send();
    const [mail] = await server.waitFor((all) => all.length === 1);
    expect(mail?.answered).toBe(false);
    expect(await sending).toBe('250 2.0.0 queued');
    expect(mail?.answered).toBe(true);
  });
});

describe('a misbehaviour', () => {
  const everywhere = STAGES.filter((stage) => stage !== 'connect');

  test.each(everywhere)('at %s: reset and close break one sending, and the next succeeds', async (stage) => {
    for (const kind of ['reset', 'close'] as const) {
      const planned = server.at(stage, { kind });
      expect(await send()).toMatch(/^E/);
      expect(planned.seen).toBe(1);
    }
    expect(server.accepted).toHaveLength(0);
    expect(await send()).toBe('250 2.0.0 queued');
  });

  test.each(STAGES.filter((stage) => stage !== 'tls'))(
    'at %s: 4xx, 5xx and 421 are the answer',
    async (stage) => {
      for (const code of [451, 554, 421]) {
        // The greeting of EHLO is asked for again after a 5xx, as HELO.
        server.at(stage, { kind: 'reply', code, text: 'planned' }, { times: stage === 'ehlo' ? 2 : 1 });
        expect(await send()).toMatch(/^E/);
        server.heal();
      }
      expect(server.accepted).toHaveLength(0);
    },
  );

  test.each<[Stage, Misbehaviour]>([
    ...STAGES.map((stage): [Stage, Misbehaviour] => [stage, { kind: 'stall' }]),
    ['connect', { kind: 'garbage' }],
    ['ehlo', { kind: 'drip', intervalMs: 200 }],
    ['dot', { kind: 'lose-answer', by: 'stall' }],
  ])(
    'at %s: %j keeps the client waiting until it leaves, and the server notices',
    async (stage, misbehaviour) => {
      server.at(stage, misbehaviour, { times: 'always' });
      expect(await send({ timeoutMs: 60 })).toMatch(/^E/);
      await server.waitFor(() => server.openConnections === 0);
    },
  );

  test.each(['reset', 'close'] as const)('an answer lost by %s leaves the mail taken', async (by) => {
    server.at('dot', { kind: 'lose-answer', by });
    expect(await send()).toMatch(/^E/);
    expect(server.accepted).toMatchObject([{ messageId: '<one@example>', answered: false }]);
  });

  test('at rcpt can mean one recipient', async () => {
    server.at('rcpt', { kind: 'reply', code: 550 }, { recipient: 'B@example.com', times: 'always' });
    expect(await send({ to: ['a@example.com', 'b@example.com'] })).toBe('250 2.0.0 queued');
    expect(server.accepted[0]?.envelope.to).toEqual(['a@example.com']);
    expect(await send({ to: ['b@example.com'] })).toBe('EENVELOPE');
  });

  test('a delay is followed by the true answer', async () => {
    server.at('mail', { kind: 'delay', ms: 1 });
    server.at('dot', { kind: 'delay', ms: 1 });
    expect(await send()).toBe('250 2.0.0 queued');
  });

  test('can be taken back', async () => {
    server.at('mail', { kind: 'reset' }, { times: 'always' }).clear();
    expect(await send()).toBe('250 2.0.0 queued');
  });
});

describe('the server', () => {
  test('can be away and come back on the same port', async () => {
    await server.goAway();
    expect(await send()).toBe('ESOCKET');
    await server.comeBack();
    expect(await send()).toBe('250 2.0.0 queued');
    expect([server.connections, server.commands.filter((verb) => verb === 'DATA')]).toEqual([1, ['DATA']]);
  });

  test('answers commands out of order, unknown ones and several at once as SMTP wants it', async () => {
    await restart({ starttls: false });
    const socket = connect(server.port, server.host);
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.write('HELO x\r\nSTARTTLS\r\nAUTH PLAIN\r\nRCPT TO:<a@b>\r\nDATA\r\nNOOP\r\nRSET\r\nWHAT\r\n');
    socket.write('MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n.\r\nQUIT\r\n');
    await once(socket, 'close');
    const codes = heard
      .trim()
      .split('\r\n')
      .map((line) => Number(line.slice(0, 3)));
    expect(codes).toEqual([220, 250, 502, 503, 503, 503, 250, 250, 500, 250, 250, 354, 250, 221]);
    expect(server.accepted).toMatchObject([
      { raw: '\r\n', messageId: null, envelope: { from: '', to: ['a@b'] } },
    ]);
  });

  test('asks for login and name where AUTH brings none, and waits in vain for a message that breaks off', async () => {
    await restart({ login: LOGIN, authInClear: true });
    const socket = connect(server.port, server.host);
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    const plain = Buffer.from(`\0${LOGIN.user}\0${LOGIN.password}`).toString('base64');
    socket.write(
      `EHLO x\r\nAUTH PLAIN\r\n${plain}\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\nSubject: x\r\n`,
    );
    await server.waitFor(() => server.commands.includes('DATA'));
    socket.end();
    await once(socket, 'close');
    expect(heard).toMatch(/334 \r\n235 .*\r\n250 .*\r\n250 .*\r\n354 /);
    expect(server.accepted).toHaveLength(0);
  });

  test('says what came when a wait is in vain', async () => {
    await expect(server.waitFor((all) => all.length === 1, { timeoutMs: 1 })).rejects.toThrow(
      'there is only 0 mails accepted',
    );
  });
});
