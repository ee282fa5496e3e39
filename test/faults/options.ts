// What `npm run faults` may be told. Pure.
import { parseArgs } from 'node:util';
import { MonitorError } from '../../src/shared/errors.ts';

export interface Options {
  readonly seed: number;
  /** The large numbers, for a machine that has hours. */
  readonly full: boolean;
  /** Over the experiments' own numbers; null: theirs. */
  readonly rounds: number | null;
  readonly only: readonly string[];
  /** Whether the rows of docs/reliability.md are written. */
  readonly write: boolean;
}

const OPTIONS = {
  seed: { type: 'string' },
  full: { type: 'boolean' },
  rounds: { type: 'string' },
  only: { type: 'string' },
  write: { type: 'boolean' },
} as const;

/** `names`: the experiments there are. Throws MonitorError USAGE. */
export function parseOptions(args: readonly string[], names: readonly string[]): Options {
  const { seed, full = false, rounds, only, write = false } = parse(args);
  const asked = only?.split(',') ?? names;
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined) throw usage(`there is no experiment ${unknown}, only ${names.join(', ')}`);
  return {
    seed: seed === undefined ? 1 : whole('seed', seed, 0),
    full,
    rounds: rounds === undefined ? null : whole('rounds', rounds, 1),
    only: names.filter((name) => asked.includes(name)),
    write,
  };
}

function whole(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw usage(`--${name} must be a whole number from ${least}, not ${text}`);
  return Number(text);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(why: string): MonitorError {
  return new MonitorError('USAGE', `Cannot run the faults: ${why}`);
}
