// What an experiment writes down while it runs. Pure, but for its own contents.
import type { Ledger, Result } from '../experiment.ts';

export function createLedger(): Ledger {
  return { rounds: 0, lost: 0, doubled: 0, leaked: 0, worstMs: null, faults: [], facts: '' };
}

/** Notes how long something took. */
export function took(ledger: Ledger, ms: number): void {
  ledger.worstMs = Math.max(ledger.worstMs ?? 0, ms);
}

/** Notes a fault where the claim does not hold. */
export function claim(ledger: Ledger, holds: boolean, otherwise: string): void {
  if (!holds) ledger.faults.push(otherwise);
}

export function passed({ lost, doubled, leaked, faults }: Result): boolean {
  return lost === 0 && doubled === 0 && leaked === 0 && faults.length === 0;
}

/** Adds up the results of parts that ran side by side. */
export function sum(parts: readonly Ledger[]): Ledger {
  const all = createLedger();
  for (const part of parts) {
    all.rounds += part.rounds;
    all.lost += part.lost;
    all.doubled += part.doubled;
    all.leaked += part.leaked;
    if (part.worstMs !== null) took(all, part.worstMs);
    all.faults.push(...part.faults);
  }
  return all;
}
