// Lists of certificates that go wrong in every way, around an account that is discovered whole and one that names its own.
// Rules: what one page honestly showed is watched, nothing that is watched is dropped, nobody is mailed because of a list
// (not missing, unmonitored, superseded, nor that any of it is over), a list that lacks something says so in the log, and
// once the list is well again everything is watched; each within a minute, in the memory that there was.
import { certificateId, issued, revocation } from '../../simulator/certificates.ts';
import { type Cloud, DEFAULT_ACCESS_KEY } from '../../simulator/cloud.ts';
import type { Program } from '../../support/program.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { accountOf, createSetting, type Setting } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { inLanes, shuffled } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { isOfAccount, LIST_LIES, type ListLie, type ListScene } from '../support/list-lies.ts';
import { residentMiB } from '../support/memory.ts';
import { checksIn, scrape, scrapeUntil } from '../support/scrape.ts';
import { type Stranger, startStranger } from '../support/stranger.ts';
import { textOf } from '../support/tellings.ts';

/** More than the documented offset reaches. */
const DISCOVERED = 170;
const NAMED = 3;
/** Pages of up to 4 MiB, as bytes, as text and as rows, of two accounts at once, until they are collected. */
const GROWTH_MIB = 96;
const RESTARTS = 0.15;
const ODD_BUT_USABLE = ['A', '-_-', 'scs-0_0', 'z'.repeat(64)];

export const lists: Experiment = {
  name: 'lists',
  unit: 'bad lists',
  rounds: { short: LIST_LIES.length, full: 1_000 },
  async run({ rounds, random, note }: Trial) {
    // Each lie as often as any other, in an order by chance.
    const lies = Array.from({ length: Math.ceil(rounds / LIST_LIES.length) }, () =>
      shuffled(LIST_LIES, random),
    );
    const drawn = lies.flat().slice(0, rounds);
    const parts = [0, 1].map((lane) => ({
      lies: drawn.filter((_, n) => n % 2 === lane),
      random: createRandom(random.below(2 ** 31)),
    }));
    const stranger = await startStranger();
    let done = 0;
    let said = 0;
    let restarts = 0;
    let grownMiB = 0;
    try {
      const ledgers = await inLanes(parts, 2, async (part) => {
        const ledger = createLedger();
        const seen = await meetAll({ ...part, stranger, ledger, note: () => note(`${++done} of ${rounds}`) });
        said += seen.said;
        restarts += seen.restarts;
        grownMiB = Math.max(grownMiB, seen.grownMiB);
        return ledger;
      });
      const ledger = sum(ledgers);
      ledger.leaked += stranger.bytes();
      return {
        ...ledger,
        facts: `${LIST_LIES.length} ways; ${said} told as cut short in the log, ${restarts} met at a start; ${stranger.connections()} connections elsewhere; ${grownMiB.toFixed(0)} MiB more at the most`,
      };
    } finally {
      await stranger.close();
    }
  },
};

interface Part {
  readonly lies: readonly ListLie[];
  readonly random: Random;
  readonly stranger: Stranger;
  readonly ledger: Ledger;
  readonly note: () => void;
}

/** What stands around the rounds of one lane. */
interface Stand {
  readonly setting: Setting;
  readonly random: Random;
  readonly ids: Set<string>;
  readonly ledger: Ledger;
  program: Program;
  url: string;
  /** Memory of the running program when its first lists were through. */
  baseMiB: number | null;
  grownMiB: number;
  restarts: number;
  said: number;
}

async function meetAll({ lies, random, stranger, ledger, note }: Part): Promise<Stand> {
  const setting = await createSetting();
  try {
    const { ids, alerts } = fill(setting);
    const program = setting.start();
    const url = await program.url();
    const stand: Stand = {
      ...{ setting, random, ids, ledger, program, url },
      ...{ baseMiB: null, grownMiB: 0, restarts: 0, said: 0 },
    };
    await scrapeUntil(url, (samples) => checksIn(samples) >= 1, { what: 'a first check' });
    const isTold = () =>
      alerts.every((text) => setting.smtp.accepted.some((mail) => textOf(mail).includes(text)));
    await setting.smtp.waitFor(isTold, { timeoutMs: 60_000 });
    await judgeHealed(stand, 'at the start');
    for (const lie of lies) {
      await meet(stand, lie, stranger);
      ledger.rounds += 1;
      note();
    }
    await hearTheTruth(stand);
    return stand;
  } finally {
    await setting.close();
  }
}

/** The certificates of both accounts, and what is to be told of them before anything goes wrong. */
function fill({ cloud, workspace, configure }: Setting): { ids: Set<string>; alerts: readonly string[] } {
  const ids = new Set<string>();
  for (let n = 0; n < DISCOVERED; n += 1) ids.add(ODD_BUT_USABLE[n] ?? certificateId(n + 1));
  [...ids].forEach((id, n) => {
    cloud.put(issued({ id, domain: `n${n}.lists.example`, daysLeft: 200 + n }));
  });
  // The first of them is told from the start; what has a part of its names must not take its place.
  const [expiring = ''] = ids;
  cloud.put(issued({ id: expiring, domain: 'expiring.lists.example', daysLeft: 5 }));
  const others = Array.from({ length: NAMED }, (_, n) => certificateId(5_000 + n));
  for (const id of others) cloud.put(issued({ id, domain: `${id}.example`, daysLeft: 300 }));
  cloud.settings.isListed = (id, auth) => isOfAccount(id, auth, ids);
  const account = { ...accountOf(cloud, workspace), timeout: '1s', concurrency: 16 };
  const keys = {
    type: 'access-key',
    accessKey: workspace.writeSecret('ak', DEFAULT_ACCESS_KEY.accessKey),
    secretKey: workspace.writeSecret('sk', DEFAULT_ACCESS_KEY.secretKey),
  };
  configure([], {
    accounts: [
      { ...account, discover: true },
      { ...account, name: 'named', credentials: keys },
    ],
    // One of them is watched by nobody, and that lasts.
    certificates: others.slice(1).map((id) => ({ id, account: 'named' })),
  });
  return { ids, alerts: [expiring, others[0] ?? ''] };
}

async function meet(stand: Stand, lie: ListLie, stranger: Stranger): Promise<void> {
  const { setting, random, ids, ledger } = stand;
  const { cloud, smtp } = setting;
  const before = await watchedIds(stand.url);
  const heldBefore = [...ids];
  const mailsBefore = smtp.accepted.length;
  const dressed = new Map<string, Readonly<Record<string, unknown>>>();
  const shown = new Set<string>();
  cloud.settings.maxOffset = random.chance(0.5) ? 100 : null;
  const scene: ListScene = {
    cloud,
    random,
    ids,
    stranger: stranger.origin,
    add: () => add(cloud, ids),
    dress(id, fields) {
      dressed.set(id, cloud.certificates.get(id) ?? {});
      cloud.update(id, fields);
    },
  };
  lie.begin(scene, (page) => {
    for (const id of page) shown.add(id);
  });
  const startedMs = performance.now();
  const linesBefore = await listAnew(stand, random.chance(RESTARTS));
  took(ledger, performance.now() - startedMs);
  const during = await watchedIds(stand.url);
  const lines = stand.program.lines.slice(linesBefore);
  const dropped = [...before].filter((id) => !during.has(id));
  const passedOver = [...shown].filter((id) => ids.has(id) && !during.has(id));
  ledger.lost += dropped.length + passedOver.length;
  claim(ledger, dropped.length === 0, `${lie.name}: ${dropped.length} were dropped, ${dropped.slice(0, 3)}`);
  claim(ledger, passedOver.length === 0, `${lie.name}: ${passedOver.length} were shown and are not watched`);
  judgeWords(stand, { lie, lines, lacked: heldBefore.some((id) => !shown.has(id)) });
  cloud.heal();
  Object.assign(cloud.settings, {
    listFlaws: {},
    isListed: (id: string, auth: string) => isOfAccount(id, auth, ids),
  });
  for (const [id, fields] of dressed) cloud.put({ ...fields, id });
  await judgeHealed(stand, lie.name);
  const mails = smtp.accepted.slice(mailsBefore);
  ledger.doubled += mails.length;
  for (const { raw } of mails) ledger.faults.push(`${lie.name}: a mail that is false, ${subjectOf(raw)}`);
}

function judgeWords(
  stand: Stand,
  { lie, lines, lacked }: { lie: ListLie; lines: Program['lines']; lacked: boolean },
): void {
  const isSaid = lines.some(
    ({ level, account, msg }) =>
      level === 'warn' && account === 'default' && msg.includes('list of certificates of account default'),
  );
  if (isSaid) stand.said += 1;
  const must = lie.isSaid === 'always' || (lie.isSaid === 'where it lacks one' && lacked);
  claim(stand.ledger, isSaid || !must, `${lie.name}: nothing in the log says that the list is not whole`);
}

/** Everything is watched, the account says so, and the program is no larger than it was. */
async function judgeHealed(stand: Stand, when: string): Promise<void> {
  const { ids, ledger, program } = stand;
  await listAnew(stand, false);
  const watched = await watchedIds(stand.url);
  const missing = [...ids].filter((id) => !watched.has(id));
  ledger.lost += missing.length;
  claim(ledger, missing.length === 0, `${when}: ${missing.length} are not watched with a list that is well`);
  const counted = (await scrape(stand.url)).get(
    'ccm_account_certificates{account="default",state="monitored"}',
  );
  claim(ledger, counted === ids.size, `${when}: ${counted} of ${ids.size} are counted as monitored after it`);
  const nowMiB = residentMiB(program.pid);
  stand.baseMiB ??= nowMiB;
  stand.grownMiB = Math.max(stand.grownMiB, nowMiB - stand.baseMiB);
  claim(
    ledger,
    nowMiB - stand.baseMiB <= GROWTH_MIB,
    `${when}: ${(nowMiB - stand.baseMiB).toFixed(0)} MiB more`,
  );
}

/** Has the accounts listed, by a reload or a start; resolves when the check that did it is over, with where its log begins. */
async function listAnew(stand: Stand, byStart: boolean): Promise<number> {
  const { setting, program } = stand;
  if (byStart) {
    program.kill('SIGTERM');
    const { code } = await program.ended;
    claim(stand.ledger, code === 0, `the program ended with ${code}`);
    stand.program = setting.start();
    stand.url = await stand.program.url();
    stand.baseMiB = null;
    stand.restarts += 1;
    await scrapeUntil(stand.url, (samples) => checksIn(samples) >= 1, { what: 'a check after the start' });
    return 0;
  }
  const linesBefore = program.lines.length;
  program.kill('SIGHUP');
  const isRead = () => program.lines.slice(linesBefore).some(({ msg }) => msg.includes('was read again'));
  await program.waitForLine(isRead, 60_000);
  // The check that runs meanwhile may have listed before.
  const before = checksIn(await scrape(stand.url));
  await scrapeUntil(stand.url, (samples) => checksIn(samples) >= before + 2, { what: 'two more checks' });
  return linesBefore;
}

function add(cloud: Cloud, ids: Set<string>): void {
  const id = certificateId(100 + ids.size);
  ids.add(id);
  cloud.put(issued({ id, domain: `n${ids.size}.lists.example`, daysLeft: 400 }));
}

/** After all of it a certificate is revoked: that one is told, and nothing else. */
async function hearTheTruth({ setting, ids, ledger }: Stand): Promise<void> {
  const { cloud, smtp } = setting;
  const told = smtp.accepted.length;
  const last = [...ids].at(-1) ?? '';
  cloud.update(last, revocation());
  const mails = (await smtp.waitFor(({ length }) => length > told, { timeoutMs: 60_000 })).slice(told);
  const isTold = mails.length === 1 && mails.every((mail) => textOf(mail).includes(last));
  if (!isTold) ledger.lost += 1;
  claim(
    ledger,
    isTold,
    `a revocation after it was told as ${mails.map(({ raw }) => subjectOf(raw)).join(', ')}`,
  );
}

function subjectOf(raw: string): string {
  return /^Subject: (.*)$/im.exec(raw)?.[1] ?? 'without a subject';
}

async function watchedIds(url: string): Promise<ReadonlySet<string>> {
  const answer = await fetch(`${url}/api/v1/certificates?limit=1000`, {
    signal: AbortSignal.timeout(20_000),
  });
  const body: { certificates: readonly { account: string; id: string }[] } = JSON.parse(await answer.text());
  return new Set(body.certificates.flatMap(({ account, id }) => (account === 'default' ? [id] : [])));
}
