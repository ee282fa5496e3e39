// Experiment 2: SIGTERM at random points. Rules: exit 0 within 25 s, every revoked certificate told, none told twice,
// and no copies at all: a mail under way is ended, not cut.
import { certificateId, revocation } from '../../simulator/certificates.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { inLanes, partsOf } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { scrapeUntil, waitingMails } from '../support/scrape.ts';
import { tellingsOf } from '../support/tellings.ts';
import { beginCalmly } from './kills.ts';

const STOPS_PER_STATE = 25;
const LONGEST_STOP_MS = 25_000;

export const stops: Experiment = {
  name: 'stops',
  unit: 'stops',
  rounds: { short: 40, full: 200 },
  async run({ rounds, random, note }: Trial) {
    const parts = partsOf(rounds, STOPS_PER_STATE).map((count) => ({ count, seed: random.below(2 ** 31) }));
    let done = 0;
    const ledgers = await inLanes(parts, 2, async ({ count, seed }) => {
      const ledger = createLedger();
      await stopOften({ count, random: createRandom(seed), ledger, note: () => note(`${++done} stops`) });
      return ledger;
    });
    return { ...sum(ledgers), facts: 'exit 0 each time' };
  },
};

async function stopOften(of: {
  count: number;
  random: Random;
  ledger: Ledger;
  note: () => void;
}): Promise<void> {
  const { count, random, ledger, note } = of;
  const setting = await createSetting();
  try {
    const ids = Array.from({ length: count }, (_, n) => certificateId(n + 1));
    await beginCalmly(setting, ids);
    for (const id of ids) {
      setting.smtp.settings.acceptDelayMs = random.below(600);
      await stopOnce({ setting, id, random, ledger });
      note();
    }
    const last = setting.start();
    const told = () => tellingsOf(setting.smtp.accepted, ids).lost === 0;
    await setting.smtp.waitFor(told, { timeoutMs: 60_000 }).catch(() => undefined);
    await scrapeUntil(await last.url(), (samples) => waitingMails(samples) === 0, {
      what: 'an empty outbox',
    });
    last.kill('SIGTERM');
    await last.ended;
    const { lost, doubled, copies } = tellingsOf(setting.smtp.accepted, ids);
    ledger.lost += lost;
    ledger.doubled += doubled + copies;
  } finally {
    await setting.close();
  }
}

async function stopOnce(of: { setting: Setting; id: string; random: Random; ledger: Ledger }): Promise<void> {
  const { setting, id, random, ledger } = of;
  const sends = () => setting.smtp.commands.filter((verb) => verb === 'MAIL').length;
  const seen = sends();
  const program = setting.start();
  setting.cloud.update(id, revocation());
  if (random.chance(0.5)) await program.waitForLine(({ msg }) => msg.startsWith('Listening'), 60_000);
  else await setting.smtp.waitFor(() => sends() > seen, { timeoutMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, random.unit() * 400));
  const startedMs = performance.now();
  program.kill('SIGTERM');
  const { code, signal } = await program.ended;
  const tookMs = performance.now() - startedMs;
  took(ledger, tookMs);
  ledger.rounds += 1;
  claim(
    ledger,
    code === 0,
    `stop ${ledger.rounds} ended with ${code ?? signal}: ${program.output().slice(-400)}`,
  );
  claim(ledger, tookMs <= LONGEST_STOP_MS, `stop ${ledger.rounds} took ${Math.round(tookMs)} ms`);
}
