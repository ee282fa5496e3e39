// Part: how quickly the pages answer while checks run, and what they weigh.
import { Agent, request } from 'node:http';
import { startBuiltDaemon } from '../support/daemon.ts';
import { createLoopbackSetting } from '../support/loopback-setting.ts';
import { type Figures, startServer } from '../support/processes.ts';
import { shown } from '../support/section.ts';
import { quantile } from '../support/statistics.ts';
import { type Bench, inTurns, type Measured, type Part } from './part.ts';

const CERTIFICATES = 10_000;
/** Each check starts in the second after the one before: one is under way nearly always. */
const CRON = '* * * * * *';
/** Of one thing in one round: however slow a page is, the part ends. */
const LONGEST_MS = 4_000;

export const measurePage: Part = async (bench) => {
  const cloud = await startServer(bench, { program: 'cloud', task: { delayMs: 0 } });
  try {
    const { configPath, ids } = createLoopbackSetting({
      workspace: bench.workspace,
      cloudPort: cloud.ready['port'] ?? 0,
      certificates: CERTIFICATES,
      cron: CRON,
    });
    const daemon = await startBuiltDaemon(bench, { configPath, gauge: false });
    try {
      await daemon.checked();
      const paths = pathsOf(ids);
      const variants = Object.fromEntries(
        Object.entries(paths).map(([name, path]) => [name, () => askOften(bench, daemon.url + path)]),
      );
      // The first round is for the compiler.
      for (const warmUp of Object.values(variants)) await warmUp();
      return sectionOf(await inTurns(bench, variants));
    } finally {
      await daemon.stop();
    }
  } finally {
    await cloud.stop();
  }
};

/** What people and programs ask for, by name. */
function pathsOf(ids: readonly string[]) {
  return {
    page: '/',
    'page, filtered': '/?q=example&severity=ok&account=account-3&sort=name',
    'page, the last': `/?page=${CERTIFICATES / 100}`,
    detail: `/certificates/account-0/${ids[0] ?? ''}`,
    'JSON, 100': '/api/v1/certificates',
    'JSON, 1,000 filtered': '/api/v1/certificates?limit=1000&sort=end&q=example',
  } as const;
}

function sectionOf(of: (name: string) => Measured): Awaited<ReturnType<Part>> {
  const names = Object.keys(pathsOf([]));
  return {
    title: `The pages, with ${CERTIFICATES.toLocaleString('en')} certificates and checks under way`,
    how: 'The built daemon checks 10,000 certificates of ten accounts over loopback, one check right after the other. One client on a connection kept alive asks for one thing after another and takes gzip; time is until the last byte came. The cloud, the daemon and the client share this machine.',
    head: ['answer', 'KB gzip', 'median ms', 'p99 ms', 'longest ms', 'spread of p99'],
    rows: names.map((name) => [
      name,
      shown(of(name).median('kilobytes')),
      ...['medianMs', 'p99Ms', 'longestMs'].map((figure) => shown(of(name).median(figure))),
      of(name).spread('p99Ms'),
    ]),
    figures: [
      ...names.map((name) => ({
        what: `${name}, p99`,
        unit: 'ms' as const,
        atMost: 50,
        value: of(name).median('p99Ms'),
      })),
      { what: 'page, gzip', unit: 'KB', atMost: 100, value: of('page').median('kilobytes') },
    ],
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function askOften({ quick }: Bench, url: string): Promise<Figures> {
  const ms: number[] = [];
  let bytes = 0;
  const endMs = performance.now() + LONGEST_MS;
  for (let n = 0; n < (quick ? 50 : 200) && performance.now() < endMs; n += 1) {
    const startedAt = performance.now();
    bytes = await ask(url);
    ms.push(performance.now() - startedAt);
  }
  return {
    kilobytes: bytes / 1_000,
    medianMs: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    longestMs: Math.max(...ms),
  };
}

/** Resolves with how many bytes of body came; rejects where the answer is not 200. */
function ask(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { 'Accept-Encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`Cannot go on: ${url} was answered with ${response.statusCode}`));
      });
    })
      .on('error', reject)
      .end();
  });
}
