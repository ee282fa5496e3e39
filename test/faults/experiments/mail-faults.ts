// Experiment 3: a mail server that fails at each of nine stages in each of eight ways. Rules: each of the 72 cells ends in
// its own class within 60 s (told by the counters at /metrics), the mail is delivered once after recovery unless it was
// refused for good, and /metrics stays prompt meanwhile.
import { issued, revocation } from '../../simulator/certificates.ts';
import type { Program } from '../../support/program.ts';
import { createSetting, emailOf, type Setting } from '../../support/setting.ts';
import type { Misbehaviour, Stage } from '../../support/smtp/stage-server.ts';
import { TEST_CA_FILE } from '../../support/smtp/test-tls.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { inLanes, shuffled } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { isPrompt, quantile, type Samples, scrapeUntil, startPoll, waitingMails } from '../support/scrape.ts';
import { tellingsOf } from '../support/tellings.ts';

const MAIL_STAGES = [
  'connect',
  'greeting',
  'ehlo',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'dot',
] as const;
const FAULTS: Readonly<Record<string, Misbehaviour>> = {
  '4xx': { kind: 'reply', code: 451 },
  '5xx': { kind: 'reply', code: 554 },
  '421': { kind: 'reply', code: 421 },
  reset: { kind: 'reset' },
  close: { kind: 'close' },
  stall: { kind: 'stall' },
  garbage: { kind: 'garbage' },
  drip: { kind: 'drip', intervalMs: 50 },
};
const LOGIN = { user: 'monitor', password: 'planted-smtp-password' };
const CLASS_WITHIN_MS = 60_000;
const PROMPT_MS = 100;
/** Below email.smtp.timeout in the short form, which is then what a stall costs. */
const SHORT_TIMEOUT = '3s';

interface Cell {
  readonly stage: Stage;
  readonly fault: string;
}

type MailClass = 'deferred' | 'refused' | 'parked' | 'ambiguous';

export const CELLS: readonly Cell[] = MAIL_STAGES.flatMap((stage) =>
  Object.keys(FAULTS).map((fault) => ({ stage, fault })),
);

/** DESIGN, section 4: 4xx, network and timeout are tried again; 5xx for the recipient parks; 5xx for all is kept; after the dot nobody knows. */
export function classOf({ stage, fault }: Cell): MailClass {
  if (fault === '5xx') return stage === 'rcpt' || stage === 'data' || stage === 'dot' ? 'parked' : 'refused';
  if (stage === 'dot' && fault !== '4xx' && fault !== '421') return 'ambiguous';
  return 'deferred';
}

export const mailFaults: Experiment = {
  name: 'mail-faults',
  unit: 'cells',
  rounds: { short: 72, full: 720 },
  async run({ rounds, random, note }: Trial) {
    // All in their order for a whole campaign; any other number is drawn.
    const cells = Array.from({ length: rounds }, (_, n) => CELLS[n % CELLS.length]).filter(
      (cell) => cell !== undefined,
    );
    const times = { ours: [] as number[], bare: [] as number[] };
    let done = 0;
    const ledgers = await inLanes(shuffled(cells, random), 4, async (cell, index) => {
      const ledger = createLedger();
      // In the full form every tenth cell has the timeout that is the default, 30 s.
      const patient = rounds > CELLS.length && index % 10 === 0;
      await runCell({ cell, ledger, times, patient });
      note(`${++done} of ${rounds} cells`);
      return ledger;
    });
    const ledger = sum(ledgers);
    const p99 = quantile(times.ours, 0.99);
    const bare = quantile(times.bare, 0.99);
    const scrapes = `/metrics p99 ${p99.toFixed(0)} ms in ${times.ours.length} scrapes, a bare server beside it ${bare.toFixed(0)} ms`;
    claim(ledger, isPrompt(times, PROMPT_MS), scrapes);
    return { ...ledger, facts: scrapes };
  },
};

interface CellRun {
  readonly cell: Cell;
  readonly ledger: Ledger;
  readonly times: { readonly ours: number[]; readonly bare: number[] };
  readonly patient: boolean;
}

async function runCell({ cell, ledger, times, patient }: CellRun): Promise<void> {
  const setting = await createSetting({ smtp: { login: LOGIN } });
  const name = `${cell.stage} ${cell.fault}`;
  try {
    const { id } = setting.cloud.put(issued({ daysLeft: 300 }));
    setting.configure([id], { email: emailWith(setting, patient) });
    const program = setting.start();
    const url = await program.url();
    await program.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
    const poll = await startPoll(url);
    const misbehaviour = FAULTS[cell.fault];
    if (misbehaviour === undefined) throw new Error(`there is no fault ${cell.fault}`);
    setting.smtp.at(cell.stage, misbehaviour, { times: 'always' });
    setting.cloud.update(id, revocation());
    const startedMs = performance.now();
    try {
      const seen = await scrapeUntil(url, (samples) => classesIn(samples).join() === classOf(cell), {
        timeoutMs: CLASS_WITHIN_MS,
        what: `the class of ${name}`,
      });
      took(ledger, performance.now() - startedMs);
      claim(
        ledger,
        classesIn(seen).join() === classOf(cell),
        `${name} is ${classesIn(seen).join()}, not ${classOf(cell)}`,
      );
    } finally {
      const seen = await poll.stop();
      times.ours.push(...seen.ours);
      times.bare.push(...seen.bare);
      ledger.faults.push(...seen.errors.map((error) => `${name}: ${error}`));
    }
    await recover({ setting, program, url, cell, ledger, id });
    ledger.rounds += 1;
  } catch (error) {
    ledger.faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await setting.close();
  }
}

function emailWith(setting: Setting, patient: boolean): ReturnType<typeof emailOf> {
  const { user: username, password } = LOGIN;
  const file = setting.workspace.writeSecret('smtp-password', password);
  const timeout = patient ? {} : { timeout: SHORT_TIMEOUT };
  const smtp = {
    host: 'localhost',
    port: setting.smtp.port,
    tls: 'starttls',
    caFile: TEST_CA_FILE,
    username,
    password: file,
    ...timeout,
  };
  return emailOf(setting.smtp, { smtp });
}

/** What the counters and the outbox say of the one mail. */
function classesIn(samples: Samples): MailClass[] {
  const count = (outcome: string) => samples.get(`ccm_monitor_mails_total{outcome="${outcome}"}`) ?? 0;
  const parked = samples.get('ccm_monitor_outbox_mails{state="parked"}') === 1;
  const classes: MailClass[] = [];
  if (count('deferred') > 0) classes.push('deferred');
  if (count('refused') > 0) classes.push(parked ? 'parked' : 'refused');
  if (count('ambiguous') > 0) classes.push('ambiguous');
  return classes;
}

async function recover(of: {
  setting: Setting;
  program: Program;
  url: string;
  cell: Cell;
  ledger: Ledger;
  id: string;
}): Promise<void> {
  const { setting, program, url, cell, ledger, id } = of;
  setting.smtp.heal();
  if (classOf(cell) === 'parked') {
    claim(
      ledger,
      setting.smtp.accepted.length === 0,
      `${cell.stage} ${cell.fault}: it was refused for good, and came all the same`,
    );
    return;
  }
  // As an operator would: the server is mended, and the monitor told so.
  program.kill('SIGHUP');
  await scrapeUntil(url, (samples) => waitingMails(samples) === 0, {
    what: `the mail after ${cell.stage} ${cell.fault}`,
  });
  const { lost, doubled, copies } = tellingsOf(setting.smtp.accepted, [id]);
  ledger.lost += lost;
  ledger.doubled += doubled + copies;
}
