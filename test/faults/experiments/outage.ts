// Experiment 11: the mail server is away for 72 simulated hours while 500 certificates cross rungs. Rules: when it is back,
// one digest to each recipient, in which all 500 are counted, nothing lost, nothing told again after a restart.
import { certificateId, issued } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';
import { createSetting, emailOf, type Setting } from '../../support/setting.ts';
import { headerOf } from '../../support/smtp/stage-server.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { createFakeTime, type FakeTime } from '../support/fake-time.ts';
import { claim, createLedger, took } from '../support/ledger.ts';
import { checksIn as checks, scrape, scrapeUntil, waitingMails } from '../support/scrape.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 72;
const CERTIFICATES = 500;
const PEOPLE = ['ann@example.com', 'ben@example.com', 'cem@example.com'];
const RUNGS_DAYS = [30, 14, 7, 3] as const;
const START_MS = Date.UTC(2026, 5, 15, 12);

export const outage: Experiment = {
  name: 'outage',
  unit: 'checks in 72 h',
  rounds: { short: 8, full: 72 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    let nowMs: () => number = Date.now;
    const setting = await createSetting({ cloud: { nowMs: () => nowMs(), tokenLifetimeMs: 1_000 * DAY_MS } });
    try {
      const time = createFakeTime(setting.workspace.folder, START_MS);
      nowMs = time.nowMs;
      const ids = Array.from({ length: CERTIFICATES }, (_, n) => certificateId(n + 1));
      for (const id of ids)
        setting.cloud.put(
          issued({ id, nowMs: START_MS, daysLeft: daysLeftFor(random), domain: `${id}.example.com` }),
        );
      const smtp = { host: 'localhost', port: setting.smtp.port, tls: 'none' };
      setting.configure(ids, {
        schedule: { cron: '*/2 * * * * *' },
        email: emailOf(setting.smtp, { smtp, to: PEOPLE }),
      });
      await beAway({ setting, time, rounds, note });
      await comeBack({ setting, time, ledger });
      ledger.rounds = rounds;
      return {
        ...ledger,
        facts: `${CERTIFICATES} certificates, ${PEOPLE.length} recipients: "${subjects(setting)[0]}"`,
      };
    } finally {
      await setting.close();
    }
  },
};

/** Within three days it crosses the next rung, and not one before. */
function daysLeftFor(random: Random): number {
  return random.pick(RUNGS_DAYS) + 0.05 + random.unit() * 2.8;
}

/** What holds at the start is told first; then the server goes, and time with it. */
async function beAway(of: {
  setting: Setting;
  time: FakeTime;
  rounds: number;
  note: (text: string) => void;
}): Promise<void> {
  const { setting, time, rounds, note } = of;
  const program = setting.start({ env: time.env });
  const url = await program.url();
  await scrapeUntil(url, (samples) => checks(samples) >= 1 && waitingMails(samples) === 0, {
    what: 'a calm start',
  });
  const before = setting.smtp.accepted.length;
  await setting.smtp.goAway();
  for (let n = 1; n <= rounds; n += 1) {
    note(`${n} of ${rounds}`);
    time.set(START_MS + (n * HOURS * HOUR_MS) / rounds);
    const seen = checks(await scrape(url));
    await scrapeUntil(url, (samples) => checks(samples) >= seen + 2, {
      what: 'two checks',
      timeoutMs: 120_000,
    });
  }
  if (setting.smtp.accepted.length !== before) throw new Error('mail was taken by a server that was away');
  program.kill('SIGTERM');
  await program.ended;
}

/** The server is back, and the monitor starts again: what was kept goes out, and nothing after that. */
async function comeBack(of: { setting: Setting; time: FakeTime; ledger: Ledger }): Promise<void> {
  const { setting, time, ledger } = of;
  const before = setting.smtp.accepted.length;
  await setting.smtp.comeBack();
  const startedMs = performance.now();
  const program = setting.start({ env: time.env });
  const url = await program.url();
  await scrapeUntil(url, (samples) => checks(samples) >= 3 && waitingMails(samples) === 0, {
    what: 'an empty outbox',
    timeoutMs: 120_000,
  });
  took(ledger, performance.now() - startedMs);
  program.kill('SIGTERM');
  claim(ledger, (await program.ended).code === 0, 'the program did not end well');
  const digests = setting.smtp.accepted.slice(before);
  for (const person of PEOPLE) {
    const own = digests.filter(({ envelope }) => envelope.to.includes(person));
    ledger.doubled += Math.max(0, own.length - 1);
    const told = own.reduce((all, { raw }) => all + countIn(headerOf(raw, 'Subject') ?? ''), 0);
    ledger.lost += Math.max(0, CERTIFICATES - told);
    claim(ledger, told <= CERTIFICATES, `${person} was told of ${told} certificates`);
  }
}

/** `[WARNING] 500 certificates: 500 expiring` → 500. */
function countIn(subject: string): number {
  return Number(/(\d+) certificates/.exec(subject)?.[1] ?? 0);
}

function subjects({ smtp }: Setting): string[] {
  return smtp.accepted.slice(-PEOPLE.length).map(({ raw }) => headerOf(raw, 'Subject') ?? '');
}
