// What the demo may be told on its command line. Pure.
import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** Ends by itself after this; null: at Ctrl-C. */
  readonly forMs: number | null;
  /** Leaves the folder with configuration, state, mails and log. */
  readonly keep: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: npm run demo -- [--for 45s] [--keep]

Starts a simulated cloud, a mail server and the monitor between them.

  --for TIME   ends by itself after 45s, 2m, …; exits 0 only if the monitor did
  --keep       leaves the folder with configuration, state, mails and log
`;

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Throws with a text for people where an argument is unknown or wrong. */
export function readArguments(args: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { for: { type: 'string' }, keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  return {
    forMs: values.for === undefined ? null : readSpan(values.for),
    keep: values.keep ?? false,
    help: values.help ?? false,
  };
}

function readSpan(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const unitMs = UNITS_MS.get(unit);
  if (unitMs === undefined) throw new Error(`Cannot read --for ${text}: write it like 45s or 2m`);
  return Number(count) * unitMs;
}
