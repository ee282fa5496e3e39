// Part: what a look at a served certificate costs, against node:tls alone.
import { join } from 'node:path';
import { runOnce, startServer } from '../support/processes.ts';
import { shown } from '../support/section.ts';
import { inTurns, type Part, timesAsMuch } from './part.ts';

const CONCURRENCY = 64;
const CPU = 'cpuSecondsPer1000';

export const measureProbe: Part = async (bench) => {
  const looks = bench.quick ? 3_000 : 10_000;
  const caPath = join(bench.workspace, 'probe-ca.pem');
  const endpoint = await startServer(bench, { program: 'tls-endpoint', task: { caPath } });
  try {
    const task = { port: endpoint.ready['port'] ?? 0, caPath, looks, concurrency: CONCURRENCY };
    const of = await inTurns(bench, {
      ours: () => runOnce(bench, { program: 'probe-ours', task }),
      bare: () => runOnce(bench, { program: 'probe-bare', task }),
      handshake: () => runOnce(bench, { program: 'probe-bare', task: { ...task, chain: 'left alone' } }),
    });
    const row = (what: string, name: 'ours' | 'bare' | 'handshake') => [
      what,
      shown(of(name).median(CPU)),
      of(name).spread(CPU),
      shown(of(name).median('secondsPer1000')),
      shown(of(name).median('megabytes')),
    ];
    return {
      title: `Probing an endpoint ${looks} times, ${CONCURRENCY} at once`,
      how: 'A TLS 1.3 server with a leaf of twenty names and an intermediate, ECDSA P-256, a full handshake each time. Ours is the daemon’s prober, with deadline, pace, checks of address and size, verification of chain and name, and parsing; only its rate is set so high that nothing waits. Bare is a loop over tls.connect that shares one secure context. CPU of the client process, after 1,000 looks to warm up.',
      head: ['client', 'CPU s per 1,000', 'spread', 's per 1,000', 'MB'],
      rows: [
        row('ours', 'ours'),
        row('bare node:tls, asks for the chain', 'bare'),
        row('bare node:tls, handshake alone', 'handshake'),
      ],
      figures: [
        {
          what: 'CPU, ours / bare node:tls that asks for the chain',
          unit: 'x',
          atMost: 1.05,
          value: timesAsMuch(of('ours'), of('bare'), CPU),
        },
        {
          what: 'CPU, ours / bare node:tls, handshake alone',
          unit: 'x',
          atMost: 1.05,
          value: timesAsMuch(of('ours'), of('handshake'), CPU),
        },
      ],
    };
  } finally {
    await endpoint.stop();
  }
};
