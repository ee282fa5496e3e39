// Part: what reading a certificate costs, against the libraries alone.
import { runOnce, startServer } from '../support/processes.ts';
import { shown } from '../support/section.ts';
import { inTurns, type Part, timesAsMuch } from './part.ts';

const CONCURRENCY = 32;
const CPU = 'cpuSecondsPer1000';

export const measureReads: Part = async (bench) => {
  const certificates = bench.quick ? 2_000 : 10_000;
  const cloud = await startServer(bench, { program: 'cloud', task: {} });
  try {
    const task = { port: cloud.ready['port'] ?? 0, certificates, concurrency: CONCURRENCY };
    const of = await inTurns(bench, {
      ours: () => runOnce(bench, { program: 'read-ours', task }),
      axios: () => runOnce(bench, { program: 'read-axios', task }),
      undici: () => runOnce(bench, { program: 'read-undici', task }),
    });
    const row = (what: string, name: 'ours' | 'axios' | 'undici') => [
      what,
      shown(of(name).median(CPU)),
      of(name).spread(CPU),
      shown(of(name).median('secondsPer1000')),
      shown(of(name).median('megabytes')),
    ];
    return {
      title: `Reading ${certificates} certificates, ${CONCURRENCY} at once`,
      how: 'A server on bare sockets answers every request at once with a certificate of 1.5 KB. The reader is the daemon’s own, with deadline, pace, credentials, validation and metrics; only its pace is set so high that nothing waits. axios keeps connections alive and goes through the same parser; undici is its pool and JSON.parse alone. CPU of the client process, after 2,000 reads to warm up.',
      head: ['client', 'CPU s per 1,000', 'spread', 's per 1,000', 'MB'],
      rows: [row('ours', 'ours'), row('axios, keep-alive', 'axios'), row('undici, nothing else', 'undici')],
      figures: [
        {
          what: 'CPU, ours / axios',
          unit: 'x',
          atMost: 0.4,
          value: timesAsMuch(of('ours'), of('axios'), CPU),
        },
        {
          what: 'CPU, ours / undici',
          unit: 'x',
          atMost: 2.5,
          value: timesAsMuch(of('ours'), of('undici'), CPU),
        },
      ],
    };
  } finally {
    await cloud.stop();
  }
};
