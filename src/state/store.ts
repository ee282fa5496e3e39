// What the program asks of its memory, in the words of the domain; SQLite stands behind it, PostgreSQL may.
import type { Alert, Change, Mail } from '../alerts/alert.ts';
import type { Silence } from '../alerts/silence.ts';
import type { CertificateKey } from '../certificates/certificate.ts';
import type { Discovery } from '../certificates/discovery.ts';
import type { Kind, Severity } from '../certificates/finding.ts';
import type { HistoryEntry } from '../certificates/history.ts';
import type { Watch } from '../certificates/watch.ts';
import type { Kept } from './prune.ts';

/** Everything the decisions need, as it was at the last commit. */
export interface Snapshot {
  readonly watches: readonly Watch[];
  readonly alerts: readonly Alert[];
  readonly marks: Marks;
}

/** What the state knows of some certificates. */
export type Recalled = Pick<Snapshot, 'watches' | 'alerts'>;

/** Where the schedules stand. Times are epoch milliseconds; null where it never came to that. */
export interface Marks {
  readonly lastCheckMs: number | null;
  readonly lastCompleteCheckMs: number | null;
  /** The slot that comes after the last finished check, and the cron expression and zone it was made from. */
  readonly nextCheckMs: number | null;
  readonly checkCron: string | null;
  readonly nextSummaryMs: number | null;
  readonly summaryCron: string | null;
}

/** A mail that is on its way: from its commit until it is delivered, replaced or refused for good. */
export interface OutboxMail {
  readonly mail: Mail;
  readonly state: 'waiting' | 'parked';
  /**
   * Whether an attempt may have reached the server without our knowing its answer. Such a mail is sent again
   * as it is, under its own Message-ID, and never put together with others.
   */
  readonly exposed: boolean;
  readonly attempts: number;
  readonly nextAttemptMs: number;
  readonly lastResponse: string | null;
}

/** A mail that came to an end, for `mails` and the status page. */
export interface PastMail {
  readonly mail: Mail;
  readonly outcome: 'sent' | 'parked' | 'replaced';
  readonly atMs: number;
  readonly attempts: number;
  readonly response: string | null;
}

/** A mail as the page of one certificate shows it: what it told of that certificate, to whom, and what came of it. */
export interface MailAbout {
  readonly messageId: string;
  readonly recipient: string;
  readonly createdAtMs: number;
  readonly told: readonly {
    readonly kind: Kind;
    readonly change: Change;
    readonly severity: Severity;
  }[];
  readonly outcome: OutboxMail['state'] | PastMail['outcome'];
  /** When it came to its end; null while it waits. */
  readonly atMs: number | null;
  readonly attempts: number;
  /** What the mail server said last. */
  readonly response: string | null;
}

/** What one check (or one minute of it) makes durable, all or nothing. */
export interface Commit {
  readonly watches: readonly Watch[];
  /** For each certificate whose alerts changed: all of its alerts, in place of those before. */
  readonly alerts: readonly { readonly key: CertificateKey; readonly alerts: readonly Alert[] }[];
  readonly history: readonly HistoryEntry[];
  /** Message-IDs of waiting mails that new ones take the place of. */
  readonly replaced: readonly string[];
  readonly mails: readonly Mail[];
  /** Those that have come to their end; one that was set anew meanwhile stays. */
  readonly liftedSilences: readonly Silence[];
  readonly adoptedSilences: readonly Silence[];
  readonly marks: Partial<Marks>;
  readonly atMs: number;
}

/** A commit of nothing: the start of one that has only some of it. */
export const EMPTY_COMMIT: Omit<Commit, 'atMs'> = {
  watches: [],
  alerts: [],
  history: [],
  replaced: [],
  mails: [],
  liftedSilences: [],
  adoptedSilences: [],
  marks: {},
};

export interface OutboxCounts {
  readonly waiting: number;
  readonly parked: number;
  /** Creation of the oldest waiting mail; null where none waits. */
  readonly oldestMs: number | null;
}

/** Mails of one recipient that are not delivered, with an answer of the mail server about one of them. */
export interface Undelivered {
  readonly recipient: string;
  readonly waiting: number;
  readonly parked: number;
  readonly response: string | null;
}

export interface Store {
  /** True where there was no file and a new one was made. */
  readonly created: boolean;
  /** For the start: what a commit under way has written is in it, committed or not. */
  load(): Snapshot;
  /** What was committed of these certificates, and nothing else; in slices that let other work through. */
  recall(keys: readonly CertificateKey[]): Promise<Recalled>;
  /**
   * Writes what `build` returns as one transaction, synced to disk. `build` gets the waiting mails that nobody
   * can have seen yet. Rejects with a MonitorError of code STATE_UNUSABLE; then nothing was written.
   */
  commit(
    build: (unseen: readonly OutboxMail[]) => Commit,
    options: { readonly expose: boolean },
  ): Promise<Commit>;
  /** Which certificates the accounts were found to have. */
  discoveries(): readonly Discovery[];
  /** Writes these down, and forgets those. */
  noteDiscoveries(changes: {
    readonly changed: readonly Discovery[];
    readonly gone: readonly CertificateKey[];
  }): Promise<void>;
  silences(): readonly Silence[];
  setSilence(silence: Silence): Promise<void>;
  /** Resolves with whether there was one. */
  liftSilence(key: CertificateKey, atMs: number): Promise<boolean>;
  /** Mails that wait, the oldest first; never one whose commit is still under way. */
  waiting(): Promise<readonly OutboxMail[]>;
  outboxCounts(): OutboxCounts;
  /** Who does not get what, those with the most mails first. */
  undelivered(): readonly Undelivered[];
  /** Notes that these mails are about to be tried; resolves with those that still wait. */
  expose(messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Notes that these mails were not tried after all. */
  unexpose(messageIds: readonly string[]): Promise<void>;
  /** Notes an attempt that did not end the mail. */
  defer(attempt: {
    readonly messageId: string;
    readonly exposed: boolean;
    readonly nextAttemptMs: number;
    readonly response: string;
  }): Promise<void>;
  /** Takes a mail out of the outbox: it was sent. */
  sent(delivery: {
    readonly messageId: string;
    readonly atMs: number;
    readonly response: string;
  }): Promise<void>;
  /** Keeps a mail that was refused for good where people can see it. */
  park(refusal: {
    readonly messageId: string;
    readonly atMs: number;
    readonly response: string;
  }): Promise<void>;
  /** Ended and waiting mails, the newest first; with an id those that told of a certificate of that id. */
  mails(
    limit: number,
    id?: string,
  ): { readonly outbox: readonly OutboxMail[]; readonly past: readonly PastMail[] };
  /** Mails that told of this certificate, the newest first. */
  mailsAbout(key: CertificateKey, limit: number): readonly MailAbout[];
  /** The newest first. */
  history(key: CertificateKey, limit: number): readonly HistoryEntry[];
  /** When the end of each certificate last changed, by `keyText`: known for as long as the state is. */
  endsChangedMs(): ReadonlyMap<string, number>;
  /**
   * Forgets history and past mails that are older than a year, but for the last change of each certificate's end;
   * certificates that left the configuration a year ago; and takes from the outbox the parked mails that need
   * nobody any more: the address has left the configuration, has taken a later mail, or 30 days have passed.
   */
  prune(nowMs: number, kept: Kept): Promise<void>;
  close(): Promise<void>;
}
