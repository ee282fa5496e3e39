// The built program's pages: what was mailed and answered, what another process silenced, and a calendar that outlives a restart.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issued, reissue } from '../simulator/certificates.ts';
import { until } from '../support/fakes.ts';
import { runProgramToEnd } from '../support/program.ts';
import { createSetting, ONCALL, type Setting } from '../support/setting.ts';

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  await setting.close();
});

/** Asks until the answer holds what is waited for. */
async function textWith(url: string, holds: (text: string) => boolean): Promise<string> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const text = await (await fetch(url)).text();
    if (holds(text)) return text;
    if (Date.now() > deadline) throw new Error(`Cannot find it at ${url}:\n${text.slice(-3_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a page shows what was mailed with the answer, the history, and a silence that another process set', async () => {
  const { id } = setting.cloud.put(issued({ name: 'front', domain: 'www.example.com', daysLeft: 2 }));
  setting.configure([id]);
  const url = await setting.start().url();
  await setting.smtp.waitFor((mails) => mails.length === 1);
  const page = await textWith(`${url}/certificates/default/${id}`, (text) =>
    text.includes('#ok"/></svg>sent'),
  );
  expect(page).toContain(ONCALL);
  expect(page).toMatch(/data-label="Answer of the mail server">250 /);
  expect(page).toContain('EXPIRING, first notice');
  expect(page).toMatch(/data-label="What">Alert<\/td>/);
  const silenced = await runProgramToEnd([
    'silence',
    id,
    '--until',
    '30d',
    '--reason',
    'planned',
    '--config',
    setting.workspace.configPath,
  ]);
  expect(silenced.code).toBe(0);
  await textWith(`${url}/certificates/default/${id}`, (text) => text.includes('<dd>planned</dd>'));
  expect(await textWith(`${url}/`, (text) => text.includes('Silenced until'))).toContain(
    '1 certificate needs attention',
  );
});

test('the calendar is the same after a restart, and has a greater sequence number after a renewal', async () => {
  const { id } = setting.cloud.put(issued({ name: 'front', domain: 'www.example.com', daysLeft: 200 }));
  setting.configure([id]);
  const first = setting.start();
  await first.waitForLine(({ msg }) => msg.startsWith('Check complete'));
  const hasEvent = (text: string) => text.includes('BEGIN:VEVENT');
  const before = await textWith(`${await first.url()}/calendar.ics`, hasEvent);
  first.kill('SIGTERM');
  await first.ended;
  const url = await setting.start().url();
  const after = await textWith(`${url}/calendar.ics`, hasEvent);
  expect(after).toBe(before);
  // Sequence numbers count seconds: nobody renews within the second in which the certificate was first seen.
  await until('the next second', () => secondNow() > sequenceIn(before));
  setting.cloud.update(id, reissue({ daysLeft: 100 }));
  const renewed = await textWith(`${url}/calendar.ics`, (text) => sequenceIn(text) > sequenceIn(before));
  expect(startIn(renewed)).not.toBe(startIn(before));
});

/** As sequence numbers count them: from the year 2020 on. */
function secondNow(): number {
  return Math.floor((Date.now() - Date.UTC(2020, 0, 1)) / 1_000);
}

function startIn(calendar: string): string | undefined {
  return /^DTSTART:(\S+)\r$/m.exec(calendar)?.[1];
}

function sequenceIn(calendar: string): number {
  return Number(/^SEQUENCE:(\d+)\r$/m.exec(calendar)?.[1]);
}
