// The campaign of faults: runs the experiments that were asked for, one after another, and says what came of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRandom } from '../support/random.ts';
import type { Simulation } from '../support/simulation.ts';
import type { Experiment, Result } from './experiment.ts';
import { EXPERIMENTS } from './experiments.ts';
import { type Options, parseOptions } from './options.ts';
import { type Finished, pageWith, tableText } from './report.ts';
import { createLedger, passed } from './support/ledger.ts';

const PAGE = 'docs/reliability.md';

/** Resolves with the exit code: 0, or 1 where an experiment failed. */
export async function run({ args, say, note }: Simulation): Promise<number> {
  const names = EXPERIMENTS.map(({ name }) => name);
  const options = parseOptions(args, names);
  const finished: Finished[] = [];
  for (const experiment of EXPERIMENTS) {
    if (!options.only.includes(experiment.name)) continue;
    const startedMs = performance.now();
    const result = await resultOf(experiment, options, note);
    const { name, unit } = experiment;
    finished.push({ name, unit, seed: options.seed, tookMs: performance.now() - startedMs, result });
    say(
      `${passed(result) ? 'ok' : 'FAILED'}: ${name}, ${result.rounds} ${unit}, seed ${options.seed}${factsOf(result)}`,
    );
    for (const fault of result.faults.slice(0, 20)) say(`  ${fault}`);
    if (options.write) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), finished, names));
  }
  say(`\n${tableText(finished)}\n`);
  const good = finished.filter(({ result }) => passed(result)).length;
  const skipped = EXPERIMENTS.length - finished.length;
  say(`${good} passed, ${finished.length - good} failed, ${skipped} skipped`);
  return good === finished.length ? 0 : 1;
}

function factsOf({ facts }: Result): string {
  return facts === '' ? '' : `: ${facts}`;
}

async function resultOf(
  { name, rounds, run: experiment }: Experiment,
  options: Options,
  note: (text: string) => void,
): Promise<Result> {
  try {
    return await experiment({
      rounds: options.rounds ?? (options.full ? rounds.full : rounds.short),
      random: createRandom(options.seed),
      note: (text) => note(`${name}: ${text}`),
    });
  } catch (error) {
    const ledger = createLedger();
    ledger.faults.push(
      `It ended early: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return ledger;
  }
}
