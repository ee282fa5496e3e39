// Empties the outbox: one mail at a time, each until it is delivered, replaced or refused for good.
import { createGate } from '../shared/gate.ts';
import { type Clock, SECOND_MS } from '../shared/time.ts';
import type { DeliveryOutcome, Mail, Mailer } from './alert.ts';
import { backoffMs, serverRestMs } from './backoff.ts';
import { inTurn } from './turns.ts';

/** What delivery needs of the state; its promises resolve once the change is on disk. */
export interface Outbox {
  waiting(): Promise<readonly Waiting[]>;
  /** Notes that these may reach the server from now on; resolves with those that still wait. */
  expose(messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Notes that these were not tried after all. */
  unexpose(messageIds: readonly string[]): Promise<void>;
  defer(attempt: {
    readonly messageId: string;
    readonly exposed: boolean;
    readonly nextAttemptMs: number;
    readonly response: string;
  }): Promise<void>;
  sent(delivery: {
    readonly messageId: string;
    readonly atMs: number;
    readonly response: string;
  }): Promise<void>;
  park(refusal: {
    readonly messageId: string;
    readonly atMs: number;
    readonly response: string;
  }): Promise<void>;
}

interface Waiting {
  readonly mail: Mail;
  readonly exposed: boolean;
  readonly attempts: number;
}

export interface DeliveryObserver {
  outcome(mail: Mail, outcome: DeliveryOutcome, retryInMs: number | null): void;
  /** An answer is on disk. */
  written(): void;
  /** The answer is known, but could not be written down. */
  writeFailed(error: unknown): void;
}

export interface Delivery {
  /** There may be something to send now. */
  wake(): void;
  /** Forgets how long the server is to be left alone: after a reload, which may have mended it. */
  tryAgain(): void;
  /** Whether a new mail is tried at once; false while the mail server is left alone after a failure. */
  immediate(): boolean;
  /** Runs until the signal, from before the first commit of this process on: takes no new mail after it, and gives the one under way `graceMs` to end. */
  run(signal: AbortSignal): Promise<void>;
}

/** A state that cannot be written is tried again this soon. */
const WRITE_RETRY_MS = 5 * SECOND_MS;

export function createDelivery({
  outbox,
  mailer,
  clock,
  observer,
  random = Math.random,
  graceMs = 10 * SECOND_MS,
}: {
  outbox: Outbox;
  mailer: Mailer;
  clock: Clock;
  observer: DeliveryObserver;
  random?: () => number;
  graceMs?: number;
}): Delivery {
  let woken = createGate();
  let serverFailures = 0;
  let serverFreeAtMs = Number.NEGATIVE_INFINITY; // on the monotonic clock: wall clocks step
  /** Mails of which a copy may be with the server: tried by a process that was killed, or left without an answer. */
  const uncertain = new Set<string>();
  let inherited = false;
  const tried = new Set<string>();
  /** Answers that are known but not on disk: written before anything else is sent. */
  const unwritten: (() => Promise<void>)[] = [];
  /** When a mail may be tried again, on the monotonic clock; a new process tries each at once. */
  const restUntilMs = new Map<string, number>();

  function immediate(): boolean {
    return clock.monotonicMs() >= serverFreeAtMs;
  }

  /** Sends all that is due. Resolves with how long to wait, or null to wait for a wake. */
  async function round(signal: AbortSignal): Promise<number | null> {
    if (!(await writeDown(unwritten))) return WRITE_RETRY_MS;
    const waiting = await outbox.waiting();
    if (!inherited) inherit(waiting);
    forgetDeparted(waiting);
    const order = inTurn(waiting);
    for (const row of order) {
      if (signal.aborted) return null;
      if (!immediate()) {
        await putBack(order);
        break;
      }
      if (restOf(row) > 0) continue;
      await attempt(row, signal);
      if (unwritten.length > 0 && !(await writeDown(unwritten))) return WRITE_RETRY_MS;
    }
    return untilNext(await outbox.waiting());
  }

  /** What an earlier process noted as tried may be with the server already. */
  function inherit(waiting: readonly Waiting[]): void {
    for (const row of waiting) if (row.exposed) uncertain.add(row.mail.messageId);
    inherited = true;
  }

  /** A state that cannot be read or written holds delivery up; it does not end it. */
  async function roundOrRest(signal: AbortSignal): Promise<number | null> {
    try {
      return await round(signal);
    } catch (error) {
      observer.writeFailed(error);
      return WRITE_RETRY_MS;
    }
  }

  /** What was not tried because the server failed before its turn may be put together with what is new. */
  async function putBack(waiting: readonly Waiting[]): Promise<void> {
    const untried = waiting.filter(
      (row) => row.exposed && !tried.has(row.mail.messageId) && !uncertain.has(row.mail.messageId),
    );
    if (untried.length > 0) await outbox.unexpose(untried.map((row) => row.mail.messageId));
  }

  function restOf({ mail }: Waiting): number {
    return Math.max(0, (restUntilMs.get(mail.messageId) ?? Number.NEGATIVE_INFINITY) - clock.monotonicMs());
  }

  async function attempt(row: Waiting, signal: AbortSignal): Promise<void> {
    const { messageId } = row.mail;
    if (!row.exposed) {
      const there = await outbox.expose([messageId]);
      // A stop that came meanwhile: nothing would end the attempt any more.
      if (!there.has(messageId) || signal.aborted) return;
    }
    tried.add(messageId);
    const outcome = await sendWithGrace(row.mail, signal);
    const retryInMs = retryIn(outcome, row);
    if (outcome.outcome === 'ambiguous') uncertain.add(messageId);
    observer.outcome(row.mail, outcome, retryInMs);
    unwritten.push(() => note(row.mail, outcome, retryInMs));
  }

  async function sendWithGrace(mail: Mail, signal: AbortSignal): Promise<DeliveryOutcome> {
    const cut = new AbortController();
    let grace: NodeJS.Timeout | undefined;
    const startGrace = () => {
      grace = setTimeout(() => cut.abort(), graceMs);
    };
    signal.addEventListener('abort', startGrace, { once: true });
    try {
      return await mailer.send(mail, cut.signal);
    } finally {
      signal.removeEventListener('abort', startGrace);
      clearTimeout(grace);
    }
  }

  /** How long until the mail is tried again; null where it never is. Keeps the server's and the mail's own rest. */
  function retryIn(outcome: DeliveryOutcome, { mail, attempts }: Waiting): number | null {
    if (outcome.outcome === 'sent' || outcome.scope === 'recipient') serverFailures = 0;
    if (outcome.outcome === 'sent') return null;
    if (outcome.scope === 'recipient') {
      if (outcome.outcome === 'refused') return null;
      const restMs = backoffMs(attempts + 1, random());
      restUntilMs.set(mail.messageId, clock.monotonicMs() + restMs);
      return restMs;
    }
    serverFailures += 1;
    const restMs = serverRestMs(outcome.outcome, serverFailures, random());
    serverFreeAtMs = clock.monotonicMs() + restMs;
    restUntilMs.set(mail.messageId, serverFreeAtMs);
    return restMs;
  }

  async function note(mail: Mail, outcome: DeliveryOutcome, retryInMs: number | null): Promise<void> {
    const { messageId } = mail;
    const { response } = outcome;
    const atMs = clock.wallMs();
    if (outcome.outcome === 'sent') await outbox.sent({ messageId, atMs, response });
    else if (retryInMs === null) await outbox.park({ messageId, atMs, response });
    else
      await outbox.defer({
        messageId,
        exposed: uncertain.has(messageId),
        nextAttemptMs: atMs + retryInMs,
        response,
      });
  }

  /** Writes what is not on disk yet, in order; false where the state refuses. */
  async function writeDown(writes: (() => Promise<void>)[]): Promise<boolean> {
    for (let [write] = writes; write !== undefined; [write] = writes) {
      try {
        await write();
        writes.shift();
        observer.written();
      } catch (error) {
        observer.writeFailed(error);
        return false;
      }
    }
    return true;
  }

  function forgetDeparted(waiting: readonly Waiting[]): void {
    const there = new Set(waiting.map((row) => row.mail.messageId));
    for (const known of [tried, uncertain]) for (const id of known) if (!there.has(id)) known.delete(id);
    for (const id of restUntilMs.keys()) if (!there.has(id)) restUntilMs.delete(id);
  }

  function untilNext(waiting: readonly Waiting[]): number | null {
    if (waiting.length === 0) return null;
    const serverMs = serverFreeAtMs - clock.monotonicMs();
    return Math.max(serverMs, Math.min(...waiting.map(restOf)), 0);
  }

  return {
    wake: () => woken.open(),
    tryAgain() {
      serverFreeAtMs = Number.NEGATIVE_INFINITY;
      restUntilMs.clear();
      woken.open();
    },
    immediate,
    async run(signal) {
      signal.addEventListener('abort', () => woken.open(), { once: true });
      await outbox.waiting().then(inherit, observer.writeFailed);
      while (!signal.aborted) {
        const waitMs = await roundOrRest(signal);
        if (signal.aborted) break;
        await woken.passed(waitMs);
        woken = woken.isOpen() ? createGate() : woken;
      }
      await writeDown(unwritten);
    },
  };
}
