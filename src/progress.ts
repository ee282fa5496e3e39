// What the monitor did, in as few log lines as say it.
import type { DeliveryOutcome, Mail } from './alerts/alert.ts';
import type { Judgement } from './alerts/judge.ts';
import type { ReadFailure } from './certificates/reading.ts';
import type { Watch } from './certificates/watch.ts';
import type { CheckReport } from './check.ts';
import { plural } from './shared/time.ts';
import type { Log } from './telemetry/log.ts';

interface Failures {
  readonly account: string;
  readonly failure: ReadFailure;
  /** An id that failed so. */
  readonly id: string;
  count: number;
}

export interface Progress {
  note(watch: Watch): void;
  /** A line per account and reason, with an example: ten thousand failures of one cause are one line. */
  log(log: Log): void;
}

export function createProgress(): Progress {
  const failures = new Map<string, Failures>();
  return {
    note({ failure, account, id }) {
      if (failure === null) return;
      const key = `${account}\u0000${failure.reason}`;
      const known = failures.get(key);
      if (known === undefined) failures.set(key, { account, failure, id, count: 1 });
      else known.count += 1;
    },
    log(log) {
      for (const { account, failure, id, count } of failures.values()) {
        const { reason, message, requestId } = failure;
        const text =
          count === 1
            ? message
            : `${count} reads of account ${account} failed (${reason}). The first: ${message}`;
        log.warn({ account, reason, count, example: id, requestId }, text);
      }
    },
  };
}

/** A line for each thing that is told. */
export function logNotices(log: Log, { addressed }: Pick<Judgement, 'addressed'>): void {
  for (const { notice, recipients } of addressed) {
    const [alert] = notice.alerts;
    const facts = {
      change: notice.change,
      kind: notice.kind,
      severity: notice.severity,
      account: alert?.account,
      id: alert?.id,
    };
    const told = notice.ending === null ? notice.reason : `It has ended: ${notice.ending.how}`;
    log.info(
      { ...facts, recipients: recipients.length },
      `Notice: ${notice.kind} (${notice.change}). ${told}`,
    );
  }
}

export function logReport(log: Log, report: CheckReport): void {
  const { result, seconds, read, failed, notices, mails, aborted, silentAccounts } = report;
  if (aborted) {
    log.info(
      { read },
      `The check was ended after ${plural(read, 'certificate')}; it is due again at the next start`,
    );
    return;
  }
  const facts = { result, seconds: Number(seconds.toFixed(3)), read, failed, notices, mails, silentAccounts };
  log[result === 'complete' ? 'info' : 'warn'](
    facts,
    `Check ${result}: ${read - failed} of ${read} certificates read, ${plural(notices, 'notice')}`,
  );
}

/** Most often many places that do not answer: each waits out its deadline. */
export function logLooksLeft(log: Log, left: number): void {
  log.warn(
    { left },
    `The endpoints were looked at for two minutes, and ${plural(left, 'endpoint')} had to wait: they come first at the next check. Should it go on, raise probes.perSecond and probes.concurrency, or let the monitor out to them`,
  );
}

export function logDelivery(
  log: Log,
  { mail, outcome, retryInMs }: { mail: Mail; outcome: DeliveryOutcome; retryInMs: number | null },
): void {
  const facts = { recipient: mail.recipient, messageId: mail.messageId, answer: outcome.response };
  if (outcome.outcome === 'sent') {
    log.info(facts, `Mail to ${mail.recipient} sent`);
    return;
  }
  const then =
    retryInMs === null
      ? 'it is parked: see `mails`'
      : `it is kept and tried again in ${Math.ceil(retryInMs / 1000)} s`;
  log.warn(facts, `Mail to ${mail.recipient} ${outcome.outcome}: ${outcome.response}; ${then}`);
}
