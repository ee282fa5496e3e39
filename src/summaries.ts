// The regular summary on its schedule: made once per slot, through the same outbox as every mail.
import type { Summary } from './alerts/alert.ts';
import { summarise, summaryMails } from './alerts/summarise.ts';
import { mailDomain } from './check.ts';
import type { Config, EmailConfig } from './config/config.ts';
import type { Memory } from './memory.ts';
import { type Schedule, startSchedule } from './schedule.ts';
import type { Clock } from './shared/time.ts';
import { EMPTY_COMMIT, type Marks, type Store } from './state/store.ts';

export interface SummaryParts {
  readonly config: () => Config;
  readonly store: Pick<Store, 'commit' | 'silences' | 'outboxCounts' | 'undelivered'>;
  readonly memory: Memory;
  /** The cloud's clock minus ours, of the accounts that have answered. */
  readonly clockSkews: () => NonNullable<Summary['clockSkews']>;
  readonly clock: Clock;
  readonly immediate: () => boolean;
  readonly onCommitted: () => void;
  readonly onWriteFailed: (error: unknown) => void;
}

/** Starts the schedule of summaries; null where they are switched off. A slot missed by a restart is made up for, once. */
export function startSummaries(parts: SummaryParts): Schedule | null {
  const { config, memory, clock } = parts;
  const { email, schedule } = config();
  if (email?.summary == null) return null;
  const summaryCron = `${email.summary} ${schedule.timeZone}`;
  const known = memory.marks.summaryCron === summaryCron ? memory.marks.nextSummaryMs : null;
  const summaries: Schedule = startSchedule({
    cron: email.summary,
    timeZone: schedule.timeZone,
    clock,
    knownNextSlotMs: known,
    first: 'at the next slot',
    // The slot to come is asked for when the run begins, which a late start makes before the schedule is returned.
    job: async (nextSlotMs) => {
      const now = config().email;
      if (now !== null) await makeSummary(parts, now, { nextSummaryMs: nextSlotMs, summaryCron });
    },
    onSkipped: () => undefined,
  });
  if (known === null) void remember(parts, { nextSummaryMs: summaries.nextSlotMs(), summaryCron });
  return summaries;
}

async function remember(
  { store, memory, clock, onWriteFailed }: SummaryParts,
  marks: Partial<Marks>,
): Promise<void> {
  try {
    await store.commit(() => ({ ...EMPTY_COMMIT, marks, atMs: clock.wallMs() }), { expose: false });
    memory.advance([], new Map(), marks);
  } catch (error) {
    onWriteFailed(error);
  }
}

async function makeSummary(parts: SummaryParts, email: EmailConfig, marks: Partial<Marks>): Promise<void> {
  const { config, store, memory, clock } = parts;
  const nowMs = clock.wallMs();
  const slotMs = memory.marks.nextSummaryMs ?? nowMs;
  try {
    const summary = summarise({
      watched: memory.shown(),
      alerts: memory.activeAlerts(),
      silences: store.silences(),
      checks: memory.marks,
      outbox: { ...store.outboxCounts(), undelivered: store.undelivered() },
      clockSkews: parts.clockSkews(),
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
  } catch (error) {
    parts.onWriteFailed(error);
  }
}
