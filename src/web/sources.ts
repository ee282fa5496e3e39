// What the pages and answers are made of: the rest of the program implements these small interfaces. Types only.
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
  readonly lastCheckMs: number | null;
  readonly lastCompleteCheckMs: number | null;
  readonly nextCheckMs: number | null;
  readonly outbox: { readonly waiting: number; readonly parked: number };
  /** Where people reach this server, without a trailing slash; null where it is not configured. */
  readonly publicUrl: string | null;
}

export interface StatusSource {
  /** In the order of the configuration. A new array wherever something changed: what is made of it is kept by its identity. */
  certificates(): readonly WatchedCertificate[];
  monitor(): MonitorStatus;
  /** Rungs of the mails' ladder, in milliseconds left; the calendar's alarms. */
  ladderMs(): readonly number[];
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
