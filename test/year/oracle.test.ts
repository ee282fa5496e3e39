// The oracle of the year hears what must be heard: an incident nobody was told of, a mail that is not true, one told twice.
import { describe, expect, test } from '@jest/globals';
import type { Notice } from '../../src/alerts/alert.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { KINDS } from '../model/model.ts';
import { mail, NOW, notice, POLICY } from '../support/factories.ts';
import { createOracle, type Oracle } from './oracle.ts';

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
