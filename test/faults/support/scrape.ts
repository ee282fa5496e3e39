// What a monitor says at /metrics, as numbers, and how long it takes to say it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

export type Samples = ReadonlyMap<string, number>;

/** Every sample by its name and labels as written: `ccm_certificate_up{account="default",certificate_id="…"}`. */
export function samplesOf(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(' ');
    if (at > 0 && !line.startsWith('#')) samples.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return samples;
}

export async function scrape(url: string): Promise<Samples> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(20_000) });
  return samplesOf(await answer.text());
}

/** Asks again until the samples are as wanted; rejects after `timeoutMs` with what they were. */
export async function scrapeUntil(
  url: string,
  wanted: (samples: Samples) => boolean,
  { timeoutMs = 60_000, what = 'what was wanted' }: { timeoutMs?: number; what?: string } = {},
): Promise<Samples> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const samples = await scrape(url);
    if (wanted(samples)) return samples;
    if (performance.now() > deadlineMs)
      throw new Error(
        `Cannot see ${what} at ${url}/metrics within ${timeoutMs} ms: there is ${shown(samples)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function shown(samples: Samples): string {
  return [...samples]
    .filter(([name, value]) => value !== 0 && /^ccm_monitor_(checks|mails|outbox|last|alerts)/.test(name))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Checks that have ended, however they went. */
export function checksIn(samples: Samples): number {
  const ended = ['complete', 'partial', 'failed'].map((result) =>
    samples.get(`ccm_monitor_checks_total{result="${result}"}`),
  );
  return ended.reduce<number>((all, count) => all + (count ?? 0), 0);
}

export function waitingMails(samples: Samples): number {
  return samples.get('ccm_monitor_outbox_mails{state="waiting"}') ?? Number.NaN;
}

/** The value below which that share of the values lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Times {
  /** Milliseconds of each scrape, and of a bare server that was asked in the same moment. */
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  readonly errors: readonly string[];
}

export interface Poll {
  stop(): Promise<Times>;
}

/** What the poller prints when it is told to end. */
const TIMES: z.ZodType<Times> = z.object({
  ours: z.array(z.number()),
  bare: z.array(z.number()),
  errors: z.array(z.string()),
});

/**
 * Scrapes steadily until it is stopped, from a process of its own, so that nothing else of the campaign is measured. The
 * bare server, another process, tells what the machine itself costs at that moment.
 */
export async function startPoll(
  url: string,
  { everyMs = 100, headers = {} }: { everyMs?: number; headers?: Record<string, string> } = {},
): Promise<Poll> {
  const bare = spawn(process.execPath, ['-e', BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(bare.stdout, 'data');
  const task = JSON.stringify({
    url: `${url}/metrics`,
    bareUrl: `http://127.0.0.1:${String(port).trim()}`,
    everyMs,
    headers,
  });
  const poller = spawn(process.execPath, ['-e', POLLER, task], { stdio: ['pipe', 'pipe', 'inherit'] });
  // Its first words come with its first scrape.
  let said = '';
  poller.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await once(poller.stdout, 'data');
  return {
    async stop() {
      poller.stdin.end();
      await once(poller, 'close');
      bare.kill('SIGKILL');
      await once(bare, 'close');
      return TIMES.parse(JSON.parse(said.slice(said.indexOf('{'))));
    },
  };
}

/** A process that answers at once: what is slow there is slow by the machine. */
const BARE = `require('node:http').createServer((_, answer) => answer.end('ok'))
  .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

/** Asks both in turn until its input ends. */
const POLLER = `
const { get, Agent } = require('node:http');
const { url, bareUrl, everyMs, headers } = JSON.parse(process.argv[1]);
const times = { ours: [], bare: [], errors: [] };
let running = true;
process.stdin.resume().on('end', () => { running = false; });
const agent = new Agent({ keepAlive: true });
const ask = (to, into, options) => new Promise((resolve) => {
  const startedMs = performance.now();
  const failed = (error) => { times.errors.push(to + ': ' + error); resolve(); };
  const request = get(to, { agent, timeout: 10000, ...options }, (answer) => {
    if (answer.statusCode !== 200) times.errors.push(to + ' answered ' + answer.statusCode);
    answer.resume().on('error', failed).on('end', () => { into.push(performance.now() - startedMs); resolve(); });
  });
  request.on('timeout', () => request.destroy(new Error('no answer in 10 s'))).on('error', failed);
});
(async () => {
  // The first of each opens a connection, and is not counted.
  await ask(url, [], { headers });
  await ask(bareUrl, [], {});
  console.log('ready');
  while (running) {
    await ask(url, times.ours, { headers });
    await ask(bareUrl, times.bare, {});
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  process.stdout.write(JSON.stringify(times), () => process.exit(0));
})();`;

/** Up to here a bare server's 99th percentile is that of a machine with time to spare. */
const SPARE_MS = 20;

/**
 * Whether the 99th percentile is below the bound. On a machine that is busy with something else the bound is as many times
 * longer as a bare server's answer is: nothing is claimed of a machine that has no time.
 */
export function isPrompt({ ours, bare }: Pick<Times, 'ours' | 'bare'>, boundMs: number): boolean {
  return quantile(ours, 0.99) < boundMs * Math.max(1, quantile(bare, 0.99) / SPARE_MS);
}
