// How much memory a process holds.
import { readFileSync } from 'node:fs';

const MIB = 1_048_576;

/** Resident memory of a process of this machine, in MiB. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`Cannot read the memory of process ${pid}: it has ended`);
  return Number(kib) / 1_024;
}

/** The heap of this process after a collection where one can be asked for, in MiB. */
export function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MIB;
}
