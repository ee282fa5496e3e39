// Public addresses on this machine for the length of a test, and names for them that one process alone knows.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programInPath } from '../support/tools.ts';

const TOOLS = { script: 'addresses.sh' };

/** Of the network for documentation (RFC 5737): no host of anybody's is hidden by it. */
export interface Addresses {
  /** Runs what follows it where these names lead to these addresses. */
  readonly under: readonly string[];
  release(): void;
}

/** Needs root. Names → addresses out of 198.51.100.0/24. */
export function takeAddresses(names: Readonly<Record<string, string>>, folder: string): Addresses {
  const ip = programInPath('ip', TOOLS);
  const taken: string[] = [];
  const release = (): void => {
    for (const address of taken.splice(0)) execFileSync(ip, ['address', 'del', `${address}/32`, 'dev', 'lo']);
  };
  try {
    for (const address of new Set(Object.values(names))) {
      execFileSync(ip, ['address', 'add', `${address}/32`, 'dev', 'lo'], { stdio: 'pipe' });
      taken.push(address);
    }
  } catch (error) {
    release();
    throw error;
  }
  const hosts = join(folder, 'hosts');
  const lines = Object.entries({ localhost: '127.0.0.1', ...names }).map(([name, at]) => `${at} ${name}\n`);
  writeFileSync(hosts, lines.join(''), { mode: 0o644 });
  const mountAndRun = 'mount --bind "$0" /etc/hosts && exec "$@"';
  return {
    under: [programInPath('unshare', TOOLS), '--mount', '/bin/sh', '-c', mountAndRun, hosts],
    release,
  };
}
