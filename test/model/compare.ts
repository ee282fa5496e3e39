// Runs one history through the program and through the model, and says where they part. Pure.
import type { Change, Mail } from '../../src/alerts/alert.ts';
import { composeMails } from '../../src/alerts/compose.ts';
import { judge, type Remembered } from '../../src/alerts/judge.ts';
import type { Silence } from '../../src/alerts/silence.ts';
import { isLive } from '../../src/certificates/certificate.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { ACCOUNT, certificate, configured, ID, readFailed } from '../support/factories.ts';
import { type History, historyText, type Step } from './history.ts';
import { check, type Seen, start } from './model.ts';

export interface Mismatch {
  readonly atStep: number;
  readonly program: readonly string[];
  readonly model: readonly string[];
}

/** The first check after which the two tell different things; null where there is none. */
export function mismatchOf(history: History): Mismatch | null {
  const model = start(history.steps[0]?.atMs ?? 0);
  const program = createProgram(history);
  for (const [atStep, step] of history.steps.entries()) {
    if (step.silenceUntilMs !== null)
      model.silence =
        step.silenceUntilMs === 0
          ? null
          : { until: step.silenceUntilMs, status: model.status, notAfter: model.notAfter };
    const words = check(model, step.seen, step.rules, step.atMs);
    const readers = [...new Set([...history.to, ...history.recipients])].sort();
    const expected = words.length === 0 ? [] : readers.map((reader) => `${reader}: ${words.join(', ')}`);
    const told = program.check(step);
    if (told.join('\n') !== expected.join('\n')) return { atStep, program: told, model: expected };
  }
  return null;
}

/** The shortest history found that still shows a mismatch: steps are left out for as long as one does. */
export function shrunk(history: History): History {
  for (let size = history.steps.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < history.steps.length; from += size) {
      const steps = history.steps.filter((_step, index) => index < from || index >= from + size);
      const smaller = { ...history, steps };
      if (steps.length > 0 && mismatchOf(smaller) !== null) return shrunk(smaller);
    }
  }
  return history;
}

/** A mismatch for people; the history is made as short as it goes. */
export function mismatchText(seed: number, history: History): string {
  const small = shrunk(history);
  const { atStep = 0, program = [], model = [] } = mismatchOf(small) ?? {};
  const lines = (told: readonly string[]) => told.join('\n             ') || 'nothing';
  return `Seed ${seed}\n${historyText({ ...small, steps: small.steps.slice(0, atStep + 1) })}\n  program:   ${lines(program)}\n  model:     ${lines(model)}`;
}

/** The program's own path from a reading to mails, with its state going through JSON at each restart. */
function createProgram({ to, recipients }: History): {
  check(step: Step): readonly string[];
} {
  let remembered: Remembered = { watch: null, alerts: [], silence: null };
  return {
    check({ atMs, seen, rules, restart, silenceUntilMs }) {
      if (silenceUntilMs !== null)
        remembered = { ...remembered, silence: silenceOf(silenceUntilMs, atMs, remembered) };
      const { watch, alerts, addressed, endedAlerts, silence } = judge({
        configured: configured({
          recipients,
          thresholds: {
            warning: { kind: 'duration', ms: rules.warning },
            critical: { kind: 'duration', ms: rules.critical },
            pendingMs: rules.pending,
            unreadableMs: rules.unreadable,
            stuckMs: 0,
            overdueMs: 0,
            deployMs: 0,
          },
        }),
        reading: readingOf(seen),
        remembered,
        policy: {
          kinds: rules.kinds,
          ladderMs: rules.ladder,
          remindersMs: rules.reminders,
          resolved: rules.resolved,
        },
        to,
        nowMs: atMs,
      });
      const kept = silence.lifted ? null : (silence.adopted ?? remembered.silence);
      remembered = { watch, alerts, silence: kept };
      if (restart) remembered = JSON.parse(JSON.stringify(remembered));
      const { mails } = composeMails({
        addressed,
        endedAlerts,
        waiting: [],
        grouped: () => false,
        domain: 'example.com',
        nowMs: atMs,
      });
      return mails.map(mailText).sort();
    },
  };
}

function silenceOf(untilMs: number, createdAtMs: number, { watch }: Remembered): Silence | null {
  if (untilMs === 0) return null;
  const known = watch?.certificate ?? null;
  const baseline = known === null ? null : { status: known.status, notAfterMs: known.notAfterMs };
  return { account: ACCOUNT, id: ID, untilMs, reason: null, createdAtMs, baseline };
}

function readingOf(seen: Seen): Reading {
  if ('failure' in seen) return readFailed(seen.failure);
  const { status, notAfter } = seen;
  const facts = certificate({
    status,
    notAfterMs: notAfter,
    notBeforeMs: null,
    issuedAtMs: null,
    fingerprint: null,
  });
  return {
    ok: true,
    certificate: { ...facts, notAfterFault: notAfter === null && isLive(facts) ? 'is empty' : null },
  };
}

const SPOKEN: Readonly<Record<Change, boolean>> = {
  first: false,
  rung: true,
  reminder: true,
  resolved: false,
};

function mailText({ recipient, content }: Mail): string {
  if (content.type !== 'notices')
    throw new Error(`Cannot compare a mail of type ${content.type}: it must be notices`);
  const words = content.notices.map(({ change, kind, flapping, rungMs, reminderMs }) => {
    const spanMs = rungMs ?? reminderMs;
    const span = SPOKEN[change] && spanMs !== null ? ` ${spanMs / DAY_MS}d` : '';
    return `${change}${span} ${kind}${flapping ? ' flapping' : ''}`;
  });
  return `${recipient}: ${words.sort().join(', ')}`;
}
