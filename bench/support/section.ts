// What one part of the benchmark found: a table, and the figures that have a target. Pure.

export type Unit = 'x' | 'ms' | 'MB' | 'KB' | 'syncs';

export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** A figure that has a target; `value` is null where it could not be measured, and `why` says so. */
export type Figure = { readonly what: string; readonly unit: Unit } & Target &
  ({ readonly value: number } | { readonly value: null; readonly why: string });

export interface Section {
  readonly title: string;
  /** What was measured, and how: one paragraph. */
  readonly how: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly figures: readonly Figure[];
}

export type Verdict = 'met' | 'missed' | 'not measured';

/** A figure that is not a number was not measured. */
export function verdictOf(figure: Figure): Verdict {
  const { value } = figure;
  if (value === null || Number.isNaN(value)) return 'not measured';
  const isMet = 'atMost' in figure ? value <= figure.atMost : value >= figure.atLeast;
  return isMet ? 'met' : 'missed';
}

export function targetText(figure: Figure): string {
  return 'atMost' in figure
    ? `at most ${withUnit(figure.atMost, figure.unit)}`
    : `at least ${withUnit(figure.atLeast, figure.unit)}`;
}

/** Three significant digits, and never an exponent. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.max(0, Math.min(4, 2 - digits)));
}

export function withUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 'x':
      return `${shown(value)}x`;
    case 'ms':
    case 'MB':
    case 'KB':
      return `${shown(value)} ${unit}`;
    case 'syncs':
      return shown(value);
  }
}
