// Mail by a real Postfix with STARTTLS and authentication: what arrives, and what is said where the server refuses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { revoked } from '../../simulator/certificates.ts';
import { type Program, runProgramToEnd } from '../../support/program.ts';
import { createSetting, type Setting } from '../../support/setting.ts';
import { OTHER_CA_FILE, TEST_CA_FILE } from '../../support/smtp/test-tls.ts';
import { LOGIN, type Postfix, startPostfix } from './postfix.ts';

const WRONG_PASSWORD = 'wrong-password-5f2a';
const PARKED_BOX = 'nobody@example.com';

let postfix: Postfix;
let setting: Setting;
let boxes = 0;
/** A mailbox for each test: what one leaves behind is nothing to the next. */
let box: string;

beforeEach(async () => {
  boxes += 1;
  box = `oncall${boxes}@example.com`;
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

/** Configures one revoked certificate and Postfix as the mail server; resolves with the running program. */
function start({
  password = LOGIN.password,
  caFile = TEST_CA_FILE,
  to = [box],
}: {
  password?: string;
  caFile?: string;
  to?: readonly string[];
} = {}): Program {
  const { id } = setting.cloud.put(revoked({ domain: 'www.example.com', name: 'front' }));
  const smtp = {
    host: 'localhost',
    port: postfix.port,
    tls: 'starttls',
    username: LOGIN.user,
    password: setting.workspace.writeSecret('smtp-password', password),
    caFile,
    timeout: '5s',
  };
  setting.configure([id], {
    email: { smtp, from: 'Certificate monitor <certs@example.com>', to, summary: false },
  });
  return setting.start();
}

async function metricsWith(program: Program, text: string): Promise<string> {
  const url = await program.url();
  const endMs = performance.now() + 20_000;
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (metrics.includes(text)) return metrics;
    if (performance.now() > endMs) throw new Error(`Cannot find ${text} in the metrics\n${postfix.log()}`);
    await sleep(50);
  }
}

/** Headers of a mail as it lies in the maildir, unfolded. */
function headersOf(mail: string): string {
  const [head = ''] = mail.split(/\r?\n\r?\n/, 1);
  return head.replace(/\r?\n[ \t]+/g, ' ');
}

async function mailsCommand(): Promise<string> {
  const { code, output } = await runProgramToEnd(['--config', setting.workspace.configPath, 'mails']);
  expect(code).toBe(0);
  return output;
}

describe('a mail by way of Postfix', () => {
  beforeAll(async () => {
    const recipients = Array.from({ length: 9 }, (_, n) => `oncall${n + 1}@example.com`);
    postfix = await startPostfix({ recipients });
  });

  afterAll(async () => {
    await postfix.stop();
  });

  test('arrives in the maildir, encrypted and authenticated, and is noted with the answer', async () => {
    const program = start();
    const [mail = ''] = await postfix.waitForMails(box, 1);
    const headers = headersOf(mail);
    expect(headers).toMatch(/^Subject: \[CRITICAL\] REVOKED www\.example\.com \(front\)$/m);
    expect(headers).toMatch(
      /^Received: .*using TLSv1\.[23] .*\(Authenticated sender: monitor\) .*with ESMTPSA/m,
    );
    expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(headers).toMatch(new RegExp(`^(?:Delivered-To|X-Original-To): ${box}$`, 'm'));
    expect(headers).toMatch(/^Return-Path: <certs@example\.com>$/m);
    await metricsWith(program, 'ccm_monitor_mails_total{outcome="sent"} 1');
    expect(await mailsCommand()).toMatch(/sent .*250 2\.0\.0 Ok: queued as/);
    expect(program.output()).not.toContain(LOGIN.password);
  });

  test('waits where the password is wrong, says so without it, and goes out once it is right', async () => {
    const program = start({ password: WRONG_PASSWORD });
    const line = await program.waitForLine(({ msg }) => msg.includes('refused'));
    expect(line.msg).toContain('it answered 535 5.7.8; see email.smtp.username and email.smtp.password');
    const metrics = await metricsWith(program, 'ccm_monitor_mails_total{outcome="refused"} 1');
    expect(metrics).toContain('ccm_monitor_outbox_mails{state="waiting"} 1');
    expect(metrics).toContain('ccm_monitor_outbox_mails{state="parked"} 0');
    expect(await mailsCommand()).toMatch(/waiting .*535 5\.7\.8/);
    expect(postfix.mailsOf(box)).toEqual([]);

    writeFileSync(join(setting.workspace.folder, 'smtp-password'), LOGIN.password);
    program.kill('SIGHUP');
    await postfix.waitForMails(box, 1);
    await metricsWith(program, 'ccm_monitor_outbox_mails{state="waiting"} 0');
    for (const secret of [WRONG_PASSWORD, LOGIN.password]) expect(program.output()).not.toContain(secret);
  });

  test('waits where the certificate of the server comes from an unknown authority, and says which key to set', async () => {
    const program = start({ caFile: OTHER_CA_FILE });
    const line = await program.waitForLine(({ msg }) => msg.includes('deferred'));
    expect(line.msg).toContain('email.smtp.caFile');
    const metrics = await metricsWith(program, 'ccm_monitor_mails_total{outcome="deferred"} 1');
    expect(metrics).toContain('ccm_monitor_outbox_mails{state="waiting"} 1');
    expect(postfix.mailsOf(box)).toEqual([]);
  });

  test('is parked for a mailbox that does not exist, while the other recipient gets theirs', async () => {
    const program = start({ to: [PARKED_BOX, box] });
    await postfix.waitForMails(box, 1);
    const metrics = await metricsWith(program, 'ccm_monitor_outbox_mails{state="parked"} 1');
    expect(metrics).toContain('ccm_monitor_mails_total{outcome="sent"} 1');
    const listed = await mailsCommand();
    expect(listed).toMatch(/parked +nobody@example\.com .*550 5\.1\.1/);
    expect(listed).toMatch(new RegExp(`sent +${box}`));
  });

  test('is tried by test-mail, which tells the answer for every recipient and ends with 1 where one is refused', async () => {
    start({ to: [box, PARKED_BOX] }).kill('SIGKILL');
    const { code, output } = await runProgramToEnd(['--config', setting.workspace.configPath, 'test-mail']);
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`${box}.*250 2\\.0\\.0 Ok: queued as`));
    expect(output).toMatch(/nobody@example\.com.*550 5\.1\.1/);
    const [mail = ''] = await postfix.waitForMails(box, 1);
    expect(headersOf(mail)).toMatch(/^Subject: \[TEST\] /m);
  });
});
