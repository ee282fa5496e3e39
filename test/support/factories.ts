// Certificates, watches, alerts, notices and configurations as tests need them: complete, with what matters said by the test.
import type { Alert, Mail, Notice, NoticeCertificate } from '../../src/alerts/alert.ts';
import type { Policy } from '../../src/alerts/reconcile.ts';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { KINDS } from '../../src/certificates/finding.ts';
import type { ListedCertificate } from '../../src/certificates/listed.ts';
import type { FailureReason, Reading } from '../../src/certificates/reading.ts';
import type { Thresholds } from '../../src/certificates/thresholds.ts';
import { learn, type Watch } from '../../src/certificates/watch.ts';
import type { CertificateConfig, Config } from '../../src/config/config.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';

/** A Monday, noon: what tests call now. */
export const NOW = Date.UTC(2026, 10, 23, 12);
export const ACCOUNT = 'default';
export const ID = 'scs1590053258704';

export const THRESHOLDS: Thresholds = {
  warning: { kind: 'duration', ms: 30 * DAY_MS },
  critical: { kind: 'duration', ms: 7 * DAY_MS },
  pendingMs: 7 * DAY_MS,
  unreadableMs: HOUR_MS,
  stuckMs: 10 * DAY_MS,
  overdueMs: 21 * DAY_MS,
  deployMs: DAY_MS,
};

export const POLICY: Policy = {
  kinds: KINDS,
  ladderMs: [30, 14, 7, 3, 1].map((days) => days * DAY_MS),
  remindersMs: [1, 3, 7, 14, 30].map((days) => days * DAY_MS),
  resolved: true,
};

/** A healthy certificate with a year to go. */
export function certificate(facts: Partial<Certificate> = {}): Certificate {
  return {
    id: ID,
    status: 'ISSUED',
    name: 'scm-testing',
    domain: 'www.example.com',
    sans: ['example.com'],
    type: 'DV_SSL_CERT',
    brand: 'GEOTRUST',
    notBeforeMs: NOW - 30 * DAY_MS,
    notAfterMs: NOW + 365 * DAY_MS,
    issuedAtMs: NOW - 30 * DAY_MS,
    fingerprint: 'a'.repeat(40),
    signatureAlgorithm: 'SHA256WITHRSA',
    validityMonths: 12,
    validationMethod: 'DNS',
    domainType: 'SINGLE_DOMAIN',
    multiDomainType: null,
    domainCount: 1,
    wildcardCount: 0,
    pushSupport: 'ON',
    revokeReason: null,
    orderId: null,
    description: null,
    enterpriseProjectId: null,
    shared: false,
    notAfterFault: null,
    ...facts,
  };
}

/** The same, as a list of its account shows it. */
export function listed(facts: Partial<ListedCertificate> = {}): ListedCertificate {
  const { id, status, name, domain, sans, type, brand, notAfterMs, enterpriseProjectId } = certificate();
  return { id, status, name, domain, sans, type, brand, notAfterMs, enterpriseProjectId, ...facts };
}

export function readOk(facts: Partial<Certificate> = {}): Reading {
  return { ok: true, certificate: certificate(facts) };
}

export function readFailed(reason: FailureReason = 'timeout', message = `It failed: ${reason}`): Reading {
  return { ok: false, failure: { reason, message, requestId: null } };
}

/** What is remembered after these readings, each with its time, oldest first. */
export function watchAfter(...readings: readonly (readonly [number, Reading])[]): Watch {
  let watch: Watch | null = null;
  for (const [nowMs, reading] of readings)
    watch = learn({ key: { account: ACCOUNT, id: ID }, known: watch, reading, nowMs });
  if (watch === null) throw new Error('a watch comes of at least one reading');
  return watch;
}

export function alert(facts: Partial<Alert> = {}): Alert {
  return {
    account: ACCOUNT,
    id: ID,
    kind: 'expired',
    epochMs: NOW,
    severity: 'critical',
    cause: 'expired',
    reason: 'The certificate ended',
    sinceMs: NOW,
    occurrence: 1,
    toldAtMs: NOW,
    toldRungMs: null,
    toldReminderMs: null,
    flapping: false,
    ended: null,
    tellings: [NOW],
    threads: {},
    ...facts,
  };
}

export function noticeCertificate(facts: Partial<NoticeCertificate> = {}): NoticeCertificate {
  return {
    account: ACCOUNT,
    id: ID,
    name: 'scm-testing',
    alias: null,
    domains: ['www.example.com'],
    owner: null,
    runbook: null,
    status: 'ISSUED',
    notAfterMs: NOW,
    revokeReason: null,
    lastSuccessMs: NOW,
    ...facts,
  };
}

/** A notice about one certificate of the account. */
export function notice(
  { account = ACCOUNT, id = ID, epochMs = NOW }: { account?: string; id?: string; epochMs?: number } = {},
  facts: Partial<Notice> = {},
): Notice {
  const kind = facts.kind ?? 'expired';
  return {
    change: 'first',
    kind,
    severity: 'critical',
    cause: kind,
    reason: 'The certificate ended',
    alerts: [{ account, id, kind, epochMs }],
    occurrence: 1,
    flapping: false,
    atMs: NOW,
    sinceMs: NOW,
    rungMs: null,
    reminderMs: null,
    ending: null,
    certificates: [noticeCertificate({ account, id })],
    certificateCount: 1,
    ...facts,
  };
}

export function mail(facts: Partial<Mail> = {}): Mail {
  return {
    messageId: '<one@example.com>',
    recipient: 'oncall@example.com',
    createdAtMs: NOW,
    references: [],
    content: { type: 'notices', notices: [notice()] },
    ...facts,
  };
}

export function configured(facts: Partial<CertificateConfig> = {}): CertificateConfig {
  return {
    account: ACCOUNT,
    id: ID,
    alias: null,
    owner: null,
    runbook: null,
    recipients: [],
    thresholds: THRESHOLDS,
    probe: [],
    ...facts,
  };
}

/** A configuration of these certificates, with mail to one recipient. */
export function config(certificates: readonly CertificateConfig[], facts: Partial<Config> = {}): Config {
  const accounts = [...new Set(certificates.map(({ account }) => account))];
  return {
    accounts: accounts.map((name) => ({
      name,
      endpoint: 'http://127.0.0.1:9',
      utcOffsetMinutes: 480,
      credentials: { type: 'token', token: { env: 'TOKEN' } },
      requestsPerSecond: 1_000,
      concurrency: 4,
      timeoutMs: 1_000,
      caFile: null,
      discover: null,
      listEveryMs: HOUR_MS,
      successors: [],
    })),
    certificates,
    rules: [],
    probes: { concurrency: 4, perSecond: 1_000, timeoutMs: 1_000, caFile: null },
    thresholds: THRESHOLDS,
    schedule: { cron: '*/15 * * * *', timeZone: 'UTC' },
    email: {
      smtp: {
        host: '127.0.0.1',
        port: 25,
        tls: 'none',
        username: null,
        password: null,
        caFile: null,
        timeoutMs: 1_000,
      },
      from: 'Certificate monitor <certs@example.com>',
      to: ['oncall@example.com'],
      ...POLICY,
      summary: null,
      language: 'en',
    },
    heartbeat: null,
    http: { host: '127.0.0.1', port: 0, webConfigFile: null, probePort: null, publicUrl: null },
    state: { path: 'state.db' },
    metrics: { status: 'stateset' },
    log: { level: 'info' },
    ...facts,
  };
}
