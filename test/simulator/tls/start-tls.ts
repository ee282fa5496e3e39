// The server's side of the protocols that begin in the clear and turn to TLS, as far as a probe goes with them.
import type { Socket } from 'node:net';
import type { StartTls } from '../../../src/certificates/endpoint.ts';

/** How the talk before TLS goes wrong. */
export const BEFORE_TLS = [
  'refuses', // says no
  'does not offer it', // SMTP: is not among the extensions; the others have no such list, and say no
  'talks nonsense',
  'greets without end',
  'falls silent', // when it is asked
  'hangs up', // when it is asked
  'goes on in the clear', // after it agreed: what a man in the middle injects
] as const;

export type StartTlsFault = (typeof BEFORE_TLS)[number];

interface Script {
  readonly greeting: Buffer;
  /** What is said to a request, and how long it was; null where it is not whole yet. */
  answer(request: Buffer): { readonly agreed: boolean; readonly say: Buffer; readonly used: number } | null;
  readonly refusal: Buffer;
}

const NONE = Buffer.alloc(0);
const MYSQL_CLIENT_SSL = 0x0800;

/** Talks until TLS is agreed on, then calls `agreed` with the socket as it is. */
export function talkBeforeTls(
  socket: Socket,
  { protocol, fault, agreed }: { protocol: StartTls; fault: StartTlsFault | null; agreed: () => void },
): void {
  const { greeting, answer, refusal } = scriptOf(protocol, fault);
  if (fault === 'greets without end') return void greetForEver(socket, protocol);
  socket.write(fault === 'talks nonsense' ? Buffer.from('\u0000\u0007nonsense\u001b[31m\r\n\r\n') : greeting);
  let held: Buffer = NONE;
  socket.on('data', function hear(chunk: Buffer) {
    held = Buffer.concat([held, chunk]);
    const next = answer(held);
    if (next === null) return;
    const after = held.subarray(next.used);
    held = NONE;
    if (!next.agreed) return void socket.write(next.say);
    if (fault === 'falls silent') return;
    if (fault === 'hangs up') return void socket.end();
    if (fault !== null && fault !== 'goes on in the clear') return void socket.write(refusal);
    socket.off('data', hear);
    socket.pause();
    const injected = fault === 'goes on in the clear' ? Buffer.from('250 injected\r\n') : NONE;
    socket.write(Buffer.concat([next.say, injected]));
    // Who waits for no answer has sent the beginning of the handshake already.
    if (after.length > 0) socket.unshift(after);
    agreed();
  });
}

function greetForEver(socket: Socket, protocol: StartTls): void {
  const line = Buffer.from(`${LINE_OF_A_LONG_GREETING[protocol] ?? '220-hello'}\r\n`.repeat(1_000));
  const more = (): void => {
    while (!socket.destroyed && socket.write(line));
  };
  socket.on('drain', more);
  more();
}

const LINE_OF_A_LONG_GREETING: Partial<Record<StartTls, string>> = { sieve: '"X" "Y"', imap: '* OK' };

function scriptOf(protocol: StartTls, fault: StartTlsFault | null): Script {
  switch (protocol) {
    case 'smtp':
      return byLines({
        greeting: '220-mail.example\r\n220 ESMTP\r\n',
        answers: [
          [
            /^EHLO /,
            `250-mail.example\r\n250-SIZE 1000\r\n${fault === 'does not offer it' ? '250 HELP' : '250 StartTLS'}\r\n`,
          ],
        ],
        ask: /^STARTTLS$/,
        agreement: '220 2.0.0 ready\r\n',
        refusal: '454 4.7.0 TLS not available\u0007 today\r\n',
      });
    case 'ftp':
      return byLines({
        greeting: '220-Welcome\r\n  to the\r\nserver\r\n220 ready\r\n',
        answers: [],
        ask: /^AUTH TLS$/,
        agreement: '234 go on\r\n',
        refusal: '502 no\r\n',
      });
    case 'imap':
      return byLines({
        greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
        answers: [],
        ask: /^\w+ STARTTLS$/,
        agreement: '* CAPABILITY IMAP4rev1\r\na1 OK begin\r\n',
        refusal: 'a1 BAD no\r\n',
      });
    case 'pop3':
      return byLines({
        greeting: '+OK ready\r\n',
        answers: [],
        ask: /^STLS$/,
        agreement: '+OK begin\r\n',
        refusal: '-ERR no\r\n',
      });
    case 'sieve':
      return byLines({
        greeting: '"IMPLEMENTATION" "x"\r\n"STARTTLS"\r\nOK "ready"\r\n',
        answers: [],
        ask: /^STARTTLS$/,
        agreement: 'OK "begin"\r\n',
        refusal: 'NO "no"\r\n',
      });
    case 'ldap':
      return {
        greeting: NONE,
        answer: (request) => whole(request, 31, Buffer.from('300c02010178070a010004000400', 'hex')),
        refusal: Buffer.from('308400000012020101788400000009' + '0a01340400' + '04026e6f', 'hex'),
      };
    case 'postgres':
      return {
        greeting: NONE,
        answer: (request) => whole(request, 8, Buffer.from('S')),
        refusal: Buffer.from('N'),
      };
    case 'mysql':
      return {
        greeting: mysqlGreeting(fault === 'refuses' || fault === 'does not offer it' ? 0 : MYSQL_CLIENT_SSL),
        answer: (request) => whole(request, 36, NONE),
        refusal: NONE,
      };
  }
}

function whole(request: Buffer, length: number, say: Buffer): ReturnType<Script['answer']> {
  return request.length < length ? null : { agreed: true, say, used: length };
}

function byLines({
  greeting,
  answers,
  ask,
  agreement,
  refusal,
}: {
  greeting: string;
  answers: readonly (readonly [RegExp, string])[];
  ask: RegExp;
  agreement: string;
  refusal: string;
}): Script {
  return {
    greeting: Buffer.from(greeting),
    refusal: Buffer.from(refusal),
    answer(request) {
      const text = request.toString('latin1');
      if (!text.endsWith('\r\n')) return null;
      if (ask.test(text.trimEnd()))
        return { agreed: true, say: Buffer.from(agreement), used: request.length };
      const [, said = '500 what?\r\n'] = answers.find(([pattern]) => pattern.test(text)) ?? [];
      return { agreed: false, say: Buffer.from(said), used: request.length };
    },
  };
}

function mysqlGreeting(ssl: number): Buffer {
  const capabilities = Buffer.alloc(2);
  capabilities.writeUInt16LE(0xf7ff & ~MYSQL_CLIENT_SSL, 0);
  capabilities.writeUInt16LE(capabilities.readUInt16LE(0) | ssl, 0);
  const payload = Buffer.concat([
    Buffer.from('\u000a8.4.0\u0000'),
    Buffer.alloc(4, 1),
    Buffer.alloc(8, 0x41),
    Buffer.alloc(1),
    capabilities,
    Buffer.alloc(20, 2),
  ]);
  return Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload]);
}
