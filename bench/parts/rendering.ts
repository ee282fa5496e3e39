// Part: a scrape of what is rendered once per check, against prom-client rendering the same series at each scrape.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figures, type Server, startServer } from '../support/processes.ts';
import { type Coding, scrape } from '../support/scraper.ts';
import { shown } from '../support/section.ts';
import { median } from '../support/statistics.ts';
import { inTurns, type Measured, type Part } from './part.ts';

const CERTIFICATES = 10_000;

export const measureRendering: Part = async (bench) => {
  const task = { certificates: CERTIFICATES, anew: 1, watchBlocks: 1 };
  const ours = await startServer(bench, { program: 'scrape-ours', task });
  const plainFile = join(bench.workspace, 'series');
  writeFileSync(plainFile, await scrape(ours, 'identity'));
  const library = await startServer(bench, { program: 'scrape-library', task: { plainFile } });
  const scrapes = bench.quick ? 3 : 10;
  const variants = {
    gzip: () => scrapeOften(ours, 'gzip', scrapes),
    identity: () => scrapeOften(ours, 'identity', scrapes),
    library: () => scrapeOften(library, 'identity', scrapes),
  };
  try {
    // The first round is for the compiler.
    for (const warmUp of Object.values(variants)) await warmUp();
    const of = await inTurns(bench, variants);
    return {
      title: `A scrape of ${CERTIFICATES.toLocaleString('en')} certificates, against prom-client’s own rendering`,
      how: 'The web server as above, its own series made anew at each scrape, against node:http with a registry of prom-client’s that holds the same series of the certificates as gauges and renders them at each scrape. One scrape after the other, on a connection kept alive; time is until the last byte came, the block is the longest time in which the server’s loop did not turn. What the monitor renders once per check instead is in the figures of the check.',
      head: ['answer', 'ms', 'spread', 'longest block ms', 'server CPU ms', 'MB of the server'],
      rows: [
        row('ours, gzip', of('gzip')),
        row('ours, identity', of('identity')),
        row('prom-client, identity', of('library')),
      ],
      figures: [
        {
          what: 'longest block of the loop by scrapes, gzip',
          unit: 'ms',
          atMost: 10,
          value: of('gzip').median('longestBlockMs'),
        },
        {
          what: 'longest block of the loop by scrapes, identity',
          unit: 'ms',
          atMost: 10,
          value: of('identity').median('longestBlockMs'),
        },
      ],
    };
  } finally {
    await Promise.all([ours.stop(), library.stop()]);
  }
};

function row(what: string, measured: Measured): readonly string[] {
  const { median: of } = measured;
  return [
    what,
    shown(of('ms')),
    measured.spread('ms'),
    shown(of('longestBlockMs')),
    shown(of('cpuMs')),
    shown(of('megabytes')),
  ];
}

async function scrapeOften(server: Server, coding: Coding, scrapes: number): Promise<Figures> {
  const before = await server.ask();
  const ms: number[] = [];
  for (let n = 0; n < scrapes; n += 1) {
    const startedAt = performance.now();
    await scrape(server, coding);
    ms.push(performance.now() - startedAt);
  }
  const { cpuSeconds = 0, longestBlockMs = 0, megabytes = 0 } = await server.ask();
  const cpuMs = ((cpuSeconds - (before['cpuSeconds'] ?? 0)) * 1_000) / scrapes;
  return { ms: median(ms), longestBlockMs, cpuMs, megabytes };
}
