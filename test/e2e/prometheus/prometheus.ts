// A real Prometheus on loopback that scrapes every second, with rules, targets that can be changed, and its HTTP API.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { programInPath } from '../support/tools.ts';
import { startServerProcess } from './server-process.ts';

export const SHIPPED_RULES = 'docs/prometheus-rules.yaml';

const SAMPLES = z.array(
  z.object({
    metric: z.record(z.string(), z.string()),
    value: z.tuple([z.number(), z.string()]),
  }),
);
const ANSWER = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ resultType: z.string(), result: z.unknown() }).optional(),
});
const RULES = z.object({
  groups: z.array(z.object({ name: z.string(), rules: z.array(z.record(z.string(), z.unknown())) })),
});

export type Sample = z.infer<typeof SAMPLES>[number];
export type Rules = z.infer<typeof RULES>;

/** One pod as Prometheus' service discovery would find it. */
export interface Target {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Prometheus {
  readonly origin: string;
  /** Replaces all targets; it looks at them within a second. */
  target(targets: readonly Target[]): void;
  /** An instant query that must be answered with 200; throws with Prometheus' own words where it is not. */
  query(expression: string): Promise<readonly Sample[]>;
  /** Asks until the predicate holds of the answer; throws after a minute. */
  waitFor(expression: string, predicate: (samples: readonly Sample[]) => boolean): Promise<readonly Sample[]>;
  /** The server's GET API, parsed. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * The shipped rules as they stand, but every `for` is shortened to two seconds. Only the absence keeps its own: here the monitor
 * starts after Prometheus, and how long that takes is the machine's affair.
 */
export function quickShippedRules(): Rules {
  const { groups } = RULES.parse(parse(readFileSync(SHIPPED_RULES, 'utf8')));
  const quick = (rule: Record<string, unknown>) =>
    'for' in rule && rule['for'] !== '0m' && rule['alert'] !== 'CcmMonitorAbsent'
      ? { ...rule, for: '2s' }
      : rule;
  return { groups: groups.map(({ name, rules }) => ({ name, rules: rules.map(quick) })) };
}

/** Starts it; `alertmanager` is `host:port`. */
export async function startPrometheus({
  rules,
  alertmanager,
}: {
  rules: Rules;
  alertmanager?: string;
}): Promise<Prometheus> {
  const command = programInPath('prometheus', { script: 'prometheus.sh' });
  const folder = mkdtempSync(join(tmpdir(), 'ccm-prometheus-'));
  const targetsFile = join(folder, 'targets.json');
  writeFileSync(join(folder, 'rules.yml'), stringify(rules));
  writeFileSync(join(folder, 'prometheus.yml'), stringify(configuration(targetsFile, alertmanager)));
  writeFileSync(targetsFile, '[]');
  const server = startServerProcess(command, [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--rules.alert.resend-delay=1s',
  ]);

  async function stop(): Promise<void> {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  let origin: string;
  try {
    const [, address] = await server.printed(/msg="Listening on" address=(\S+)/);
    await server.printed(/Server is ready to receive web requests/);
    origin = `http://${address}`;
  } catch (error) {
    await stop();
    throw error;
  }

  const prometheus: Prometheus = {
    origin,
    target(targets) {
      // Renamed into place: half a file would be no targets at all.
      const groups = targets.map(({ address, labels }) => ({ targets: [address], labels }));
      writeFileSync(`${targetsFile}.new`, JSON.stringify(groups));
      renameSync(`${targetsFile}.new`, targetsFile);
    },
    async query(expression) {
      const answer = ANSWER.parse(
        await prometheus.get(`/api/v1/query?query=${encodeURIComponent(expression)}`),
      );
      if (answer.status !== 'success' || answer.data === undefined)
        throw new Error(`Cannot evaluate ${expression}: ${answer.error ?? 'no data'}`);
      if (answer.data.resultType !== 'vector')
        throw new Error(`Cannot use ${expression}: it is a ${answer.data.resultType}, and must be a vector`);
      return SAMPLES.parse(answer.data.result);
    },
    async waitFor(expression, predicate) {
      const endMs = performance.now() + 60_000;
      for (;;) {
        const samples = await prometheus.query(expression);
        if (predicate(samples)) return samples;
        if (performance.now() > endMs)
          throw new Error(`Cannot wait any longer for ${expression}: it is ${JSON.stringify(samples)}`);
        await sleep(100);
      }
    },
    get: async (path) => (await fetch(`${origin}${path}`)).json(),
    stop,
  };
  return prometheus;
}

function configuration(targetsFile: string, alertmanager: string | undefined): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'ccm-cert-monitor',
        file_sd_configs: [{ files: [targetsFile], refresh_interval: '1s' }],
      },
    ],
    ...(alertmanager === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
  };
}
