// Counts what one check met with, by account. Pure.
import type { Watch } from './certificates/watch.ts';

export interface CheckTotals {
  readonly read: number;
  /** Reads without an answer about the certificate (a missing one is an answer). */
  readonly failed: number;
  readonly notices: number;
  readonly mails: number;
  /** Accounts that answered nothing about any certificate. */
  readonly silentAccounts: readonly string[];
}

/** complete: every read had its answer; failed: none had; partial: anything else. */
export type CheckResult = 'complete' | 'partial' | 'failed';

export interface Tally {
  count(watch: Watch): void;
  told(sum: { readonly mails: number; readonly notices: number }): void;
  /** Whether every certificate of the account that was read in this check is missing, and there are several. */
  allMissing(account: string): boolean;
  result(unread: number): CheckResult;
  totals(): CheckTotals;
}

/** `unlisted`: accounts that are to be discovered and could not be listed. */
export function createTally(
  accountNames: readonly string[],
  unlisted: ReadonlySet<string> = new Set(),
): Tally {
  const accounts = new Map(accountNames.map((name) => [name, { read: 0, failed: 0, missing: 0, silent: 0 }]));
  const sums = { mails: 0, notices: 0 };
  const sum = (field: 'read' | 'failed') =>
    [...accounts.values()].reduce((total, account) => total + account[field], 0);
  return {
    count(watch) {
      const account = accounts.get(watch.account);
      if (account === undefined) return;
      account.read += 1;
      if (watch.failure?.reason === 'missing') account.missing += 1;
      else if (watch.failure !== null) {
        account.failed += 1;
        // A certificate without its date is an answer, though none to go by.
        if (watch.failure.reason !== 'malformed' || watch.certificate?.notAfterFault == null)
          account.silent += 1;
      }
    },
    told({ mails, notices }) {
      sums.mails += mails;
      sums.notices += notices;
    },
    allMissing(name) {
      const account = accounts.get(name);
      return account !== undefined && account.missing > 1 && account.missing === account.read;
    },
    result(unread) {
      const failed = sum('failed') + unlisted.size;
      if (failed === 0) return unread === 0 ? 'complete' : 'partial';
      return failed === sum('read') + unlisted.size ? 'failed' : 'partial';
    },
    totals: () => ({
      read: sum('read'),
      failed: sum('failed'),
      ...sums,
      silentAccounts: [...accounts]
        .filter(([name, { read, silent }]) => (read === 0 ? unlisted.has(name) : silent === read))
        .map(([name]) => name),
    }),
  };
}
