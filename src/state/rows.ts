// The rows of the state as they come out of it, and what is made of one cell. Pure.
import { MonitorError } from '../shared/errors.ts';

export type Cell = string | number | null;

/** One row by column name. */
export type Row = Readonly<Record<string, Cell>>;

export function numberOf(cell: Cell | undefined): number | null {
  return cell == null ? null : Number(cell);
}

/** What this program wrote; anything else means that the file is damaged. */
export function parse<Written>(cell: Cell | undefined): Written {
  try {
    return JSON.parse(String(cell)) as Written;
  } catch (error) {
    throw new MonitorError(
      'STATE_DAMAGED',
      'Cannot read the state: a row in it is damaged. Restore the file from a backup, or start anew by moving it away: then everything that holds now is told once more',
      { cause: error },
    );
  }
}
