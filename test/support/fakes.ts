// Stand-ins that one can read: a mail server, an account of the cloud, and folders and waits for tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DeliveryOutcome, Mail, Mailer } from '../../src/alerts/alert.ts';
import type { DeliveryObserver } from '../../src/alerts/deliver.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import type { AccountReader } from '../../src/huawei/account.ts';
import { MonitorError } from '../../src/shared/errors.ts';

/** Waits until the condition holds, a turn of the event loop at a time; fails by name after `withinMs`. */
export async function until(what: string, holds: () => boolean, withinMs = 5_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await nextTurn();
  }
}

/** Lets everything run that is due now: turns of the event loop, without a wait for the clock. */
export async function settle(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
}

/** The same object, with a word on how many of its promises are still open. */
export function countingOpen<Target extends object>(
  target: Target,
): { readonly counted: Target; open(): number } {
  let open = 0;
  const counted = new Proxy(target, {
    get(object, name, receiver) {
      const member: unknown = Reflect.get(object, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => {
        const result: unknown = Reflect.apply(member, object, args);
        if (!(result instanceof Promise)) return result;
        open += 1;
        return result.finally(() => {
          open -= 1;
        });
      };
    },
  });
  return { counted, open: () => open };
}

/** A folder of the test's own; `remove` takes it away with all that is in it. */
export function temporaryFolder(): { readonly path: string; file(name: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'ccm-test-'));
  return {
    path,
    file: (name) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export type Answer = DeliveryOutcome | 'hang';

export interface FakeMailer extends Mailer {
  /** Every attempt, in order, with how it ended. */
  readonly attempts: readonly {
    readonly mail: Mail;
    readonly outcome: DeliveryOutcome['outcome'] | 'hang';
  }[];
  /** Mails that a person has: those that were accepted, and those whose answer was lost. */
  readonly inbox: readonly Mail[];
}

/** A mail server that answers as `answer` says; one that hangs ends with the signal, without an answer. */
export function createFakeMailer(answer: (mail: Mail, attempt: number) => Answer): FakeMailer {
  const attempts: { mail: Mail; outcome: DeliveryOutcome['outcome'] | 'hang' }[] = [];
  const inbox: Mail[] = [];
  return {
    attempts,
    inbox,
    async send(mail, signal) {
      const outcome = answer(mail, attempts.length);
      attempts.push({ mail, outcome: outcome === 'hang' ? 'hang' : outcome.outcome });
      if (outcome === 'hang') {
        await aborted(signal);
        return { outcome: 'ambiguous', scope: 'server', response: 'no answer before the stop' };
      }
      if (outcome.outcome === 'sent' || outcome.outcome === 'ambiguous') inbox.push(mail);
      return outcome;
    },
  };
}

export const SENT: DeliveryOutcome = { outcome: 'sent', response: '250 2.0.0 accepted' };
export const DOWN: DeliveryOutcome = { outcome: 'deferred', scope: 'server', response: 'ECONNREFUSED' };
export const GREYLISTED: DeliveryOutcome = {
  outcome: 'deferred',
  scope: 'recipient',
  response: '450 4.2.0 later',
};
export const NO_SUCH_USER: DeliveryOutcome = {
  outcome: 'refused',
  scope: 'recipient',
  response: '550 5.1.1 unknown',
};
export const BAD_PASSWORD: DeliveryOutcome = {
  outcome: 'refused',
  scope: 'server',
  response: '535 5.7.8 wrong',
};
export const LOST_ANSWER: DeliveryOutcome = {
  outcome: 'ambiguous',
  scope: 'server',
  response: 'reset after the final dot',
};

export interface FakeObserver extends DeliveryObserver {
  readonly outcomes: readonly { readonly outcome: DeliveryOutcome; readonly retryInMs: number | null }[];
  readonly failures: readonly unknown[];
}

export function createFakeObserver(): FakeObserver {
  const outcomes: { outcome: DeliveryOutcome; retryInMs: number | null }[] = [];
  const failures: unknown[] = [];
  return {
    outcomes,
    failures,
    outcome: (_mail, outcome, retryInMs) => void outcomes.push({ outcome, retryInMs }),
    written: () => undefined,
    writeFailed: (error) => void failures.push(error),
  };
}

/** What an account has besides certificates that are read one by one: nothing. */
export const NOTHING_ELSE: Pick<AccountReader, 'list' | 'deployments'> = {
  list: async () => ({ ok: true, certificates: [], shortened: null }),
  deployments: async () => new Map(),
};

export interface FakeReader extends AccountReader {
  /** The ids in the order in which they were asked for. */
  readonly asked: readonly string[];
  checks(): number;
}

/** An account that answers as `answer` says; like the real one it rejects only when the signal ends it. */
export function createFakeReader(
  account: string,
  answer: (id: string, signal: AbortSignal) => Reading | Promise<Reading>,
): FakeReader {
  const asked: string[] = [];
  let checks = 0;
  return {
    ...NOTHING_ELSE,
    account,
    asked,
    checks: () => checks,
    beginCheck() {
      checks += 1;
    },
    async read(id, signal) {
      if (signal.aborted) throw new MonitorError('ABORTED', 'Cannot read: the check was stopped');
      asked.push(id);
      const stopped = aborted(signal).then(() => {
        throw new MonitorError('ABORTED', 'Cannot read: the check was stopped');
      });
      return Promise.race([Promise.resolve(answer(id, signal)), stopped]);
    },
    close: async () => undefined,
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
