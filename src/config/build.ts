// From what the schema read to the configuration that the program uses: names filled in, thresholds merged, lists in order. Pure.
import type { Endpoint } from '../certificates/endpoint.ts';
import { endpointKey } from '../certificates/look.ts';
import type { Thresholds } from '../certificates/thresholds.ts';
import type {
  AccountConfig,
  CertificateConfig,
  Config,
  CredentialsConfig,
  DiscoverConfig,
  EmailConfig,
  RuleConfig,
} from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { parseDuration } from './durations.ts';
import type { ParsedConfig } from './schema.ts';

type Parsed<Key extends keyof ParsedConfig> = NonNullable<ParsedConfig[Key]>;

/** Expects that the schema and the cross checks found nothing. */
export function buildConfig(parsed: ParsedConfig): Config {
  const accounts = parsed.accounts.map(buildAccount);
  const email = parsed.email === undefined ? null : buildEmail(parsed.email);
  return {
    accounts,
    certificates: parsed.certificates.map((certificate) =>
      buildCertificate(certificate, {
        account: accounts[0]?.name ?? DEFAULTS.accountName,
        general: parsed.thresholds,
        told: email?.to ?? [],
      }),
    ),
    rules: parsed.rules.map((rule) => buildRule(rule, { general: parsed.thresholds, told: email?.to ?? [] })),
    thresholds: buildThresholds(undefined, parsed.thresholds),
    probes: {
      concurrency: parsed.probes.concurrency,
      perSecond: parsed.probes.perSecond,
      timeoutMs: parsed.probes.timeout,
      caFile: parsed.probes.caFile ?? null,
    },
    schedule: parsed.schedule,
    email,
    heartbeat: parsed.heartbeat ?? null,
    http: {
      host: parsed.http.host,
      port: parsed.http.port,
      webConfigFile: parsed.http.webConfigFile ?? null,
      probePort:
        parsed.http.probePort ?? (parsed.http.webConfigFile === undefined ? null : DEFAULTS.probePort),
      publicUrl: parsed.http.publicUrl ?? null,
    },
    state: parsed.state,
    metrics: parsed.metrics,
    log: parsed.log,
  };
}

function buildAccount(account: Parsed<'accounts'>[number]): AccountConfig {
  return {
    name: account.name,
    endpoint: account.endpoint,
    utcOffsetMinutes: account.utcOffset,
    credentials: buildCredentials(account.credentials),
    requestsPerSecond: account.requestsPerSecond,
    concurrency: account.concurrency,
    timeoutMs: account.timeout,
    caFile: account.caFile ?? null,
    discover: buildDiscover(account.discover),
    listEveryMs:
      typeof account.discover === 'boolean'
        ? (parseDuration(DEFAULTS.discoverEvery) ?? 0)
        : account.discover.every,
    successors: [...new Set(account.successors)].filter((name) => name !== account.name),
  };
}

function buildDiscover(discover: Parsed<'accounts'>[number]['discover']): DiscoverConfig | null {
  if (discover === false) return null;
  const all = { ids: [], domains: [], names: [] };
  if (discover === true)
    return { statuses: [], domains: [], enterpriseProject: null, shared: false, exclude: all };
  const { statuses, domains, enterpriseProject = null, shared, exclude } = discover;
  return { statuses, domains, enterpriseProject, shared, exclude };
}

function buildRule(
  rule: Parsed<'rules'>[number],
  { general, told }: Pick<Surroundings, 'general' | 'told'>,
): RuleConfig {
  const { account, domain, name, brand, project } = rule.match;
  return {
    match: {
      account: account ?? null,
      domain: domain ?? null,
      name: name ?? null,
      brand: brand ?? null,
      project: project ?? null,
    },
    owner: rule.owner ?? null,
    runbook: rule.runbook ?? null,
    recipients: withoutRepeats(rule.recipients, told),
    thresholds: buildThresholds(rule.thresholds, general),
    probe: rule.probe === undefined ? 'guess' : buildProbe(rule.probe),
  };
}

function buildCredentials(credentials: Parsed<'accounts'>[number]['credentials']): CredentialsConfig {
  switch (credentials.type) {
    case 'password':
    case 'token':
      return credentials;
    case 'access-key':
      return { ...credentials, securityToken: credentials.securityToken ?? null };
  }
}

interface Surroundings {
  /** The account where the certificate names none. */
  readonly account: string;
  readonly general: Parsed<'thresholds'>;
  /** Who is told of every certificate. */
  readonly told: readonly string[];
}

function buildCertificate(
  certificate: Parsed<'certificates'>[number],
  { account, general, told }: Surroundings,
): CertificateConfig {
  return {
    account: certificate.account ?? account,
    id: certificate.id,
    alias: certificate.alias ?? null,
    owner: certificate.owner ?? null,
    runbook: certificate.runbook ?? null,
    recipients: withoutRepeats(certificate.recipients, told),
    thresholds: buildThresholds(certificate.thresholds, general),
    probe: buildProbe(certificate.probe),
  };
}

function buildProbe(probe: Parsed<'certificates'>[number]['probe']): CertificateConfig['probe'] {
  if (probe === 'auto') return 'auto';
  if (probe === false) return [];
  const endpoints = probe.map((written): Endpoint => {
    const {
      address,
      serverName = null,
      startTls = null,
    } = 'address' in written ? written : { address: written };
    return { ...address, serverName, startTls, named: true };
  });
  // Two that are asked in the same way would be counted twice, and be two series with the same labels.
  const alike = new Map(endpoints.toReversed().map((endpoint) => [endpointKey(endpoint), endpoint]));
  return endpoints.filter((endpoint) => alike.get(endpointKey(endpoint)) === endpoint);
}

function buildThresholds(
  own: Parsed<'certificates'>[number]['thresholds'],
  general: Parsed<'thresholds'>,
): Thresholds {
  return {
    warning: own?.warning ?? general.warning,
    critical: own?.critical ?? general.critical,
    pendingMs: own?.pending ?? general.pending,
    unreadableMs: own?.unreadable ?? general.unreadable,
    stuckMs: own?.stuck ?? general.stuck,
    overdueMs: own?.overdue ?? general.overdue,
    deployMs: own?.deploy ?? general.deploy,
  };
}

function buildEmail(email: Parsed<'email'>): EmailConfig {
  const { smtp } = email;
  return {
    smtp: {
      host: smtp.host,
      port: smtp.port ?? (smtp.tls === 'implicit' ? DEFAULTS.implicitTlsSmtpPort : DEFAULTS.smtpPort),
      tls: smtp.tls,
      username: smtp.username ?? null,
      password: smtp.password ?? null,
      caFile: smtp.caFile ?? null,
      timeoutMs: smtp.timeout,
    },
    from: email.from,
    to: withoutRepeats(email.to, []),
    kinds: [...new Set(email.kinds)],
    ladderMs: [...new Set(email.ladder)].toSorted((a, b) => b - a),
    remindersMs: [...new Set(email.reminders)].toSorted((a, b) => a - b),
    resolved: email.resolved,
    summary: email.summary === false ? null : email.summary,
    language: email.language,
  };
}

/** Addresses that differ in case only reach the same person, who must not be told twice. */
function withoutRepeats(addresses: readonly string[], already: readonly string[]): string[] {
  if (addresses.length === 0) return [];
  const seen = new Set(already.map((address) => address.toLowerCase()));
  return addresses.filter((address) => {
    const isNew = !seen.has(address.toLowerCase());
    seen.add(address.toLowerCase());
    return isNew;
  });
}
