// Puts the findings into words: Markdown, which a terminal can show as well. Pure.
import type { Machine } from './machine.ts';
import { type Section, targetText, verdictOf, withUnit } from './section.ts';

/** One section: how it was measured, the table, and each target with what came of it. */
export function sectionText({ title, how, head, rows, figures }: Section): string {
  const targets = figures.map((figure) => [
    figure.what,
    figure.value === null ? `– (${figure.why})` : withUnit(figure.value, figure.unit),
    targetText(figure),
    verdictOf(figure),
  ]);
  return [
    `## ${title}`,
    '',
    how,
    '',
    table(head, rows),
    '',
    table(['figure', 'value', 'target', 'verdict'], targets),
    '',
  ].join('\n');
}

export interface Run {
  readonly rounds: number;
  readonly quick: boolean;
  readonly atMs: number;
  readonly machine: Machine;
}

/** What stands before the sections: what the figures are good for, and where they were taken. */
export function openingText({ rounds, quick, atMs, machine }: Run): string {
  const facts = Object.entries(machine).map(([name, value]) => [name, value]);
  return [
    '# What it costs',
    '',
    'Made by `npm run bench -- --write`; run it to see your own figures. Every variant is a process of its own, all of them take',
    'turns round by round, and what is shown is the median of the rounds. Ratios and CPU seconds hold from one machine to the',
    'next, times do not: so nothing fails where a target is missed, it says `missed`. Everything runs on loopback.',
    '',
    table(
      ['', ''],
      [
        ...facts,
        ['rounds', `${rounds}${quick ? ', quick' : ''}`],
        ['on', new Date(atMs).toISOString().slice(0, 10)],
      ],
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
