// Experiment 10: a full disk (a limit on the size of files, which needs no rights) and damaged state files. Rules: what cannot be
// written is neither told nor forgotten, is told once when there is room again, and a damaged file is refused and left as it
// is, or read as it was: no state ever starts over in silence.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MonitorError } from '../../../src/shared/errors.ts';
import { createSqliteStore } from '../../../src/state/sqlite.ts';
import { certificateId, expired, issued, revocation } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { claim, createLedger, took } from '../support/ledger.ts';
import { type Samples, scrapeUntil, waitingMails } from '../support/scrape.ts';
import { tellingsOf } from '../support/tellings.ts';

/** One disk fills up, and one damaged file is given to the program itself, for so many files that are opened. */
const FILES_PER_DISK = 64;
const ALERTS = 40;

export const disk: Experiment = {
  name: 'disk',
  unit: 'damaged files',
  rounds: { short: 256, full: 4_096 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    const disks = Math.ceil(rounds / FILES_PER_DISK);
    for (let n = 0; n < disks; n += 1) {
      note(`full disk ${n + 1} of ${disks}`);
      await fillDisk(random, ledger);
    }
    const damaged = await damageFiles({ rounds, random, note, ledger });
    return { ...ledger, facts: `${disks} full disks; ${damaged}` };
  },
};

/** The shell ignores the signal that a write over the limit sends: what follows sees EFBIG, as it would see ENOSPC. */
const UNDER_LIMIT = ['sh', '-c', 'trap "" XFSZ; exec "$@"', 'sh'];

async function fillDisk(random: Random, ledger: Ledger): Promise<void> {
  const setting = await createSetting();
  try {
    const ids = Array.from({ length: 10 }, (_, n) => certificateId(n + 1));
    for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 300, domain: `${id}.example.com` }));
    setting.configure(ids);
    const program = setting.start({ under: UNDER_LIMIT });
    const url = await program.url();
    await program.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
    const full = Math.max(4_096, sizeOf(`${setting.workspace.statePath}-wal`) + random.below(16_384));
    limitFiles(program.pid, String(full));
    for (const id of ids) setting.cloud.update(id, revocation());
    const startedMs = performance.now();
    await program.waitForLine(
      ({ level, msg }) => level === 'error' && /state|written|write/i.test(msg),
      60_000,
    );
    took(ledger, performance.now() - startedMs);
    limitFiles(program.pid, 'unlimited');
    await scrapeUntil(url, (samples) => alertsIn(samples) === ids.length && waitingMails(samples) === 0, {
      what: 'all told when there is room',
    });
    program.kill('SIGTERM');
    claim(ledger, (await program.ended).code === 0, 'the program did not end well after a full disk');
    // What was told is known after a start, too.
    const again = setting.start();
    await again.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
    const { lost, doubled, copies } = tellingsOf(setting.smtp.accepted, ids);
    ledger.lost += lost;
    ledger.doubled += doubled + copies;
  } finally {
    await setting.close();
  }
}

function limitFiles(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function alertsIn(samples: Samples): number {
  return samples.get('ccm_monitor_alerts_active{kind="revoked",severity="critical"}') ?? 0;
}

async function damageFiles(of: {
  rounds: number;
  random: Random;
  note: (text: string) => void;
  ledger: Ledger;
}): Promise<string> {
  const { rounds, random, note, ledger } = of;
  const setting = await createSetting();
  try {
    const sound = await makeState(setting);
    const path = join(setting.workspace.folder, 'damaged.db');
    const counts = { refused: 0, opened: 0, run: 0 };
    for (; ledger.rounds < rounds; ledger.rounds += 1) {
      if (ledger.rounds % 100 === 0) note(`${ledger.rounds} of ${rounds} damaged files`);
      for (const left of ['-wal', '-shm', '-journal', '.new', '.lock']) rmSync(path + left, { force: true });
      writeFileSync(path, damagedBytes(sound, random));
      const verdict = openDamaged(path, ledger);
      counts[verdict] += 1;
      if (ledger.rounds % FILES_PER_DISK === 0 && verdict === 'refused') {
        await startOn(setting, path, ledger);
        counts.run += 1;
      }
    }
    return `${counts.refused} files refused and left alone, ${counts.opened} read as they were, ${counts.run} given to the program`;
  } finally {
    await setting.close();
  }
}

/** A state in which forty alerts have been told. */
async function makeState(setting: Setting): Promise<Buffer> {
  const ids = Array.from({ length: ALERTS }, (_, n) => certificateId(n + 1));
  for (const id of ids) setting.cloud.put(expired({ id, domain: `${id}.example.com` }));
  setting.configure(ids);
  const program = setting.start();
  const url = await program.url();
  await setting.smtp.waitFor((mails) => mails.length > 0, { timeoutMs: 60_000 });
  await scrapeUntil(url, (samples) => waitingMails(samples) === 0, { what: 'an empty outbox' });
  program.kill('SIGTERM');
  await program.ended;
  // Closed in good order, the write-ahead log is in the file; where one is left, the file is brought up to date here.
  const copy = join(setting.workspace.folder, 'copy.db');
  for (const part of ['', '-wal'])
    if (existsSync(setting.workspace.statePath + part))
      copyFileSync(setting.workspace.statePath + part, copy + part);
  const store = createSqliteStore(copy);
  store.close();
  return readFileSync(copy);
}

/** A bit, a few bytes, a page, the end, or the beginning. */
export function damagedBytes(sound: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(sound);
  const at = random.below(bytes.length);
  switch (random.below(7)) {
    case 0:
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return bytes.fill(random.below(256), at, Math.min(bytes.length, at + 1 + random.below(64)));
    case 3:
      return bytes.fill(0, at - (at % 4_096), Math.min(bytes.length, at - (at % 4_096) + 4_096));
    case 4:
      return bytes.fill(random.below(256), 0, random.below(200));
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at - (at % 512))]);
    default:
      for (let n = 0; n < 20; n += 1) bytes.writeUInt8(random.below(256), random.below(bytes.length));
      return bytes;
  }
}

/** Refused with the file as it was, or opened with all that was known: anything else is a silent reset. */
function openDamaged(path: string, ledger: Ledger): 'refused' | 'opened' {
  const before = digestOf(path);
  try {
    const store = createSqliteStore(path);
    try {
      const { alerts } = store.load();
      if (store.created || alerts.length < ALERTS) {
        ledger.lost += 1;
        ledger.faults.push(`a damaged state was opened with ${alerts.length} of ${ALERTS} alerts`);
      }
      return 'opened';
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof MonitorError))
      ledger.faults.push(`a damaged state was refused without a reason: ${String(error)}`);
    claim(ledger, digestOf(path) === before, 'a damaged state was refused, and changed');
    return 'refused';
  }
}

async function startOn(setting: Setting, path: string, ledger: Ledger): Promise<void> {
  const before = digestOf(path);
  setting.configure([certificateId(1)], { state: { path } });
  const mails = setting.smtp.accepted.length;
  const program = setting.start();
  const { code } = await program.ended;
  claim(ledger, code === 1, `the program ended with ${code} on a damaged state`);
  claim(
    ledger,
    program.output().includes('Cannot open the state'),
    `the program does not say what is wrong with its state: ${program.output().slice(-300)}`,
  );
  claim(ledger, digestOf(path) === before, 'the program changed a damaged state');
  ledger.doubled += setting.smtp.accepted.length - mails;
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
