// The email section: the mail server, who is told, of what, and how often. Pure.
import * as z from 'zod';
import { KINDS } from '../certificates/finding.ts';
import { LANGUAGES } from '../shared/language.ts';
import { MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { DEFAULTS } from './defaults.ts';
import { flag, list, mapping, number, oneOf } from './leaves.ts';
import { secret } from './schema-accounts.ts';
import { cron, duration, emailAddress, emailSender, filePath, host, label } from './values.ts';

const smtp = mapping({
  host: host().describe('Name or address of the mail server.'),
  port: number({ min: 1, max: 65_535 })
    .optional()
    .describe(
      `Port of the mail server; ${DEFAULTS.smtpPort} by default, ${DEFAULTS.implicitTlsSmtpPort} with tls: implicit.`,
    ),
  tls: oneOf(['starttls', 'implicit', 'none'])
    .prefault(DEFAULTS.smtpTls)
    .describe('starttls: required, never opportunistic; implicit: TLS from the first byte; none: in clear.'),
  username: label('a user name')
    .optional()
    .describe('User at the mail server; together with password, or neither.'),
  password: secret('Password at the mail server').optional(),
  caFile: filePath('a PEM file')
    .optional()
    .describe('PEM file with certificate authorities to trust in addition.'),
  timeout: duration({ minMs: SECOND_MS, maxMs: 10 * MINUTE_MS, range: 'from 1s to 10m' })
    .prefault(DEFAULTS.smtpTimeout)
    .describe('Total deadline of one mail.'),
}).describe('The mail server.');

const summary = z
  .union([z.literal(false), cron()], {
    error: 'must be a cron expression in quotes, e.g. "0 9 * * 1", or false',
  })
  .prefault(DEFAULTS.summary)
  .describe(
    'Cron, in the time zone of the schedule: what is ahead, what is silenced, how the monitor is. false switches it off.',
  );

export const emailSchema = mapping({
  smtp,
  from: emailSender().describe('Sender of the mails.'),
  to: list(emailAddress(), { what: 'email addresses', min: 1 }).describe(
    'Who is told of every certificate; each gets a mail of their own.',
  ),
  kinds: list(oneOf(KINDS), { what: 'kinds' })
    .prefault([...DEFAULTS.kinds])
    .describe('What is told of.'),
  ladder: list(duration(), { what: 'durations', min: 1 })
    .prefault([...DEFAULTS.ladder])
    .describe('Expiring: one mail per rung of time left, the deepest reached only.'),
  reminders: list(duration(), { what: 'durations' })
    .prefault([...DEFAULTS.reminders])
    .describe('Every other kind: ages at which it is told again; then silence.'),
  resolved: flag().prefault(true).describe('Whether the end of an alert is told.'),
  summary,
  language: oneOf(LANGUAGES).prefault('en').describe('Language of the mails.'),
}).describe('Mail; without it there are metrics only.');
