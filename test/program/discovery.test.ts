// Discovery through the front door: an account is watched as a whole, successors are seen, and what nobody watches is told.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { certificateId, checking, expired, issued, revocation } from '../simulator/certificates.ts';
import { runProgramToEnd } from '../support/program.ts';
import { accountOf, createSetting, ONCALL, type Setting } from '../support/setting.ts';
import { headerOf } from '../support/smtp/stage-server.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

const subjects = () => setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject') ?? '');

/** Nobody looks at what the names lead to: no test waits for the DNS of the machine. */
const NO_PROBE = { match: { account: 'default' }, probe: false };

function discovering(discover: unknown, over: Readonly<Record<string, unknown>> = {}): void {
  const { cloud, workspace } = setting;
  const accounts = [{ ...accountOf(cloud, workspace), discover }];
  setting.configure([], { accounts, rules: [NO_PROBE], ...over });
}

interface Row {
  readonly id: string;
  readonly severity: string;
  readonly owner: string | null;
  readonly findings: readonly { readonly kind: string }[];
}

async function rowsOf(url: string): Promise<readonly Row[]> {
  const answer = await fetch(`${url}/api/v1/certificates?limit=1000`);
  const body: { certificates: readonly Row[] } = JSON.parse(await answer.text());
  return body.certificates;
}

async function started(): Promise<string> {
  const program = setting.start();
  const url = await program.url();
  await program.waitForLine(({ msg }) => msg.startsWith('Check complete'));
  return url;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an account that is discovered', () => {
  test('is watched whole, with nothing else configured, and past the last offset that the API takes', async () => {
    const ids = Array.from(
      { length: 230 },
      (_, n) =>
        setting.cloud.put(issued({ id: certificateId(n), domain: `*.n${n}.example`, name: `site-${n}` })).id,
    );
    // Wildcards name no host to look at.
    discovering(true, { rules: [] });
    const rows = await rowsOf(await started());
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(rows.every(({ severity }) => severity === 'ok')).toBe(true);
    expect(subjects()).toEqual([]);
  });

  test('tells nothing of an old certificate whose successor is live, until that one is revoked', async () => {
    const old = setting.cloud.put(expired({ domain: 'shop.example' })).id;
    const { id } = setting.cloud.put(issued({ domain: 'shop.example', daysLeft: 200, name: 'new' }));
    discovering(true);
    const url = await started();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    expect(subjects()).toEqual(['[INFO] SUPERSEDED shop.example (scm-testing)']);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(`ccm_certificate_superseded{account="default",certificate_id="${old}"} 1`);
    expect(metrics).toContain(`ccm_certificate_severity{account="default",certificate_id="${old}"} 0`);
    expect(metrics).toContain('ccm_account_certificates{account="default",state="monitored"} 2');

    setting.cloud.update(id, revocation());
    await setting.smtp.waitFor((mails) => mails.length >= 2);
    await until(
      'both are told',
      async () => subjects().join().includes('EXPIRED') || subjects().join().includes('2 certificates'),
    );
    const told = subjects().slice(1).join('\n');
    expect(told).toMatch(/revoked|REVOKED/);
    expect(told).toMatch(/expired|EXPIRED/);
  });

  test('takes in what appears and what holds for it by the first rule, and leaves out what is excluded', async () => {
    discovering(
      { domains: ['*.example'], exclude: { names: ['tmp-*'] }, every: '1m' },
      {
        rules: [
          { ...NO_PROBE, match: { domain: 'pay.*' }, owner: 'payments' },
          { ...NO_PROBE, match: { name: '*' }, owner: 'everybody' },
        ],
      },
    );
    setting.cloud.put(issued({ domain: 'pay.example', daysLeft: 200 }));
    setting.cloud.put(issued({ domain: 'www.other.example', daysLeft: 200 }));
    setting.cloud.put(issued({ domain: 'elsewhere.test', daysLeft: 200 }));
    setting.cloud.put(issued({ domain: 'tmp.example', daysLeft: 200, name: 'tmp-1' }));
    const rows = await rowsOf(await started());
    expect(rows.map(({ owner }) => owner).toSorted()).toEqual(['everybody', 'payments']);
  });

  test('is watched on after a restart while it cannot be listed, and one that is gone is told', async () => {
    const { id } = setting.cloud.put(issued({ domain: 'shop.example', daysLeft: 200 }));
    setting.cloud.put(issued({ domain: 'other.example', daysLeft: 200 }));
    discovering(true);
    const first = setting.start();
    await first.waitForLine(({ msg }) => msg.startsWith('Check complete'));
    first.kill('SIGTERM');
    await first.ended;

    setting.cloud.remove(id);
    const refusal = { status: 403, body: { error_code: 'SCM.0403', error_msg: 'no' } };
    setting.cloud.fail({ kind: 'reply', ...refusal }, { on: 'list', times: 'always' });
    setting.start();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    expect(subjects()).toEqual(['[CRITICAL] MISSING shop.example (scm-testing)']);
  });

  test('that cannot be listed makes the check fail, and says what is lacking', async () => {
    const refusal = { status: 403, body: { error_code: 'SCM.0403', error_msg: 'no' } };
    setting.cloud.fail({ kind: 'reply', ...refusal }, { on: 'scm', times: 'always' });
    discovering(true);
    const program = setting.start();
    await program.waitForLine(({ msg }) => msg.includes('scm:cert:list'));
    await program.waitForLine(({ msg }) => msg.startsWith('Check failed'));
  });
});

test('a discovered certificate is silenced like a configured one', async () => {
  const { id } = setting.cloud.put(issued({ domain: 'shop.example', daysLeft: 200 }));
  discovering(true);
  await started();
  const silence = async (...args: readonly string[]) =>
    runProgramToEnd(['silence', ...args, '--config', setting.workspace.configPath]);
  expect(await silence(id, '--until', '36h')).toMatchObject({ code: 0 });
  expect(await silence('scs0000000000000', '--until', '36h')).toMatchObject({
    code: 1,
    output: expect.stringContaining('none was discovered'),
  });
});

describe('an account that is not discovered', () => {
  test('tells it in the one mail of the check', async () => {
    const { id } = setting.cloud.put({ ...issued({ domain: 'shop.example' }), ...revocation() });
    setting.cloud.put(issued({ domain: 'a.example', daysLeft: 200 }));
    setting.cloud.put(issued({ domain: 'b.example', daysLeft: 200 }));
    setting.configure([id], { schedule: { cron: '0 0 1 1 *' } });
    await started();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    expect(subjects()).toEqual(['[CRITICAL] 3 certificates: 1 revoked, 2 unmonitored']);
  });

  test('tells once how many of its certificates nobody watches', async () => {
    const { id } = setting.cloud.put(issued({ domain: 'shop.example', daysLeft: 200 }));
    setting.cloud.put(issued({ domain: 'a.example', daysLeft: 200 }));
    setting.cloud.put(checking({ domain: 'b.example' }));
    setting.cloud.put(expired({ domain: 'old.example' }));
    setting.configure([id]);
    const url = await started();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    expect(subjects()).toEqual(['[WARNING] UNMONITORED 2 certificates of account default']);
    expect(setting.smtp.accepted[0]?.envelope.to).toEqual([ONCALL]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('ccm_account_certificates{account="default",state="monitored"} 1');
    expect(metrics).toContain('ccm_account_certificates{account="default",state="unmonitored"} 2');
    expect(metrics).toContain('ccm_monitor_alerts_active{kind="unmonitored",severity="warning"} 1');
  });
});
