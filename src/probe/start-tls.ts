// Asks a server that begins in the clear to turn to TLS: each protocol's own way of asking, where that is by lines of text.
import { isIPv6, type Socket } from 'node:net';
import type { StartTls } from '../certificates/endpoint.ts';
import { Departure, type Dialogue, openDialogue, quoted, refused } from './dialogue.ts';
import { askByLdap, askByMysql, askByPostgres } from './start-tls-binary.ts';
import { done, failed, type Step } from './step.ts';

/** Resolves when the server waits for the handshake; rejects only with ABORTED. */
export async function startTls(
  { socket, protocol }: { socket: Socket; protocol: StartTls },
  signal: AbortSignal,
): Promise<Step<Socket>> {
  const dialogue = openDialogue(socket, signal);
  try {
    await ask(protocol, dialogue, socket.localAddress ?? '127.0.0.1');
    dialogue.release();
    return done(socket);
  } catch (error) {
    if (error instanceof Departure) return failed(error.reason, error.message);
    throw error;
  }
}

function ask(protocol: StartTls, dialogue: Dialogue, ownAddress: string): Promise<void> {
  switch (protocol) {
    case 'smtp':
      return askBySmtp(dialogue, ownAddress);
    case 'imap':
      return askByImap(dialogue);
    case 'pop3':
      return askByPop3(dialogue);
    case 'ftp':
      return askByFtp(dialogue);
    case 'sieve':
      return askBySieve(dialogue);
    case 'ldap':
      return askByLdap(dialogue);
    case 'postgres':
      return askByPostgres(dialogue);
    case 'mysql':
      return askByMysql(dialogue);
  }
}

/** RFC 3207. Who has no name to give says EHLO with the address (RFC 5321, 4.1.4). */
async function askBySmtp(dialogue: Dialogue, ownAddress: string): Promise<void> {
  await reply(dialogue, '220', 'its greeting is');
  dialogue.send(`EHLO [${isIPv6(ownAddress) ? 'IPv6:' : ''}${ownAddress}]\r\n`);
  const offers = await reply(dialogue, '250', 'it answers to EHLO');
  if (!offers.some((offer) => /^starttls\s*$/i.test(offer))) throw refused('it does not offer STARTTLS');
  dialogue.send('STARTTLS\r\n');
  await reply(dialogue, '220', 'it answers to STARTTLS');
}

/** RFC 4217. */
async function askByFtp(dialogue: Dialogue): Promise<void> {
  await reply(dialogue, '220', 'its greeting is');
  dialogue.send('AUTH TLS\r\n');
  await reply(dialogue, '234', 'it answers to AUTH TLS');
}

/** A reply of SMTP or FTP, of one line or more: its texts. Any other code is not what was asked for. */
async function reply(dialogue: Dialogue, code: string, what: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (;;) {
    const line = await dialogue.line();
    const isOurs = line.startsWith(code) && /^($|[ -])/.test(line.slice(3));
    // FTP's lines in between may be anything (RFC 959, 4.2).
    if (!isOurs && texts.length === 0) throw refused(`${what} ${quoted(line)}`);
    texts.push(isOurs ? line.slice(4) : line);
    if (isOurs && line[3] !== '-') return texts;
  }
}

/** RFC 9051, 6.2.1. */
async function askByImap(dialogue: Dialogue): Promise<void> {
  const greeting = await dialogue.line();
  if (!/^\* OK\b/i.test(greeting)) throw refused(`its greeting is ${quoted(greeting)}`);
  dialogue.send('a1 STARTTLS\r\n');
  let line = await dialogue.line();
  while (line.startsWith('* ')) line = await dialogue.line();
  if (!/^a1 OK\b/i.test(line)) throw refused(`it answers to STARTTLS ${quoted(line)}`);
}

/** RFC 2595, 4. */
async function askByPop3(dialogue: Dialogue): Promise<void> {
  const greeting = await dialogue.line();
  if (!/^\+OK\b/i.test(greeting)) throw refused(`its greeting is ${quoted(greeting)}`);
  dialogue.send('STLS\r\n');
  const answer = await dialogue.line();
  if (!/^\+OK\b/i.test(answer)) throw refused(`it answers to STLS ${quoted(answer)}`);
}

/** RFC 5804, 2.2: capabilities, a line each and in quotes, end with OK. */
async function askBySieve(dialogue: Dialogue): Promise<void> {
  let line = await dialogue.line();
  while (line.startsWith('"')) line = await dialogue.line();
  if (!/^OK\b/i.test(line)) throw refused(`its greeting is ${quoted(line)}`);
  dialogue.send('STARTTLS\r\n');
  const answer = await dialogue.line();
  if (!/^OK\b/i.test(answer)) throw refused(`it answers to STARTTLS ${quoted(answer)}`);
}
