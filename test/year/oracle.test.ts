// The oracle of the year hears what must be heard: an incident nobody was told of, a mail that is not true, one told twice.
import { describe, expect, test } from '@jest/globals';
import type { Notice } from '../../src/alerts/alert.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { KINDS } from '../model/model.ts';
import { mail, NOW, notice, POLICY } from '../support/factories.ts';
import { createOracle, type Oracle } from './oracle.ts';
import type { Sight } from './outside.ts';

const ID = 'scs0000000000001';
const READER = 'oncall@example.com';

const RULES = {
  warning: 30 * DAY_MS,
  critical: 7 * DAY_MS,
  pending: 7 * DAY_MS,
  unreadable: HOUR_MS,
  kinds: KINDS,
  ladder: POLICY.ladderMs,
  reminders: POLICY.remindersMs,
  resolved: true,
  stuck: 10 * DAY_MS,
  overdue: 21 * DAY_MS,
  successorsIn: { default: ['default'] },
  allSeen: [],
  deploy: DAY_MS,
};

/** An hour of the story: the certificate is looked at, and there are chances to mail. */
function hour(oracle: Oracle, hours: number, status: string): void {
  for (let ticks = 0; ticks < 4; ticks += 1) oracle.mailable(READER);
  oracle.saw({
    id: ID,
    account: 'default',
    names: ['www.example.com'],
    seen: { status, notAfter: NOW + 300 * DAY_MS },
    readers: [READER],
    nowMs: NOW + hours * HOUR_MS,
  });
  oracle.judged(NOW + hours * HOUR_MS);
}

function comes(
  oracle: Oracle,
  hours: number,
  facts: Partial<Notice>,
  { messageId = `<${hours}@x>`, copy = false } = {},
): void {
  const told = notice(
    { id: ID, epochMs: NOW + HOUR_MS },
    { kind: 'revoked', atMs: NOW + hours * HOUR_MS, ...facts },
  );
  oracle.received(mail({ messageId, recipient: READER, content: { type: 'notices', notices: [told] } }), {
    nowMs: NOW + hours * HOUR_MS,
    copy,
  });
}

/** Live, revoked from the first hour on, and live again at the fifth. */
function story(mails: (oracle: Oracle, hours: number) => void): readonly string[] {
  const oracle = createOracle(RULES);
  for (const [hours, status] of ['ISSUED', 'REVOKED', 'REVOKED', 'REVOKED', 'REVOKED', 'ISSUED'].entries()) {
    hour(oracle, hours, status);
    mails(oracle, hours);
  }
  return oracle.verdict().faults.map((text) => text.replace(/ scs.*/, ''));
}

const first = (oracle: Oracle, hours: number) => hours === 1 && comes(oracle, 1, {});

describe('the oracle of the year', () => {
  test.each<[string, (oracle: Oracle, hours: number) => unknown, readonly string[]]>([
    [
      'has nothing to say where it was told, and told as over',
      (oracle, hours) => [first(oracle, hours), hours === 5 && comes(oracle, 5, { change: 'resolved' })],
      [],
    ],
    ['hears that nobody was told', () => undefined, ['MISSED revoked']],
    [
      'hears of what does not hold',
      (oracle, hours) => [first(oracle, hours), hours === 0 && comes(oracle, 0, { sinceMs: NOW - HOUR_MS })],
      ['FALSE, it does not hold: first revoked'],
    ],
    [
      'hears that it is told as over while it holds',
      (oracle, hours) => [first(oracle, hours), hours === 3 && comes(oracle, 3, { change: 'resolved' })],
      ['FALSE, it holds: resolved revoked'],
    ],
    [
      'hears of what was over before the mail came',
      (oracle, hours) => [
        first(oracle, hours),
        hours === 5 && comes(oracle, 5, { change: 'reminder', atMs: NOW + 4 * HOUR_MS, reminderMs: 1 }),
      ],
      ['STALE, it is over: reminder revoked'],
    ],
    [
      'takes what flaps after its end: that end is told once it stays away',
      (oracle, hours) => [
        first(oracle, hours),
        hours === 5 && comes(oracle, 5, { flapping: true, occurrence: 2 }),
      ],
      [],
    ],
    [
      'hears that the same is told in another mail',
      (oracle, hours) => [first(oracle, hours), hours === 2 && comes(oracle, 2, {})],
      ['TWICE first revoked'],
    ],
    [
      'hears of a copy that nobody had to send',
      (oracle, hours) => [first(oracle, hours), hours === 2 && comes(oracle, 2, {}, { messageId: '<1@x>' })],
      ['TWICE the mail <1@x>, though the first was acknowledged'],
    ],
    [
      'takes a copy after a lost answer',
      (oracle, hours) => [
        first(oracle, hours),
        hours === 2 && comes(oracle, 2, {}, { messageId: '<1@x>', copy: true }),
      ],
      [],
    ],
  ])('%s', (_title, mails, faults) => {
    expect(story((oracle, hours) => void mails(oracle, hours))).toEqual(faults);
  });
});

const PLACE = 'www.example.com:443';
const OLD: Sight = {
  fingerprint: 'old',
  notBeforeMs: NOW - 300 * DAY_MS,
  endsMs: NOW + 60 * DAY_MS,
  refused: false,
};
const NEW: Sight = {
  fingerprint: 'new',
  notBeforeMs: NOW - HOUR_MS,
  endsMs: NOW + 300 * DAY_MS,
  refused: false,
};

/** Issued at noon, deployed sixty hours later: too late from the 25th hour on, over at the 60th. */
function deployment(
  mails: (oracle: Oracle, hours: number) => unknown,
  {
    sights = {},
    restartAt = 0,
  }: { sights?: Readonly<Record<number, Sight | null>>; restartAt?: number } = {},
): readonly string[] {
  const oracle = createOracle(RULES);
  for (let hours = 0; hours <= 100; hours += 1) {
    for (let ticks = 0; ticks < 4; ticks += 1) oracle.mailable(READER);
    if (hours === restartAt) oracle.started();
    const nowMs = NOW + hours * HOUR_MS;
    oracle.saw({
      id: ID,
      account: 'default',
      names: ['www.example.com'],
      seen: { status: 'ISSUED', notAfter: NOW + 300 * DAY_MS },
      readers: [READER],
      issued: { fingerprint: 'new', notBeforeMs: NOW - HOUR_MS, issuedAtMs: NOW },
      probe: [PLACE],
      nowMs,
    });
    const sight = sights[hours];
    oracle.looked(PLACE, sight === undefined ? (hours < 60 ? OLD : NEW) : sight);
    oracle.judged(nowMs);
    mails(oracle, hours);
  }
  return oracle.verdict().faults.map((text) => text.replace(/ (scs|of 2).*/, ''));
}

/** A mail of this hour about what is seen from outside. */
function says(oracle: Oracle, hours: number, facts: Partial<Notice>): void {
  const kind = facts.kind ?? 'not-deployed';
  const about = { id: ID, epochMs: NOW + 300 * DAY_MS };
  const told = notice(about, { kind, atMs: NOW + hours * HOUR_MS, sinceMs: NOW + 25 * HOUR_MS, ...facts });
  const content = { type: 'notices' as const, notices: [told] };
  oracle.received(mail({ messageId: `<${hours}@x>`, recipient: READER, content }), {
    nowMs: NOW + hours * HOUR_MS,
    copy: false,
  });
}

const late = (oracle: Oracle, hours: number) => hours === 25 && says(oracle, 25, {});
const over = (oracle: Oracle, hours: number) => hours === 60 && says(oracle, 60, { change: 'resolved' });
const blind = (from: number, to: number): Readonly<Record<number, Sight | null>> =>
  Object.fromEntries(Array.from({ length: to - from }, (_, n) => [from + n, null]));

describe('the oracle of the year, outside', () => {
  test('has nothing to say where a late deployment was told once, and that it is over', () => {
    expect(deployment((...at) => [late(...at), over(...at)])).toEqual([]);
  });

  test('hears that nobody was told of a late deployment', () => {
    expect(deployment(() => undefined)).toEqual(['MISSED not-deployed']);
  });

  test('hears that a deployment is called late within its time', () => {
    const early = (oracle: Oracle, hours: number) => hours === 24 && says(oracle, 24, {});
    expect(deployment((...at) => [early(...at), over(...at)])).toEqual([
      'FALSE, it does not hold: first not-deployed',
    ]);
  });

  test('hears that a late deployment is told as over while the old one is served, also where it is not seen right now', () => {
    const soon = (oracle: Oracle, hours: number) => hours === 30 && says(oracle, 30, { change: 'resolved' });
    for (const sights of [{}, blind(28, 40)])
      expect(deployment((...at) => [late(...at), soon(...at)], { sights })).toEqual([
        'FALSE, it holds: resolved not-deployed',
      ]);
    expect(
      deployment((...at) => [late(...at), soon(...at)], { sights: blind(28, 40), restartAt: 29 }),
    ).toEqual(['FALSE, it holds: resolved not-deployed']);
  });

  test('hears of a mail that comes of a look that fails', () => {
    const refused = (oracle: Oracle, hours: number) =>
      hours === 10 && says(oracle, 10, { kind: 'untrusted', sinceMs: NOW + 10 * HOUR_MS });
    expect(
      deployment((...at) => [refused(...at), late(...at), over(...at)], { sights: blind(10, 12) }),
    ).toEqual(['FALSE, it does not hold: first untrusted']);
  });

  test('hears that it is told again after a restart', () => {
    const again = (oracle: Oracle, hours: number) =>
      hours === 40 && says(oracle, 40, { sinceMs: NOW + 25 * HOUR_MS });
    expect(deployment((...at) => [late(...at), again(...at), over(...at)], { restartAt: 40 })).toEqual([
      'TWICE first not-deployed',
    ]);
  });

  test('hears that nobody was told of its end', () => {
    // A day and more after the end, so that nothing can flap.
    const sights = Object.fromEntries(Array.from({ length: 61 }, (_, n) => [n + 30, NEW]));
    expect(deployment(late, { sights })).toEqual(['UNRESOLVED not-deployed']);
  });

  test.each<[string, Sight]>([
    ['untrusted', { ...NEW, refused: true }],
    ['served-expiring', { ...NEW, endsMs: NOW + 20 * DAY_MS }],
  ])('hears that nobody was told of what is %s', (kind, sight) => {
    const sights = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n < 20 ? sight : NEW]));
    expect(deployment(() => undefined, { sights })).toEqual([`MISSED ${kind}`]);
  });
});
