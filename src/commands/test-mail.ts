// `test-mail`: one [TEST] mail to every recipient, and what the server answered to each; the state is not touched.
import { randomUUID } from 'node:crypto';
import type { DeliveryOutcome } from '../alerts/alert.ts';
import { mailDomain } from '../check.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { readSecret } from '../config/secrets.ts';
import { createSmtpMailer } from '../mail/smtp.ts';
import { MonitorError } from '../shared/errors.ts';
import { type Clock, systemClock } from '../shared/time.ts';
import { type Terminal, table } from './terminal.ts';

/** Resolves with 0 where every recipient was accepted, else with 1. */
export async function testMailCommand(
  { configPath }: { configPath: string },
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<number> {
  const config = await loadConfig(configPath);
  const { email } = config;
  if (email === null)
    throw new MonitorError(
      'CONFIG',
      `Cannot send a test mail: ${configPath} has no email section; add one with smtp, from and to`,
    );
  const mailer = createSmtpMailer({ email: () => email, publicUrl: () => config.http.publicUrl, readSecret });
  terminal.out(`Sending by ${email.smtp.host}:${email.smtp.port} (TLS: ${email.smtp.tls})\n`);
  const rows: string[][] = [];
  for (const recipient of recipientsOf(config)) {
    const createdAtMs = clock.wallMs();
    const messageId = `<${randomUUID()}@${mailDomain(config)}>`;
    const outcome = await mailer.send(
      { messageId, recipient, createdAtMs, references: [], content: { type: 'test', atMs: createdAtMs } },
      terminal.signal,
    );
    rows.push([recipient, wordOf(outcome), outcome.response]);
  }
  terminal.out(table(rows));
  const accepted = rows.filter(([, word]) => word === 'accepted').length;
  terminal.out(`${accepted} of ${rows.length} accepted\n`);
  return accepted === rows.length ? 0 : 1;
}

/** Everybody whom the configuration can send a mail. */
function recipientsOf({ email, certificates }: Config): readonly string[] {
  return [...new Set([...(email?.to ?? []), ...certificates.flatMap(({ recipients }) => recipients)])];
}

function wordOf({ outcome }: DeliveryOutcome): string {
  switch (outcome) {
    case 'sent':
      return 'accepted';
    case 'deferred':
      return 'deferred';
    case 'refused':
      return 'refused';
    case 'ambiguous':
      return 'no answer';
  }
}
