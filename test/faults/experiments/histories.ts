// Experiment 5: random histories of status, dates, renewals, restarts and outages against the reference model of test/model.
// Rule: what is found and told is the same in all of them.
import { mismatchOf, mismatchText } from '../../model/compare.ts';
import { historyOf } from '../../model/history.ts';
import type { Experiment, Trial } from '../experiment.ts';
import { createLedger } from '../support/ledger.ts';

export const histories: Experiment = {
  name: 'histories',
  unit: 'histories',
  rounds: { short: 20_000, full: 1_000_000 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    const first = random.below(2 ** 30);
    for (; ledger.rounds < rounds; ledger.rounds += 1) {
      const history = historyOf(first + ledger.rounds);
      if (mismatchOf(history) !== null) ledger.faults.push(mismatchText(first + ledger.rounds, history));
      if (ledger.rounds % 1_000 === 0) note(`${ledger.rounds} histories`);
    }
    return { ...ledger, facts: `${ledger.faults.length} mismatches with the model; first seed ${first}` };
  },
};
