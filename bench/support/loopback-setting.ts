// A folder with a configuration for the built daemon: accounts of the benchmark's cloud, no mail, a port of its own.
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idsOf, TOKEN } from './cloud-body.ts';

export interface LoopbackSetting {
  readonly configPath: string;
  /** Of its certificates, in the order of the configuration. */
  readonly ids: readonly string[];
  /** Writes the same configuration with another schedule in its place, whole. */
  reschedule(cron: string): void;
}

/** More than loopback gives: the pace is not what a check waits for. */
const REQUESTS_PER_SECOND = 1_000;
const ACCOUNTS = 10;

/** So many certificates over ten accounts, so that the pace of one account does not make the check last. */
export function createLoopbackSetting({
  workspace,
  cloudPort,
  certificates,
  cron,
}: {
  workspace: string;
  cloudPort: number;
  certificates: number;
  cron: string;
}): LoopbackSetting {
  const folder = mkdtempSync(join(workspace, 'daemon-'));
  const token = join(folder, 'token');
  writeFileSync(token, TOKEN);
  const names = Array.from({ length: ACCOUNTS }, (_, n) => `account-${n}`);
  const accounts = names.map((name) => ({
    name,
    endpoint: `http://127.0.0.1:${cloudPort}`,
    credentials: { type: 'token', token: { file: token } },
    requestsPerSecond: REQUESTS_PER_SECOND,
    concurrency: 4,
  }));
  const ids = idsOf(certificates);
  const configuration = {
    accounts,
    certificates: ids.map((id, n) => ({ id, account: names[n % ACCOUNTS] })),
    http: { host: '127.0.0.1', port: 0 },
    state: { path: join(folder, 'state.db') },
  };
  const configPath = join(folder, 'config.yaml');
  const write = (path: string, cron: string): void =>
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({ ...configuration, schedule: { cron } }));
  write(configPath, cron);
  return {
    configPath,
    ids,
    reschedule(cron) {
      write(`${configPath}.new`, cron);
      renameSync(`${configPath}.new`, configPath);
    },
  };
}
