// Experiment 1: SIGKILL at random points over read, commit, send and note, by a mail server that is slow and now and
// then loses its answer. Rules: every revoked certificate is told, each under one Message-ID only, and there are no more
// copies than kills and lost answers.
import { certificateId, issued, revocation } from '../../simulator/certificates.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { inLanes, partsOf } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { scrapeUntil, waitingMails } from '../support/scrape.ts';
import { tellingsOf } from '../support/tellings.ts';

/** Kills on one state: more certificates would only make each check longer. */
const KILLS_PER_STATE = 50;
const LOST_ANSWERS = 0.1;

export const kills: Experiment = {
  name: 'kills',
  unit: 'kills',
  rounds: { short: 200, full: 1_000 },
  async run({ rounds, random, note }: Trial) {
    const parts = partsOf(rounds, KILLS_PER_STATE).map((count) => ({ count, seed: random.below(2 ** 31) }));
    let done = 0;
    let copies = 0;
    const ledgers = await inLanes(parts, 2, async ({ count, seed }) => {
      const ledger = createLedger();
      copies += await killOften({
        count,
        random: createRandom(seed),
        ledger,
        note: () => note(`${++done} kills`),
      });
      return ledger;
    });
    return { ...sum(ledgers), facts: `${copies} copies under the same Message-ID` };
  },
};

async function killOften(of: {
  count: number;
  random: Random;
  ledger: Ledger;
  note: () => void;
}): Promise<number> {
  const { count, random, ledger, note } = of;
  const setting = await createSetting();
  try {
    const ids = Array.from({ length: count }, (_, n) => certificateId(n + 1));
    await beginCalmly(setting, ids);
    let lostAnswers = 0;
    for (const id of ids) {
      if (random.chance(LOST_ANSWERS)) {
        setting.smtp.at('dot', { kind: 'lose-answer', by: random.pick(['reset', 'close']) });
        lostAnswers += 1;
      }
      await killOnce(setting, id, random);
      ledger.rounds += 1;
      note();
    }
    setting.smtp.heal();
    const startedMs = performance.now();
    const last = setting.start();
    const told = () => tellingsOf(setting.smtp.accepted, ids).lost === 0;
    await setting.smtp.waitFor(told, { timeoutMs: 60_000 }).catch(() => undefined);
    await scrapeUntil(await last.url(), (samples) => waitingMails(samples) === 0, {
      what: 'an empty outbox',
    });
    took(ledger, performance.now() - startedMs);
    last.kill('SIGTERM');
    const { code } = await last.ended;
    claim(ledger, code === 0, `the last start ended with ${code}`);
    const { lost, doubled, copies } = tellingsOf(setting.smtp.accepted, ids);
    ledger.lost += lost;
    ledger.doubled += doubled;
    claim(
      ledger,
      copies <= count + lostAnswers,
      `${copies} copies after ${count} kills and ${lostAnswers} lost answers`,
    );
    return copies;
  } finally {
    await setting.close();
  }
}

/** The state begins with everything well: what the first start finds is not what is tested. */
export async function beginCalmly(setting: Setting, ids: readonly string[]): Promise<void> {
  for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 300, domain: `${id}.example.com` }));
  setting.smtp.settings.acceptDelayMs = 120;
  setting.configure(ids);
  const calm = setting.start();
  await calm.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
  calm.kill('SIGTERM');
  await calm.ended;
}

/** Half of the kills while it reads and commits, half while it sends and notes. */
async function killOnce(setting: Setting, id: string, random: Random): Promise<void> {
  const sends = () => setting.smtp.commands.filter((verb) => verb === 'MAIL').length;
  const seen = sends();
  const program = setting.start();
  setting.cloud.update(id, revocation());
  if (random.chance(0.5)) await program.waitForLine(({ msg }) => msg.startsWith('Listening'), 60_000);
  else await setting.smtp.waitFor(() => sends() > seen, { timeoutMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, random.unit() * 250));
  program.kill('SIGKILL');
  await program.ended;
}
