// Where a certificate is deployed, through the front door: in mail, page and JSON; and that nothing hangs on knowing it.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { issued } from '../simulator/certificates.ts';
import type { Fault } from '../simulator/faults.ts';
import { createSetting, type Setting } from '../support/setting.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

const asked = () => setting.cloud.requests.filter(({ path }) => path === '/v3/scm/deployed-resources').length;
const readsOf = (id: string) =>
  setting.cloud.requests.filter(({ certificateId }) => certificateId === id).length;

async function firstMail(): Promise<{ subject: string; text: string; html: string }> {
  await setting.smtp.waitFor((mails) => mails.length === 1);
  const { subject = '', text = '', html } = await simpleParser(setting.smtp.accepted[0]?.raw ?? '');
  return { subject, text, html: html === false || html === undefined ? '' : html };
}

describe('where a certificate that needs attention is deployed', () => {
  test('stands in its mail, on its page and in the JSON; it is asked once in an hour', async () => {
    const { id } = setting.cloud.put(issued({ domain: 'shop.example', daysLeft: 5 }));
    const well = setting.cloud.put(issued({ domain: 'well.example', daysLeft: 200 })).id;
    setting.cloud.deployments.set(id, [
      { service: 'CDN', regions: { '': 2 } },
      { service: 'ELB', regions: { 'cn-north-4': 1 } },
    ]);
    setting.configure([id, well]);
    const program = setting.start();
    const { text, html } = await firstMail();
    const said = '2 CDN domains, 1 ELB in cn-north-4';
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`Deployed: ${said}`);
    expect(html).toContain(said);
    const url = await program.url();
    for (const path of ['/', `/certificates/default/${id}`])
      expect(await (await fetch(url + path)).text()).toContain(said);
    const list: { certificates: { id: string; deployed: unknown }[] } = JSON.parse(
      await (await fetch(`${url}/api/v1/certificates`)).text(),
    );
    expect(list.certificates.map(({ deployed }) => deployed)).toEqual([
      [
        { service: 'CDN', count: 2, regions: [] },
        { service: 'ELB', count: 1, regions: [{ region: 'cn-north-4', count: 1 }] },
      ],
      null,
    ]);
    const checks = () => readsOf(well);
    const before = checks();
    await setting.cloud.waitFor(() => checks() >= before + 3);
    expect(asked()).toBe(1);
  });

  const faults: readonly (readonly [string, Fault])[] = [
    ['is refused', { kind: 'reply', status: 403, body: { error_code: 'SCM.0403', error_msg: 'no right' } }],
    ['is too much to ask', { kind: 'reply', status: 429, headers: { 'Retry-After': '600' } }],
    ['fails', { kind: 'reply', status: 500 }],
    ['makes no sense', { kind: 'reply', status: 200, body: { results: 'none' } }],
    ['is not answered', { kind: 'stall' }],
    ['ends in the middle', { kind: 'reset' }],
    ['leads elsewhere', { kind: 'redirect', status: 307, location: 'https://elsewhere.invalid/' }],
  ];

  test.each(faults)('changes nothing else where the question %s', async (_, fault) => {
    const { id } = setting.cloud.put(issued({ domain: 'shop.example', daysLeft: 5 }));
    setting.cloud.fail(fault, { on: 'deployed', times: 'always' });
    setting.configure([id]);
    const program = setting.start();
    const { subject, text } = await firstMail();
    expect(subject).toBe('[CRITICAL] EXPIRING shop.example (scm-testing)');
    expect(text).not.toContain('Deployed');
    await program.waitForLine(({ msg }) =>
      msg.startsWith('Cannot read where certificates of account default'),
    );
    // The next checks read as if nothing had been.
    const reads = () => readsOf(id);
    const before = reads();
    await setting.cloud.waitFor(() => reads() >= before + 2);
    const metrics = await (await fetch(`${await program.url()}/metrics`)).text();
    expect(metrics).toContain(`ccm_certificate_up{account="default",certificate_id="${id}"} 1`);
    expect(metrics).toMatch(/^ccm_monitor_checks_total\{result="complete"\} [1-9]/m);
    expect(setting.smtp.accepted).toHaveLength(1);
  });
});
