// One SMTP conversation as the stage server holds it: the stages in order, each with its chance to go wrong.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AcceptedMail, headerOf, unstuff } from './accepted-mail.ts';
import { type Connection, ConversationOver, createConnection } from './connection.ts';
import type { Plan, Stage } from './misbehaviour.ts';

export interface SessionSettings {
  readonly tls: { readonly key: string; readonly cert: string };
  /** TLS from the first byte. */
  implicitTls: boolean;
  /** Whether STARTTLS is offered. */
  starttls: boolean;
  /** Required before MAIL where set; offered only over TLS unless `authInClear`. */
  login: { readonly user: string; readonly password: string } | null;
  authInClear: boolean;
  /** Before the final 250, after the message has been taken. */
  acceptDelayMs: number;
}

export interface SessionContext {
  readonly settings: SessionSettings;
  readonly plan: Plan;
  /** Takes a message: from here on it counts as accepted. */
  readonly accept: (mail: AcceptedMail) => void;
  /** Notes a command's verb; arguments may hold a password. */
  readonly noteCommand: (verb: string) => void;
}

/** What is known so far in one conversation. */
interface Session extends SessionContext {
  readonly connection: Connection;
  from: string | null;
  to: string[];
  user: string | null;
}

/** Talks until the client leaves or a misbehaviour ends it; never rejects for what a client does. */
export async function converse(socket: Socket, context: SessionContext): Promise<void> {
  const connection = createConnection(socket, context.settings.tls);
  const session: Session = { ...context, connection, from: null, to: [], user: null };
  try {
    if (await pass(session, 'connect')) await open(session);
    for (let line = await connection.line(); line !== null; line = await connection.line()) {
      const [verb = ''] = line.split(' ', 1);
      context.noteCommand(verb.toUpperCase());
      await obey(session, verb.toUpperCase(), line.slice(verb.length + 1).trim());
    }
  } catch (error) {
    if (!(error instanceof ConversationOver)) socket.destroy();
  }
}

async function open(session: Session): Promise<void> {
  if (session.settings.implicitTls) session.connection.secure();
  await pass(session, 'greeting', '220 stage-server ESMTP');
}

/** Lets the plan have its way with this stage, or gives the true answer. True where the stage was passed. */
async function pass(session: Session, stage: Stage, answer = '', recipient?: string): Promise<boolean> {
  const wrong = session.plan.take(stage, recipient);
  if (wrong !== null && wrong.kind !== 'delay') return session.connection.misbehave(wrong);
  if (wrong !== null) await pause(wrong.ms);
  if (answer === '') return true;
  session.connection.say(answer);
  return /^[23]/.test(answer);
}

async function obey(session: Session, verb: string, argument: string): Promise<void> {
  const { connection } = session;
  switch (verb) {
    case 'EHLO':
    case 'HELO':
      forget(session);
      await pass(session, 'ehlo', verb === 'EHLO' ? greet(session) : '250 stage-server');
      return;
    case 'STARTTLS':
      return starttls(session);
    case 'AUTH':
      return authenticate(session, argument);
    case 'MAIL':
      return mail(session, argument);
    case 'RCPT':
      return rcpt(session, argument);
    case 'DATA':
      return content(session);
    case 'RSET':
      forget(session);
      return connection.say('250 2.0.0 forgotten');
    case 'NOOP':
      return connection.say('250 2.0.0 ok');
    case 'QUIT':
      connection.say('221 2.0.0 bye');
      return connection.leave();
    default:
      return connection.say('500 5.5.2 no such command');
  }
}

function greet({ settings, connection }: Session): string {
  const login = settings.login !== null && (connection.isSecure || settings.authInClear);
  const offers = [
    'stage-server',
    'PIPELINING',
    'SIZE 26214400',
    '8BITMIME',
    'SMTPUTF8',
    ...(settings.starttls && !connection.isSecure ? ['STARTTLS'] : []),
    ...(login ? ['AUTH PLAIN LOGIN'] : []),
    'ENHANCEDSTATUSCODES',
  ];
  return offers.map((offer, i) => `250${i === offers.length - 1 ? ' ' : '-'}${offer}`).join('\r\n');
}

async function starttls(session: Session): Promise<void> {
  const { settings, connection } = session;
  if (!settings.starttls || connection.isSecure) return connection.say('502 5.5.1 STARTTLS is not offered');
  if (!(await pass(session, 'starttls', '220 2.0.0 ready'))) return;
  // What is planned for the handshake is said in clear where TLS is due.
  if (await pass(session, 'tls')) connection.secure();
}

async function authenticate(session: Session, argument: string): Promise<void> {
  const { settings, connection } = session;
  const { login } = settings;
  if (login === null || !(connection.isSecure || settings.authInClear)) {
    return connection.say('503 5.5.1 AUTH is not offered');
  }
  const [method = '', initial = ''] = argument.split(' ');
  const read = method.toUpperCase() === 'PLAIN' ? readPlain : readLogin;
  const given = await read(connection, initial);
  const right = given.user === login.user && given.password === login.password;
  const answer = right ? '235 2.7.0 welcome' : '535 5.7.8 authentication failed';
  if (await pass(session, 'auth', answer)) session.user = login.user;
}

interface Login {
  readonly user: string;
  readonly password: string;
}

async function readPlain(connection: Connection, initial: string): Promise<Login> {
  const [, user = '', password = ''] = decode(initial || (await ask(connection, '334 '))).split('\u0000');
  return { user, password };
}

async function readLogin(connection: Connection, initial: string): Promise<Login> {
  const user = decode(initial || (await ask(connection, '334 VXNlcm5hbWU6')));
  return { user, password: decode(await ask(connection, '334 UGFzc3dvcmQ6')) };
}

async function ask(connection: Connection, prompt: string): Promise<string> {
  connection.say(prompt);
  return (await connection.line()) ?? '';
}

async function mail(session: Session, argument: string): Promise<void> {
  const { settings, user, connection } = session;
  if (settings.login !== null && user === null) return connection.say('530 5.7.0 authentication required');
  if (await pass(session, 'mail', '250 2.1.0 sender ok')) session.from = addressOf(argument);
}

async function rcpt(session: Session, argument: string): Promise<void> {
  if (session.from === null) return session.connection.say('503 5.5.1 MAIL first');
  const address = addressOf(argument);
  if (await pass(session, 'rcpt', '250 2.1.5 recipient ok', address)) session.to.push(address);
}

async function content(session: Session): Promise<void> {
  const { from, to, connection, user } = session;
  if (from === null || to.length === 0) return connection.say('503 5.5.1 RCPT first');
  if (!(await pass(session, 'data', '354 go ahead'))) return;
  const text = await connection.message();
  if (text === null) return;
  forget(session);
  const raw = unstuff(text);
  const messageId = headerOf(raw, 'message-id');
  const secure = connection.isSecure;
  await finish(session, {
    envelope: { from, to },
    raw,
    messageId,
    atMs: Date.now(),
    secure,
    user,
    answered: false,
  });
}

/** After the dot: a message is taken before the answer is written, as a real server's queue does it. */
async function finish({ plan, connection, settings, accept }: Session, taken: AcceptedMail): Promise<void> {
  const wrong = plan.take('dot');
  if (wrong === null || wrong.kind === 'delay' || wrong.kind === 'lose-answer') accept(taken);
  if (wrong !== null && wrong.kind !== 'delay') {
    connection.misbehave(wrong);
    return;
  }
  await pause(wrong?.ms ?? settings.acceptDelayMs);
  taken.answered = connection.isWritable;
  connection.say('250 2.0.0 queued');
}

async function pause(ms: number): Promise<void> {
  // Not kept alive for: a server that is closed meanwhile has nobody to answer.
  if (ms > 0) await sleep(ms, undefined, { ref: false });
}

function forget(session: Session): void {
  session.from = null;
  session.to = [];
}

/** `FROM:<a@b> SIZE=…` → `a@b`. */
function addressOf(argument: string): string {
  return /<([^>]*)>/.exec(argument)?.[1] ?? '';
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
