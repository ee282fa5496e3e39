// Experiment 4: five recipients, of whom one is refused with 550 and one put off with 450. Rules: three get the mail at
// once, one later, one is parked, and nobody gets it twice; one bad address stops nobody's mail.
import { issued, revocation } from '../../simulator/certificates.ts';
import { createSetting, emailOf } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { inLanes } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { scrape, scrapeUntil, waitingMails } from '../support/scrape.ts';

const PEOPLE = ['ann', 'ben', 'cem', 'dan', 'eva'].map((name) => `${name}@example.com`);

export const recipients: Experiment = {
  name: 'recipients',
  unit: 'mails to five',
  rounds: { short: 5, full: 100 },
  async run({ rounds, random, note }: Trial) {
    const draws = Array.from({ length: rounds }, () => {
      const refused = random.below(5);
      return { refused, late: (refused + 1 + random.below(4)) % 5 };
    });
    const ledgers = await inLanes(draws, 2, async (draw, index) => {
      note(`round ${index + 1}`);
      const ledger = createLedger();
      await mailFive(draw, ledger);
      return ledger;
    });
    return { ...sum(ledgers), facts: 'three at once, one later, one parked' };
  },
};

async function mailFive(draw: { refused: number; late: number }, ledger: Ledger): Promise<void> {
  const setting = await createSetting();
  const [refused = '', late = ''] = [PEOPLE[draw.refused], PEOPLE[draw.late]];
  const getting = () => setting.smtp.accepted.flatMap(({ envelope }) => envelope.to);
  try {
    const { id } = setting.cloud.put(issued({ daysLeft: 300 }));
    setting.configure([id], { email: emailOf(setting.smtp, { to: PEOPLE }) });
    const program = setting.start();
    const url = await program.url();
    await program.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
    setting.smtp.at('rcpt', { kind: 'reply', code: 550 }, { recipient: refused, times: 'always' });
    setting.smtp.at('rcpt', { kind: 'reply', code: 450 }, { recipient: late, times: 'always' });
    setting.cloud.update(id, revocation());
    const startedMs = performance.now();
    await scrapeUntil(
      url,
      (samples) =>
        (samples.get('ccm_monitor_mails_total{outcome="deferred"}') ?? 0) > 0 &&
        parkedIn(samples) === 1 &&
        getting().length >= 3,
      { what: 'three sent, one deferred, one parked' },
    );
    took(ledger, performance.now() - startedMs);
    claim(
      ledger,
      !getting().includes(refused) && !getting().includes(late),
      'a recipient who was refused got the mail',
    );
    setting.smtp.heal();
    // The first retry comes by itself within seconds; nothing is asked for.
    await scrapeUntil(url, (samples) => waitingMails(samples) === 0, { what: 'the mail that was put off' });
    claim(ledger, parkedIn(await scrape(url)) === 1, 'the mail refused for good is not parked any more');
    const told = getting();
    ledger.lost += PEOPLE.filter((person) => person !== refused && !told.includes(person)).length;
    ledger.doubled += told.length - new Set(told).size;
    claim(ledger, !told.includes(refused), `${refused} got a mail that was refused for good`);
    ledger.rounds += 1;
  } finally {
    await setting.close();
  }
}

function parkedIn(samples: ReadonlyMap<string, number>): number {
  return samples.get('ccm_monitor_outbox_mails{state="parked"}') ?? 0;
}
