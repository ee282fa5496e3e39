// A hundred thousand certificates come and go: `npm run soak -- [--ids 100000]`.
import { numbersOf } from '../support/numbers.ts';
import type { Simulation } from '../support/simulation.ts';
import { growthOf, type Sample } from './gauge.ts';
import { PER_ROUND, soak } from './soak.ts';

/** How many lines the table has. */
const SHOWN = 10;

/** Resolves with the exit code: 0 where everything that must be flat is. */
export async function run({ args, say, note }: Simulation): Promise<number> {
  const ids = numbersOf(args, { ids: 100_000 })('ids');
  const rounds = Math.max(9, Math.ceil(ids / PER_ROUND));
  const { samples, mails, days, stateMib } = await soak({ rounds, note });
  const [first] = samples;
  const every = Math.max(1, Math.floor(samples.length / SHOWN));
  say(
    `${samples.at(-1)?.ids} certificates in ${rounds} reloads over ${days.toFixed(0)} simulated days, ${2 * PER_ROUND} at a time; ${mails} mails; the state has ${stateMib.toFixed(0)} MiB\n`,
  );
  say(tableOf(samples.filter((_, n) => n === 0 || (n + 1) % every === 0)));
  const faults = growthOf(samples, first?.certificateSeries ?? 0);
  for (const fault of faults) say(`\nNOT FLAT: ${fault}`);
  if (faults.length === 0) say('\nFlat: memory after collection, descriptors, timers, series');
  return faults.length === 0 ? 0 : 1;
}

function tableOf(samples: readonly Sample[]): string {
  const head = [
    'certificates so far',
    'heap, MiB',
    'resident, MiB',
    'descriptors',
    'timers',
    'series of certificates',
    'series of the monitor',
    'reload and check, ms',
    'loop blocked, ms',
  ];
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  const rows = samples.map((one) => [
    one.ids,
    one.heapMib.toFixed(1),
    one.residentMib.toFixed(0),
    one.descriptors ?? '-',
    one.timers,
    one.certificateSeries,
    one.ownSeries,
    one.roundMs.toFixed(0),
    one.blockedMs.toFixed(0),
  ]);
  return [line(head), line(head.map(() => '---:')), ...rows.map(line)].join('\n');
}
