// What breaks around the monitor in a year: the cloud, the mail server, the machine it runs on. Pure.
import type { FailureReason } from '../../src/certificates/reading.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import type { Random } from '../support/random.ts';
import type { Year } from './world.ts';

export interface Outage<What> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly what: What;
}

/** Every read fails, or about a third of them. */
export interface CloudTrouble {
  readonly reason: FailureReason;
  readonly share: 1 | 0.3;
}

/** `down`: no connection. `login`: refused as a whole. `greylist`: one recipient put off. `lost`: taken, but the answer is lost. */
export type MailTrouble = 'down' | 'login' | 'greylist' | 'lost';

const REASONS = [
  'unreachable',
  'timeout',
  'throttled',
  'unauthorized',
  'forbidden',
  'server_error',
  'malformed',
] as const;
const LENGTHS_MS = [5 * MINUTE_MS, 40 * MINUTE_MS, 3 * HOUR_MS, 20 * HOUR_MS, 3 * DAY_MS] as const;

/** `everyDays` on average; each of one of the lengths, half as long to half as long again. */
export function outages<What>(
  random: Random,
  year: Year,
  {
    everyDays,
    lengthsMs = LENGTHS_MS,
    what,
  }: { everyDays: number; lengthsMs?: readonly [number, ...number[]]; what: () => What },
): Outage<What>[] {
  const found: Outage<What>[] = [];
  const pause = () => Math.round(random.unit() * 2 * everyDays * DAY_MS) + MINUTE_MS;
  for (let fromMs = year.startMs + pause(); fromMs < year.endMs; fromMs += pause()) {
    const toMs = fromMs + Math.round(random.pick(lengthsMs) * (0.5 + random.unit()));
    found.push({ fromMs, toMs, what: what() });
    fromMs = toMs;
  }
  return found;
}

export function cloudOutages(random: Random, year: Year): readonly Outage<CloudTrouble>[] {
  const what = (): CloudTrouble => ({ reason: random.pick(REASONS), share: random.chance(0.6) ? 1 : 0.3 });
  return outages(random, year, { everyDays: 12, what });
}

export function mailOutages(random: Random, year: Year): readonly Outage<MailTrouble>[] {
  return outages(random, year, {
    everyDays: 9,
    what: () => random.pick(['down', 'login', 'greylist', 'lost'] as const),
  });
}

/** The monitor itself: mostly a restart at once, at times it is away for longer. */
export function restarts(random: Random, year: Year): readonly Outage<'restart'>[] {
  return outages(random, year, { everyDays: 8, what: () => 'restart' as const }).map((outage) =>
    random.chance(0.7) ? { ...outage, toMs: outage.fromMs } : outage,
  );
}

export function outageAt<What>(all: readonly Outage<What>[], atMs: number): What | null {
  return all.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.what ?? null;
}
