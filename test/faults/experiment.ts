// What an experiment is, and what comes of one. Types only.
import type { Random } from '../support/random.ts';

export interface Experiment {
  readonly name: string;
  /** What is counted as one round. */
  readonly unit: string;
  /** How many by default, and with `--full`. */
  readonly rounds: { readonly short: number; readonly full: number };
  run(trial: Trial): Promise<Result>;
}

export interface Trial {
  readonly rounds: number;
  /** All chance comes from here, so that a seed makes the same run again. */
  readonly random: Random;
  readonly note: (text: string) => void;
}

export interface Result {
  readonly rounds: number;
  /** Notices that nobody was told of. */
  readonly lost: number;
  /** Notices told again under another Message-ID, and whatever else was done twice. */
  readonly doubled: number;
  /** Planted secrets found where none may be, and bytes sent to strangers. */
  readonly leaked: number;
  /** The slowest of what the experiment waits for; null where it waits for nothing. */
  readonly worstMs: number | null;
  /** Every other expectation that did not hold, in words. */
  readonly faults: readonly string[];
  /** Figures worth telling. */
  readonly facts: string;
}

/** Begins a result; what an experiment finds is added to it. */
export interface Ledger {
  rounds: number;
  lost: number;
  doubled: number;
  leaked: number;
  worstMs: number | null;
  faults: string[];
  facts: string;
}
