// Experiment 8: mutated, oversized, dripping and wrong-typed bodies, through the payload parser and through the whole
// program. Rules: nothing crashes, no word is taken from a body that must not be believed, a live certificate without a
// date is never healthy, nobody is mailed because of one, and memory stays where it was (+32 MiB).
import { standingOf } from '../../../src/certificates/certificate.ts';
import { parseJson } from '../../../src/huawei/answer.ts';
import { parseCertificate } from '../../../src/huawei/payload.ts';
import { certificateId, issued } from '../../simulator/certificates.ts';
import type { Fault } from '../../simulator/faults.ts';
import type { Random } from '../../support/random.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { claim, createLedger, took } from '../support/ledger.ts';
import { heapMiB, residentMiB } from '../support/memory.ts';
import { believable, mutatedBody } from '../support/mutations.ts';
import { checksIn as checks, scrape, scrapeUntil } from '../support/scrape.ts';

const GROWTH_MIB = 32;
/** One body in so many goes through the whole program. */
const PARSED_PER_READ = 500;
const AT_ONCE = 100;
const ZONE = { utcOffsetMinutes: 480 };

export const bodies: Experiment = {
  name: 'bodies',
  unit: 'bodies parsed',
  rounds: { short: 50_000, full: 1_000_000 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    const parsed = parseAll({ rounds, random, note, ledger });
    const read = Math.max(AT_ONCE, Math.ceil(rounds / PARSED_PER_READ));
    const grownMiB = await readAll({ count: read, random, note, ledger });
    return {
      ...ledger,
      facts: `${parsed}; ${read.toLocaleString('en')} through the program, ${grownMiB.toFixed(0)} MiB more`,
    };
  },
};

interface Part {
  readonly random: Random;
  readonly note: (text: string) => void;
  readonly ledger: Ledger;
}

function parseAll({ rounds, random, note, ledger }: Part & { rounds: number }): string {
  const id = certificateId(1);
  let believed = 0;
  const beforeMiB = heapMiB();
  for (; ledger.rounds < rounds; ledger.rounds += 1) {
    const text = mutatedBody(id, random);
    const wrong = wrongIn(text, id);
    if (wrong === null) believed += 1;
    else if (wrong !== '') ledger.faults.push(`${wrong}: ${text.slice(0, 300)}`);
    if (ledger.rounds % 10_000 === 0) note(`${ledger.rounds} of ${rounds} parsed`);
  }
  const grownMiB = heapMiB() - beforeMiB;
  claim(ledger, grownMiB <= GROWTH_MIB, `the parser kept ${grownMiB.toFixed(0)} MiB`);
  return `${believed.toLocaleString('en')} believed and right, ${grownMiB.toFixed(0)} MiB more`;
}

/** What the parser got wrong; empty where it rightly refused, null where it rightly believed. */
function wrongIn(text: string, id: string): string | null {
  const expected = believable(text, id);
  const json = parseJson(text);
  const parsed = json.ok ? parseCertificate(json.value, { id, ...ZONE }) : null;
  if (parsed === null || !parsed.ok) return expected === null ? '' : 'it refused a body that can be read';
  if (expected === null) return 'it believed a body that nobody may believe';
  const { certificate } = parsed;
  if (certificate.status !== expected.status) return `the status became ${certificate.status}`;
  if ((certificate.notAfterMs !== null) !== expected.dated) return `the end became ${certificate.notAfterMs}`;
  const live = ['live', 'revoking'].includes(standingOf(certificate.status));
  return live && certificate.notAfterMs === null && certificate.notAfterFault === null
    ? 'it looks healthy without an end'
    : null;
}

/** Resolves with how much the program grew. */
async function readAll({ count, random, note, ledger }: Part & { count: number }): Promise<number> {
  const setting = await createSetting();
  try {
    const ids = Array.from({ length: AT_ONCE }, (_, n) => certificateId(n + 1));
    for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 300 }));
    setting.configure(ids);
    const program = setting.start();
    const url = await program.url();
    await scrapeUntil(url, (samples) => checks(samples) >= 5, { what: 'the first checks' });
    const beforeMiB = residentMiB(program.pid);
    for (let done = 0; done < count; done += AT_ONCE) {
      note(`${done} of ${count} through the program`);
      await meetBodies({ setting, url, ids, random, ledger });
    }
    const grownMiB = residentMiB(program.pid) - beforeMiB;
    claim(ledger, grownMiB <= GROWTH_MIB, `the program grew by ${grownMiB.toFixed(0)} MiB`);
    // Bodies that may be believed say EXPIRED or REVOKED now and then: only a wrong word is a fault, and it was looked for.
    program.kill('SIGTERM');
    claim(ledger, (await program.ended).code === 0, 'the program did not end well');
    return grownMiB;
  } finally {
    await setting.close();
  }
}

/** A body of its own for each certificate, as long as two checks take; then what is shown of each. */
async function meetBodies(of: {
  setting: Setting;
  url: string;
  ids: readonly string[];
  random: Random;
  ledger: Ledger;
}): Promise<void> {
  const { setting, url, ids, random, ledger } = of;
  const expected = new Map<string, string | null>();
  for (const id of ids) {
    const { fault, status } = faultFor(id, random);
    setting.cloud.fail(fault, { on: { certificate: id }, times: 'always' });
    expected.set(id, status);
  }
  const before = checks(await scrape(url));
  const startedMs = performance.now();
  const samples = await scrapeUntil(url, (now) => checks(now) >= before + 2, {
    what: 'two more checks',
    timeoutMs: 120_000,
  });
  took(ledger, performance.now() - startedMs);
  for (const [id, status] of expected) {
    const up = samples.get(`ccm_certificate_up{account="default",certificate_id="${id}"}`) === 1;
    if (up && status === null) ledger.faults.push(`${id} is up after a body that nobody may believe`);
    if (!up && status !== null) ledger.faults.push(`${id} is down after a body that can be read: ${status}`);
  }
  setting.cloud.heal();
  const sound = checks(await scrape(url));
  await scrapeUntil(url, (now) => checks(now) >= sound + 2, { what: 'two sound checks' });
}

/** Mostly a mutated body; now and then one that is too long or comes too slowly. */
function faultFor(id: string, random: Random): { fault: Fault; status: string | null } {
  if (random.chance(0.02)) return { fault: { kind: 'oversized', bytes: 2_000_000 }, status: null };
  if (random.chance(0.01)) return { fault: { kind: 'drip', intervalMs: 100 }, status: null };
  // Lone surrogates do not survive UTF-8: what counts is what arrives.
  const body = Buffer.from(mutatedBody(id, random)).toString();
  const found = believable(body, id);
  const live = found !== null && ['live', 'revoking'].includes(standingOf(found.status));
  const status = found === null || (live && !found.dated) ? null : found.status;
  return { fault: { kind: 'reply', status: 200, body, contentType: 'application/json' }, status };
}
