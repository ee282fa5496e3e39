// Endpoints that stall, reset, speak no TLS or too much of it, and go wrong before TLS in each protocol; real TLS on
// loopback. Rules: each look ends within its bound and says why, the check goes on and its mails leave, what lasted before
// neither ends nor is told again while nothing is seen, and the truth is told once after it; and no name out of a
// certificate leads to an address that only the inside can mean.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateId, issued } from '../../simulator/certificates.ts';
import { type Issued, selfSigned } from '../../simulator/tls/issue.ts';
import type { Program } from '../../support/program.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import type { AcceptedMail } from '../../support/smtp/stage-server.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { ENDPOINT_FAULTS, type EndpointFault } from '../support/endpoint-faults.ts';
import { inLanes, partsOf, shuffled } from '../support/lanes.ts';
import { claim, createLedger, sum, took } from '../support/ledger.ts';
import { residentMiB } from '../support/memory.ts';
import { type Place, placeOf, tellings, timesAfter, timesBefore, upOf } from '../support/places.ts';
import { connectToNobodyInside } from '../support/private-probes.ts';
import { checksIn, type Samples, scrape, scrapeUntil } from '../support/scrape.ts';
import { textOf } from '../support/tellings.ts';

/** Endpoints around one program. */
const PER_PROGRAM = 40;
const TIMEOUT_S = 2;
/** A check whose looks end by their deadline, all at once, with its reads and commits on a machine that has other work. */
const CHECK_MS = TIMEOUT_S * 1_000 + 5_000;
const CHECKS = 3;
/** What forty endpoints pour out at each check, until it is collected. */
const GROWTH_MIB = 128;
const DAY_MS = 86_400_000;

export const endpoints: Experiment = {
  name: 'endpoints',
  unit: 'bad endpoints',
  rounds: { short: ENDPOINT_FAULTS.length, full: 2_000 },
  async run({ rounds, random, note }: Trial) {
    const sets = Array.from({ length: Math.ceil(rounds / ENDPOINT_FAULTS.length) }, () =>
      shuffled(ENDPOINT_FAULTS, random),
    );
    const faults = sets.flat().slice(0, rounds);
    const parts = partsOf(rounds, PER_PROGRAM).map((count, n) => ({
      faults: faults.slice(n * PER_PROGRAM, n * PER_PROGRAM + count),
      random: createRandom(random.below(2 ** 31)),
    }));
    const root = selfSigned({ commonName: 'Test root', isAuthority: true });
    const grown: number[] = [];
    let done = 0;
    const ledgers = await inLanes(parts, 2, async (part) => {
      const ledger = createLedger();
      grown.push(await meetAll({ ...part, root, ledger }));
      ledger.rounds += part.faults.length;
      done += part.faults.length;
      note(`${done} of ${rounds}`);
      return ledger;
    });
    const inside = createLedger();
    const connections = await connectToNobodyInside(inside);
    return {
      ...sum([...ledgers, inside]),
      facts: `${ENDPOINT_FAULTS.length} ways; ${connections}; ${Math.max(...grown).toFixed(0)} MiB more at the most`,
    };
  },
};

interface Part {
  readonly faults: readonly EndpointFault[];
  readonly random: Random;
  readonly root: Issued;
  readonly ledger: Ledger;
}

/** One program and the places that it looks at. */
interface Stand {
  readonly setting: Setting;
  readonly places: readonly Place[];
  /** A certificate that is served nowhere. */
  readonly other: string;
  readonly program: Program;
  readonly url: string;
  readonly ledger: Ledger;
}

/** Resolves with how much the program grew. */
async function meetAll({ faults, random, root, ledger }: Part): Promise<number> {
  const setting = await createSetting();
  const { cloud } = setting;
  const places: Place[] = [];
  try {
    for (const [n, fault] of faults.entries()) places.push(await placeOf({ n, fault, random, root, cloud }));
    const other = cloud.put(issued({ id: certificateId(0), domain: 'other.example', daysLeft: 300 })).id;
    configure(setting, { places, other, root });
    const program = setting.start();
    const stand = { setting, places, other, program, url: await program.url(), ledger };
    await seeAll(stand);
    const beforeMiB = residentMiB(program.pid);
    await goWrong(stand);
    const grownMiB = residentMiB(program.pid) - beforeMiB;
    claim(ledger, grownMiB <= GROWTH_MIB, `the program grew by ${grownMiB.toFixed(0)} MiB`);
    await heal(stand);
    program.kill('SIGTERM');
    claim(ledger, (await program.ended).code === 0, 'the program did not end well');
    return grownMiB;
  } finally {
    await setting.close();
    await Promise.all(places.map(({ endpoint }) => endpoint.close()));
  }
}

/** Each is seen, and what is bad from the start is told. */
async function seeAll({ setting, places, url }: Stand): Promise<void> {
  const isTold = () =>
    places.every((place) => (tellings(setting, places).get(place.id) ?? 0) >= timesBefore(place));
  await setting.smtp.waitFor(isTold, { timeoutMs: 60_000 });
  await scrapeUntil(url, (now) => places.every((place) => upOf(now, place) === 1), { what: 'all are up' });
}

async function goWrong(stand: Stand): Promise<void> {
  const { setting, places, other, url, ledger } = stand;
  for (const { fault, endpoint } of places) fault.begin(endpoint);
  setting.cloud.update(other, { not_after: new Date(Date.now() + 20 * DAY_MS) });
  // The first of them may have begun before the endpoints went wrong.
  for (let check = 0; check < CHECKS; check += 1) {
    const ms = await nextCheckMs(url);
    took(ledger, ms);
    claim(ledger, ms <= CHECK_MS, `a check took ${ms.toFixed(0)} ms`);
  }
  await judgeUnseen(stand);
  await setting.smtp
    .waitFor(() => mailsOf(stand).length > 0, { timeoutMs: 20_000 })
    .catch(() => {
      ledger.lost += 1;
      ledger.faults.push('the certificate that ends soon was not told while endpoints were bad');
    });
  judgeTold(stand, { when: 'while it is not seen', expected: timesBefore });
}

async function heal(stand: Stand): Promise<void> {
  const { setting, places, url, ledger } = stand;
  for (const { endpoint, leaves, after } of places) {
    endpoint.misbehave(null);
    endpoint.misbehaveBeforeTls(null);
    endpoint.present({ leaf: leaves[after] });
  }
  const healed = checksIn(await scrape(url));
  const isSeen = (now: Samples) =>
    checksIn(now) >= healed + 2 && places.every((place) => upOf(now, place) === 1);
  await scrapeUntil(url, isSeen, { what: 'all are up again' });
  const isTold = () =>
    places.every((place) => (tellings(setting, places).get(place.id) ?? 0) >= timesAfter(place));
  // What is not told by then is counted below.
  await setting.smtp.waitFor(isTold, { timeoutMs: 30_000 }).catch(() => undefined);
  const last = checksIn(await scrape(url));
  await scrapeUntil(url, (now) => checksIn(now) >= last + 2, { what: 'two more checks' });
  judgeTold(stand, { when: 'after it', expected: timesAfter });
  const times = mailsOf(stand).length;
  claim(ledger, times === 1, `the certificate that ends soon was told ${times} times`);
}

function mailsOf({ setting, other }: Stand): readonly AcceptedMail[] {
  return setting.smtp.accepted.filter((mail) => textOf(mail).includes(other));
}

/** Waits for a check to end; how long it took. */
async function nextCheckMs(url: string): Promise<number> {
  const durations = (samples: Samples) => samples.get('ccm_monitor_check_duration_seconds_sum') ?? 0;
  const before = await scrape(url);
  const after = await scrapeUntil(url, (now) => checksIn(now) > checksIn(before), { what: 'one more check' });
  return (1_000 * (durations(after) - durations(before))) / (checksIn(after) - checksIn(before));
}

function configure(
  { workspace, configure: write }: Setting,
  { places, other, root }: { places: readonly Place[]; other: string; root: Issued },
): void {
  const caFile = join(workspace.folder, 'probe-ca.pem');
  writeFileSync(caFile, root.cert);
  const certificates = places.map(({ id, name, endpoint, fault: { startTls } }) => {
    const at = { address: `127.0.0.1:${endpoint.port}`, serverName: name };
    return { id, probe: [startTls === null ? at : { ...at, startTls }] };
  });
  write([], {
    certificates: [...certificates, { id: other }],
    probes: { caFile, timeout: `${TIMEOUT_S}s`, concurrency: 100, perSecond: 1_000 },
  });
}

/** What metrics, JSON and page say of what cannot be seen. */
async function judgeUnseen({ url, places, ledger }: Stand): Promise<void> {
  const samples = await scrape(url);
  const list = await (await fetch(`${url}/api/v1/certificates?limit=1000`)).text();
  const { certificates }: { certificates: readonly Shown[] } = JSON.parse(list);
  const shown = new Map(certificates.map((certificate) => [certificate.id, certificate.endpoints[0]]));
  for (const place of places) {
    const { id, fault, endpoint } = place;
    if (fault.reason === null) continue;
    const { reason, message = '' } = shown.get(id)?.failure ?? {};
    claim(ledger, upOf(samples, place) === 0, `${fault.name}: it is up`);
    claim(ledger, reason === fault.reason, `${fault.name}: the reason is ${reason}, not ${fault.reason}`);
    const page = await (await fetch(`${url}/certificates/default/${id}`)).text();
    const isOnPage = page.includes(`Cannot probe 127.0.0.1:${endpoint.port}`);
    claim(ledger, isOnPage && message !== '', `${fault.name}: its page does not say why nothing is seen`);
  }
}

interface Shown {
  readonly id: string;
  readonly endpoints: readonly { readonly failure: { reason: string; message: string } | null }[];
}

function judgeTold(
  { setting, places, ledger }: Stand,
  { when, expected }: { when: string; expected: (place: Place) => number },
): void {
  const told = tellings(setting, places);
  for (const place of places) {
    const { id, fault, before, after } = place;
    const [times, wanted] = [told.get(id) ?? 0, expected(place)];
    ledger.lost += Math.max(0, wanted - times);
    ledger.doubled += Math.max(0, times - wanted);
    const what = `${fault.name}, ${before} before and ${after} after`;
    claim(ledger, times === wanted, `${what}: told ${times} times ${when}, not ${wanted}`);
  }
}
