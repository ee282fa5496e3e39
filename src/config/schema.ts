// The whole configuration as a zod schema: what may be written, what it becomes, and what is told where it is wrong. Pure.
import type { z } from 'zod';
import { LOG_LEVELS } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { list, mapping, matching, number, oneOf } from './leaves.ts';
import { accountName, accountsSchema } from './schema-accounts.ts';
import { match } from './schema-discovery.ts';
import { emailSchema } from './schema-email.ts';
import { probe, probes, ruleProbe } from './schema-probe.ts';
import {
  cron,
  duration,
  emailAddress,
  filePath,
  heartbeatUrl,
  host,
  label,
  publicUrl,
  runbookUrl,
  threshold,
  timeZone,
} from './values.ts';

const thresholds = mapping({
  warning: threshold()
    .prefault(DEFAULTS.thresholds.warning)
    .describe(
      'Warning from this long before the end: a duration, or the share of the lifetime that is left.',
    ),
  critical: threshold()
    .prefault(DEFAULTS.thresholds.critical)
    .describe(
      'Critical from this long before the end: a duration, or the share of the lifetime that is left.',
    ),
  pending: duration()
    .prefault(DEFAULTS.thresholds.pending)
    .describe('In application for longer than this: pending.'),
  unreadable: duration()
    .prefault(DEFAULTS.thresholds.unreadable)
    .describe('No successful read for longer than this: unreadable.'),
  stuck: duration()
    .prefault(DEFAULTS.thresholds.stuck)
    .describe('Less than this left, and the renewal is still in application: renewal-stuck.'),
  overdue: duration()
    .prefault(DEFAULTS.thresholds.overdue)
    .describe(
      'Less than this left, and no renewal in sight in an account that is discovered: renewal-overdue.',
    ),
  deploy: duration()
    .prefault(DEFAULTS.thresholds.deploy)
    .describe('Issued longer ago than this, and an older one is served still: not-deployed.'),
});

const ownThresholds = mapping({
  warning: threshold().optional().describe('In place of the general warning.'),
  critical: threshold().optional().describe('In place of the general critical.'),
  pending: duration().optional().describe('In place of the general pending.'),
  unreadable: duration().optional().describe('In place of the general unreadable.'),
  stuck: duration().optional().describe('In place of the general stuck.'),
  overdue: duration().optional().describe('In place of the general overdue.'),
  deploy: duration().optional().describe('In place of the general deploy.'),
});

const certificate = mapping({
  id: matching({
    pattern: /^[A-Za-z0-9_-]{16}$/,
    what: 'a certificate id of 16 characters, e.g. scs1590053258704',
    examples: ['scs1590053258704'],
  }).describe('Id of the certificate in CCM.'),
  account: accountName()
    .optional()
    .describe('Name of its account; may be left out where there is one account.'),
  alias: label('a text').optional().describe('How people call it.'),
  owner: label('a text').optional().describe('Who looks after it; shown in mails and on the page.'),
  runbook: runbookUrl().optional().describe('Page that says what to do.'),
  recipients: list(emailAddress(), { what: 'email addresses' })
    .prefault([])
    .describe('Who is told of it in addition to email.to.'),
  thresholds: ownThresholds.optional().describe('Over the general thresholds, for this certificate.'),
  probe,
});

const rule = mapping({
  match,
  owner: label('a text').optional().describe('Who looks after it; shown in mails and on the page.'),
  runbook: runbookUrl().optional().describe('Page that says what to do.'),
  recipients: list(emailAddress(), { what: 'email addresses' })
    .prefault([])
    .describe('Who is told of it in addition to email.to.'),
  thresholds: ownThresholds.optional().describe('Over the general thresholds, for these certificates.'),
  probe: ruleProbe,
});

const http = mapping({
  host: host().prefault(DEFAULTS.httpHost).describe('Address to listen on.'),
  port: number({ min: 0, max: 65_535 })
    .prefault(DEFAULTS.httpPort)
    .describe('Port to listen on; 0 takes any free one.'),
  webConfigFile: filePath('a web configuration file')
    .optional()
    .describe("Web configuration of Prometheus' exporter-toolkit: TLS, client certificates, basic auth."),
  probePort: number({ min: 0, max: 65_535 })
    .optional()
    .describe(
      'Port of its own for /healthz and /readyz in plain HTTP; 10121 where webConfigFile is set, none otherwise.',
    ),
  publicUrl: publicUrl().optional().describe('Where people find the status page; makes links in mails.'),
});

export const configSchema = mapping({
  accounts: accountsSchema,
  certificates: list(certificate, { what: 'certificates' })
    .prefault([])
    .describe('Certificates to watch; at least one, unless an account is discovered.'),
  rules: list(rule, { what: 'rules' })
    .prefault([])
    .describe('What holds for discovered certificates: the first rule that matches.'),
  probes,
  schedule: mapping({
    cron: cron().prefault(DEFAULTS.cron).describe('When to check: cron with 5 or 6 fields.'),
    timeZone: timeZone().prefault(DEFAULTS.timeZone).describe('Time zone of all cron expressions here.'),
  })
    .prefault({})
    .describe('When the certificates are checked.'),
  thresholds: thresholds.prefault({}).describe('When a certificate starts to need somebody.'),
  email: emailSchema.optional(),
  heartbeat: mapping({
    url: heartbeatUrl().describe('Asked (GET) after every check in which every account answered.'),
  })
    .optional()
    .describe("A dead-man's switch elsewhere."),
  http: http.prefault({}).describe('Metrics and pages.'),
  state: mapping({
    path: filePath('the state file')
      .prefault(DEFAULTS.statePath)
      .describe('SQLite file; its folder must be writable.'),
  })
    .prefault({})
    .describe('What the monitor remembers.'),
  metrics: mapping({
    status: oneOf(['stateset', 'current'])
      .prefault(DEFAULTS.metricsStatus)
      .describe('stateset: a series per status; current: only the series of the current one.'),
  })
    .prefault({})
    .describe('Shape of the metrics.'),
  log: mapping({
    level: oneOf(LOG_LEVELS).prefault(DEFAULTS.logLevel).describe('The least grave lines that are written.'),
  })
    .prefault({})
    .describe('Log: JSON lines on stdout.'),
});

/** What the schema makes of a sound file; `build.ts` turns it into the program's Config. */
export type ParsedConfig = z.output<typeof configSchema>;
