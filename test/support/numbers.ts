// The numbers that a simulation is told on its command line: `--seed 7`. Pure.
import { parseArgs } from 'node:util';
import { MonitorError } from '../../src/shared/errors.ts';

/** Each name with its default; throws MonitorError USAGE for any other name, and for what is no whole number from 0. */
export function numbersOf<Name extends string>(
  args: readonly string[],
  defaults: Readonly<Record<Name, number>>,
): (name: Name) => number {
  const options = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' as const }]),
  );
  const numbers = new Map<string, number>();
  for (const [name, text] of Object.entries(parsed(args, options))) {
    if (typeof text !== 'string' || !/^\d{1,9}$/.test(text))
      throw usage(`--${name} must be a whole number, not ${text}`);
    numbers.set(name, Number(text));
  }
  return (name) => numbers.get(name) ?? defaults[name];
}

function parsed(args: readonly string[], options: Record<string, { type: 'string' }>) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(why: string): MonitorError {
  return new MonitorError('USAGE', `Cannot run the simulation: ${why}`);
}
