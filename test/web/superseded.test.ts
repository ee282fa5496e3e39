// The page of a certificate that another one has taken the place of: what is info is shown as info, in alerts and mails too.
import { expect, test } from '@jest/globals';
import { DAY_MS } from '../../src/shared/time.ts';
import { alert } from '../support/factories.ts';
import { NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { createServings } from './servings.ts';

const serving = createServings();
const PATH = '/certificates/default/scs1590053258704';
const SUPERSEDED = {
  kind: 'superseded',
  severity: 'info',
  cause: 'superseded',
  reason: 'Another one covers all its names',
  epochMs: NOW_MS - DAY_MS,
} as const;

test.each([
  ['en', 'SUPERSEDED', 'first notice', 'resolved'],
  ['zh-CN', '已有新证书', '首次通知', '已恢复'],
])('shows in %s what is info, what was told of it and that it is over', async (lang, kind, first, over) => {
  const { get, facts } = await serving([watchedOf({ account: 'default', findings: [SUPERSEDED] })]);
  facts.alerts = [
    alert({ account: 'default', kind: 'superseded', severity: 'info', toldAtMs: NOW_MS - DAY_MS }),
  ];
  const told = { kind: 'superseded', severity: 'info' } as const;
  const mail = {
    recipient: 'oncall@example.com',
    outcome: 'sent',
    atMs: NOW_MS,
    attempts: 1,
    response: '250 taken',
  } as const;
  facts.mails = [
    { ...mail, createdAtMs: NOW_MS, told: [{ ...told, change: 'resolved' }] },
    { ...mail, createdAtMs: NOW_MS - DAY_MS, told: [{ ...told, change: 'first' }] },
  ];
  const { status, text } = await get(`${PATH}?lang=${lang}`);
  expect(status).toBe(200);
  expect(text).toContain('<article class="card need info">');
  const [, alerts = '', mails = ''] = /id="alerts"([\s\S]*)id="mails"([\s\S]*)id="history"/.exec(text) ?? [];
  // With its own shape and colour, and its word.
  expect(alerts).toMatch(new RegExp(`<span class="badge info"><svg[^>]*><use href="#info"/></svg>${kind}`));
  expect(alerts).not.toMatch(/badge (?:warning|critical|ok)/);
  expect(mails).toContain(`<div>${kind}, ${first}</div>`);
  expect(mails).toContain(`<div>${kind}, ${over}</div>`);
  expect(mails).toMatch(/badge ok/);
});

test('an alert of it that is over is shown as well', async () => {
  const { get, facts } = await serving([watchedOf({ account: 'default' })]);
  facts.alerts = [
    alert({
      account: 'default',
      kind: 'superseded',
      severity: 'info',
      ended: { atMs: NOW_MS - DAY_MS, told: 'told', ending: { how: 'renewed', notAfterMs: NOW_MS + DAY_MS } },
    }),
  ];
  const { text } = await get(PATH);
  const [, alerts = ''] = /id="alerts"([\s\S]*)id="mails"/.exec(text) ?? [];
  expect(alerts).toMatch(/<span class="badge ok">.*SUPERSEDED/);
});
