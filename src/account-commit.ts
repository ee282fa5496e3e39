// What is found of accounts as a whole becomes durable, together with the mails that tell of it.
import { isDeepStrictEqual } from 'node:util';
import type { AccountJudgement } from './alerts/account.ts';
import { type Alert, WHOLE_ACCOUNT } from './alerts/alert.ts';
import { alertText, composeMails, thread } from './alerts/compose.ts';
import type { Census } from './census.ts';
import type { Commit, OutboxMail, Store } from './state/store.ts';
import { EMPTY_COMMIT } from './state/store.ts';

interface AccountCommitParts {
  readonly census: Pick<Census, 'alertsOf' | 'advance'>;
  readonly store: Pick<Store, 'commit'>;
  /** Right-hand side of Message-IDs. */
  readonly mailDomain: string;
  readonly immediate: () => boolean;
  readonly onWriteFailed: (error: unknown) => void;
}

/** Writes what differs from what is remembered; where that fails the next check finds the same again. */
export async function commitAccounts(
  parts: AccountCommitParts,
  judgements: readonly AccountJudgement[],
  nowMs: number,
): Promise<void> {
  const changed = judgements.filter(
    ({ account, alerts }) => !sameAlerts(parts.census.alertsOf(account), alerts),
  );
  if (changed.length === 0) return;
  let tied: ReadonlyMap<string, readonly Alert[]> = new Map();
  try {
    await parts.store.commit(
      (unseen) => {
        const { commit, alerts } = commitOf(changed, { unseen, domain: parts.mailDomain, nowMs });
        tied = alerts;
        return commit;
      },
      { expose: parts.immediate() },
    );
    for (const [account, alerts] of tied) parts.census.advance(account, alerts);
  } catch (error) {
    parts.onWriteFailed(error);
  }
}

function commitOf(
  judgements: readonly AccountJudgement[],
  { unseen, domain, nowMs }: { unseen: readonly OutboxMail[]; domain: string; nowMs: number },
): { readonly commit: Commit; readonly alerts: ReadonlyMap<string, readonly Alert[]> } {
  const composed = composeMails({
    addressed: judgements.flatMap(({ addressed }) => addressed),
    endedAlerts: judgements.flatMap(({ endedAlerts }) => endedAlerts),
    waiting: unseen,
    grouped: () => false,
    domain,
    nowMs,
  });
  const known = new Map(judgements.flatMap(({ alerts }) => alerts.map((alert) => [alertText(alert), alert])));
  const { mails, alerts: threaded } = thread({ ...composed, alerts: known });
  const alerts = new Map(
    judgements.map((judgement) => [
      judgement.account,
      judgement.alerts.map((alert) => threaded.get(alertText(alert)) ?? alert),
    ]),
  );
  const rows = [...alerts].map(([account, list]) => ({ key: { account, id: WHOLE_ACCOUNT }, alerts: list }));
  return {
    alerts,
    commit: { ...EMPTY_COMMIT, alerts: rows, replaced: composed.replaced, mails, atMs: nowMs },
  };
}

/** The reason is put into words anew at each check: that alone is no change. */
function sameAlerts(a: readonly Alert[], b: readonly Alert[]): boolean {
  const facts = (alerts: readonly Alert[]) => alerts.map(({ reason: _, ...rest }) => rest);
  return isDeepStrictEqual(facts(a), facts(b));
}
