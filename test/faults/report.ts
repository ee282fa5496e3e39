// Puts results into words: the table at the end, and the table in docs/reliability.md. Pure.
import type { Result } from './experiment.ts';
import { passed } from './support/ledger.ts';

export interface Finished {
  readonly name: string;
  readonly unit: string;
  readonly seed: number;
  readonly tookMs: number;
  readonly result: Result;
}

const HEAD = [
  'experiment',
  'rounds',
  'lost',
  'doubled',
  'leaked',
  'worst time',
  'pass',
  'seed',
  'took',
  'figures',
];

export function tableText(finished: readonly Finished[]): string {
  return [line(HEAD), line(HEAD.map(() => '---')), ...finished.map(rowText)].join('\n');
}

export function rowText({ name, unit, seed, tookMs, result }: Finished): string {
  const { rounds, lost, doubled, leaked, worstMs, facts } = result;
  return line([
    name,
    `${rounds.toLocaleString('en')} ${unit}`,
    String(lost),
    String(doubled),
    String(leaked),
    worstMs === null ? '–' : durationText(worstMs),
    passed(result) ? 'yes' : 'NO',
    String(seed),
    durationText(tookMs),
    facts.replaceAll('|', '/'),
  ]);
}

const BEGIN = '<!-- faults: begin -->';
const END = '<!-- faults: end -->';

/** The page with these rows in place of older ones of the same name; the others stay. `order`: the experiments' own. */
export function pageWith(page: string, finished: readonly Finished[], order: readonly string[]): string {
  const [before = '', rest = ''] = page.split(BEGIN);
  const [table = '', after = ''] = rest.split(END);
  const rows = new Map(
    table
      .split('\n')
      .filter((text) => text.startsWith('| '))
      .slice(2)
      .map((text) => [nameIn(text), text]),
  );
  for (const one of finished) rows.set(one.name, rowText(one));
  const kept = order.map((name) => rows.get(name)).filter((row) => row !== undefined);
  return `${before}${BEGIN}\n${[line(HEAD), line(HEAD.map(() => '---')), ...kept].join('\n')}\n${END}${after}`;
}

function nameIn(row: string): string {
  return row.split('|')[1]?.trim() ?? '';
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}
