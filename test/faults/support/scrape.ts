// What a monitor says at /metrics, as numbers, and how long it takes to say it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

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

export function waitingMails(samples: Samples): number {
  return samples.get('ccm_monitor_outbox_mails{state="waiting"}') ?? Number.NaN;
}

/** The value below which that share of the values lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Poll {
  /** Milliseconds of each scrape, and of a bare server in a process of its own that was asked in the same moment. */
  readonly ours: number[];
  readonly bare: number[];
  readonly errors: string[];
  stop(): Promise<void>;
}

/** Scrapes steadily until it is stopped; the bare server tells what the machine itself costs at that moment. */
export async function startPoll(
  url: string,
  { everyMs = 100, headers = {} }: { everyMs?: number; headers?: Record<string, string> } = {},
): Promise<Poll> {
  const bare = spawn(process.execPath, ['-e', BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(bare.stdout, 'data');
  const bareUrl = `http://127.0.0.1:${String(port).trim()}`;
  const poll = { ours: [] as number[], bare: [] as number[], errors: [] as string[] };
  let running = true;
  const loop = (async () => {
    while (running) {
      await timed(`${url}/metrics`, { times: poll.ours, errors: poll.errors, headers });
      await timed(bareUrl, { times: poll.bare, errors: poll.errors, headers: {} });
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    ...poll,
    async stop() {
      running = false;
      await loop;
      bare.kill('SIGKILL');
      await once(bare, 'close');
    },
  };
}

/** A process that answers at once: what is slow there is slow by the machine. */
const BARE = `require('node:http').createServer((_, answer) => answer.end('ok'))
  .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

async function timed(
  url: string,
  { times, errors, headers }: { times: number[]; errors: string[]; headers: Record<string, string> },
): Promise<void> {
  const startedMs = performance.now();
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    if (!answer.ok) errors.push(`${url} answered ${answer.status}`);
    times.push(performance.now() - startedMs);
  } catch (error) {
    errors.push(`${url}: ${String(error)}`);
  }
}

/** Whether the 99th percentile is below the bound, over what the bare server took: a busy machine is not our fault. */
export function isPrompt({ ours, bare }: Pick<Poll, 'ours' | 'bare'>, boundMs: number): boolean {
  return quantile(ours, 0.99) < boundMs + quantile(bare, 0.99);
}
