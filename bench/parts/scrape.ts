// Part: what a scrape costs, against node:http sending the same bytes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figures, type Server, startServer } from '../support/processes.ts';
import { type Coding, scrape } from '../support/scraper.ts';
import { type Figure, shown } from '../support/section.ts';
import { median } from '../support/statistics.ts';
import { type Bench, inTurns, type Measured, type Part } from './part.ts';

const CERTIFICATES = 10_000;
/** The compiler of a server still works on it in the second thousand of scrapes. */
const WARM_UPS = 3;

export const measureScrape: Part = async (bench) => {
  const start = (anew: number) =>
    startServer(bench, {
      program: 'scrape-ours',
      task: { certificates: CERTIFICATES, anew, watchBlocks: 0 },
    });
  const ours = await start(0);
  const anew = await start(1);
  const bytes = { gzip: await scrape(ours, 'gzip'), identity: await scrape(ours, 'identity') };
  const task = { gzipFile: join(bench.workspace, 'gzip'), plainFile: join(bench.workspace, 'plain') };
  writeFileSync(task.gzipFile, bytes.gzip);
  writeFileSync(task.plainFile, bytes.identity);
  const bare = await startServer(bench, { program: 'scrape-bare', task });
  const run = (ours: Server, coding: Coding) => () =>
    scrapeInTurns({ ours, bare }, coding, scrapesOf(bench, coding));
  const variants = {
    gzip: run(ours, 'gzip'),
    identity: run(ours, 'identity'),
    'gzip, own series made anew': run(anew, 'gzip'),
  };
  try {
    // The first rounds are for the compiler.
    for (let n = 0; n < WARM_UPS; n += 1) for (const warmUp of Object.values(variants)) await warmUp();
    const of = await inTurns(bench, variants);
    return {
      title: `A scrape of ${CERTIFICATES.toLocaleString('en')} certificates`,
      how: 'The web server with the kept bytes of the certificates, against node:http that holds the whole answer as one buffer. Every request to the one is followed by one to the other, on a connection kept alive; CPU is the server’s, time is until the last byte came. Scrapes within a second share the monitor’s own series; the last row is of scrapes that lie further apart, as Prometheus’ do: each samples the process anew. The plain text is made for the first who asks for it after a check, which takes some 100 ms of CPU, and kept until the next: here the warm-up has asked for it. What is left above bare node:http is the ten security headers of each answer, its deadline, and that it ends only once it is sent, for a server that closes: some 30 µs in all.',
      head: ['answer', 'MB', 'ours ms', 'bare ms', 'ours CPU ms', 'bare CPU ms', 'spread'],
      rows: [
        row(of('gzip'), 'gzip', bytes.gzip),
        row(of('identity'), 'identity', bytes.identity),
        row(of('gzip, own series made anew'), 'gzip, own series made anew', bytes.gzip),
      ],
      figures: (['gzip', 'identity'] as const).flatMap((coding): Figure[] => [
        { what: `time, ${coding}, ours / bare`, unit: 'x', atMost: 1.2, value: times(of(coding), 'Ms') },
        { what: `CPU, ${coding}, ours / bare`, unit: 'x', atMost: 1.2, value: times(of(coding), 'CpuMs') },
      ]),
    };
  } finally {
    await Promise.all([ours.stop(), anew.stop(), bare.stop()]);
  }
};

function scrapesOf({ quick }: Bench, coding: Coding): number {
  return (quick ? 20 : 60) * (coding === 'gzip' ? 10 : 1);
}

function row(measured: Measured, what: string, bytes: Buffer): readonly string[] {
  const figures = ['oursMs', 'bareMs', 'oursCpuMs', 'bareCpuMs'].map((name) => shown(measured.median(name)));
  return [what, shown(bytes.length / 2 ** 20), ...figures, measured.spread('oursCpuMs')];
}

function times(measured: Measured, what: 'Ms' | 'CpuMs'): number {
  return measured.median(`ours${what}`) / measured.median(`bare${what}`);
}

async function scrapeInTurns(
  servers: { readonly ours: Server; readonly bare: Server },
  coding: Coding,
  scrapes: number,
): Promise<Figures> {
  const { ours, bare } = servers;
  const before = { ours: await ours.ask(), bare: await bare.ask() };
  const ms = { ours: [] as number[], bare: [] as number[] };
  for (let n = 0; n < scrapes; n += 1) {
    for (const name of ['ours', 'bare'] as const) {
      const startedAt = performance.now();
      await scrape(servers[name], coding);
      ms[name].push(performance.now() - startedAt);
    }
  }
  const cpuMs = async (name: 'ours' | 'bare') =>
    (((await servers[name].ask())['cpuSeconds'] ?? 0) - (before[name]['cpuSeconds'] ?? 0)) *
    (1_000 / scrapes);
  return {
    oursMs: median(ms.ours),
    bareMs: median(ms.bare),
    oursCpuMs: await cpuMs('ours'),
    bareCpuMs: await cpuMs('bare'),
  };
}
