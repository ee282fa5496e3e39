// The built program as a process, against the simulated cloud and a scripted mail server.
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  certificateId,
  issued,
  PLANTED_PERSONAL_VALUES,
  reissue,
  revocation,
} from '../simulator/certificates.ts';
import { DEFAULT_USER } from '../simulator/cloud.ts';
import { runProgramToEnd } from '../support/program.ts';
import { createSetting, ONCALL, type Setting } from '../support/setting.ts';
import { headerOf } from '../support/smtp/stage-server.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

function subjects(): readonly string[] {
  return setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject') ?? '');
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** Polls the metrics until they hold the text; the check that writes it is awaited, not a time. */
async function metricsWith(url: string, text: string): Promise<string> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const metrics = await metricsOf(url);
    if (metrics.includes(text)) return metrics;
    if (Date.now() > deadline)
      throw new Error(`Cannot find ${text} in the metrics:\n${metrics.slice(-3_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A descriptor may be closed between the listing and the look. */
function readlinkOrNothing(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

describe('the daemon', () => {
  test('reads, exports, mails a revocation once, tells the recovery, and ends with 0 on SIGTERM', async () => {
    const { id } = setting.cloud.put(issued({ name: 'front', domain: 'www.example.com', daysLeft: 200 }));
    setting.configure([id]);
    const program = setting.start();
    const url = await program.url();
    await metricsWith(url, `ccm_certificate_up{account="default",certificate_id="${id}"} 1`);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    setting.cloud.update(id, revocation());
    await setting.smtp.waitFor((mails) => mails.length === 1);
    const metrics = await metricsWith(url, 'ccm_monitor_alerts_active{kind="revoked",severity="critical"} 1');
    expect(metrics).toContain(`ccm_certificate_severity{account="default",certificate_id="${id}"} 2`);
    setting.cloud.update(id, { ...reissue({ daysLeft: 300 }), status: 'ISSUED', revoke_reason: null });
    await setting.smtp.waitFor((mails) => mails.length === 2);

    expect(subjects()).toEqual([
      '[CRITICAL] REVOKED www.example.com (front)',
      '[RESOLVED] REVOKED www.example.com (front)',
    ]);
    const [first, second] = setting.smtp.accepted;
    expect(headerOf(second?.raw ?? '', 'References')).toBe(headerOf(first?.raw ?? '', 'Message-ID'));
    program.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });

  test('counts a check as done when its metrics say what it found', async () => {
    // The list is not what this is about: behind a limit it would be searched for all of them.
    setting.cloud.settings.maxOffset = null;
    const ids = Array.from(
      { length: 1_500 },
      (_, n) => setting.cloud.put(issued({ id: certificateId(n) })).id,
    );
    setting.configure(ids, { schedule: { cron: '0 0 1 1 *' } });
    const program = setting.start();
    const url = await program.url();
    await program.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
    const metrics = await metricsOf(url);
    expect(metrics).toContain('ccm_monitor_checks_total{result="complete"} 1\n');
    expect(metrics.match(/^ccm_certificate_up\{.*\} 1$/gm)).toHaveLength(1_500);
  }, 90_000);

  test('keeps what it knows and stays ready while the cloud fails', async () => {
    const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
    setting.configure([id]);
    const program = setting.start();
    const url = await program.url();
    await metricsWith(url, `ccm_certificate_up{account="default",certificate_id="${id}"} 1`);
    setting.cloud.fail(
      { kind: 'reply', status: 500, body: { error_code: 'SCM.0500', error_msg: 'x' } },
      { on: 'scm', times: 'always' },
    );
    const metrics = await metricsWith(url, `ccm_certificate_up{account="default",certificate_id="${id}"} 0`);
    expect(metrics).toContain(
      `ccm_certificate_status{account="default",certificate_id="${id}",status="ISSUED"} 1`,
    );
    expect(metrics).toContain('ccm_certificate_not_after_timestamp_seconds{');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(setting.smtp.accepted).toEqual([]);
  });

  test('tells after an outage of the mail server and a restart in the middle of it what still holds, in one digest', async () => {
    const ids = [1, 2, 3].map(
      (n) =>
        setting.cloud.put(issued({ id: certificateId(n), domain: `s${n}.example.com`, daysLeft: 200 })).id,
    );
    setting.configure(ids);
    await setting.smtp.goAway();
    const before = setting.start();
    await metricsWith(await before.url(), 'ccm_monitor_checks_total{result="complete"}');
    setting.cloud.update(certificateId(1), revocation());
    await before.waitForLine(({ msg }) => msg.includes('deferred'));
    setting.cloud.update(certificateId(2), revocation());
    await metricsWith(await before.url(), 'ccm_monitor_alerts_active{kind="revoked",severity="critical"} 2');
    before.kill('SIGTERM');
    expect((await before.ended).code).toBe(0);

    setting.cloud.update(certificateId(3), revocation());
    const after = setting.start();
    await after.waitForLine(({ msg }) => msg.includes('deferred'));
    await metricsWith(await after.url(), 'ccm_monitor_alerts_active{kind="revoked",severity="critical"} 3');
    // What a send that was under way kept apart, the next check puts together.
    await metricsWith(await after.url(), 'ccm_monitor_outbox_mails{state="waiting"} 1');
    await setting.smtp.comeBack();
    after.kill('SIGHUP');
    await metricsWith(await after.url(), 'ccm_monitor_outbox_mails{state="waiting"} 0');
    expect(subjects()).toEqual(['[CRITICAL] 3 certificates: 3 revoked']);
  }, 60_000);

  test('tells nothing of a certificate that was taken out while the mail server was away, and all of it once it is back', async () => {
    const [stays = '', leaves = ''] = ['stays', 'leaves'].map(
      (name, n) =>
        setting.cloud.put(
          issued({
            id: certificateId(n + 1),
            domain: `${name}.example.com`,
            daysLeft: 200,
            fields: revocation(),
          }),
        ).id,
    );
    setting.configure([stays, leaves]);
    await setting.smtp.goAway();
    const program = setting.start();
    const url = await program.url();
    await metricsWith(url, 'ccm_monitor_alerts_active{kind="revoked",severity="critical"} 2');
    await program.waitForLine(({ msg }) => msg.includes('deferred'));
    setting.configure([stays]);
    program.kill('SIGHUP');
    await metricsWith(url, 'ccm_monitor_alerts_active{kind="revoked",severity="critical"} 1');
    await setting.smtp.comeBack();
    program.kill('SIGHUP');
    await setting.smtp.waitFor((mails) => mails.length === 1);
    setting.configure([stays, leaves]);
    program.kill('SIGHUP');
    await setting.smtp.waitFor((mails) => mails.length === 2);
    expect(subjects().map((subject) => subject.replace(/ \(.*/, ''))).toEqual([
      '[CRITICAL] REVOKED stays.example.com',
      '[CRITICAL] REVOKED leaves.example.com',
    ]);
  }, 60_000);

  test('shares its state with commands beside it from the first start on, and finds it sound at the next', async () => {
    const { id } = setting.cloud.put(issued({ daysLeft: 5 }));
    setting.configure([id]);
    const first = setting.start();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    // A file that only this process still sees would be a second log of the same state.
    const folder = `/proc/${first.pid}/fd`;
    const open = existsSync(folder)
      ? readdirSync(folder).map((name) => readlinkOrNothing(join(folder, name)))
      : [];
    expect(open.filter((path) => path.includes('state.db') && path.includes('(deleted)'))).toEqual([]);
    const beside = async (...args: string[]) => {
      const { code, output } = await runProgramToEnd(['--config', setting.workspace.configPath, ...args]);
      return { code, output };
    };
    for (;;) {
      const { code, output } = await beside('mails');
      expect(code).toBe(0);
      if (output.includes('sent')) break;
    }
    expect(await beside('silence', id, '--until', '30d')).toEqual({
      code: 0,
      output: expect.stringContaining('sends no mails'),
    });
    expect((await beside('silence', id, '--lift')).code).toBe(0);
    // Both sides write once more: two logs of one file would now differ.
    const checks = first.lines.length;
    await first.waitForLine(
      (line) => line.msg.startsWith('Check complete') && first.lines.indexOf(line) > checks,
    );
    expect((await beside('mails')).output).toContain(ONCALL);
    first.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(setting.workspace.read('state.db').slice(0, 15)).toBe('SQLite format 3');
    const second = setting.start();
    await second.waitForLine(({ msg }) => msg.startsWith('Check complete'));
    expect((await beside('mails')).output).toContain(ONCALL);
    expect(setting.smtp.accepted).toHaveLength(1);
  });

  test('takes a new configuration by file change and keeps the old one where the new has a fault', async () => {
    const first = setting.cloud.put(issued({ daysLeft: 200 })).id;
    const second = setting.cloud.put(issued({ daysLeft: 200 })).id;
    setting.configure([first]);
    const program = setting.start();
    const url = await program.url();
    await metricsWith(url, `certificate_id="${first}"} 1`);

    setting.configure([second]);
    const metrics = await metricsWith(
      url,
      `ccm_certificate_up{account="default",certificate_id="${second}"} 1`,
    );
    expect(metrics).not.toContain(first);

    setting.configure([]);
    await metricsWith(url, 'ccm_monitor_config_last_reload_successful 0');
    const line = await program.waitForLine(({ msg }) => msg.includes('stays as it was'));
    expect(line.msg).toContain('certificates');
    expect(await metricsOf(url)).toContain(
      `ccm_certificate_up{account="default",certificate_id="${second}"} 1`,
    );
  });

  test('says nothing of what it must not know: secrets and personal values are in no log, mail, page or metric', async () => {
    const { id } = setting.cloud.put(issued({ daysLeft: 5 }));
    setting.configure([id]);
    const program = setting.start();
    const url = await program.url();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    const places = ['/metrics', '/', '/api/v1/certificates', '/calendar.ics', `/certificates/default/${id}`];
    const pages = await Promise.all(places.map(async (path) => (await fetch(`${url}${path}`)).text()));
    program.kill('SIGTERM');
    await program.ended;
    const everything = [
      program.output(),
      setting.smtp.accepted.map(({ raw }) => raw).join(),
      ...pages,
      setting.workspace.read('state.db'),
    ].join('\n');
    const tokens = setting.cloud.requests.map(({ headers }) =>
      String(headers['x-auth-token'] ?? DEFAULT_USER.password),
    );
    for (const secret of [DEFAULT_USER.password, ...PLANTED_PERSONAL_VALUES, ...tokens])
      expect(everything).not.toContain(secret);
    expect(everything).toContain(ONCALL);
  });
});
