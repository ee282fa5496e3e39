// What every part of the benchmark is given, and how variants take turns.
import type { Figures, Programs } from '../support/processes.ts';
import type { Section } from '../support/section.ts';
import { median, ratio, spread } from '../support/statistics.ts';

export interface Bench extends Programs {
  /** The project's folder. */
  readonly root: string;
  /** A folder on disk for configurations and states; it is removed at the end. */
  readonly workspace: string;
  readonly quick: boolean;
  readonly rounds: number;
  /** Says how far it is. */
  readonly note: (text: string) => void;
}

export type Part = (bench: Bench) => Promise<Section>;

/** The figures of one variant, a set for each round. */
export interface Measured {
  values(figure: string): readonly number[];
  median(figure: string): number;
  /** As a table shows it: the spread in per cent. */
  spread(figure: string): string;
}

/** Runs the variants round by round, one after the other in each, so that what disturbs the machine disturbs all. */
export async function inTurns<Name extends string>(
  { rounds, note }: Pick<Bench, 'rounds' | 'note'>,
  variants: Readonly<Record<Name, () => Promise<Figures>>>,
): Promise<(name: Name) => Measured> {
  const taken = new Map<string, Figures[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of Object.entries<() => Promise<Figures>>(variants)) {
      note(`round ${round} of ${rounds}: ${name}`);
      taken.set(name, [...(taken.get(name) ?? []), await run()]);
    }
  }
  return (name) => measuredOf(taken.get(name) ?? []);
}

/** How many times as much the first takes as the second. */
export function timesAsMuch(ours: Measured, theirs: Measured, figure: string): number {
  return ratio(ours.values(figure), theirs.values(figure));
}

export function measuredOf(sets: readonly Figures[]): Measured {
  const values = (figure: string): readonly number[] => sets.map((set) => set[figure] ?? Number.NaN);
  return {
    values,
    median: (figure) => median(values(figure)),
    spread: (figure) => `± ${Math.round(spread(values(figure)) * 100)} %`,
  };
}
