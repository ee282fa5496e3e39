// A year in minutes: `npm run year -- [--seed 1] [--days 365] [--certificates 1000]`.
import { KINDS } from '../../src/certificates/finding.ts';
import { MINUTE_MS } from '../../src/shared/time.ts';
import { numbersOf } from '../support/numbers.ts';
import type { Simulation } from '../support/simulation.ts';
import { simulate, type YearReport } from './simulate.ts';

const SHOWN = 20;

/** Resolves with the exit code: 0 where every incident was told, and nothing else. */
export async function run({ args, say, note }: Simulation): Promise<number> {
  const number = numbersOf(args, { seed: 1, days: 365, certificates: 1000 });
  const [seed, days, certificates] = [number('seed'), number('days'), number('certificates')];
  const startedMs = performance.now();
  const report = await simulate({ seed, days, certificates, note });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  for (const text of report.faults.slice(0, SHOWN)) say(text);
  say(
    `Seed ${seed}: ${days} days, ${certificates} certificates at a time, ${report.certificates} ids in all, ${report.checks} checks, ${report.reads} reads, ${report.looks} looks, ${report.restarts} restarts; ${seconds} s\n`,
  );
  say(tableOf(report));
  const { mails, digests, copies, faults } = report;
  const [recall, wrong] = [recallOf(report), faults.filter((text) => !text.startsWith('MISSED')).length];
  say(
    `\nRecall ${recall}, false, stale or doubled ${wrong}; ${mails} mails, of which ${digests} digests and ${copies} copies under the same Message-ID after a lost answer`,
  );
  return faults.length === 0 ? 0 : 1;
}

function recallOf({ kinds }: YearReport): string {
  const sum = (of: 'told' | 'missed') => [...kinds.values()].reduce((total, count) => total + count[of], 0);
  const missed = sum('missed');
  return missed === 0 ? '1.0' : (sum('told') / (sum('told') + missed)).toFixed(6);
}

function tableOf({ kinds }: YearReport): string {
  const head = [
    'kind',
    'incidents',
    'told',
    'held back: flapping',
    'over before a mail could leave',
    'missed',
    'first',
    'rung',
    'reminder',
    'resolved',
    'notices per incident and recipient',
    'longest wait, outages of the mail server included',
  ];
  const rows = KINDS.map((kind) => {
    const count = kinds.get(kind);
    if (count === undefined) return [];
    const { incidents, told, flapping, over, missed, mails, slowestMs } = count;
    const owed = told + flapping + over + missed;
    const notices = mails.first + mails.rung + mails.reminder + mails.resolved;
    const each = owed === 0 ? '-' : (notices / owed).toFixed(2);
    const wait = `${Math.round(slowestMs / MINUTE_MS)} min`;
    return [
      kind,
      incidents,
      told,
      flapping,
      over,
      missed,
      mails.first,
      mails.rung,
      mails.reminder,
      mails.resolved,
      each,
      wait,
    ];
  });
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
