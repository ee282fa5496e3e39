// Process: tells of many certificates, one by one or all in one mail, through the monitor's own mailer.
import { z } from 'zod';
import { createSmtpMailer } from '../src/mail/smtp.ts';
import { config, configured, mail, notice } from '../test/support/factories.ts';
import { answer, measured, readTask } from './support/child.ts';
import { idsOf } from './support/cloud-body.ts';

const { port, mails, rows } = readTask(z.object({ port: z.number(), mails: z.number(), rows: z.number() }));
const { email } = config([configured()]);
if (email === null) throw new Error('the configuration has no email section');
const settings = { ...email, smtp: { ...email.smtp, port, timeoutMs: 30_000 } };
const mailer = createSmtpMailer({
  email: () => settings,
  publicUrl: () => null,
  readSecret: async () => '',
});
const { signal } = new AbortController();
const ids = idsOf(Math.max(rows, mails));

/** The n-th mail: `rows` notices from the n-th certificate on. */
async function send(n: number): Promise<void> {
  const notices = ids.slice(n, n + rows).map((id) => notice({ id }));
  const content = { type: 'notices', notices } as const;
  const outcome = await mailer.send(mail({ messageId: `<${n}@example.com>`, content }), signal);
  if (outcome.outcome !== 'sent') throw new Error(`The mail was ${outcome.outcome}: ${outcome.response}`);
}

async function sendAll(): Promise<void> {
  for (let n = 0; n < mails; n += 1) await send(n);
}

// Once to warm up, and only once: a daemon sends few mails.
await send(0);
const took = await measured(sendAll);
answer({ cpuMs: took.cpuSeconds * 1_000, wallMs: took.seconds * 1_000 });
process.exit(0);
