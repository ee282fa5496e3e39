// The long form of the comparison: `npm run model -- [--histories 1000000] [--seed 1]`.
import { numbersOf } from '../support/numbers.ts';
import type { Simulation } from '../support/simulation.ts';
import { mismatchOf, mismatchText } from './compare.ts';
import { historyOf } from './history.ts';

/** How many mismatches are shown in full. */
const SHOWN = 5;

/** Compares that many histories, the first one of this seed; resolves with the exit code. */
export async function run({ args, say, note }: Simulation): Promise<number> {
  const number = numbersOf(args, { histories: 1_000_000, seed: 1 });
  const [histories, seed] = [number('histories'), number('seed')];
  let mismatches = 0;
  let checks = 0;
  for (let index = 0; index < histories; index += 1) {
    const history = historyOf(seed + index);
    checks += history.steps.length;
    if (mismatchOf(history) !== null) {
      mismatches += 1;
      if (mismatches <= SHOWN) say(`${mismatchText(seed + index, history)}\n`);
    }
    if (index % 10_000 === 0) note(`${index} of ${histories} histories, ${mismatches} mismatches`);
  }
  say(`| histories | checks | first seed | mismatches |\n| ---: | ---: | ---: | ---: |`);
  say(`| ${histories} | ${checks} | ${seed} | ${mismatches} |`);
  return mismatches === 0 ? 0 : 1;
}
