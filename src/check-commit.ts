// One batch of judgements becomes durable, together with the mails that tell of it.
import type { AccountJudgement } from './alerts/account.ts';
import { type Alert, type Notice, WHOLE_ACCOUNT } from './alerts/alert.ts';
import { alertText, composeMails, thread } from './alerts/compose.ts';
import { unheardOf, withoutTelling } from './alerts/hearing.ts';
import type { Judgement } from './alerts/judge.ts';
import { keyText } from './certificates/certificate.ts';
import type { Memory } from './memory.ts';
import type { Commit, Marks, OutboxMail, Store } from './state/store.ts';
import type { Tally } from './tally.ts';

export interface CommitParts {
  readonly memory: Memory;
  readonly store: Pick<Store, 'commit'>;
  /** Right-hand side of Message-IDs. */
  readonly mailDomain: string;
  /** Whether new mails are tried at once. */
  readonly immediate: () => boolean;
  /** After each commit, and where there was nothing to commit. */
  readonly onCommitted: () => void;
  readonly onWriteFailed: (error: unknown) => void;
  /** What is remembered of an account as a whole from now on. */
  readonly onAccount: (account: string, alerts: readonly Alert[]) => void;
}

interface Batch {
  readonly judgements: readonly Judgement[];
  /** Of accounts as a whole, where something differs from what is remembered. */
  readonly accounts: readonly AccountJudgement[];
  readonly marks: Partial<Marks>;
  readonly tally: Tally;
  /** The check's time. */
  readonly nowMs: number;
}

type Threads = Map<string, readonly Alert[]>;

/** Makes a batch durable and takes it in; false where the state could not be written: the next check finds the same again. */
export async function commitBatch(parts: CommitParts, batch: Batch): Promise<boolean> {
  const { judgements, accounts, marks, tally } = batch;
  if (judgements.length === 0 && accounts.length === 0 && Object.keys(marks).length === 0) {
    parts.onCommitted();
    return true;
  }
  const threads: Threads = new Map();
  try {
    const build = (unseen: readonly OutboxMail[]) =>
      commitOf({ batch, mailDomain: parts.mailDomain, memory: parts.memory, unseen, threads });
    const { mails } = await parts.store.commit(build, { expose: parts.immediate() });
    parts.memory.advance(judgements, threads, marks);
    for (const { account, alerts } of accounts)
      parts.onAccount(account, threads.get(keyText({ account, id: WHOLE_ACCOUNT })) ?? alerts);
    const told = [...accounts, ...judgements];
    tally.told({
      mails: mails.length,
      notices: told.reduce((total, { addressed }) => total + addressed.length, 0),
    });
    return true;
  } catch (error) {
    parts.onWriteFailed(error);
    return false;
  } finally {
    parts.onCommitted();
  }
}

function commitOf({
  batch,
  mailDomain,
  memory,
  unseen,
  threads,
}: {
  batch: Batch;
  mailDomain: string;
  memory: Memory;
  unseen: readonly OutboxMail[];
  threads: Threads;
}): Commit {
  const { judgements, accounts, marks, nowMs } = batch;
  const all = [...accounts, ...judgements];
  const endedAlerts = all.flatMap((judgement) => judgement.endedAlerts);
  const composed = composeMails({
    addressed: all.flatMap(({ addressed }) => addressed),
    endedAlerts,
    waiting: unseen,
    grouped: groupedIn(batch),
    domain: mailDomain,
    nowMs,
  });
  const known = new Map(all.flatMap(({ alerts }) => alerts.map((alert) => [alertText(alert), alert])));
  const tied = thread({ ...composed, alerts: known });
  const changed = [
    ...accounts.map(({ account, alerts }) => ({ key: { account, id: WHOLE_ACCOUNT }, alerts })),
    ...judgements
      .filter(({ alertsChanged }) => alertsChanged)
      .map(({ watch: { account, id }, alerts }) => ({ key: { account, id }, alerts })),
  ];
  const isUnheard = unheardOf(unseen);
  const withdrawn = new Set(endedAlerts.map(alertText));
  for (const { key, alerts } of changed)
    threads.set(
      keyText(key),
      alerts.map((alert) => {
        const now = tied.alerts.get(alertText(alert)) ?? alert;
        return withdrawn.has(alertText(alert)) && isUnheard(alert) ? withoutTelling(now) : now;
      }),
    );
  return {
    watches: judgements.filter(({ watchChanged }) => watchChanged).map(({ watch }) => watch),
    alerts: changed.map(({ key, alerts }) => ({ key, alerts: threads.get(keyText(key)) ?? alerts })),
    history: judgements.flatMap(({ history }) => history),
    replaced: composed.replaced,
    mails: tied.mails,
    liftedSilences: judgements.flatMap(({ silence, watch }) =>
      silence.lifted ? (memory.remembered(watch).silence ?? []) : [],
    ),
    adoptedSilences: judgements.flatMap(({ silence }) => silence.adopted ?? []),
    marks,
    atMs: nowMs,
  };
}

/** Unreadable certificates of one account with one cause are one notice, and so is an account that goes missing as a whole. */
function groupedIn({ tally }: Batch): (notice: Notice) => boolean {
  return ({ kind, change, alerts }) =>
    kind === 'unreadable' ||
    (kind === 'missing' && change === 'first' && alerts.every(({ account }) => tally.allMissing(account)));
}
