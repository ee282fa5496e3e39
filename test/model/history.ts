// Random histories of one certificate: what each check sees, under which settings, and what people do meanwhile. Pure.
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/shared/time.ts';
import { NOW } from '../support/factories.ts';
import { createRandom, type Random } from '../support/random.ts';
import { KINDS, type Kind, type Rules, type Seen } from './model.ts';

export interface Step {
  readonly atMs: number;
  readonly seen: Seen;
  readonly rules: Rules;
  /** Whether the program ends after this check and starts again from its state. */
  readonly restart: boolean;
  /** Before the check: somebody silences the certificate until then (0 lifts the silence); null: nobody does anything. */
  readonly silenceUntilMs: number | null;
}

export interface History {
  readonly to: readonly string[];
  readonly recipients: readonly string[];
  readonly steps: readonly Step[];
}

const STATUSES = [
  ...[
    'ISSUED',
    'ISSUED',
    'ISSUED',
    'ISSUED',
    'ISSUED',
    'UPLOAD',
    'SUPPLEMENTCHECKING',
    'CANCELSUPPLEMENTING',
  ],
  ...['REVOKING', 'REVOKING', 'CANCLEREVOKING', 'CANCELREVOKING', 'EXPIRED', 'EXPIRED', 'REVOKED', 'REVOKED'],
  ...[
    'UNPASSED',
    'UNPASSED',
    'PAID',
    'CHECKING',
    'CHECKING_DOMAIN',
    'CHECKING_ORG',
    'ISSUING',
    'CANCELCHECKING',
  ],
  ...['FROZEN', 'issued', ''],
] as const;
const ENDS_DAYS = [-400, -5, 0, 0.04, 0.5, 1, 2, 6, 8, 13, 20, 29, 31, 50, 400] as const;
/** No end falls on the time of a check, as in life: the two would be one epoch by chance. */
const ODD_MS = 777;
const PAUSES_MS = [
  SECOND_MS,
  MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  9 * DAY_MS,
] as const;
type Days = readonly number[];
const LADDERS: readonly [Days, ...Days[]] = [[30, 14, 7, 3, 1], [60, 30, 14, 7, 3, 1], [10], [], [2, 0.5]];
const REMINDERS: readonly [Days, ...Days[]] = [[1, 3, 7, 14, 30], [0.5, 1], [], [2, 400]];
const SPANS_DAYS = [45, 30, 30, 30, 14, 7] as const;
const RECIPIENTS = ['one@example.com', 'two@example.com', 'three@example.com'] as const;

/** The same seed makes the same history, on every machine. */
export function historyOf(seed: number): History {
  const random = createRandom(seed);
  const steps: Step[] = [];
  let rules = rulesOf(random);
  let atMs = NOW;
  // Stretches of the same, as in life: a certificate does not change with every look at it.
  for (let stretches = 1 + random.below(8); stretches > 0; stretches -= 1) {
    if (random.chance(0.1)) rules = rulesOf(random);
    const seen = seenBy(random);
    for (let checks = 1 + random.below(4); checks > 0; checks -= 1) {
      atMs += random.chance(0.3) ? SECOND_MS + random.below(5 * DAY_MS) : random.pick(PAUSES_MS);
      steps.push({ atMs, seen, rules, restart: random.chance(0.2), silenceUntilMs: silenceBy(random, atMs) });
    }
  }
  return { to: some(random), recipients: some(random), steps };
}

function seenBy(random: Random): Seen {
  if (random.chance(0.25)) return { failure: random.chance(0.4) ? 'missing' : random.pick(FAILURE_REASONS) };
  const notAfter = random.chance(0.06) ? null : NOW + random.pick(ENDS_DAYS) * DAY_MS + ODD_MS;
  return { status: random.pick(STATUSES), notAfter };
}

function rulesOf(random: Random): Rules {
  const [one, other] = [random.pick(SPANS_DAYS), random.pick(SPANS_DAYS)];
  const pendingDays = random.pick([7, 0, 1]);
  return {
    warning: Math.max(one, other) * DAY_MS,
    critical: Math.min(one, other) * DAY_MS,
    pending: pendingDays * DAY_MS,
    unreadable: random.pick([HOUR_MS, 0, 2 * DAY_MS]),
    kinds: random.chance(0.7) ? KINDS : KINDS.filter(() => random.chance(0.7)),
    ladder: random.pick(LADDERS).map((days) => days * DAY_MS),
    reminders: random.pick(REMINDERS).map((days) => days * DAY_MS),
    resolved: random.chance(0.8),
  };
}

function silenceBy(random: Random, atMs: number): number | null {
  if (random.chance(0.92)) return null;
  return random.chance(0.3) ? 0 : atMs + random.pick([HOUR_MS, DAY_MS, 30 * DAY_MS]);
}

function some(random: Random): readonly string[] {
  return RECIPIENTS.filter(() => random.chance(0.5));
}

/** The history for people: a line per check. */
export function historyText({ steps }: History): string {
  const days = (ms: number) => `${+((ms - NOW) / DAY_MS).toFixed(4)}d`;
  return steps
    .map(({ atMs, seen, rules, restart, silenceUntilMs }, index) => {
      const sight =
        'failure' in seen
          ? `fails: ${seen.failure}`
          : `${seen.status} ends ${seen.notAfter === null ? '-' : days(seen.notAfter)}`;
      const silence =
        silenceUntilMs === null
          ? ''
          : silenceUntilMs === 0
            ? ', silence lifted'
            : `, silenced until ${days(silenceUntilMs)}`;
      const settings = steps[index - 1]?.rules === rules ? '' : `\n    with ${rulesText(rules)}`;
      return `${days(atMs)} ${sight}${silence}${restart ? ', then a restart' : ''}${settings}`;
    })
    .join('\n');
}

function rulesText({
  warning,
  critical,
  pending,
  unreadable,
  kinds,
  ladder,
  reminders,
  resolved,
}: Rules): string {
  const days = (list: readonly number[]) => list.map((ms) => +(ms / DAY_MS).toFixed(4)).join(' ');
  const off: readonly Kind[] = KINDS.filter((kind) => !kinds.includes(kind));
  return `warning ${days([warning])}, critical ${days([critical])}, pending ${days([pending])}, unreadable ${days([unreadable])}, ladder ${days(ladder)}; reminders ${days(reminders)}; ${resolved ? '' : 'no resolved; '}without ${off.join(' ') || 'nothing'}`;
}
