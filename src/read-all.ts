// Reads many certificates: accounts side by side, each with its own number of reads at once.
import type { CertificateKey } from './certificates/certificate.ts';
import type { ReadFailure, Reading } from './certificates/reading.ts';
import type { AccountReader } from './huawei/account.ts';
import { groupBy } from './shared/collections.ts';
import { codeOf } from './shared/errors.ts';

/** An account's reader and how many reads it may have under way. */
export interface Lane {
  readonly reader: AccountReader;
  readonly concurrency: number;
}

/** Forgets what held for the check before: to be called once, before anything of the next one is asked. */
export function beginCheck(lanes: ReadonlyMap<string, Lane>): void {
  for (const { reader } of lanes.values()) reader.beginCheck();
}

/** A fault of ours about one certificate, or one account, is a failure of that one: it does not hide the others. */
export function unexpectedFailure(verb: 'read' | 'list', error: unknown): ReadFailure {
  const name = error instanceof Error ? error.name : 'something that is no error';
  const what = verb === 'read' ? 'the certificate' : 'the certificates of the account';
  const message = `Cannot ${verb} ${what}: an unexpected ${name} in this program; report it`;
  return { reason: 'malformed', message, requestId: null };
}

/**
 * Reads every key in the order given, per account. Calls `onReading` once for each, as it comes; resolves when
 * all have come, or soon after the signal, with how many were left unread. Failures of the cloud are readings.
 */
export async function readAll<Key extends CertificateKey>({
  keys,
  lanes,
  onReading,
  signal,
}: {
  keys: readonly Key[];
  lanes: ReadonlyMap<string, Lane>;
  onReading: (key: Key, reading: Reading) => void;
  signal: AbortSignal;
}): Promise<{ readonly unread: number }> {
  const queues = groupBy(keys, (key) => key.account);
  let unread = keys.length;
  const workers: Promise<void>[] = [];
  for (const [account, queue] of queues) {
    const lane = lanes.get(account);
    if (lane === undefined) continue;
    const next = queue.values();
    for (let n = 0; n < lane.concurrency; n += 1) workers.push(work(next, lane.reader));
  }
  await Promise.all(workers);
  return { unread };

  async function work(queue: Iterator<Key>, reader: AccountReader): Promise<void> {
    for (let { value, done } = queue.next(); !done && !signal.aborted; { value, done } = queue.next()) {
      const key: Key = value;
      let reading: Reading;
      try {
        reading = await reader.read(key.id, signal);
      } catch (error) {
        if (codeOf(error) === 'ABORTED') return;
        reading = { ok: false, failure: unexpectedFailure('read', error) };
      }
      unread -= 1;
      onReading(key, reading);
    }
  }
}
