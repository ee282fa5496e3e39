// The configuration as the program uses it: parsed, complete, with defaults filled in. Types only.
import type { SecureContextOptions } from 'node:tls';
import type { Endpoint } from '../certificates/endpoint.ts';
import type { Kind } from '../certificates/finding.ts';
import type { Thresholds } from '../certificates/thresholds.ts';
import type { Language } from '../shared/language.ts';

/** Where a secret stands; its value is read when it is used and is never part of the configuration. */
export type SecretRef = { readonly file: string } | { readonly env: string };

export type CredentialsConfig =
  | {
      readonly type: 'password';
      readonly iamEndpoint: string;
      readonly domainName: string;
      readonly userName: string;
      readonly password: SecretRef;
      readonly scope: 'domain' | { readonly project: string };
    }
  | {
      readonly type: 'access-key';
      readonly accessKey: SecretRef;
      readonly secretKey: SecretRef;
      readonly securityToken: SecretRef | null;
    }
  | { readonly type: 'token'; readonly token: SecretRef };

export interface AccountConfig {
  readonly name: string;
  /** Origin without a trailing slash. */
  readonly endpoint: string;
  /** Zone of the API's zone-less times, in minutes east of UTC. */
  readonly utcOffsetMinutes: number;
  readonly credentials: CredentialsConfig;
  readonly requestsPerSecond: number;
  readonly concurrency: number;
  /** Total deadline of one request. */
  readonly timeoutMs: number;
  readonly caFile: string | null;
  /** Which of its certificates are watched without being named; null: none. */
  readonly discover: DiscoverConfig | null;
  /** How often it is listed. */
  readonly listEveryMs: number;
  /** Other accounts in which renewals of its certificates may appear. */
  readonly successors: readonly string[];
}

/** Patterns are globs: `*` for any run of characters, `?` for one, in any case. Empty lists choose everything. */
export interface DiscoverConfig {
  readonly statuses: readonly string[];
  readonly domains: readonly string[];
  readonly enterpriseProject: string | null;
  readonly shared: boolean;
  readonly exclude: {
    readonly ids: readonly string[];
    readonly domains: readonly string[];
    readonly names: readonly string[];
  };
}

/** What holds for discovered certificates that match; null in `match` asks for nothing. */
export interface RuleConfig extends Omit<CertificateConfig, 'account' | 'id' | 'alias'> {
  readonly match: {
    readonly account: string | null;
    readonly domain: string | null;
    readonly name: string | null;
    readonly brand: string | null;
    readonly project: string | null;
  };
}

export interface CertificateConfig {
  readonly account: string;
  readonly id: string;
  readonly alias: string | null;
  readonly owner: string | null;
  readonly runbook: string | null;
  /** In addition to `email.to`. */
  readonly recipients: readonly string[];
  /** The general thresholds with this certificate's own over them. */
  readonly thresholds: Thresholds;
  /** Where it is looked at from outside; `auto`: https on its names; `guess`: there too, though nobody asked; none where nobody is to look. */
  readonly probe: readonly Endpoint[] | 'auto' | 'guess';
}

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly username: string | null;
  readonly password: SecretRef | null;
  readonly caFile: string | null;
  /** Total deadline of one send. */
  readonly timeoutMs: number;
}

export interface EmailConfig {
  readonly smtp: SmtpConfig;
  /** As written: `Certificate monitor <certs@example.com>` or a bare address. */
  readonly from: string;
  readonly to: readonly string[];
  readonly kinds: readonly Kind[];
  /** Rungs in milliseconds left, longest first. */
  readonly ladderMs: readonly number[];
  /** Ages in milliseconds, shortest first. */
  readonly remindersMs: readonly number[];
  readonly resolved: boolean;
  /** Cron expression in the schedule's time zone, or null where it is switched off. */
  readonly summary: string | null;
  readonly language: Language;
}

export interface Config {
  readonly accounts: readonly AccountConfig[];
  readonly certificates: readonly CertificateConfig[];
  readonly rules: readonly RuleConfig[];
  /** The general ones, for discovered certificates that no rule matches. */
  readonly thresholds: Thresholds;
  readonly probes: {
    readonly concurrency: number;
    readonly perSecond: number;
    readonly timeoutMs: number;
    readonly caFile: string | null;
  };
  readonly schedule: { readonly cron: string; readonly timeZone: string };
  readonly email: EmailConfig | null;
  readonly heartbeat: { readonly url: string } | null;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly webConfigFile: string | null;
    /** Port for probes alone, in plain HTTP without authentication; null where they share `port`. */
    readonly probePort: number | null;
    readonly publicUrl: string | null;
  };
  readonly state: { readonly path: string };
  readonly metrics: { readonly status: 'stateset' | 'current' };
  readonly log: { readonly level: LogLevel };
}

/** Who must show a certificate, in the words of Go's crypto/tls. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

export interface WebTlsConfig {
  readonly clientAuth: ClientAuthType;
  /** Certificate, key, authorities, versions and ciphers; a function, so that nothing shows the key by accident. */
  readonly options: () => SecureContextOptions;
}

/** What the file at `http.webConfigFile` and the files that it names ask for. */
export interface WebConfig {
  /** null: plain HTTP. */
  readonly tls: WebTlsConfig | null;
  /** Set on every answer, over the monitor's own. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** bcrypt hashes by user name, empty where nobody has to sign in; a function, so that nothing shows them by accident. */
  readonly users: () => ReadonlyMap<string, string>;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Reads a secret's value now; rejects with a MonitorError of code SECRET that names the file or variable, never the value. */
export type ReadSecret = (ref: SecretRef) => Promise<string>;
