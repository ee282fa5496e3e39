// The demo's mail server: takes every mail over STARTTLS with a login, writes it as a file, and keeps it for the page.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface KeptMail {
  readonly file: string;
  readonly to: string;
  readonly atMs: number;
  readonly raw: string;
  readonly parsed: ParsedMail;
}

export interface Mailbox {
  readonly port: number;
  /** Oldest first. */
  readonly mails: readonly KeptMail[];
  close(): Promise<void>;
}

export interface MailboxOptions {
  readonly folder: string;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly login: { readonly user: string; readonly password: string };
}

/** Starts the server on any free port of 127.0.0.1. */
export async function startMailbox({ folder, tls, login }: MailboxOptions): Promise<Mailbox> {
  const mails: KeptMail[] = [];

  async function keep(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const raw = await readAll(stream);
    const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
    const file = join(
      folder,
      `${String(mails.length + 1).padStart(3, '0')}-${to.replace(/[^\w.@-]+/g, '_')}.eml`,
    );
    mails.push({ file, to, atMs: Date.now(), raw, parsed: await simpleParser(raw) });
    await writeFile(file, raw);
  }

  const server = new SMTPServer({
    ...tls,
    name: 'demo',
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth({ username, password }, _session, callback) {
      if (username === login.user && password === login.password) callback(null, { user: login.user });
      else callback(new Error('Invalid username or password'));
    },
    onData(stream, session, callback) {
      keep(stream, session).then(() => callback(), callback);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  if (address === null || typeof address === 'string')
    throw new Error('Cannot start the mail server: it has no port');
  return {
    port: address.port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readAll(stream: SMTPServerDataStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
