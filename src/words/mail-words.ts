// What every language must be able to say in a mail, beyond what it says of a certificate. Types only.
import type { Change } from '../alerts/alert.ts';
import type { Kind } from '../certificates/finding.ts';
import type { CertificateWords } from './certificate-words.ts';

/** What a digest or a summary counts. */
export type Counted = Kind | 'resolved' | 'critical' | 'warning' | 'unread' | 'silenced' | 'ahead';

/** Names of facts and headings of sections. */
export type Label =
  | 'nextSteps'
  | 'certificate'
  | 'certificates'
  | 'domains'
  | 'name'
  | 'alias'
  | 'id'
  | 'account'
  | 'owner'
  | 'status'
  | 'notAfter'
  | 'stateSince'
  | 'firstSeen'
  | 'found'
  | 'ended'
  | 'deployed'
  | 'lastRead'
  | 'runbook'
  | 'page'
  | 'monitor'
  | 'sent'
  | 'glance'
  | 'watched'
  | 'healthy'
  | 'critical'
  | 'warning'
  | 'silenced'
  | 'unread'
  | 'ahead'
  | 'attention'
  | 'undelivered'
  | 'waitingMails'
  | 'parkedMails'
  | 'unmonitored'
  | 'lastCompleteCheck'
  | 'clock';

export interface MailWords extends CertificateWords {
  readonly label: Readonly<Record<Label, string>>;
  /** What stands after a label: `:` or `：`. */
  readonly colon: string;
  /** `Owner: payments team`. */
  readonly pair: (label: string, value: string) => string;
  /** Several things in one line: `a, b and 4 more`. */
  readonly list: (items: readonly string[], more: number) => string;
  /** Sentences behind each other. */
  readonly sentences: (texts: readonly string[]) => string;
  /** Why it is told again, or null where nothing needs to be said. */
  readonly change: (
    what: Change,
    told: {
      readonly rungMs: number | null;
      readonly reminderMs: number | null;
      readonly occurrence: number;
    },
  ) => string | null;
  /** The technical part of a failure, which is in English whatever the language. */
  readonly technical: (reason: string) => string;
  readonly resolved: string;
  readonly test: string;
  readonly testSubject: string;
  readonly testLead: string;
  readonly testText: string;
  readonly summary: string;
  /** `account default`. */
  readonly account: (name: string) => string;
  readonly ofAccount: (count: number, account: string) => string;
  /** The same for a subject, where room is short: `12 of account default`. */
  readonly ofAccountBriefly: (count: number, account: string) => string;
  readonly ofAccounts: (count: number) => string;
  /** Why a read failed, in a word or two: `unauthorized`. */
  readonly briefCause: (reason: string) => string;
  /** Heading of the steps for one kind among several; `cause` as a sentence, or null. */
  readonly nextStepsFor: (kind: string, cause: string | null) => string;
  readonly flaps: string;
  readonly lasted: (sinceMs: number, untilMs: number) => string;
  /** `3 certificates: 1 expired, 2 expiring`; `…` for counts that did not find room. */
  readonly counts: (total: number, counts: readonly string[], more: boolean) => string;
  readonly count: (what: Counted, count: number) => string;
  readonly allWell: string;
  /** No check has ended for days. */
  readonly stalled: string;
  readonly silencedUntil: (untilMs: number, reason: string | null) => string;
  /** The same as a sentence; null: none ever ended. */
  readonly stale: (lastCheckMs: number | null, nowMs: number) => string;
  readonly notReadYet: string;
  /** Mails of one recipient: so many wait, so many were refused for good. */
  readonly undelivered: (waiting: number, parked: number) => string;
  readonly answer: (response: string) => string;
  readonly seeMails: string;
  readonly clockRight: string;
  /** How far the cloud's clock is ahead of ours, by account. */
  readonly clockWrong: (account: string, seconds: number) => string;
  readonly footer: string;
  readonly silence: (id: string) => string;
}
