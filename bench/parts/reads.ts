// Part: what reading a certificate costs, against the libraries alone and the vendor's SDK, near by and with a cloud that is 20 ms away.
import { type Figures, runOnce, type Server, startServer, type Task } from '../support/processes.ts';
import { type Figure, shown } from '../support/section.ts';
import { installVendorSdk, type VendorSdk } from '../support/vendor-sdk.ts';
import { type Bench, inTurns, type Measured, type Part, timesAsMuch } from './part.ts';

const CONCURRENCY = 32;
const CPU = 'cpuSecondsPer1000';
const WALL = 'secondsPer1000';
/** How long the other cloud takes for each answer, and how many requests wait for theirs at once. */
const DELAY_MS = 20;
const DELAYED_CONCURRENCY = 16;

export const measureReads: Part = async (bench) => {
  bench.note('installing the SDK');
  const sdk = installVendorSdk(bench);
  const near = await startServer(bench, { program: 'cloud', task: { delayMs: 0 } });
  const far = await startServer(bench, { program: 'cloud', task: { delayMs: DELAY_MS } });
  try {
    const certificates = bench.quick ? 2_000 : 10_000;
    const of = await inTurns(bench, variantsOf({ bench, sdk, near, far, certificates }));
    return {
      title: `Reading ${certificates} certificates, ${CONCURRENCY} at once`,
      how: howText(sdk),
      head: ['client', 'CPU s per 1,000', 'spread', 's per 1,000', 'MB'],
      rows: ROWS.filter(([name]) => sdk.ok || name !== 'sdk').map(([name, what]) => row(what, of(name))),
      figures: figuresOf(of, sdk),
    };
  } finally {
    await Promise.all([near.stop(), far.stop()]);
  }
};

type Name = 'ours' | 'signed' | 'sdk' | 'axios' | 'undici' | 'oursFar' | 'undiciFar';

const ROWS: readonly (readonly [Name, what: string])[] = [
  ['ours', 'ours'],
  ['signed', 'ours, signed'],
  ['sdk', 'the SDK’s core, signed'],
  ['axios', 'axios, keep-alive'],
  ['undici', 'undici, nothing else'],
  ['oursFar', `ours, ${DELAY_MS} ms away, ${DELAYED_CONCURRENCY} at once`],
  ['undiciFar', `undici, ${DELAY_MS} ms away, ${DELAYED_CONCURRENCY} at once`],
];

function howText(sdk: VendorSdk): string {
  return [
    'A server on bare sockets answers every request at once with a certificate of 1.5 KB.',
    'The reader is the daemon’s own, with deadline, pace, credentials, validation and metrics; only its pace is set so high that nothing waits. It sends a token of 2 KB or, signed, an access key.',
    `The SDK is the core of the vendor’s own, \`@huaweicloud/huaweicloud-sdk-core\`${sdk.ok ? ` ${sdk.version}` : ''}, called as its client for this service calls it, and silent: it knows no token made elsewhere and signs each request with an access key, goes through axios, and has no deadline, no pace, no validation and no metrics.`,
    'The benchmark installs it from a lock file of its own (`bench/vendor-sdk`) into `dist`: neither the program nor its tests need it, and it brings 45 packages.',
    'axios keeps connections alive and goes through the same parser; undici is its pool and JSON.parse alone.',
    `CPU of the client process, after 2,000 reads to warm up. The last two rows are of a server that answers after ${DELAY_MS} ms.`,
    'A signature made alone takes 5 µs; what it adds to a read of ours beyond that is headers that differ from request to request, which are put together, checked and encoded anew each time.',
  ].join(' ');
}

interface Setting {
  readonly bench: Bench;
  readonly sdk: VendorSdk;
  readonly near: Server;
  readonly far: Server;
  readonly certificates: number;
}

function variantsOf({ bench, sdk, near, far, certificates }: Setting): Record<Name, () => Promise<Figures>> {
  const nearby = { port: near.ready['port'] ?? 0, certificates, concurrency: CONCURRENCY };
  const away = {
    port: far.ready['port'] ?? 0,
    certificates: certificates * 0.4,
    concurrency: DELAYED_CONCURRENCY,
  };
  const run = (program: string, task: Task) => () => runOnce(bench, { program, task, cwd: bench.workspace });
  return {
    ours: run('read-ours', { ...nearby, credentials: 'token' }),
    signed: run('read-ours', { ...nearby, credentials: 'signed' }),
    sdk: sdk.ok ? run('read-sdk', { ...nearby, sdkFolder: sdk.folder }) : async () => ({}),
    axios: run('read-axios', nearby),
    undici: run('read-undici', nearby),
    oursFar: run('read-ours', { ...away, credentials: 'token' }),
    undiciFar: run('read-undici', away),
  };
}

function row(what: string, measured: Measured): readonly string[] {
  return [
    what,
    shown(measured.median(CPU)),
    measured.spread(CPU),
    shown(measured.median(WALL)),
    shown(measured.median('megabytes')),
  ];
}

function figuresOf(of: (name: Name) => Measured, sdk: VendorSdk): Figure[] {
  return [
    { what: 'CPU, ours / axios', unit: 'x', atMost: 0.4, value: timesAsMuch(of('ours'), of('axios'), CPU) },
    { what: 'CPU, ours / undici', unit: 'x', atMost: 2.5, value: timesAsMuch(of('ours'), of('undici'), CPU) },
    ...sdkFigures(of, sdk),
    {
      what: `reads per second, ours / undici, ${DELAY_MS} ms away, ${DELAYED_CONCURRENCY} at once`,
      unit: 'x',
      atLeast: 0.95,
      value: timesAsMuch(of('undiciFar'), of('oursFar'), WALL),
    },
  ];
}

function sdkFigures(of: (name: Name) => Measured, sdk: VendorSdk): Figure[] {
  const variants = [
    ['ours', 'CPU, ours with a token / the SDK’s core'],
    ['signed', 'CPU, ours signed / the SDK’s core'],
  ] as const;
  return variants.map(([name, what]): Figure => {
    const fixed = { what, unit: 'x', atMost: 0.25 } as const;
    return sdk.ok
      ? { ...fixed, value: timesAsMuch(of(name), of('sdk'), CPU) }
      : { ...fixed, value: null, why: sdk.why };
  });
}
