// The words of alerting: an alert lasts from its first to its last sighting; a notice is what a person is told of it. Pure.
import type { DeployedService } from '../certificates/deployment.ts';
import type { Kind, Place, Renewal, Severity } from '../certificates/finding.ts';

/** Identity of an alert: never a name, a pod or a process (DESIGN: "What is found"). */
export interface AlertKey {
  readonly account: string;
  readonly id: string;
  readonly kind: Kind;
  /** `not_after` for expiring and expired, the start of the state for the others; epoch milliseconds. */
  readonly epochMs: number;
}

/** Stands where an alert names a certificate and is about its whole account: no id of a certificate is it. */
export const WHOLE_ACCOUNT = '*';

/** How an alert came to its end. */
export type Ending =
  | { readonly how: 'renewed'; readonly notAfterMs: number }
  | { readonly how: 'status'; readonly status: string }
  | { readonly how: 'readable' }
  /** A look from outside found it well. */
  | { readonly how: 'seen' }
  | { readonly how: 'gone' }
  /** Another certificate is live in its place. */
  | { readonly how: 'superseded' }
  | { readonly how: 'thresholds' };

/**
 * The end of an alert. `told`: people were told that it is resolved; `due`: they will be, once it has stayed
 * so (it flaps); `never`: there was nobody to tell; `replaced`: it turned into a worse one, which tells itself.
 */
export interface Ended {
  readonly atMs: number;
  readonly ending: Ending;
  readonly told: 'told' | 'due' | 'never' | 'replaced';
}

export interface Alert extends AlertKey {
  readonly severity: Severity;
  readonly cause: string;
  readonly reason: string;
  /** First sighting of this occurrence. */
  readonly sinceMs: number;
  /** 1 for the first time, 2 when it came back after it had been told as resolved, … */
  readonly occurrence: number;
  /** When this occurrence was first told, or null while nobody has been (silenced, kind switched off, flapping). */
  readonly toldAtMs: number | null;
  /** The deepest rung that was told, in milliseconds left; null where none was. */
  readonly toldRungMs: number | null;
  /** The highest reminder age that was told; null where none was. */
  readonly toldReminderMs: number | null;
  readonly flapping: boolean;
  /** null while it lasts. */
  readonly ended: Ended | null;
  /** First tellings within the last day, oldest first: the limit on flapping counts them. */
  readonly tellings: readonly number[];
  /** Message-ID of the mail that first told this alert, by recipient: what later mails refer to. */
  readonly threads: Readonly<Record<string, string>>;
  readonly renewal?: Renewal;
  readonly place?: Place;
}

/** The facts of a certificate that a mail shows: a snapshot, so that a mail sent late or again says the same. */
export interface NoticeCertificate {
  readonly account: string;
  readonly id: string;
  readonly name: string | null;
  readonly alias: string | null;
  /** `domain` first, then the additional names; may be empty. */
  readonly domains: readonly string[];
  readonly owner: string | null;
  readonly runbook: string | null;
  /** null where it was never read. */
  readonly status: string | null;
  readonly notAfterMs: number | null;
  readonly revokeReason: string | null;
  /** null where it was never read. */
  readonly lastSuccessMs: number | null;
  /** Where it is deployed; absent where that is not known. */
  readonly deployed?: readonly DeployedService[];
}

export const CHANGES = ['first', 'rung', 'reminder', 'resolved'] as const;

export type Change = (typeof CHANGES)[number];

/** One thing a person is to be told. Serialisable: it is stored in the outbox as JSON. */
export interface Notice {
  readonly change: Change;
  readonly kind: Kind;
  /** For resolved: the severity that it had. */
  readonly severity: Severity;
  readonly cause: string;
  /** One sentence for people: what is so. */
  readonly reason: string;
  /** Alerts that this notice speaks of: one, or those of one account with one cause. */
  readonly alerts: readonly AlertKey[];
  readonly occurrence: number;
  readonly flapping: boolean;
  /** The check in which it was found. */
  readonly atMs: number;
  /** First sighting of the alert. */
  readonly sinceMs: number;
  /** For change `rung`, and for `first` of expiring: the rung reached, in milliseconds left, if any. */
  readonly rungMs: number | null;
  /** For change `reminder`: the age that made it due. */
  readonly reminderMs: number | null;
  /** For change `resolved`. */
  readonly ending: Ending | null;
  /** For kinds that speak of another certificate. */
  readonly renewal?: Renewal;
  readonly place?: Place;
  /** One certificate, or the first hundred of those of an account. */
  readonly certificates: readonly NoticeCertificate[];
  /** How many it speaks of, which may be more than are listed. */
  readonly certificateCount: number;
}

/** What is ahead, what is silenced, how the monitor itself is: the weekly mail. What is optional is absent in one that an older version made. */
export interface Summary {
  readonly atMs: number;
  readonly watched: number;
  readonly healthy: number;
  /** How many certificates there are of each (`attention`: alerts that are not silenced); the lists hold the gravest hundred. */
  readonly totals?: Readonly<
    Record<'critical' | 'warning' | 'attention' | 'unread' | 'silenced' | 'ahead', number>
  >;
  /** Ends within 90 days, soonest first. */
  readonly ahead: readonly NoticeCertificate[];
  readonly active: readonly {
    readonly kind: Kind;
    readonly severity: Severity;
    readonly cause?: string;
    readonly epochMs?: number;
    readonly certificate: NoticeCertificate;
  }[];
  readonly silenced: readonly {
    readonly certificate: NoticeCertificate;
    readonly untilMs: number;
    readonly reason: string | null;
  }[];
  readonly unread: readonly {
    readonly certificate: NoticeCertificate;
    /** The failure in words; empty where nobody has tried yet. */
    readonly reason: string;
    /** The same as a word of the closed list. */
    readonly cause?: string;
  }[];
  readonly lastCheckMs?: number | null;
  readonly lastCompleteCheckMs: number | null;
  readonly parkedMails: number;
  readonly waitingMails?: number;
  /** Who does not get what, with the mail server's last answer. */
  readonly undelivered?: readonly {
    readonly recipient: string;
    readonly waiting: number;
    readonly parked: number;
    readonly response: string | null;
  }[];
  /** Accounts that hold certificates which nobody watches, and how many. */
  readonly unmonitored?: readonly { readonly account: string; readonly count: number }[];
  /** The cloud's clock minus ours, of the accounts that have answered. */
  readonly clockSkews?: readonly { readonly account: string; readonly seconds: number }[];
}

/** What one mail says. Serialisable. */
export type MailContent =
  | { readonly type: 'notices'; readonly notices: readonly Notice[] }
  | { readonly type: 'summary'; readonly summary: Summary }
  | { readonly type: 'test'; readonly atMs: number };

/** A mail to one recipient, before it is put into words. */
export interface Mail {
  /** `<…@…>`: derived from what is told and to whom, so a copy is recognised. */
  readonly messageId: string;
  readonly recipient: string;
  readonly createdAtMs: number;
  /** Since when some of it waits to be told, where it took over an older mail; absent: since it was made. */
  readonly waitingSinceMs?: number;
  /** Message-IDs of the first mails about the same alerts, oldest first. */
  readonly references: readonly string[];
  readonly content: MailContent;
}

/** How one attempt at delivery ended, and what it means for the mail. */
export type DeliveryOutcome =
  /** The server took it (250 after the final dot). */
  | { readonly outcome: 'sent'; readonly response: string }
  /** 4xx, network, timeout before the server could have taken it. `scope` server: the others need not be tried now. */
  | { readonly outcome: 'deferred'; readonly scope: 'recipient' | 'server'; readonly response: string }
  /** 5xx. `scope` recipient: parked for good; `scope` server (authentication, sender refused): kept, retried slowly. */
  | { readonly outcome: 'refused'; readonly scope: 'recipient' | 'server'; readonly response: string }
  /** The message was handed over whole and no answer came: the copy must carry the same Message-ID. */
  | { readonly outcome: 'ambiguous'; readonly scope: 'server'; readonly response: string };

/** Sends one mail; never throws: every end is an outcome. `signal` ends it at once. */
export interface Mailer {
  send(mail: Mail, signal: AbortSignal): Promise<DeliveryOutcome>;
}
