// What a command may do to the world it runs in: print, read the environment, be told to stop.
import { columns } from '../shared/text.ts';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether progress on the error stream is seen by a person. */
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
}

/** Plugin convention of monitoring systems: the exit codes of `check`. */
export const EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

/** Pads the cells of each column to one width; the last column is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, columns(cell));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - columns(cell)),
      )
      .join('  '),
  );
  return `${lines.join('\n')}\n`;
}
