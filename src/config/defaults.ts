// What stands where the configuration says nothing, written as an operator would write it. Pure.
import { KINDS } from '../certificates/finding.ts';

export const DEFAULTS = {
  accountName: 'default',
  utcOffset: '+08:00',
  requestsPerSecond: 5,
  concurrency: 4,
  requestTimeout: '10s',
  cron: '*/15 * * * *',
  timeZone: 'UTC',
  thresholds: {
    warning: '30d',
    critical: '7d',
    pending: '7d',
    unreadable: '1h',
    stuck: '10d',
    overdue: '21d',
    deploy: '1d',
  },
  probes: { concurrency: 16, perSecond: 20, timeout: '10s' },
  discoverEvery: '1h',
  smtpPort: 587,
  /** What implicit TLS speaks on by convention (RFC 8314); 587 would wait for a greeting that never comes. */
  implicitTlsSmtpPort: 465,
  smtpTls: 'starttls',
  smtpTimeout: '30s',
  kinds: [...KINDS],
  ladder: ['30d', '14d', '7d', '3d', '1d'],
  reminders: ['1d', '3d', '7d', '14d', '30d'],
  summary: '0 9 * * 1',
  httpHost: '0.0.0.0',
  httpPort: 10_119,
  /** Where http.webConfigFile is set: kubelet has neither the password nor a client certificate. */
  probePort: 10_121,
  statePath: './data/state.db',
  metricsStatus: 'stateset',
  logLevel: 'info',
} as const;
