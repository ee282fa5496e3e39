// The truth of a year: what happens to certificates in the cloud, and when people change the configuration. Pure.
import { createHash } from 'node:crypto';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import type { Random } from '../support/random.ts';

/** From then on until the next phase. Status null: the cloud has no such certificate. */
export interface Phase {
  readonly fromMs: number;
  readonly status: string | null;
  readonly notAfterMs: number | null;
  /** What the id stands for then; null before it is issued, and where there is none. */
  readonly issue: Issue | null;
}

/** What was issued at one time: a certificate that can be served. */
export interface Issue {
  readonly fingerprint: string;
  readonly issuedMs: number;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** As the cloud says it: at times it does not. */
  readonly saidIssuedMs: number | null;
}

/** One certificate id, from the day on which it comes into the configuration to that on which it leaves. */
export interface Life {
  readonly id: string;
  readonly account: string;
  /** What it is for: the domain, and the names beside it. */
  readonly names: readonly string[];
  readonly recipients: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly phases: readonly Phase[];
}

export interface Year {
  readonly startMs: number;
  readonly endMs: number;
}

const LIFETIMES_DAYS = [90, 200, 365] as const;
const OWNERS = ['payments@example.com', 'shop@example.com'] as const;

/** Trouble in the middle of a life ends this long before its end at the latest, so that the two can be told apart. */
const QUIET_END_DAYS = 45;

/**
 * The lives that follow one another in one place: each renewal under a new id starts the next, while the one before it
 * often runs on. `accounts`: where they lie, in turn.
 */
export function livesOf(
  random: Random,
  { place, accounts, year }: { place: number; accounts: readonly [string, ...string[]]; year: Year },
): Life[] {
  const lives: Life[] = [];
  const recipients = random.chance(0.3) ? [random.pick(OWNERS)] : [];
  const names = random.pick(namesAt(place));
  let fromMs = year.startMs;
  while (fromMs < year.endMs) {
    const number = lives.length;
    const id = `scs${String(place).padStart(7, '0')}${String(number).padStart(6, '0')}`;
    const account = accounts[number % accounts.length] ?? accounts[0];
    const { phases, toMs, nextMs } = lifeOf(random, { id, fromMs, first: number === 0 });
    const own = number > 0 && random.chance(0.2) ? random.pick(namesAt(place)) : names;
    lives.push({ id, account, names: own, recipients, fromMs, toMs, phases });
    fromMs = nextMs;
  }
  return lives;
}

/** No two places have a name in common; within one a renewal may have more names, or fewer. */
function namesAt(place: number): readonly [readonly string[], ...(readonly string[])[]] {
  const apex = `p${place}.example`;
  return [[`www.${apex}`], [`www.${apex}`], [`www.${apex}`, apex], [`*.${apex}`, apex], [apex]];
}

interface Course {
  readonly phases: readonly Phase[];
  readonly toMs: number;
  /** When the one that comes after it comes into the configuration. */
  readonly nextMs: number;
}

/** One life: applied for or already there, perhaps troubled, and then renewed, re-issued, forgotten or revoked. */
function lifeOf(
  random: Random,
  { id, fromMs, first }: { id: string; fromMs: number; first: boolean },
): Course {
  const phases: Phase[] = [];
  let atMs = fromMs;
  let issue: Issue | null = null;
  const add = (status: string | null, notAfterMs: number | null, lastsMs: number) => {
    phases.push({ fromMs: atMs, status, notAfterMs, issue: status === null ? null : issue });
    atMs += Math.round(lastsMs);
  };
  const days = (low: number, high: number) => (low + random.unit() * (high - low)) * DAY_MS + MINUTE_MS;
  const leaves = (nextMs = atMs) => ({ phases, toMs: Math.max(atMs, nextMs), nextMs: Math.round(nextMs) });

  if (!first && random.chance(0.6)) {
    const hung = random.chance(0.25);
    add('PAID', null, days(0.1, 1));
    add('CHECKING', null, hung ? days(9, 30) : days(0.5, 4));
    if (random.chance(0.08)) {
      add('UNPASSED', null, days(0.2, 6));
      return leaves(atMs - days(0, 0.2));
    }
    add('ISSUING', null, days(0.01, 0.5));
  }
  for (let issues = 0; ; issues += 1) {
    const lifetimeMs = random.pick(LIFETIMES_DAYS) * DAY_MS;
    const notAfterMs =
      atMs + Math.round(first && issues === 0 ? lifetimeMs * (0.05 + 0.95 * random.unit()) : lifetimeMs);
    issue = issueOf(`${id} ${issues}`, {
      issuedMs: first && issues === 0 ? notAfterMs - lifetimeMs : atMs,
      notAfterMs,
    });
    if (!first && random.chance(0.15)) {
      add('ISSUED', notAfterMs, days(0.05, 15));
      add('REVOKED', notAfterMs, days(0.5, 10));
      return leaves(atMs - days(0, 0.4));
    }
    if (!first && random.chance(0.1)) {
      for (let flaps = 1 + random.below(4); flaps > 0; flaps -= 1) {
        add('ISSUED', notAfterMs, days(0.05, 0.3));
        add(random.chance(0.5) ? null : 'FROZEN', notAfterMs, days(0.05, 0.3));
      }
    }
    const quietMs = notAfterMs - atMs - QUIET_END_DAYS * DAY_MS;
    if (quietMs > 10 * DAY_MS && random.chance(0.4)) {
      add('ISSUED', notAfterMs, random.unit() * (quietMs - 9 * DAY_MS) + MINUTE_MS);
      trouble(random, add, notAfterMs);
    }
    const leftMs = notAfterMs - atMs;
    const end = random.unit();
    if (end < 0.15) {
      // Forgotten: nobody renews it in time, and the cloud notices its end later than the clock does.
      add('ISSUED', notAfterMs, leftMs + days(0, 0.5));
      add('EXPIRED', notAfterMs, days(0.5, 40));
    } else if (end < 0.25) {
      add('ISSUED', notAfterMs, leftMs * random.unit());
      add('REVOKING', notAfterMs, days(0.2, 4));
      add('REVOKED', notAfterMs, days(0.5, 20));
    } else {
      const early = random.chance(0.5) ? days(31, 44) : days(0.3, 29);
      add('ISSUED', notAfterMs, Math.max(leftMs - early, HOUR_MS));
      if (random.chance(0.6)) {
        const nextMs = atMs;
        runsOn({ random, add, notAfterMs, leftMs: notAfterMs - atMs });
        return leaves(nextMs);
      }
      continue;
    }
    if (random.chance(0.6) || issues > 8) return leaves();
  }
}

/** Authorities date back by an hour, and one in four times the cloud does not say when. */
function issueOf(text: string, { issuedMs, notAfterMs }: { issuedMs: number; notAfterMs: number }): Issue {
  const fingerprint = createHash('sha1').update(text).digest('hex');
  const saidIssuedMs = /^[0-3]/.test(fingerprint) ? null : issuedMs;
  return { fingerprint, issuedMs, notBeforeMs: issuedMs - HOUR_MS, notAfterMs, saidIssuedMs };
}

/** Beside the one that is to take its place: for a while, past its end, deleted, or for good. */
function runsOn({
  random,
  add,
  notAfterMs,
  leftMs,
}: {
  random: Random;
  add: Add;
  notAfterMs: number;
  leftMs: number;
}): void {
  const days = (low: number, high: number) => (low + random.unit() * (high - low)) * DAY_MS;
  const what = random.unit();
  if (what < 0.15) return;
  if (what < 0.6) {
    add('ISSUED', notAfterMs, Math.min(days(0.5, 20), leftMs));
    if (what > 0.45) add(null, null, days(0.2, 20));
  } else {
    add('ISSUED', notAfterMs, leftMs + days(0, 0.5));
    add('EXPIRED', notAfterMs, what < 0.85 ? days(0.5, 40) : days(200, 400));
  }
}

type Add = (status: string | null, notAfterMs: number | null, lastsMs: number) => void;

const TROUBLES = ['flap', 'cancelled', 'unknown', 'missing', 'undated'] as const;

function trouble(random: Random, add: Add, notAfterMs: number): void {
  const hours = (low: number, high: number) => (low + random.unit() * (high - low)) * HOUR_MS;
  switch (random.pick(TROUBLES)) {
    case 'flap':
      for (let flaps = 2 + random.below(6); flaps > 0; flaps -= 1) {
        add('REVOKING', notAfterMs, hours(1.1, 6));
        add('CANCLEREVOKING', notAfterMs, hours(1.1, 6));
      }
      return;
    case 'cancelled':
      add('REVOKING', notAfterMs, hours(4, 100));
      add('CANCLEREVOKING', notAfterMs, hours(24, 48));
      return;
    case 'unknown':
      add('FROZEN', notAfterMs, hours(2, 100));
      return;
    case 'missing':
      add(null, null, hours(2, 100));
      return;
    case 'undated':
      add('ISSUED', null, hours(2, 60));
      return;
  }
}

/** The phase that a life is in; before its first one, that one. */
export function phaseAt({ phases }: Life, atMs: number): Phase | undefined {
  return phases.findLast(({ fromMs }) => fromMs <= atMs) ?? phases[0];
}
