// Experiment 6: the wall clock set by ±1 s to ±1 y, a process that sleeps for 24 hours, and twelve zones around both changes
// of daylight saving time. Rules: the next check comes within one interval, any number of missed slots makes one check, each
// rung is told once and none again when the clock goes back.
import { issued } from '../../simulator/certificates.ts';
import type { Program, Settings } from '../../support/program.ts';
import { createSetting, emailOf, type Setting } from '../../support/setting.ts';
import { headerOf } from '../../support/smtp/stage-server.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { createFakeTime, type FakeTime } from '../support/fake-time.ts';
import { inLanes, shuffled } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { checksIn as checks, scrape, scrapeUntil, waitingMails } from '../support/scrape.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 5, 15, 12, 0, 30);
/** In ms: both ways each, and each from a clock that was right before. */
const STEPS_MS = [SECOND_MS, 10 * SECOND_MS, 61 * SECOND_MS, HOUR_MS, DAY_MS, 30 * DAY_MS, 365 * DAY_MS];

/** The year's two changes in each zone, as instants. */
const ZONES: readonly (readonly [zone: string, forward: string, back: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', '2026-04-04T15:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z', '2026-04-05T03:00:00Z'],
  ['Europe/London', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ['America/Los_Angeles', '2026-03-08T10:00:00Z', '2026-11-01T09:00:00Z'],
  ['Australia/Sydney', '2026-10-03T16:00:00Z', '2026-04-04T16:00:00Z'],
  ['Pacific/Auckland', '2026-09-26T14:00:00Z', '2026-04-04T14:00:00Z'],
  ['America/St_Johns', '2026-03-08T05:30:00Z', '2026-11-01T04:30:00Z'],
  ['America/Havana', '2026-03-08T05:00:00Z', '2026-11-01T05:00:00Z'],
  ['Atlantic/Azores', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ['Asia/Beirut', '2026-03-28T22:00:00Z', '2026-10-24T21:00:00Z'],
];

interface Trouble {
  readonly name: string;
  run(name: string, ledger: Ledger): Promise<void>;
}

export const clock: Experiment = {
  name: 'clock',
  unit: 'clock histories',
  rounds: { short: 12, full: 40 },
  async run({ rounds, random, note }: Trial) {
    const steps = [...STEPS_MS, ...STEPS_MS.map((ms) => -ms)].map(
      (ms): Trouble => ({
        name: `a step of ${ms / SECOND_MS} s`,
        run: (name, ledger) => step(name, ms, ledger),
      }),
    );
    const sleeps: Trouble[] = [
      { name: 'a sleep of 24 h', run: sleep },
      { name: 'ladder', run: descend },
    ];
    const changes = ZONES.flatMap(([zone, ...instants]) =>
      instants.map(
        (instant): Trouble => ({
          name: `${zone} at ${instant}`,
          run: (name, ledger) => change({ name, zone, atMs: Date.parse(instant), ledger }),
        }),
      ),
    );
    const all = [...sleeps, ...shuffled([...steps, ...changes], random)].slice(0, rounds);
    let done = 0;
    const ledgers = await inLanes(all, 4, async ({ name, run }) => {
      const ledger = createLedger();
      await run(name, ledger).catch((error: unknown) =>
        ledger.faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
      );
      ledger.rounds += 1;
      note(`${++done} of ${all.length}`);
      return ledger;
    });
    const kinds = [steps, changes].map((kind) => all.filter((one) => kind.includes(one)).length);
    return {
      ...sum(ledgers),
      facts: `${kinds[0]} steps, ${kinds[1]} changes of daylight saving time, 24 h of sleep, a ladder`,
    };
  },
};

interface Stage {
  readonly setting: Setting;
  readonly time: FakeTime;
  readonly program: Program;
  readonly url: string;
}

/** One certificate, the program and the cloud on one clock, and mail in clear: a year on, the test's own certificates have ended. */
async function withProgram(
  of: { startMs: number; endsMs: number; schedule: Settings },
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  let nowMs: () => number = Date.now;
  const setting = await createSetting({ cloud: { nowMs: () => nowMs(), tokenLifetimeMs: 10_000 * DAY_MS } });
  try {
    const time = createFakeTime(setting.workspace.folder, of.startMs);
    nowMs = time.nowMs;
    const { id } = setting.cloud.put(issued({ nowMs: of.endsMs, daysLeft: 0 }));
    const smtp = { host: 'localhost', port: setting.smtp.port, tls: 'none' };
    setting.configure([id], { schedule: of.schedule, email: emailOf(setting.smtp, { smtp }) });
    const program = setting.start({ env: time.env });
    const url = await program.url();
    await scrapeUntil(url, (samples) => checks(samples) >= 1, { what: 'a first check' });
    await work({ setting, time, program, url });
    program.kill('SIGTERM');
    await program.ended;
  } finally {
    await setting.close();
  }
}

/** Set once, and right again afterwards: a check a minute goes on within a minute, and nothing is told of a certificate that is well. */
async function step(name: string, ms: number, ledger: Ledger): Promise<void> {
  const schedule = { cron: '*/5 * * * * *' };
  await withProgram(
    { startMs: START_MS, endsMs: START_MS + 2_000 * DAY_MS, schedule },
    async ({ setting, time, url }) => {
      for (const wallMs of [ms, -ms]) {
        const before = checks(await scrape(url));
        time.set(time.nowMs() + wallMs);
        const startedMs = performance.now();
        await scrapeUntil(url, (samples) => checks(samples) > before, {
          what: `a check after ${name}`,
          timeoutMs: 30_000,
        });
        took(ledger, performance.now() - startedMs);
        const many = checks(await scrape(url)) - before;
        claim(ledger, many <= 2, `${name}: ${many} checks at once`);
      }
      ledger.doubled += setting.smtp.accepted.length;
    },
  );
}

/** The process stands still while the clock goes on, as in a suspended machine: one check for the 24 that were missed. */
async function sleep(name: string, ledger: Ledger): Promise<void> {
  const endsMs = START_MS + 30 * DAY_MS + 12 * HOUR_MS;
  await withProgram(
    { startMs: START_MS, endsMs, schedule: { cron: '0 0 * * * *' } },
    async ({ setting, time, program, url }) => {
      const before = checks(await scrape(url));
      program.kill('SIGSTOP');
      time.set(time.nowMs() + DAY_MS);
      program.kill('SIGCONT');
      const startedMs = performance.now();
      const after = await scrapeUntil(
        url,
        (samples) => checks(samples) > before && mails(setting) > 0 && waitingMails(samples) === 0,
        { what: `the rung after ${name}` },
      );
      took(ledger, performance.now() - startedMs);
      claim(ledger, checks(after) === before + 1, `${name}: ${checks(after) - before} checks after it`);
      ledger.doubled += mails(setting) - 1;
    },
  );
}

/** Down the ladder in steps, with the clock set back a day after each: five rungs and the end, each told once. */
async function descend(name: string, ledger: Ledger): Promise<void> {
  const endsMs = START_MS + 31 * DAY_MS;
  await withProgram(
    { startMs: START_MS, endsMs, schedule: { cron: '*/2 * * * * *' } },
    async ({ setting, time, url }) => {
      const told = [];
      for (const daysLeft of [29, 13, 6.5, 2.5, 0.5, -0.5]) {
        await settle({ time, url, atMs: endsMs - daysLeft * DAY_MS });
        await setting.smtp
          .waitFor((all) => all.length > told.length, { timeoutMs: 30_000 })
          .catch(() => undefined);
        told.push(daysLeft);
        ledger.lost += Math.max(0, told.length - mails(setting));
        // An hour: it is set back within the rung. The mail of the end is not taken back within the end.
        await settle({ time, url, atMs: time.nowMs() - HOUR_MS });
        await settle({ time, url, atMs: time.nowMs() + HOUR_MS });
        ledger.doubled += Math.max(0, mails(setting) - told.length);
      }
      claim(
        ledger,
        mails(setting) === 6,
        `${name}: ${mails(setting)} mails for five rungs and the end: ${setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject')).join(', ')}`,
      );
    },
  );
}

async function settle(of: { time: FakeTime; url: string; atMs: number }): Promise<void> {
  of.time.set(of.atMs);
  const before = checks(await scrape(of.url));
  await scrapeUntil(of.url, (samples) => checks(samples) >= before + 2 && waitingMails(samples) === 0, {
    what: 'two checks',
  });
}

/**
 * Three days around the change in steps of six hours, a check each day at half past two, and one mail for the rung that is
 * crossed at the change. Where half past two is left out, the check comes right after the gap.
 */
async function change(of: { name: string; zone: string; atMs: number; ledger: Ledger }): Promise<void> {
  const { name, zone, atMs, ledger } = of;
  const startMs = atMs - 33 * HOUR_MS;
  const schedule = { cron: '30 2 * * *', timeZone: zone };
  // The rung of 7 days is crossed at the change itself; the one of 14 days was, before it began.
  await withProgram({ startMs, endsMs: atMs + 7 * DAY_MS, schedule }, async ({ setting, time, url }) => {
    await scrapeUntil(url, (samples) => waitingMails(samples) === 0 && mails(setting) === 1, {
      what: 'the rung before',
    });
    for (let at = startMs + 6 * HOUR_MS; at <= startMs + 72 * HOUR_MS; at += 6 * HOUR_MS) {
      const before = checks(await scrape(url));
      const due = isDue({ zone, fromMs: at - 6 * HOUR_MS, toMs: at }) ? 1 : 0;
      time.set(at);
      if (due === 1)
        await scrapeUntil(url, (samples) => checks(samples) > before, {
          what: 'the check of the day',
          timeoutMs: 60_000,
        });
      // Time itself is waited for here: two looks of a watchdog that looks each second, and finds nothing.
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      const made = checks(await scrape(url)) - before;
      claim(
        ledger,
        made === due,
        `${name}: ${made} checks by ${new Date(at).toISOString()}, and ${due} were due`,
      );
    }
    await scrapeUntil(url, (samples) => waitingMails(samples) === 0, { what: 'an empty outbox' });
    ledger.lost += Math.max(0, 2 - mails(setting));
    ledger.doubled += Math.max(0, mails(setting) - 2);
  });
}

/** Whether half past two comes, or is passed over, between the two instants, read minute by minute from the zone's own wall clock. */
function isDue({ zone, fromMs, toMs }: { zone: string; fromMs: number; toMs: number }): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  let before = format.format(fromMs);
  for (let at = fromMs + 60_000; at <= toMs; at += 60_000) {
    const now = format.format(at);
    if (before < '02:30' && now >= '02:30') return true;
    before = now;
  }
  return false;
}

function mails({ smtp }: Setting): number {
  return smtp.accepted.length;
}
