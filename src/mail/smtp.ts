// Sends mails by SMTP: one connection and one recipient per message, every end an outcome, never an exception.
import { hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { DeliveryOutcome, Mail, Mailer } from '../alerts/alert.ts';
import type { EmailConfig, ReadSecret, SmtpConfig } from '../config/config.ts';
import { oneLine } from '../shared/text.ts';
import { SECOND_MS } from '../shared/time.ts';
import { renderMessage } from './message.ts';
import { toWire, type WireMessage } from './mime.ts';
import { outcomeOf } from './replies.ts';
import { transmit } from './transmit.ts';
import { createTrust } from './trust.ts';

export interface SmtpMailerNeeds {
  /** The settings as they are now: a reload holds from the next mail on. */
  readonly email: () => EmailConfig;
  readonly publicUrl: () => string | null;
  readonly readSecret: ReadSecret;
}

/** Connecting and greeting are quick or are not going to be. */
const MOST_CONNECT_MS = 10 * SECOND_MS;

/**
 * A mailer for the configured server. Without a pool: a handful of mails does not need one. What cannot be
 * put together is deferred for its recipient; a secret or CA file that cannot be read is a refusal for all,
 * so that nobody's mail is given up for it.
 */
export function createSmtpMailer(needs: SmtpMailerNeeds): SmtpMailer {
  const sender = { ...needs, trust: createTrust(process.env['NODE_EXTRA_CA_CERTS']) };
  return {
    async send(mail, signal) {
      try {
        return await deliver(mail, sender, signal);
      } catch (error) {
        return { outcome: 'deferred', scope: 'server', response: textOf(error) };
      }
    },
    async probe(signal) {
      try {
        return await knock(sender, signal);
      } catch (error) {
        return textOf(error);
      }
    },
  };
}

/** Connects and logs in, and leaves again. */
async function knock(sender: Sender, signal: AbortSignal): Promise<string | null> {
  const { smtp } = sender.email();
  const { login, tls } = await readAccess(smtp, sender);
  const options = connectionOptions(smtp, tls);
  const transmission = await transmit({ options, login, message: null, timeoutMs: smtp.timeoutMs, signal });
  if (transmission.end === 'answered') return null;
  return withoutSecret(outcomeOf(transmission, smtp).response, login?.pass ?? '');
}

export interface SmtpMailer extends Mailer {
  /** Whether the server can be reached and lets us in: null, or why not. Sends nothing and never rejects. */
  probe(signal: AbortSignal): Promise<string | null>;
}

interface Sender extends SmtpMailerNeeds {
  readonly trust: ReturnType<typeof createTrust>;
}

async function deliver(mail: Mail, sender: Sender, signal: AbortSignal): Promise<DeliveryOutcome> {
  const { smtp, from, language } = sender.email();
  let message: WireMessage;
  try {
    message = await toWire(renderMessage(mail, { from, publicUrl: sender.publicUrl(), language }));
  } catch (error) {
    return { outcome: 'deferred', scope: 'recipient', response: textOf(error) };
  }
  let access: Access;
  try {
    access = await readAccess(smtp, sender);
  } catch (error) {
    return { outcome: 'refused', scope: 'server', response: textOf(error) };
  }
  const options = connectionOptions(smtp, access.tls);
  const { login } = access;
  const outcome = outcomeOf(
    await transmit({ options, login, message, timeoutMs: smtp.timeoutMs, signal }),
    smtp,
  );
  return { ...outcome, response: withoutSecret(outcome.response, login?.pass ?? '') };
}

interface Access {
  readonly login: { readonly user: string; readonly pass: string } | null;
  readonly tls: ConnectionOptions;
}

/** Read for each mail: password and CA file are renewed on disk while the monitor runs. */
async function readAccess(
  { username, password, caFile }: SmtpConfig,
  { trust, readSecret }: Sender,
): Promise<Access> {
  const tls = await trust(caFile);
  if (username === null) return { login: null, tls };
  return { login: { user: username, pass: password === null ? '' : await readSecret(password) }, tls };
}

function connectionOptions(
  { host, port, tls, timeoutMs }: SmtpConfig,
  tlsOptions: ConnectionOptions,
): SMTPConnectionOptions {
  const connectMs = Math.min(timeoutMs, MOST_CONNECT_MS);
  return {
    host,
    port,
    name: ownName(hostname()),
    // TLS is required where it is configured: by default the library goes on in clear where STARTTLS is hidden.
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: tlsOptions,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    // Filters make the answer to the final dot slow (RFC 5321, 4.5.3.2.6): only the deadline may end that wait.
    socketTimeout: timeoutMs + SECOND_MS,
    maxResponseSize: 64 * 1024,
  };
}

/** For EHLO: the machine's name where it is a full one, else an address literal, as RFC 5321, 4.1.3, has it. */
export function ownName(machine: string): string {
  const isFull =
    machine.length <= 253 && /^[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/i.test(machine);
  return isFull ? machine : '[127.0.0.1]';
}

/** A server may say anything, its own client's password included. */
function withoutSecret(response: string, secret: string): string {
  const forms = [secret, Buffer.from(secret).toString('base64')];
  return secret === '' ? response : forms.reduce((text, form) => text.replaceAll(form, '[secret]'), response);
}

function textOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error), 200);
}
