// How much memory a process holds.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1_048_576;

/** Resident memory of a process of this machine, in MiB. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`Cannot read the memory of process ${pid}: it has ended`);
  return Number(kib) / 1_024;
}

/** The heap of this process after a collection, in MiB. */
export function heapMiB(): number {
  collect();
  return process.memoryUsage().heapUsed / MIB;
}

/** Node gives the collector to contexts that are made after the flag is set. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc !== 'function') throw new Error('Cannot measure memory: V8 gave no collector');
  gc();
}
