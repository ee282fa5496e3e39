// What is so with an account as a whole: it holds certificates that nobody watches, or cannot be listed. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../certificates/finding.ts';
import type { ReadFailure } from '../certificates/reading.ts';
import type { Watch } from '../certificates/watch.ts';
import { formatInstant, plural } from '../shared/time.ts';
import { type Alert, type NoticeCertificate, WHOLE_ACCOUNT } from './alert.ts';
import { type Addressed, alertText, noticeOf } from './compose.ts';
import { type Policy, reconcile } from './reconcile.ts';

export interface AccountFacts {
  readonly account: string;
  /** Certificates that nobody watches, the first hundred of them, and how many there are; null where that is not known now. */
  readonly unmonitored: { readonly count: number; readonly first: readonly NoticeCertificate[] } | null;
  /** Why it cannot be listed, and since when; null where it can, or need not be. */
  readonly silent: {
    readonly failure: ReadFailure;
    readonly sinceMs: number;
    readonly watched: WatchedThere;
  } | null;
  /** False where it is not discovered, or not any more: then nothing hangs on its list, well or not. */
  readonly isDiscovered?: boolean;
}

/** Of the certificates that are watched there: there are none; some are read; none is, and they tell that themselves. */
export type WatchedThere = 'none' | 'read' | 'unread';

export interface AccountJudgement {
  readonly account: string;
  readonly alerts: readonly Alert[];
  readonly addressed: readonly Addressed[];
  /** Alerts that lasted before and are over: what still waits to be sent of them is out of date. */
  readonly endedAlerts: readonly Alert[];
}

export function judgeAccount({
  facts,
  alerts,
  policy,
  unreadableMs,
  to,
  nowMs,
}: {
  facts: AccountFacts;
  alerts: readonly Alert[];
  policy: Policy;
  unreadableMs: number;
  to: readonly string[];
  nowMs: number;
}): AccountJudgement {
  const { account } = facts;
  const known = { alerts, facts, nowMs };
  const findings = [unmonitored(known), unreadable(known, unreadableMs)].filter((found) => found !== null);
  const reconciled = reconcile({
    watch: watchOf(account, facts, nowMs),
    findings,
    alerts,
    silenced: false,
    isHushed: ({ kind }) => kind === 'unreadable' && facts.isDiscovered === false,
    policy,
    nowMs,
  });
  const lasted = new Set(alerts.filter(({ ended }) => ended === null).map(alertText));
  return {
    account,
    alerts: reconciled.alerts,
    addressed: reconciled.tellings.map((telling) => {
      const notice = noticeOf({ telling, certificate: accountItself(account), nowMs });
      const { count = 0, first = [] } = facts.unmonitored ?? {};
      const listed =
        notice.kind === 'unmonitored' && notice.change !== 'resolved'
          ? { certificates: first, certificateCount: count }
          : {};
      return { notice: { ...notice, ...listed }, recipients: to };
    }),
    endedAlerts: reconciled.alerts.filter(
      (alert) => alert.ended !== null && alert.ended.told !== 'due' && lasted.has(alertText(alert)),
    ),
  };
}

/** The reason is put into words anew at each check: that alone is no change. */
export function sameAlerts(a: readonly Alert[], b: readonly Alert[]): boolean {
  const facts = (all: readonly Alert[]) => all.map(({ reason: _, ...rest }) => rest);
  return isDeepStrictEqual(facts(a), facts(b));
}

interface Known {
  readonly alerts: readonly Alert[];
  readonly facts: AccountFacts;
  readonly nowMs: number;
}

/** One alert for as long as there is any: the number changes, and is no news. */
function unmonitored({ alerts, facts, nowMs }: Known): Finding | null {
  const lasts = alerts.find(({ kind, ended }) => kind === 'unmonitored' && ended === null);
  // Where the account could not be listed whole this time, what was so is still so.
  const count = facts.unmonitored?.count ?? (lasts === undefined ? 0 : 1);
  if (count === 0) return null;
  const are = count === 1 ? 'is' : 'are';
  const reason =
    facts.unmonitored === null && lasts !== undefined
      ? lasts.reason
      : `${plural(count, 'certificate')} of account ${facts.account} ${are} watched by nobody`;
  const epochMs = lasts?.epochMs ?? nowMs;
  return { kind: 'unmonitored', severity: 'warning', cause: 'unmonitored', reason, epochMs };
}

function unreadable({ alerts, facts: { silent }, nowMs }: Known, unreadableMs: number): Finding | null {
  const lasts = alerts.find(({ kind, ended }) => kind === 'unreadable' && ended === null);
  if (silent === null) return null;
  // Since when is not known over a restart: what lasted before it and still is so goes on.
  const begins = silent.watched !== 'unread' && nowMs - silent.sinceMs > unreadableMs;
  if (lasts === undefined && !begins) return null;
  const sinceMs = lasts?.epochMs ?? silent.sinceMs;
  return {
    kind: 'unreadable',
    severity: 'critical',
    cause: silent.watched === 'none' ? silent.failure.reason : 'unlisted',
    reason: `${silent.failure.message}. It has not been listed since ${formatInstant(sinceMs)}`,
    epochMs: sinceMs,
  };
}

function watchOf(account: string, { silent }: AccountFacts, nowMs: number): Watch {
  return {
    account,
    id: WHOLE_ACCOUNT,
    watchedSinceMs: nowMs,
    certificate: null,
    standing: null,
    standingSinceMs: nowMs,
    up: silent === null,
    lastSuccessMs: null,
    failure: silent?.failure ?? null,
    failingSinceMs: silent?.sinceMs ?? null,
    missingSinceMs: null,
  };
}

function accountItself(account: string): NoticeCertificate {
  return {
    account,
    id: WHOLE_ACCOUNT,
    name: null,
    alias: null,
    domains: [],
    owner: null,
    runbook: null,
    status: null,
    notAfterMs: null,
    revokeReason: null,
    lastSuccessMs: null,
  };
}
