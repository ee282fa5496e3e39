// One certificate through many checks: what was read at each, and what was told of it. Restarts between any two.
import type { Alert } from '../../src/alerts/alert.ts';
import { type Policy, reconcile, type Telling } from '../../src/alerts/reconcile.ts';
import { evaluate } from '../../src/certificates/evaluate.ts';
import { isHushed, unsureOf, unsurePlaces } from '../../src/certificates/evaluate-renewal.ts';
import type { Finding } from '../../src/certificates/finding.ts';
import type { Reading } from '../../src/certificates/reading.ts';
import { ALONE, type Surroundings } from '../../src/certificates/rule.ts';
import type { Thresholds } from '../../src/certificates/thresholds.ts';
import { learn, type Watch } from '../../src/certificates/watch.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { ACCOUNT, ID, POLICY, THRESHOLDS } from './factories.ts';

export interface Step {
  readonly nowMs: number;
  readonly reading: Reading;
  readonly silenced?: boolean;
  readonly policy?: Policy;
  readonly thresholds?: Thresholds;
  /** What is known beside it. */
  readonly surroundings?: Surroundings;
}

export interface Told {
  readonly nowMs: number;
  readonly watch: Watch;
  readonly findings: readonly Finding[];
  readonly before: readonly Alert[];
  readonly alerts: readonly Alert[];
  readonly tellings: readonly Telling[];
  readonly silenced: boolean;
}

/** Runs the checks one after another; the state goes through JSON between them, as through a restart. */
export function tell(steps: readonly Step[]): readonly Told[] {
  const told: Told[] = [];
  let known: Watch | null = null;
  let before: readonly Alert[] = [];
  for (const step of steps) {
    const {
      nowMs,
      reading,
      silenced = false,
      policy = POLICY,
      thresholds = THRESHOLDS,
      surroundings = ALONE,
    } = step;
    const watch = learn({ key: { account: ACCOUNT, id: ID }, known, reading, nowMs });
    const findings = evaluate(watch, thresholds, nowMs, surroundings);
    const unsure = unsureOf(watch, thresholds, nowMs, surroundings);
    const { alerts, tellings } = reconcile({
      watch,
      findings,
      unsure,
      unsurePlaces: (kind) => unsurePlaces(kind, { watch, findings, surroundings }),
      isHushed: (alert) => isHushed(alert, surroundings),
      alerts: before,
      silenced,
      policy,
      nowMs,
    });
    told.push({ nowMs, watch, findings, before, alerts, tellings, silenced });
    known = structuredClone(watch);
    before = JSON.parse(JSON.stringify(alerts));
  }
  return told;
}

/** `first expiring 30d`, `rung expiring 7d`, `reminder expired 1d`, `resolved expired renewed`: what was told at each check. */
export function words(told: readonly Told[]): string[][] {
  return told.map(({ tellings }) => tellings.map(wordsOf).sort());
}

function wordsOf({ change, alert, rungMs, reminderMs }: Telling): string {
  const span = rungMs ?? reminderMs;
  const detail = change === 'resolved' ? alert.ended?.ending.how : span === null ? '' : `${span / DAY_MS}d`;
  return [change, alert.kind, detail, alert.flapping ? 'flapping' : ''].filter(Boolean).join(' ');
}
