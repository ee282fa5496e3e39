// Every command through the front door: arguments in, text and exit code out, against real servers on loopback.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NoticeCertificate } from '../../src/alerts/alert.ts';
import { runProgram } from '../../src/commands/program.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { createSqliteStore } from '../../src/state/sqlite.ts';
import { EMPTY_COMMIT } from '../../src/state/store.ts';
import { checking, expired, issued, revoked } from '../simulator/certificates.ts';
import { expiredNotice, noticeCertificate, noticesMail } from '../support/notices.ts';
import { accountOf, createSetting, emailOf, ONCALL, type Setting } from '../support/setting.ts';
import { headerOf } from '../support/smtp/stage-server.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], over: Partial<Terminal> = {}): Promise<Run> {
  const printed = { out: '', err: '' };
  const code = await runProgram(['--config', setting.workspace.configPath, ...args], {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    interactive: false,
    env: {},
    signal: new AbortController().signal,
    ...over,
  });
  return { code, ...printed };
}

describe('the command line', () => {
  test('prints its help and its version', async () => {
    expect((await run(['--help'])).out).toContain('Usage: ccm-cert-monitor');
    const { code, out } = await run(['--version']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  test('refuses a command that it does not know', async () => {
    const { code, err } = await run(['chekc']);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'Cannot run "chekc": there is no such command; see --help\n',
    });
  });

  test('takes the path of the configuration from CCM_CONFIG', async () => {
    setting.configure(['scs0000000000001']);
    let out = '';
    const code = await runProgram(['validate'], {
      out: (text) => {
        out += text;
      },
      err: () => undefined,
      interactive: false,
      env: { CCM_CONFIG: setting.workspace.configPath },
      signal: new AbortController().signal,
    });
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('valid (1 account, 1 certificate, mail to 1 recipient)'),
    });
  });
});

describe('validate', () => {
  test('says every fault at once, without a stack trace and without the secret', async () => {
    setting.configure(['short'], {
      accounts: [
        {
          ...accountOf(setting.cloud, setting.workspace),
          endpoint: 'http://example.com',
          credentials: { type: 'token', token: 'sesame-open' },
        },
      ],
      colour: 'blue',
    });
    const { code, err, out } = await run(['validate']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    for (const path of [
      'accounts[0].endpoint',
      'accounts[0].credentials.token',
      'certificates[0].id',
      'colour',
    ])
      expect(err).toContain(path);
    expect(err).not.toContain('sesame');
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('says that no mail is configured', async () => {
    setting.configure(['scs0000000000001'], { email: undefined });
    expect((await run(['validate'])).out).toContain('no mail');
  });
});

describe('check', () => {
  test('exits 0 where all is well and shows a table', async () => {
    const { id } = setting.cloud.put(issued({ name: 'front', domain: 'www.example.com', daysLeft: 200 }));
    setting.configure([id]);
    const { code, out } = await run(['check']);
    expect(code).toBe(0);
    expect(out).toMatch(/OK +ISSUED +(199|200) .*front +www\.example\.com +default +scs/);
    expect(out).toContain('0 critical, 0 unknown, 0 warning, 1 ok');
    expect(setting.smtp.accepted).toEqual([]);
  });

  test.each([
    ['a warning', () => [issued({ daysLeft: 20 })], 1],
    [
      'an end that is near',
      () => [issued({ daysLeft: 3 }), issued({ daysLeft: 300, domain: 'other.example' })],
      2,
    ],
    [
      'one that was renewed in time',
      () => [expired(), issued({ daysLeft: 3 }), issued({ daysLeft: 300 })],
      0,
    ],
    ['a revocation', () => [revoked(), issued({ daysLeft: 300 })], 2],
    ['an expired certificate', () => [expired()], 2],
    ['an application under way', () => [checking()], 0],
    ['an unknown status', () => [{ ...issued({ daysLeft: 300 }), status: 'QUANTUM' }], 1],
  ])('tells %s by its exit code', async (_, drafts, code) => {
    setting.configure(drafts().map((draft) => setting.cloud.put(draft).id));
    expect((await run(['check'])).code).toBe(code);
  });

  test('exits 3 where a certificate cannot be read, unless another is critical', async () => {
    const unread = setting.cloud.put(issued({ daysLeft: 200 })).id;
    const dead = setting.cloud.put(revoked()).id;
    setting.cloud.fail(
      { kind: 'reply', status: 403, body: { error_code: 'SCM.0403', error_msg: 'no' } },
      { on: { certificate: unread }, times: 'always' },
    );
    setting.configure([unread]);
    const unknown = await run(['check']);
    expect(unknown.code).toBe(3);
    expect(unknown.out).toContain('forbidden');
    setting.configure([unread, dead]);
    expect((await run(['check'])).code).toBe(2);
  });

  test('prints JSON with every fact that a script needs', async () => {
    const { id } = setting.cloud.put(issued({ name: 'front', domain: 'www.example.com', daysLeft: 3 }));
    setting.configure([id], { certificates: [{ id, alias: 'shop', owner: 'payments' }] });
    const { out, code } = await run(['check', '--json']);
    const { certificates } = JSON.parse(out);
    expect(code).toBe(2);
    expect(certificates).toEqual([
      expect.objectContaining({
        account: 'default',
        certificate_id: id,
        alias: 'shop',
        owner: 'payments',
        state: 'critical',
        status: 'ISSUED',
        up: true,
        findings: [expect.objectContaining({ kind: 'expiring', severity: 'critical' })],
      }),
    ]);
  });

  test('shows progress to a person, on the error stream only', async () => {
    setting.configure(Array.from({ length: 7 }, () => setting.cloud.put(issued({ daysLeft: 200 })).id));
    const { err, out } = await run(['check'], { interactive: true });
    expect(err).toContain('7 of 7 certificates read');
    expect(out).not.toContain('of 7 certificates read');
    expect((await run(['check'])).err).toBe('');
  });

  test('ends early when it is asked to, and says what was not read', async () => {
    setting.configure([setting.cloud.put(issued({ daysLeft: 200 })).id]);
    const { code, out } = await run(['check'], { signal: AbortSignal.abort() });
    expect(code).toBe(3);
    expect(out).toContain('ended before 1 were read');
  });
});

describe('test-mail', () => {
  test('sends to every recipient once and says what the server answered', async () => {
    setting.configure(['scs0000000000001'], {
      certificates: [{ id: 'scs0000000000001', recipients: ['pay@example.com', ONCALL] }],
    });
    const { code, out } = await run(['test-mail']);
    expect(code).toBe(0);
    expect(out).toMatch(/oncall@example\.com +accepted +250/);
    expect(out).toContain('2 of 2 accepted');
    expect(setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject'))).toEqual([
      expect.stringContaining('[TEST]'),
      expect.stringContaining('[TEST]'),
    ]);
  });

  test('exits 1 where one recipient is refused, and still sends to the others', async () => {
    setting.smtp.at('rcpt', { kind: 'reply', code: 550, text: 'no such user' }, { recipient: ONCALL });
    setting.configure(['scs0000000000001'], {
      email: emailOf(setting.smtp, { to: [ONCALL, 'second@example.com'] }),
    });
    const { code, out } = await run(['test-mail']);
    expect(code).toBe(1);
    expect(out).toMatch(/oncall@example\.com +refused +.*550/);
    expect(out).toContain('1 of 2 accepted');
  });

  test('says deferred where the server is away, and no answer where it falls silent', async () => {
    setting.configure(['scs0000000000001'], { email: emailOf(setting.smtp, { to: [ONCALL] }) });
    setting.smtp.at('dot', { kind: 'lose-answer', by: 'close' });
    expect((await run(['test-mail'])).out).toMatch(/oncall@example\.com +no answer/);
    await setting.smtp.goAway();
    const { code, out } = await run(['test-mail']);
    expect(code).toBe(1);
    expect(out).toMatch(/oncall@example\.com +deferred/);
  });

  test('says what is missing where no mail is configured', async () => {
    setting.configure(['scs0000000000001'], { email: undefined });
    expect(await run(['test-mail'])).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining('has no email section'),
    });
  });
});

describe('silence and mails', () => {
  const id = 'scs0000000000001';

  function makeState(): Promise<void> {
    return createSqliteStore(setting.workspace.statePath).close();
  }

  test('sets, shows and lifts a silence in the state', async () => {
    setting.configure([id]);
    await makeState();
    const until = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const set = await run(['silence', id, '--until', until, '--reason', 'renewal ordered']);
    expect(set).toEqual({ code: 0, err: '', out: expect.stringContaining('sends no mails until') });
    const store = createSqliteStore(setting.workspace.statePath);
    expect(store.silences()).toEqual([
      expect.objectContaining({ account: 'default', id, reason: 'renewal ordered', baseline: null }),
    ]);
    await store.close();
    expect((await run(['silence', id, '--lift'])).out).toContain('no longer silenced');
    expect((await run(['silence', id, '--lift'])).out).toContain('was not silenced');
  });

  test.each([
    ['no time', ['silence', id], 'say until when'],
    ['a time and its end at once', ['silence', id, '--until', '7d', '--lift'], 'not both'],
    ['a time that is none', ['silence', id, '--until', 'tomorrow'], '"tomorrow" is no time'],
    ['a day that is none', ['silence', id, '--until', '2027-02-30'], 'is no time'],
    ['a time that is past', ['silence', id, '--until', '2020-01-01T00:00:00Z'], 'is past'],
    [
      'an id that is not configured',
      ['silence', 'scs9999999999999', '--until', '7d'],
      'has no such certificate',
    ],
    [
      'an account that has it not',
      ['silence', id, '--account', 'other', '--until', '7d'],
      'in account other',
    ],
  ])('refuses %s', async (_, args, text) => {
    setting.configure([id]);
    await makeState();
    expect(await run(args)).toEqual({ code: 1, out: '', err: expect.stringContaining(text) });
  });

  test('asks which account is meant where several have the id', async () => {
    const account = accountOf(setting.cloud, setting.workspace);
    setting.configure([], {
      accounts: [account, { ...account, name: 'second' }],
      certificates: [
        { id, account: 'default' },
        { id, account: 'second' },
      ],
    });
    await makeState();
    expect((await run(['silence', id, '--until', '7d'])).err).toContain('--account');
    expect((await run(['silence', id, '--until', '7d', '--account', 'second'])).code).toBe(0);
  });

  test('never makes a state: it says that there is none', async () => {
    setting.configure([id]);
    expect((await run(['silence', id, '--until', '7d'])).err).toContain('there is no such file');
    expect((await run(['mails'])).err).toContain('there is no such file');
  });

  test('lists mails as they stand: none, waiting, sent', async () => {
    setting.configure([id]);
    await makeState();
    expect((await run(['mails'])).out).toBe('No mails yet\n');
    const store = createSqliteStore(setting.workspace.statePath);
    const mail = (messageId: string, recipient: string) => ({
      messageId,
      recipient,
      createdAtMs: 1_700_000_000_000,
      references: [],
      content: { type: 'test' as const, atMs: 1_700_000_000_000 },
    });
    const mails = [
      mail('<a@x>', 'a@example.com'),
      mail('<b@x>', 'b@example.com'),
      mail('<c@x>', 'c@example.com'),
    ];
    await store.commit(
      () => ({
        watches: [],
        alerts: [],
        history: [],
        replaced: [],
        mails,
        liftedSilences: [],
        adoptedSilences: [],
        marks: {},
        atMs: 1,
      }),
      { expose: false },
    );
    await store.sent({ messageId: '<a@x>', atMs: 1_700_000_060_000, response: '250 queued as 17' });
    await store.park({ messageId: '<b@x>', atMs: 1_700_000_030_000, response: '550 no such user' });
    await store.close();
    const { out } = await run(['mails']);
    expect(out).toMatch(/sent +a@example\.com +1 +\[TEST\].*250 queued as 17/);
    expect(out).toMatch(/parked +b@example\.com +1 .*550 no such user/);
    expect(out).toMatch(/waiting +c@example\.com +0 /);
    const json = JSON.parse((await run(['mails', '--json', '--limit', '2'])).out);
    expect(json.mails).toHaveLength(2);
    expect(json.mails[0]).toEqual(
      expect.objectContaining({ outcome: 'sent', recipient: 'a@example.com', message_id: '<a@x>' }),
    );
    expect((await run(['mails', '--limit', 'many'])).code).not.toBe(0);
  });

  test('lists the mails about one certificate, with their subjects in the language of the mails', async () => {
    setting.configure([id], { email: { ...emailOf(setting.smtp), language: 'zh-CN' } });
    await makeState();
    const store = createSqliteStore(setting.workspace.statePath);
    const about = (messageId: string, certificate: NoticeCertificate) =>
      noticesMail([expiredNotice({ certificates: [certificate] })], { messageId });
    const mails = [
      about('<a@x>', noticeCertificate({ id })),
      about('<b@x>', noticeCertificate({ id: 'scs0000000000000', domains: ['other.example.com'] })),
    ];
    await store.commit(() => ({ ...EMPTY_COMMIT, mails, atMs: 1 }), { expose: false });
    await store.close();
    const { out } = await run(['mails', id]);
    expect(out).toContain('[严重] 已过期 www.example.com (scm-testing)');
    expect(out).not.toContain('other.example.com');
    expect((await run(['mails'])).out).toContain('other.example.com');
    expect((await run(['mails', 'scs9999999999999'])).out).toBe('No mails about scs9999999999999 yet\n');
  });
});
