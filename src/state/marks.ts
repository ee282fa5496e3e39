// Where the schedules stand, as the state writes it down: a row for each mark. Pure.
import type { Row } from './rows.ts';
import type { Marks } from './store.ts';

/** What is not written there is not known. */
export function readMarks(marks: readonly Row[]): Marks {
  const byName = new Map(marks.map((row) => [row['name'], row['value']]));
  const number = (name: string) => (byName.has(name) ? Number(byName.get(name)) : null);
  const text = (name: string) => (byName.has(name) ? String(byName.get(name)) : null);
  return {
    lastCheckMs: number('lastCheckMs'),
    lastCompleteCheckMs: number('lastCompleteCheckMs'),
    nextCheckMs: number('nextCheckMs'),
    checkCron: text('checkCron'),
    nextSummaryMs: number('nextSummaryMs'),
    summaryCron: text('summaryCron'),
  };
}
