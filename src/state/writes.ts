// Writes one commit's rows, in slices that let other work through; the caller holds the transaction.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Mail } from '../alerts/alert.ts';
import type { CertificateKey } from '../certificates/certificate.ts';
import type { Discovery } from '../certificates/discovery.ts';
import type { Commit } from './store.ts';

/** Rows between two turns of the event loop: a millisecond or two. */
const SLICE = 50;

type Cell = string | number | null;

export async function writeCommit({
  run,
  commit,
  expose,
}: {
  run: (sql: string, ...values: readonly Cell[]) => number;
  commit: Commit;
  expose: boolean;
}): Promise<void> {
  await sliced(commit.watches, (watch) => {
    run(
      'INSERT OR REPLACE INTO certificates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      watch.account,
      watch.id,
      watch.watchedSinceMs,
      watch.certificate === null ? null : JSON.stringify(watch.certificate),
      watch.standing,
      watch.standingSinceMs,
      watch.up ? 1 : 0,
      watch.lastSuccessMs,
      watch.failure === null ? null : JSON.stringify(watch.failure),
      watch.failingSinceMs,
      watch.missingSinceMs,
    );
  });
  await sliced(commit.alerts, ({ key, alerts }) => {
    run('DELETE FROM alerts WHERE account = ? AND id = ?', key.account, key.id);
    for (const alert of alerts) {
      run(
        'INSERT INTO alerts VALUES (?, ?, ?, ?, ?)',
        alert.account,
        alert.id,
        alert.kind,
        alert.epochMs,
        JSON.stringify(alert),
      );
    }
  });
  await sliced(commit.history, (entry) => {
    run(
      'INSERT INTO history VALUES (?, ?, ?, ?, ?)',
      entry.account,
      entry.id,
      entry.atMs,
      entry.event,
      entry.text,
    );
  });
  await sliced(commit.mails, (mail) => {
    run(
      "INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, 'waiting', ?, 0, 0, NULL)",
      mail.messageId,
      mail.waitingSinceMs ?? mail.createdAtMs,
      JSON.stringify(mail),
      expose ? 1 : 0,
    );
  });
  await sliced(commit.mails.flatMap(subjectsOf), (subject) => {
    run('INSERT OR IGNORE INTO mail_subjects VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...subject);
  });
  // Only the silence that was judged: another process may have set a new one while the check ran.
  const judged = "account = ? AND id = ? AND silence ->> 'createdAtMs' = ?";
  for (const { account, id, createdAtMs } of commit.liftedSilences)
    run(`DELETE FROM silences WHERE ${judged}`, account, id, createdAtMs);
  for (const silence of commit.adoptedSilences) {
    const { account, id, createdAtMs } = silence;
    run(`UPDATE silences SET silence = ? WHERE ${judged}`, JSON.stringify(silence), account, id, createdAtMs);
  }
  for (const [name, value] of Object.entries(commit.marks)) {
    if (value === null) run('DELETE FROM marks WHERE name = ?', name);
    else run('INSERT OR REPLACE INTO marks VALUES (?, ?)', name, String(value));
  }
}

/** What was found in the accounts, in slices; the caller holds the transaction. */
export async function writeDiscoveries(
  run: (sql: string, ...values: readonly Cell[]) => number,
  { changed, gone }: { readonly changed: readonly Discovery[]; readonly gone: readonly CertificateKey[] },
): Promise<void> {
  await sliced(changed, ({ account, id, listed, unlistedSinceMs }) => {
    run(
      'INSERT OR REPLACE INTO discovered VALUES (?, ?, ?, ?)',
      account,
      id,
      JSON.stringify(listed),
      unlistedSinceMs,
    );
  });
  await sliced(gone, ({ account, id }) => {
    run('DELETE FROM discovered WHERE account = ? AND id = ?', account, id);
  });
}

/** A row for each certificate and notice that the mail tells of. */
function subjectsOf({ messageId, recipient, createdAtMs, content }: Mail): readonly (readonly Cell[])[] {
  if (content.type !== 'notices') return [];
  return content.notices.flatMap(({ kind, change, severity, alerts }) =>
    alerts.map(({ account, id }) => [account, id, createdAtMs, messageId, kind, change, recipient, severity]),
  );
}

async function sliced<Item>(items: readonly Item[], write: (item: Item) => void): Promise<void> {
  for (let start = 0; start < items.length; start += SLICE) {
    for (const item of items.slice(start, start + SLICE)) write(item);
    // After the last one, too: the next list begins, or the commit syncs, in a turn of its own.
    await nextTurn();
  }
}
