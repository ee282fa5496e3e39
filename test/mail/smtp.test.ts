// The mailer against a server that goes wrong at every stage in every way, and one that does not.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveryOutcome, Mailer } from '../../src/alerts/alert.ts';
import type { EmailConfig, SecretRef, SmtpConfig } from '../../src/config/config.ts';
import { createSmtpMailer, ownName } from '../../src/mail/smtp.ts';
import { expiredNotice, notice, noticeCertificate, noticesMail } from '../support/notices.ts';
import {
  headerOf,
  type Misbehaviour,
  type Stage,
  type StageServer,
  startStageServer,
} from '../support/smtp/stage-server.ts';
import { OTHER_CA_FILE, TEST_CA_FILE } from '../support/smtp/test-tls.ts';

const LOGIN = { user: 'monitor', password: 'hunter2-secret' };
const SECRET: SecretRef = { env: 'NOT_READ_HERE' };
const MAIL = noticesMail([expiredNotice()]);
const forever = new AbortController().signal;

let server: StageServer;

beforeEach(async () => {
  server = await startStageServer({ login: LOGIN });
});

afterEach(async () => {
  await server.close();
});

function emailWith(smtp: Partial<SmtpConfig>): EmailConfig {
  return {
    smtp: {
      host: '127.0.0.1',
      port: server.port,
      tls: 'starttls',
      username: LOGIN.user,
      password: SECRET,
      caFile: TEST_CA_FILE,
      timeoutMs: 5_000,
      ...smtp,
    },
    from: 'Certificate monitor <certs@example.com>',
    to: ['oncall@example.com'],
    kinds: [],
    ladderMs: [],
    remindersMs: [],
    resolved: true,
    summary: null,
    language: 'en',
  };
}

let current: Partial<SmtpConfig> = {};
let secretOf = async () => LOGIN.password;
/** One for all: making a TLS context with all the system's authorities takes longer than a short deadline. */
const oneMailer = createSmtpMailer({
  email: () => emailWith(current),
  publicUrl: () => null,
  readSecret: () => secretOf(),
});

function mailerFor(smtp: Partial<SmtpConfig> = {}, readSecret = async () => LOGIN.password): Mailer {
  return {
    send(mail, signal) {
      current = smtp;
      secretOf = readSecret;
      return oneMailer.send(mail, signal);
    },
  };
}

function classOf(outcome: DeliveryOutcome): string {
  return outcome.outcome === 'sent' || outcome.outcome === 'ambiguous'
    ? outcome.outcome
    : `${outcome.outcome} ${outcome.scope}`;
}

describe('a server that works', () => {
  test.each<[string, Partial<SmtpConfig>, { implicitTls?: boolean; authInClear?: boolean }, boolean]>([
    ['STARTTLS', {}, {}, true],
    ['implicit TLS', { tls: 'implicit' }, { implicitTls: true }, true],
    ['no TLS where that is configured', { tls: 'none' }, { authInClear: true }, false],
  ])('takes the mail by %s', async (_, smtp, settings, secure) => {
    Object.assign(server.settings, settings);
    expect(await mailerFor(smtp).send(MAIL, forever)).toEqual({
      outcome: 'sent',
      response: '250 2.0.0 queued',
    });
    const [taken] = server.accepted;
    expect(taken).toMatchObject({
      envelope: { from: 'certs@example.com', to: ['oncall@example.com'] },
      secure,
      user: 'monitor',
      messageId: MAIL.messageId,
    });
    expect(headerOf(taken?.raw ?? '', 'subject')).toBe('[CRITICAL] EXPIRED www.example.com (scm-testing)');
    await server.waitFor(() => server.commands.at(-1) === 'QUIT' && server.openConnections === 0);
  });

  test('gets copies that are the same to the byte', async () => {
    const mail = noticesMail([notice({ certificates: [noticeCertificate({ alias: 'שלום' })] })]);
    await mailerFor().send(mail, forever);
    await mailerFor().send(structuredClone(mail), forever);
    expect(server.accepted).toHaveLength(2);
    expect(server.accepted[1]?.raw).toBe(server.accepted[0]?.raw);
  });

  test('is not asked for a login where no user name is configured', async () => {
    Object.assign(server.settings, { login: null });
    expect(classOf(await mailerFor({ username: null, password: null }).send(MAIL, forever))).toBe('sent');
    expect(server.commands).not.toContain('AUTH');
  });

  test('gets a long digest whole', async () => {
    const notices = Array.from({ length: 120 }, (_, index) =>
      notice({ certificates: [noticeCertificate({ id: `scs${1590053258000 + index}` })] }),
    );
    expect(classOf(await mailerFor().send(noticesMail(notices), forever))).toBe('sent');
    expect(server.accepted[0]?.raw).toMatch(/--\r\n$/);
  });

  test('uses the settings and the password of the moment', async () => {
    let password = 'old';
    const mailer = mailerFor({}, async () => password);
    expect(classOf(await mailer.send(MAIL, forever))).toBe('refused server');
    password = LOGIN.password;
    expect(classOf(await mailer.send(MAIL, forever))).toBe('sent');
  });
});

/** A send that hangs where it is planned to, ended by its deadline: by a longer one where the machine was too slow to get there. */
async function sendUpTo(planned: { readonly seen: number }): Promise<DeliveryOutcome> {
  for (let timeoutMs = 300; ; timeoutMs *= 2) {
    const outcome = await mailerFor({ timeoutMs }).send(MAIL, forever);
    await server.waitFor(() => server.openConnections === 0);
    if (planned.seen > 0) return outcome;
  }
}

describe('a fault at a stage ends in its class', () => {
  const FAULTS: readonly [string, Misbehaviour][] = [
    ['4xx', { kind: 'reply', code: 451 }],
    ['5xx', { kind: 'reply', code: 554 }],
    ['421', { kind: 'reply', code: 421 }],
    ['reset', { kind: 'reset' }],
    ['close', { kind: 'close' }],
    ['stall', { kind: 'stall' }],
    ['garbage', { kind: 'garbage' }],
    ['drip', { kind: 'drip', intervalMs: 20 }],
  ];
  const NOBODY = 'deferred server';
  // The columns are the faults above, in their order.
  const EXPECTED: readonly [Stage, readonly string[]][] = [
    ['connect', [NOBODY, 'refused server', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['greeting', [NOBODY, 'refused server', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['ehlo', [NOBODY, 'refused server', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['starttls', [NOBODY, 'refused server', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['tls', [NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['auth', [NOBODY, 'refused server', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['mail', [NOBODY, 'refused server', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['rcpt', ['deferred recipient', 'refused recipient', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    ['data', ['deferred recipient', 'refused recipient', NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]],
    [
      'dot',
      [
        'deferred recipient',
        'refused recipient',
        NOBODY,
        'ambiguous',
        'ambiguous',
        'ambiguous',
        'ambiguous',
        'ambiguous',
      ],
    ],
  ];
  const CASES = EXPECTED.flatMap(([stage, classes]) =>
    FAULTS.map(([name, fault], index) => [stage, name, classes[index] ?? '', fault] as const),
  );

  test.each(CASES)('%s, %s: %s', async (stage, name, expected, fault) => {
    const planned = server.at(stage, fault);
    const hangs = name === 'stall' || name === 'drip';
    const outcome = hangs ? await sendUpTo(planned) : await mailerFor().send(MAIL, forever);
    expect(classOf(outcome)).toBe(expected);
    expect(outcome.response).toMatch(/^[^\p{Cc}]{3,200}$/u);
    expect(server.accepted).toHaveLength(0);
    await server.waitFor(() => server.openConnections === 0);
    expect(classOf(await mailerFor().send(MAIL, forever))).toBe('sent');
  });

  test.each(['reset', 'close', 'stall'] as const)(
    'an acceptance that is lost by %s is ambiguous',
    async (by) => {
      const planned = server.at('dot', { kind: 'lose-answer', by });
      const outcome = by === 'stall' ? await sendUpTo(planned) : await mailerFor().send(MAIL, forever);
      expect(classOf(outcome)).toBe('ambiguous');
      expect(server.accepted).toHaveLength(1);
    },
  );

  test('an answer to the dot that is late, but within the deadline, is an acceptance', async () => {
    server.at('dot', { kind: 'delay', ms: 100 });
    expect(classOf(await mailerFor().send(MAIL, forever))).toBe('sent');
  });

  test('nothing listens: deferred for all', async () => {
    await server.goAway();
    const outcome = await mailerFor().send(MAIL, forever);
    expect(classOf(outcome)).toBe('deferred server');
    expect(outcome.response).toContain('nothing listens there');
  });
});

describe('the signal ends a send at once', () => {
  test.each<[Stage, string]>([
    ['connect', 'deferred server'],
    ['greeting', 'deferred server'],
    ['data', 'deferred server'],
    ['dot', 'ambiguous'],
  ])('while it stalls at %s', async (stage, expected) => {
    const stopping = new AbortController();
    const planned = server.at(stage, { kind: 'stall' });
    const sending = mailerFor({ timeoutMs: 60_000 }).send(MAIL, stopping.signal);
    while (planned.seen === 0) await nextTurn();
    stopping.abort();
    const outcome = await sending;
    expect(classOf(outcome)).toBe(expected);
    expect(outcome.response).toContain('the monitor is stopping');
    await server.waitFor(() => server.openConnections === 0);
  });

  test('before it has begun', async () => {
    const outcome = await mailerFor().send(MAIL, AbortSignal.abort());
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      scope: 'server',
      response: expect.stringContaining('the monitor is stopping'),
    });
    expect(server.connections).toBe(0);
  });
});

describe('nothing is sent in clear, or to a stranger', () => {
  test('STARTTLS hidden: refused, without login and without mail', async () => {
    Object.assign(server.settings, { starttls: false, authInClear: true });
    const outcome = await mailerFor().send(MAIL, forever);
    expect(classOf(outcome)).toBe('refused server');
    expect(outcome.response).toContain('email.smtp.tls is starttls, so nothing is sent in clear');
    expect(server.commands).toEqual(['EHLO', 'STARTTLS']);
  });

  test.each<[string, Partial<SmtpConfig>, { implicitTls: boolean }]>([
    ['STARTTLS', { caFile: null }, { implicitTls: false }],
    ['STARTTLS with the file of another authority', { caFile: OTHER_CA_FILE }, { implicitTls: false }],
    ['implicit TLS', { caFile: null, tls: 'implicit' }, { implicitTls: true }],
  ])('an unknown authority by %s: deferred, with what to do', async (_, smtp, settings) => {
    Object.assign(server.settings, settings);
    const outcome = await mailerFor(smtp).send(MAIL, forever);
    expect(classOf(outcome)).toBe('deferred server');
    expect(outcome.response).toMatch(
      /^Cannot trust 127\.0\.0\.1:\d+: .*name that authority's file in email\.smtp\.caFile/,
    );
    expect(server.commands).not.toContain('AUTH');
  });

  test('implicit TLS to a server that begins in clear says which settings to check', async () => {
    const outcome = await mailerFor({ tls: 'implicit' }).send(MAIL, forever);
    expect(classOf(outcome)).toBe('deferred server');
    expect(outcome.response).toContain('Cannot speak TLS with');
  });

  test('AUTH hidden: it is asked for all the same, and its refusal parks nothing', async () => {
    Object.assign(server.settings, { login: null });
    const outcome = await mailerFor().send(MAIL, forever);
    expect(classOf(outcome)).toBe('refused server');
    expect(server.commands).not.toContain('MAIL');
  });
});

describe('the password', () => {
  test('is in no outcome, whatever the server repeats', async () => {
    const encoded = Buffer.from(`\u0000${LOGIN.user}\u0000${LOGIN.password}`).toString('base64');
    for (const stage of ['auth', 'mail', 'rcpt'] as const) {
      server.at(stage, {
        kind: 'reply',
        code: 554,
        text: `what is ${LOGIN.password} or AUTH PLAIN ${encoded}`,
      });
      const { response } = await mailerFor().send(MAIL, forever);
      expect(response).not.toContain(LOGIN.password);
      if (stage === 'auth') expect(response).not.toContain(encoded.slice(0, 8));
    }
  });

  test('that cannot be read is a refusal for all, with the reason', async () => {
    const outcome = await mailerFor({}, async () =>
      Promise.reject(new Error('Cannot read secret from file /x: there is no such file')),
    ).send(MAIL, forever);
    expect(outcome).toEqual({
      outcome: 'refused',
      scope: 'server',
      response: 'Cannot read secret from file /x: there is no such file',
    });
    expect(server.connections).toBe(0);
  });

  test('that is missing is a refusal for all', async () => {
    expect(await mailerFor({ password: null }).send(MAIL, forever)).toMatchObject({
      outcome: 'refused',
      scope: 'server',
      response: expect.stringContaining('a user name and a password are needed, and one of them is empty'),
    });
  });
});

describe('what cannot be sent at all', () => {
  test('a CA file that is not there, or holds no certificate, is a refusal for all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ccm-mail-'));
    const empty = join(folder, 'empty.pem');
    await writeFile(empty, 'nothing\n');
    const damaged = join(folder, 'damaged.pem');
    await writeFile(damaged, '-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n');
    expect(await mailerFor({ caFile: damaged }).send(MAIL, forever)).toMatchObject({
      outcome: 'refused',
      response: expect.stringContaining('it must begin with a certificate in PEM form'),
    });
    expect(await mailerFor({ caFile: join(folder, 'none.pem') }).send(MAIL, forever)).toMatchObject({
      outcome: 'refused',
      scope: 'server',
      response: expect.stringMatching(
        /^Cannot read email\.smtp\.caFile .*none\.pem: ENOENT; check the path$/,
      ),
    });
    expect(await mailerFor({ caFile: empty }).send(MAIL, forever)).toMatchObject({
      outcome: 'refused',
      response: expect.stringContaining('it must begin with a certificate in PEM form'),
    });
    await rm(folder, { recursive: true });
  });

  test('a mail that cannot be put together holds up nobody else', async () => {
    const outcome = await mailerFor().send({ ...MAIL, messageId: 'none' }, forever);
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      scope: 'recipient',
      response: expect.stringContaining('Cannot compose the mail'),
    });
  });

  test('settings that cannot be had, or a thrown thing that is no error, are deferred', async () => {
    for (const thrown of [new Error('the configuration has no email section'), 'text']) {
      const mailer = createSmtpMailer({
        email: () => {
          throw thrown;
        },
        publicUrl: () => null,
        readSecret: async () => '',
      });
      expect(classOf(await mailer.send(MAIL, forever))).toBe('deferred server');
    }
  });
});

describe('servers that talk out of turn', () => {
  let raw: Server;
  const sockets = new Set<Socket>();

  afterEach(() => {
    raw.close();
    for (const socket of sockets) socket.destroy();
  });

  /** Answers each line of the client with what the table has for its verb; `message` is said at the final dot. */
  async function scripted(answers: Readonly<Record<string, string>>): Promise<number> {
    raw = createServer((socket) => {
      sockets.add(socket.on('error', () => socket.destroy()));
      socket.write('220 scripted\r\n');
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
          const line = text.slice(0, end);
          text = text.slice(end + 2);
          const answer = line === '.' ? answers['message'] : answers[line.split(/[ :]/, 1)[0] ?? ''];
          if (answer !== undefined) socket.write(`${answer}\r\n`);
        }
      });
    }).listen(0, '127.0.0.1');
    await once(raw, 'listening');
    const address = raw.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  const POLITE = {
    EHLO: '250 scripted',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go',
    message: '250 queued',
    QUIT: '221 bye',
  };

  test.each<[string, Record<string, string>, string]>([
    ['says yes and no to the same recipient', { ...POLITE, RCPT: '550 no' }, 'refused recipient'],
    ['says something that only begins with a 2', { ...POLITE, message: '2nd mail today' }, 'ambiguous'],
    ['says nothing of a goodbye', { ...POLITE, QUIT: '' }, 'sent'],
    ['refuses EHLO and HELO', { ...POLITE, EHLO: '502 no', HELO: '502 no' }, 'refused server'],
    ['knows only HELO', { ...POLITE, EHLO: '502 no', HELO: '250 ok' }, 'sent'],
  ])('one that %s', async (_, answers, expected) => {
    const port = await scripted(answers);
    const outcome = await mailerFor({
      port,
      tls: 'none',
      username: null,
      password: null,
      timeoutMs: 1_000,
    }).send(MAIL, forever);
    expect(classOf(outcome)).toBe(expected);
  });
});

test.each([
  ['monitor.example.com', 'monitor.example.com'],
  ['ccm-cert-monitor-0', '[127.0.0.1]'],
  ['10.0.0.7', '[127.0.0.1]'],
  ['evil host\r\nQUIT', '[127.0.0.1]'],
  ['', '[127.0.0.1]'],
])('a machine called %j greets as %s', (machine, name) => {
  expect(ownName(machine)).toBe(name);
});
