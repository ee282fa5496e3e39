// What `npm run bench` may be told. Pure.
import { parseArgs } from 'node:util';
import { MonitorError } from '../../src/shared/errors.ts';

export const PARTS = [
  'reads',
  'check',
  'memory',
  'scrape',
  'rendering',
  'page',
  'start',
  'mails',
  'succession',
  'probe',
] as const;

export type PartName = (typeof PARTS)[number];

export interface Options {
  /** Fewer rounds of less, for CI: a few minutes in all. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly only: readonly PartName[];
  /** Whether docs/performance.md is written. */
  readonly write: boolean;
}

const ROUNDS = 5;
const QUICK_ROUNDS = 2;

/** Throws MonitorError USAGE. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const quick = values.quick ?? false;
  const rounds = values.rounds === undefined ? (quick ? QUICK_ROUNDS : ROUNDS) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    throw usage(`--rounds must be a whole number from 1 to 100, not ${values.rounds}`);
  const named = values.only?.split(',') ?? PARTS;
  const unknown = named.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw usage(`there is no part ${unknown}, only ${PARTS.join(', ')}`);
  return { quick, rounds, only: PARTS.filter((part) => named.includes(part)), write: values.write ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        write: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(why: string): MonitorError {
  return new MonitorError('USAGE', `Cannot run the benchmark: ${why}`);
}
