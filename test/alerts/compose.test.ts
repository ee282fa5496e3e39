// Notices become mails: one per recipient, put together with what waits unseen, under a Message-ID of its own.
import { describe, expect, test } from '@jest/globals';
import type { Mail, Notice } from '../../src/alerts/alert.ts';
import { alertText, composeMails, messageIdOf, noticeOf, thread } from '../../src/alerts/compose.ts';
import { summarise, summaryMails } from '../../src/alerts/summarise.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { ACCOUNT, alert, mail, NOW, notice, noticeCertificate } from '../support/factories.ts';

const TO = ['a@example.com', 'b@example.com'];

function compose(parts: Partial<Parameters<typeof composeMails>[0]>): ReturnType<typeof composeMails> {
  return composeMails({
    addressed: [],
    endedAlerts: [],
    waiting: [],
    grouped: () => false,
    domain: 'example.com',
    nowMs: NOW,
    ...parts,
  });
}

function told(notices: readonly Notice[], recipients: readonly string[] = TO) {
  return notices.map((one) => ({ notice: one, recipients }));
}

function noticesOf({ content }: Mail): readonly Notice[] {
  return content.type === 'notices' ? content.notices : [];
}

function said(mails: readonly Mail[]): string[] {
  return mails.map((one) => {
    const parts = noticesOf(one).map(
      ({ change, alerts }) => `${change} ${alerts.map(({ id }) => id).join('+')}`,
    );
    return `${one.recipient}: ${parts.join(', ')}`;
  });
}

describe('one mail per recipient', () => {
  test('all notices of a check to one recipient are one mail, whatever else others get', () => {
    const { mails } = compose({
      addressed: [
        ...told([notice({ id: 'one' })]),
        ...told([notice({ id: 'two' })], ['b@example.com', 'c@example.com']),
      ],
    });
    expect(said(mails)).toEqual([
      'a@example.com: first one',
      'b@example.com: first one, first two',
      'c@example.com: first two',
    ]);
  });

  test('one who is named twice gets it once', () => {
    const { mails } = compose({ addressed: told([notice()], ['a@example.com', 'a@example.com']) });
    expect(mails).toHaveLength(1);
  });

  test('where nothing is told there is no mail', () => {
    expect(compose({ waiting: [{ mail: mail() }] })).toEqual({ mails: [], replaced: [] });
  });
});

describe('what waits unseen', () => {
  const waiting = (...notices: Notice[]) => [
    {
      mail: mail({ messageId: '<old@x>', recipient: 'a@example.com', content: { type: 'notices', notices } }),
    },
  ];

  test('is put together with what is new, under one new Message-ID', () => {
    const { mails, replaced } = compose({
      waiting: waiting(notice({ id: 'old' })),
      addressed: told([notice({ id: 'new' })]),
    });
    expect(said(mails)).toEqual(['a@example.com: first old, first new', 'b@example.com: first new']);
    expect(replaced).toEqual(['<old@x>']);
    expect(mails.map(({ messageId }) => messageId)).not.toContain('<old@x>');
  });

  test('leaves where something newer is told about the same alert', () => {
    const { mails, replaced } = compose({
      waiting: waiting(notice({ id: 'one' }), notice({ id: 'two' })),
      addressed: told([notice({ id: 'one' }, { change: 'reminder' })], ['a@example.com']),
    });
    expect(said(mails)).toEqual(['a@example.com: first two, reminder one']);
    expect(replaced).toEqual(['<old@x>']);
  });

  test('leaves where its alert has ended, and the mail with the last of them', () => {
    const [ended] = notice({ id: 'one' }).alerts;
    const endedAlerts = ended === undefined ? [] : [ended];
    const both = compose({ waiting: waiting(notice({ id: 'one' }), notice({ id: 'two' })), endedAlerts });
    expect(said(both.mails)).toEqual(['a@example.com: first two']);
    const last = compose({ waiting: waiting(notice({ id: 'one' })), endedAlerts });
    expect(last).toEqual({ mails: [], replaced: ['<old@x>'] });
  });

  test('of a notice about many, those that ended leave, and the count follows', () => {
    const three = ['1', '2', '3'].map((id) => notice({ id }));
    const joined: Notice = {
      ...notice(),
      alerts: three.flatMap(({ alerts }) => alerts),
      certificates: three.flatMap(({ certificates }) => certificates),
      certificateCount: 3,
    };
    const { mails } = compose({ waiting: waiting(joined), endedAlerts: joined.alerts.slice(1, 2) });
    expect(noticesOf(mails[0] ?? mail())[0]).toMatchObject({
      certificateCount: 2,
      certificates: [{ id: '1' }, { id: '3' }],
    });
  });

  test('a summary that waits is neither dropped nor put together with notices', () => {
    const summary = summarise({
      watched: [],
      alerts: [],
      silences: [],
      checks: { lastCheckMs: null, lastCompleteCheckMs: null },
      outbox: { waiting: 0, parked: 0, undelivered: [] },
      clockSkews: [],
      unmonitored: [],
      nowMs: NOW,
    });
    const [weekly] = summaryMails({
      summary,
      recipients: ['a@example.com'],
      slotMs: NOW,
      domain: 'example.com',
    });
    const { mails, replaced } = compose({
      waiting: [{ mail: weekly ?? mail() }],
      addressed: told([notice({ id: 'new' })], ['a@example.com']),
    });
    expect(replaced).toEqual([]);
    expect(said(mails)).toEqual(['a@example.com: first new']);
  });

  test('several that wait become one', () => {
    const { mails, replaced } = compose({
      waiting: ['1', '2'].map((id) => ({
        mail: mail({
          messageId: `<${id}@x>`,
          recipient: 'a@example.com',
          content: { type: 'notices', notices: [notice({ id })] },
        }),
      })),
      addressed: told([notice({ id: '3' })], ['a@example.com']),
    });
    expect(said(mails)).toEqual(['a@example.com: first 1, first 2, first 3']);
    expect(replaced).toEqual(['<1@x>', '<2@x>']);
  });

  test('several that wait become one, also where nothing is new', () => {
    const { mails, replaced } = compose({
      waiting: [...waiting(notice({ id: '1' })), ...waiting(notice({ id: '2' }))],
    });
    expect(said(mails)).toEqual(['a@example.com: first 1, first 2']);
    expect(replaced).toHaveLength(2);
  });

  test('is made anew where only one of its notices changed, and says since when it waits', () => {
    const both = { ...notice({ id: '1' }), alerts: ['1', '2'].flatMap((id) => notice({ id }).alerts) };
    const old = mail({
      messageId: '<old@x>',
      recipient: 'a@example.com',
      createdAtMs: NOW - 3_600_000,
      content: { type: 'notices', notices: [notice({ id: '3' }), both] },
    });
    const { mails } = compose({ waiting: [{ mail: old }], endedAlerts: notice({ id: '1' }).alerts });
    expect(said(mails)).toEqual(['a@example.com: first 3, first 2']);
    expect(mails[0]).toMatchObject({ waitingSinceMs: NOW - 3_600_000, references: ['<old@x>'] });
  });

  test('is no root of a thread where nothing of it is left', () => {
    const newer = told([notice({ id: 'one' }, { change: 'reminder' }), notice({ id: 'new' })]);
    const { mails } = compose({ waiting: waiting(notice({ id: 'one' })), addressed: newer });
    expect(mails.map(({ references }) => references)).toEqual([[], []]);
  });
});

describe('notices of one account with one cause', () => {
  const unreadable = (id: string, account = ACCOUNT, cause = 'timeout') =>
    notice(
      { account, id },
      { kind: 'unreadable', cause, sinceMs: NOW - Number(id.length), flapping: id === '3' },
    );
  const grouped = ({ kind }: Notice) => kind === 'unreadable';

  test('are one notice per account and cause, and other kinds stay apart', () => {
    const notices = [
      unreadable('1'),
      notice({ id: 'x' }),
      unreadable('2'),
      unreadable('3', 'other'),
      unreadable('44', ACCOUNT, 'forbidden'),
      notice({ id: 'y' }),
    ];
    const { mails } = compose({ addressed: told(notices, ['a@example.com']), grouped });
    expect(said(mails)).toEqual(['a@example.com: first 1+2, first x, first 3, first 44, first y']);
  });

  test('of several checks are as new as the newest, and list their certificates in turn', () => {
    const older = { ...unreadable('1'), atMs: NOW - 5 };
    const old = mail({ recipient: 'a@example.com', content: { type: 'notices', notices: [older] } });
    const { mails } = compose({
      waiting: [{ mail: old }],
      addressed: told([unreadable('2')], ['a@example.com']),
      grouped,
    });
    expect(noticesOf(mails[0] ?? mail())).toMatchObject([
      { atMs: NOW, certificates: [{ id: '1' }, { id: '2' }] },
    ]);
  });

  test('list a hundred certificates, say how many there are, and since when the first of them', () => {
    const notices = Array.from({ length: 250 }, (_, n) => unreadable(String(n).padStart(4, '0'))).concat(
      unreadable('12345678'),
      unreadable('3'),
    );
    const { mails } = compose({ addressed: told(notices, ['a@example.com']), grouped });
    const [one] = noticesOf(mails[0] ?? mail());
    expect(one).toMatchObject({ certificateCount: 252, sinceMs: NOW - 8, flapping: true });
    expect([one?.certificates.length, one?.alerts.length]).toEqual([100, 252]);
  });

  test('remind after the longest of their ages', () => {
    const reminders = [1, 3, 1].map((days, n) => ({
      ...unreadable(String(n)),
      change: 'reminder' as const,
      reminderMs: days * DAY_MS,
    }));
    const { mails } = compose({ addressed: told(reminders, ['a@example.com']), grouped });
    expect(noticesOf(mails[0] ?? mail())).toMatchObject([{ change: 'reminder', reminderMs: 3 * DAY_MS }]);
  });

  test('grow by what is new while they wait', () => {
    const first = compose({ addressed: told([unreadable('1')], ['a@example.com']), grouped });
    const then = compose({
      addressed: told([unreadable('2')], ['a@example.com']),
      waiting: first.mails.map((one) => ({ mail: one })),
      grouped,
    });
    expect(said(then.mails)).toEqual(['a@example.com: first 1+2']);
  });
});

describe('a Message-ID', () => {
  const idOf = (facts: Parameters<typeof notice>, to = 'a@example.com') =>
    compose({ addressed: told([notice(...facts)], [to]) }).mails[0]?.messageId;

  test('is the same for the same mail, whatever the order of its notices, and one that RFC 5322 allows', () => {
    const notices = [notice({ id: '1' }), notice({ id: '2' })];
    const ids = [notices, notices.toReversed()].map(
      (order) => compose({ addressed: told(order) }).mails[0]?.messageId,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
  });

  test('does not hang on words, names or the time of composing', () => {
    const same = [
      notice({}, { reason: 'one' }),
      notice({}, { reason: 'two', certificates: [noticeCertificate({ name: 'new' })] }),
    ];
    const ids = same.map((one, n) => compose({ addressed: told([one]), nowMs: NOW + n }).mails[0]?.messageId);
    expect(ids[0]).toBe(ids[1]);
  });

  test.each<[string, Parameters<typeof notice>, string]>([
    ['recipient', [], 'b@example.com'],
    ['certificate', [{ id: 'other' }], 'a@example.com'],
    ['account', [{ account: 'other' }], 'a@example.com'],
    ['epoch', [{ epochMs: NOW + 1 }], 'a@example.com'],
    ['kind', [{}, { kind: 'revoked' }], 'a@example.com'],
    ['change', [{}, { change: 'reminder' }], 'a@example.com'],
    ['occurrence', [{}, { occurrence: 2 }], 'a@example.com'],
    ['rung', [{}, { rungMs: 1 }], 'a@example.com'],
    ['reminder', [{}, { reminderMs: 1 }], 'a@example.com'],
    ['check', [{}, { atMs: NOW + 1 }], 'a@example.com'],
  ])('is another for another %s', (_what, facts, to) => {
    expect(idOf(facts, to)).not.toBe(idOf([]));
  });

  test('is the same whatever the order of the alerts in a notice', () => {
    const alerts = ['1', '2'].flatMap((id) => notice({ id }).alerts);
    const idOf = (notice: Notice) => compose({ addressed: told([notice]) }).mails[0]?.messageId;
    expect(idOf({ ...notice(), alerts })).toBe(idOf({ ...notice(), alerts: alerts.toReversed() }));
  });

  test('its parts do not run into one another', () => {
    expect(messageIdOf(['a', 'bc'], 'x')).not.toBe(messageIdOf(['ab', 'c'], 'x'));
  });
});

describe('threads', () => {
  const first = alert();
  const known = (...alerts: (typeof first)[]) => new Map(alerts.map((one) => [alertText(one), one]));
  const about = mail({ messageId: '<new@x>', recipient: 'a@example.com' });

  test('the first mail about an alert is remembered per recipient, and refers to nothing', () => {
    const tied = thread({
      mails: [about, mail({ messageId: '<other@x>', recipient: 'b@example.com' })],
      replaced: [],
      alerts: known(first),
    });
    expect(tied.mails.map(({ references }) => references)).toEqual([[], []]);
    expect(tied.alerts.get(alertText(first))?.threads).toEqual({
      'a@example.com': '<new@x>',
      'b@example.com': '<other@x>',
    });
  });

  test('later mails refer to the first, and leave it the first', () => {
    const tied = thread({
      mails: [about],
      replaced: [],
      alerts: known(alert({ threads: { 'a@example.com': '<first@x>' } })),
    });
    expect(tied.mails[0]?.references).toEqual(['<first@x>']);
    expect(tied.alerts.size).toBe(0);
  });

  test('where the first was replaced before anybody saw it, the new one is the first', () => {
    const tied = thread({
      mails: [about],
      replaced: ['<first@x>'],
      alerts: known(alert({ threads: { 'a@example.com': '<first@x>' } })),
    });
    expect(tied.mails[0]?.references).toEqual([]);
    expect(tied.alerts.get(alertText(first))?.threads).toEqual({ 'a@example.com': '<new@x>' });
  });

  test('what was taken over from a replaced mail keeps that mail as the root of its thread', () => {
    const waiting = [
      {
        mail: mail({
          messageId: '<old@x>',
          recipient: 'a@example.com',
          content: { type: 'notices', notices: [notice({ id: 'old' })] },
        }),
      },
    ];
    const composed = compose({ waiting, addressed: told([notice()], ['a@example.com']) });
    const tied = thread({ ...composed, alerts: known(first) });
    expect(tied.mails[0]?.references).toEqual(['<old@x>']);
  });

  test('a mail about alerts that nobody remembers, or about none, is left as it is', () => {
    const test: Mail = { ...about, content: { type: 'test', atMs: NOW } };
    expect(thread({ mails: [about, test], replaced: [], alerts: new Map() }).mails).toEqual([about, test]);
  });

  test('a mail refers to twenty others at most', () => {
    const notices = Array.from({ length: 30 }, (_, n) => notice({ id: String(n) }));
    const alerts = notices.map(({ alerts: [key] }, n) =>
      alert({ ...key, threads: { 'a@example.com': `<${n}@x>` } }),
    );
    const tied = thread({
      mails: [{ ...about, content: { type: 'notices', notices } }],
      replaced: [],
      alerts: known(...alerts),
    });
    expect(tied.mails[0]?.references).toHaveLength(20);
  });
});

test('a notice carries the facts of now and the identity of its alert', () => {
  const one = alert({ kind: 'expiring', flapping: true, occurrence: 3, sinceMs: NOW - 9 });
  const made = noticeOf({
    telling: { change: 'rung', alert: one, rungMs: 7, reminderMs: null },
    certificate: noticeCertificate(),
    nowMs: NOW,
  });
  expect(made).toMatchObject({
    change: 'rung',
    kind: 'expiring',
    rungMs: 7,
    flapping: true,
    occurrence: 3,
    sinceMs: NOW - 9,
    atMs: NOW,
    ending: null,
    certificateCount: 1,
  });
  expect(made.alerts.map(alertText)).toEqual([alertText(one)]);
});
