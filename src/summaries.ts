// The regular summary on its schedule: made once per slot, through the same outbox as every mail.
import type { Summary } from './alerts/alert.ts';
import { summarise, summaryMails } from './alerts/summarise.ts';
import { mailDomain } from './check.ts';
import type { Config, EmailConfig } from './config/config.ts';
import type { Memory } from './memory.ts';
import { cronText, type Schedule, startSchedule } from './schedule.ts';
import { type Clock, MINUTE_MS } from './shared/time.ts';
import { EMPTY_COMMIT, type Marks, type Store } from './state/store.ts';

export interface SummaryParts {
  readonly config: () => Config;
  readonly store: Pick<Store, 'commit' | 'silences' | 'outboxCounts' | 'undelivered'>;
  readonly memory: Memory;
  /** The cloud's clock minus ours, of the accounts that have answered. */
  readonly clockSkews: () => NonNullable<Summary['clockSkews']>;
  readonly unmonitored: () => NonNullable<Summary['unmonitored']>;
  readonly clock: Clock;
  readonly immediate: () => boolean;
  readonly onCommitted: () => void;
  readonly onWriteFailed: (error: unknown) => void;
}

/** A summary that could not be written down is made again this soon. */
const RETRY_MS = MINUTE_MS;

/**
 * Starts the schedule of summaries; null where they are switched off. A slot missed by a restart, or one whose
 * summary could not be written down, is made up for, once.
 */
export function startSummaries(parts: SummaryParts): Schedule | null {
  const { config, memory, clock } = parts;
  const { email, schedule } = config();
  if (email?.summary == null) return null;
  const summaryCron = cronText({ cron: email.summary, timeZone: schedule.timeZone });
  const known = memory.marks.summaryCron === summaryCron ? memory.marks.nextSummaryMs : null;
  let madeSlotMs: number | null = null;
  let retry: NodeJS.Timeout | undefined;
  const summaries: Schedule = startSchedule({
    cron: email.summary,
    timeZone: schedule.timeZone,
    clock,
    knownNextSlotMs: known,
    first: 'at the next slot',
    // The slot to come is asked for when the run begins, which a late start makes before the schedule is returned.
    job: async (nextSlotMs) => {
      const now = config().email;
      if (now === null) return;
      clearTimeout(retry);
      const marks = { nextSummaryMs: nextSlotMs, summaryCron };
      const slotMs = memory.marks.nextSummaryMs ?? clock.wallMs();
      // After a clock was set back its slot comes again: there is nothing to tell anew.
      const isMade = slotMs === madeSlotMs;
      const written = await (isMade
        ? remember(parts, marks)
        : makeSummary(parts, { email: now, slotMs, marks }));
      if (written) madeSlotMs = slotMs;
      else retry = setTimeout(() => summaries.request(), RETRY_MS);
    },
    onSkipped: () => undefined,
  });
  if (known === null) void remember(parts, { nextSummaryMs: summaries.nextSlotMs(), summaryCron });
  return {
    ...summaries,
    async stop() {
      await summaries.stop();
      clearTimeout(retry);
    },
  };
}

/** False where it could not be written down. */
async function remember(
  { store, memory, clock, onWriteFailed }: SummaryParts,
  marks: Partial<Marks>,
): Promise<boolean> {
  try {
    await store.commit(() => ({ ...EMPTY_COMMIT, marks, atMs: clock.wallMs() }), { expose: false });
    memory.advance([], new Map(), marks);
    return true;
  } catch (error) {
    onWriteFailed(error);
    return false;
  }
}

/** False where it could not be written down. */
async function makeSummary(
  parts: SummaryParts,
  { email, slotMs, marks }: { email: EmailConfig; slotMs: number; marks: Partial<Marks> },
): Promise<boolean> {
  const { config, store, memory, clock } = parts;
  const nowMs = clock.wallMs();
  try {
    const summary = summarise({
      watched: memory.shown(),
      alerts: memory.activeAlerts(),
      silences: store.silences(),
      checks: memory.marks,
      outbox: { ...store.outboxCounts(), undelivered: store.undelivered() },
      clockSkews: parts.clockSkews(),
      unmonitored: parts.unmonitored(),
      nowMs,
    });
    const mails = summaryMails({ summary, recipients: email.to, slotMs, domain: mailDomain(config()) });
    await store.commit(
      (unseen) => ({
        ...EMPTY_COMMIT,
        mails,
        // Of two summaries only the newer one is worth reading.
        replaced: unseen
          .filter(({ mail }) => mail.content.type === 'summary')
          .map(({ mail }) => mail.messageId),
        marks,
        atMs: nowMs,
      }),
      { expose: parts.immediate() },
    );
    memory.advance([], new Map(), marks);
    parts.onCommitted();
    return true;
  } catch (error) {
    parts.onWriteFailed(error);
    return false;
  }
}
