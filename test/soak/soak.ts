// The daemon in this process, its configuration rewritten again and again: certificates come, stay for two rounds, and go.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig } from '../../src/config/load.ts';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import { HOUR_MS, systemClock } from '../../src/shared/time.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { certificateId } from '../simulator/certificates.ts';
import { heldNow, type Sample } from './gauge.ts';
import { startCloud, startMailServer } from './servers.ts';

/** New certificates a round; each stays for two. */
export const PER_ROUND = 1_000;
const STAY_ROUNDS = 2;
const ACCOUNTS = ['a', 'b', 'c', 'd'] as const;
/** Simulated time from one reload to the next. */
const ROUND_MS = 6 * HOUR_MS;
const WAIT_MS = 120_000;
const ALL_READ = `"Check complete: ${STAY_ROUNDS * PER_ROUND} of ${STAY_ROUNDS * PER_ROUND} certificates read`;

export interface SoakReport {
  readonly samples: readonly Sample[];
  readonly mails: number;
  readonly days: number;
  readonly stateMib: number;
}

/** Runs that many rounds; `note` is told of each. */
export async function soak({
  rounds,
  note,
}: {
  rounds: number;
  note: (text: string) => void;
}): Promise<SoakReport> {
  const folder = mkdtempSync(join(tmpdir(), 'ccm-soak-'));
  const statePath = join(folder, 'state.db');
  const configPath = join(folder, 'config.yaml');
  let movedMs = 0;
  const clock = {
    wallMs: () => systemClock.wallMs() + movedMs,
    monotonicMs: () => systemClock.monotonicMs() + movedMs,
  };
  const cloud = await startCloud(clock.wallMs);
  const smtp = await startMailServer();
  writeFileSync(join(folder, 'token'), 'T'.repeat(64));
  const configure = (round: number) =>
    writeFileSync(configPath, configText({ round, folder, statePath, cloud, smtp }));
  let checks = 0;
  const log = createLog('info', {
    write(line: string) {
      if (line.includes(ALL_READ)) checks += 1;
      else if (/"level":"?(error|fatal|50|60)/.test(line)) throw new Error(`The daemon says: ${line}`);
    },
  });
  configure(0);
  let daemon: Daemon | null = null;
  const samples: Sample[] = [];
  try {
    daemon = await startDaemon({ config: await loadConfig(configPath), configPath, log, clock });
    const { port } = daemon;
    await until('the first check', () => checks > 0);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    for (let round = 1; round <= rounds; round += 1) {
      movedMs += ROUND_MS;
      const startedMs = performance.now();
      delay.reset();
      delay.enable();
      const before = checks;
      configure(round);
      // The daemon looks at its file each second, and takes what two looks in a row saw: one reload, and one check.
      await until('the check after a reload', () => checks > before);
      await settled(port);
      delay.disable();
      const roundMs = performance.now() - startedMs;
      samples.push({
        ids: (round + STAY_ROUNDS) * PER_ROUND,
        ...heldNow(),
        ...(await seriesOf(port)),
        roundMs,
        blockedMs: delay.max / 1e6,
      });
      note(`round ${round} of ${rounds}`);
    }
  } finally {
    await daemon?.stop();
    await cloud.close();
    await smtp.close();
  }
  const report = {
    samples,
    mails: smtp.taken(),
    days: movedMs / (24 * HOUR_MS),
    stateMib: statSync(statePath).size / 2 ** 20,
  };
  rmSync(folder, { recursive: true, force: true });
  return report;
}

function configText({
  round,
  folder,
  statePath,
  cloud,
  smtp,
}: {
  round: number;
  folder: string;
  statePath: string;
  cloud: { port: number };
  smtp: { port: number };
}): string {
  // JSON is YAML.
  return JSON.stringify({
    accounts: ACCOUNTS.map((name) => ({
      name,
      endpoint: `http://127.0.0.1:${cloud.port}`,
      credentials: { type: 'token', token: { file: join(folder, 'token') } },
      requestsPerSecond: 1_000,
    })),
    certificates: Array.from({ length: STAY_ROUNDS * PER_ROUND }, (_, n) => ({
      id: certificateId(round * PER_ROUND + n),
      account: ACCOUNTS[n % ACCOUNTS.length],
    })),
    schedule: { cron: '0 0 1 1 *' },
    email: {
      smtp: { host: '127.0.0.1', port: smtp.port, tls: 'none' },
      from: 'certs@example.com',
      to: ['oncall@example.com'],
      summary: false,
    },
    http: { host: '127.0.0.1', port: 0 },
    state: { path: statePath },
  });
}

async function metricsOf(port: number): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

async function seriesOf(port: number): Promise<Pick<Sample, 'certificateSeries' | 'ownSeries'>> {
  const lines = await metricsOf(port);
  const certificateSeries = lines.filter((line) => line.includes('certificate_id=')).length;
  const ownSeries = lines.filter((line) => line.startsWith('ccm_monitor_')).length;
  return { certificateSeries, ownSeries };
}

/** Resolves once every certificate has been read, and no mail waits. */
async function settled(port: number): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  for (;;) {
    const lines = await metricsOf(port);
    const read = lines.filter((line) => line.startsWith('ccm_certificate_up{') && line.endsWith(' 1')).length;
    if (read === STAY_ROUNDS * PER_ROUND && lines.includes('ccm_monitor_outbox_mails{state="waiting"} 0'))
      return;
    if (performance.now() > endMs) throw new Error(`Waited ${WAIT_MS} ms in vain: all read, no mail waits`);
    await pause(20);
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`Waited ${WAIT_MS} ms in vain: ${what}`);
    await pause(5);
  }
}
