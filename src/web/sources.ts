// What the pages and answers are made of: the rest of the program implements these small interfaces. Types only.
import type { Alert, Change } from '../alerts/alert.ts';
import type { CertificateKey } from '../certificates/certificate.ts';
import type { DeployedService } from '../certificates/deployment.ts';
import type { Kind, Severity } from '../certificates/finding.ts';
import type { HistoryEntry } from '../certificates/history.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';

/** The certificates' part of /metrics, kept as bytes. */
export interface KeptPart {
  /** Made for the first who asks for them. */
  plain(): Promise<readonly Buffer[]>;
  readonly plainBytes: number;
  /** CRC-32 of the plain bytes. */
  readonly plainCrc32: number;
  /** The plain bytes as raw DEFLATE (RFC 1951) without a final block and ending on a byte. */
  readonly deflated: Buffer;
}

export type ScrapeFormat = 'text' | 'openmetrics';

export interface ScrapeSource {
  /** The monitor's own few series, made now; in OpenMetrics without the closing `# EOF`. */
  own(format: ScrapeFormat): Promise<string>;
  /** What was rendered at the last check. */
  kept(): KeptPart;
}

/** How the monitor itself is. Times are epoch milliseconds; null is unknown. */
export interface MonitorStatus {
  readonly version: string;
  readonly accounts: readonly string[];
  /** How many certificates of an account nobody watches; of accounts that could not be listed whole nobody knows. */
  readonly unwatched: ReadonlyMap<string, number>;
  readonly lastCheckMs: number | null;
  readonly lastCompleteCheckMs: number | null;
  readonly nextCheckMs: number | null;
  /** null where the summary is switched off. */
  readonly nextSummaryMs: number | null;
  readonly outbox: {
    readonly waiting: number;
    readonly parked: number;
    /** When the oldest waiting mail was written; null where none waits. */
    readonly oldestMs: number | null;
  };
  /** Whether the configuration file was read without a fault, and when that was tried last. */
  readonly configuration: { readonly ok: boolean; readonly atMs: number };
  /** Where people reach this server, without a trailing slash; null where it is not configured. */
  readonly publicUrl: string | null;
}

/** Mails of one certificate are stopped until then. */
export interface SilenceShown extends CertificateKey {
  readonly untilMs: number;
  readonly reason: string | null;
  readonly createdAtMs: number;
}

/** A mail that told of one certificate. */
export interface MailShown {
  readonly recipient: string;
  readonly createdAtMs: number;
  readonly told: readonly { readonly kind: Kind; readonly change: Change; readonly severity: Severity }[];
  readonly outcome: 'waiting' | 'sent' | 'parked' | 'replaced';
  readonly atMs: number | null;
  readonly attempts: number;
  /** What the mail server said last. */
  readonly response: string | null;
}

export interface StatusSource {
  /** In the order of the configuration. A new array wherever something changed: what is made of it is kept by its identity. */
  certificates(): readonly WatchedCertificate[];
  monitor(): MonitorStatus;
  /** Rungs of the mails' ladder, in milliseconds left; the calendar's alarms. */
  ladderMs(): readonly number[];
  /** Those that hold now, of watched certificates. */
  silences(): readonly SilenceShown[];
  /** Alerts of one certificate, those that ended lately among them. */
  alertsOf(key: CertificateKey): readonly Alert[];
  /** Where it is deployed, of those that need attention; null where that is not known. */
  deployedOf(key: CertificateKey): readonly DeployedService[] | null;
  /** At most `limit`, the newest first. */
  historyOf(key: CertificateKey, limit: number): readonly HistoryEntry[];
  /** At most `limit` rows of what was told, the newest mail first. */
  mailsAbout(key: CertificateKey, limit: number): readonly MailShown[];
  /** When the end of each certificate last changed, by `keyText`. */
  endsChangedMs(): ReadonlyMap<string, number>;
}

/** An answer to a probe, with its reason in words. */
export interface Health {
  readonly ok: boolean;
  readonly reason: string;
}

export interface HealthSource {
  /** The process and its scheduler move. */
  live(): Health;
  /** Configuration loaded, state open, scheduler started. */
  ready(): Health;
}

export interface Sources {
  readonly scrape: ScrapeSource;
  readonly status: StatusSource;
  readonly health: HealthSource;
}

/** Where the server says what went wrong; a pino logger is one. */
export interface WebLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
