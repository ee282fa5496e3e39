// Counts what a process syncs to disk, between two folders that it makes: strace sees both.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The command that a process runs under, to write down its syncs; null where there is no strace, or it may not trace. */
export function tracing(file: string): readonly string[] | null {
  const command = ['strace', '-f', '-o', file, '-e', 'trace=fsync,fdatasync,mkdir,mkdirat'];
  const [name = '', ...args] = command;
  const tried = spawnSync(name, [...args, process.execPath, '--version'], {
    stdio: 'ignore',
    timeout: 20_000,
  });
  return tried.status === 0 ? command : null;
}

export function readTrace(file: string): readonly number[] {
  return syncsBetween(readFileSync(file, 'utf8'));
}

/** How often it synced between each `begin-N` and `end-N`. Pure. */
export function syncsBetween(trace: string): readonly number[] {
  const counts: number[] = [];
  let count: number | null = null;
  for (const line of trace.split('\n')) {
    if (/mkdir(at)?\(.*\/begin-\d+"/.test(line)) count = 0;
    else if (/mkdir(at)?\(.*\/end-\d+"/.test(line) && count !== null) {
      counts.push(count);
      count = null;
    } else if (/\bf(data)?sync\(/.test(line) && count !== null) count += 1;
  }
  return counts;
}
