// The page of one certificate: all facts, what to do, its alerts, mails with each recipient's answer, history and silence.
import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '../../src/shared/time.ts';
import { alert } from '../support/factories.ts';
import { certificateOf, NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { EXPIRED, EXPIRING, expectHarmless, HOSTILE, HOSTILE_CERTIFICATE } from './hostile.ts';
import { SEEDED_HISTORY, SEEDED_MAILS, SHOWN_KEY } from './seeded.ts';
import { createServings } from './servings.ts';

const serving = createServings();
const PATH = '/certificates/default/scs1590053258704';

/** The text of the page without its markup, a blank where markup stood. */
function textOf(html: string): string {
  return html
    .slice(html.indexOf('<main'))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the page of a certificate', () => {
  test('says all that is known', async () => {
    const certificate = certificateOf({
      sans: ['a.example.com', 'www.example.com'],
      orderId: 'CS1',
      shared: true,
      description: 'for the shop',
    });
    const { get } = await serving([
      watchedOf({
        account: 'a/b ü',
        runbook: 'https://wiki.example.com/certs?a=1&b=2',
        findings: [EXPIRING],
        certificate,
        owner: 'payments',
      }),
    ]);
    const { status, text } = await get(`/certificates/${encodeURIComponent('a/b ü')}/scs1590053258704`);
    expect(status).toBe(200);
    expect(text).toContain('<dd>www.example.com<br>a.example.com</dd>');
    expect(
      text.match(/href="https:\/\/wiki.example.com\/certs\?a=1&amp;b=2" rel="noreferrer"/g),
    ).toHaveLength(2);
    expect(text).toContain('href="/runbooks/CcmCertificateExpiringSoon"');
    const plain = textOf(text);
    for (const said of [
      'www.example.com (scm-shop) ends in 38 days, at 2027-01-01 00:00 UTC',
      'Owner payments',
      'Account a/b ü',
      'Signature algorithm SHA256withRSA',
      'Order CS1',
      'Shared yes',
      'Description for the shop',
      'Validity that was ordered 12 months',
      'Valid from 326 days ago ( 2026-01-01 00:00 UTC )',
      'Deploy the new certificate wherever the old one serves',
      'ccm-cert-monitor silence scs1590053258704 --account a/b ü --until YYYY-MM-DD',
      'No mail told of it within a year.',
      'Nothing has happened to it within a year.',
      'There was none lately.',
    ])
      expect(plain).toContain(said);
  });

  test('of one that was never read says so', async () => {
    const { get } = await serving([
      watchedOf({
        certificate: null,
        up: null,
        lastSuccessMs: null,
        failure: { reason: 'timeout', message: 'No answer in 10 s', requestId: 'r-1' },
      }),
    ]);
    const plain = textOf((await get(PATH)).text);
    for (const said of [
      'Never read',
      'nobody knows how it is',
      'The last read failed the API does not answer in time No answer in 10 s Request id: r-1',
      'Status never read',
      'Last read never',
    ])
      expect(plain).toContain(said);
  });

  test('says what was told of it, to whom, and what the mail server answered', async () => {
    const { get, facts } = await serving([watchedOf({ ...SHOWN_KEY, findings: [EXPIRED] })]);
    facts.mails = SEEDED_MAILS;
    const plain = textOf((await get(`/certificates/default/${SHOWN_KEY.id}`)).text);
    for (const said of [
      'oncall@example.com EXPIRED, first notice sent 1 attempt 250 2.0.0 Ok: queued as 4F1B2C',
      'shop-team@example.com EXPIRED, first notice waiting 6 attempts 451 4.7.1 Try again later',
      'left@example.com EXPIRED, first notice refused for good 1 attempt 550 5.1.1 No such user here',
      'oncall@example.com EXPIRING, less time left sent',
      'EXPIRING, first notice put together with a newer one 0 attempts none',
    ])
      expect(plain).toContain(said);
  });

  test('has its alerts with how they ended', async () => {
    const { get, facts } = await serving([watchedOf()]);
    const ended = { atMs: NOW_MS - DAY_MS, told: 'told' } as const;
    facts.alerts = [
      alert({ account: 'default', kind: 'revoked', toldAtMs: null, occurrence: 2, flapping: true }),
      alert({
        account: 'default',
        kind: 'expiring',
        sinceMs: NOW_MS - 9 * DAY_MS,
        ended: { ...ended, ending: { how: 'renewed', notAfterMs: NOW_MS + DAY_MS } },
      }),
      alert({
        account: 'default',
        kind: 'unreadable',
        sinceMs: NOW_MS - 10 * DAY_MS,
        ended: { ...ended, ending: { how: 'readable' } },
      }),
    ];
    const plain = textOf((await get(PATH)).text);
    expect(plain).toMatch(/REVOKED sighting number 2 It flaps.* nobody yet It lasts/);
    expect(plain).toMatch(
      /EXPIRING 9 days ago .* 1 day ago 2026-11-22 12:00 UTC renewed until 2026-11-24 12:00 UTC/,
    );
    expect(plain).toMatch(/UNREADABLE 10 days ago .* readable again/);
  });

  test.each([
    [
      'en',
      [
        'Alert EXPIRED',
        'Over EXPIRING: another status',
        'Silence ended lifted by hand',
        'Silenced until 2026-11-30 00:00 UTC',
        'Valid until 2026-11-23 02:24 UTC',
        'Status CHECKING_DOMAIN → ISSUED',
        'strange what nobody knows',
      ],
    ],
    [
      'zh-CN',
      [
        '告警 已过期',
        '已恢复 即将到期: 证书状态已变化',
        '解除静默 手动解除',
        '设置静默 静默至 2026-11-30 00:00 UTC',
        '证书状态 待完成域名验证 (CHECKING_DOMAIN) → 已签发 (ISSUED)',
        'strange what nobody knows',
      ],
    ],
  ])('tells its history in %s', async (lang, expected) => {
    const { get, facts } = await serving([watchedOf(SHOWN_KEY)]);
    facts.history = [
      ...SEEDED_HISTORY,
      { ...SHOWN_KEY, atMs: NOW_MS, event: 'strange', text: 'what nobody knows' },
    ];
    const plain = textOf((await get(`/certificates/default/${SHOWN_KEY.id}?lang=${lang}`)).text);
    for (const said of expected) expect(plain).toContain(said);
  });

  test('shows a hundred of what happened, and says that there is more', async () => {
    const { get, facts } = await serving([watchedOf(SHOWN_KEY)]);
    const [first] = SEEDED_HISTORY;
    facts.history = Array.from({ length: 150 }, () => first).filter((entry) => entry !== undefined);
    const { text } = await get(`/certificates/default/${SHOWN_KEY.id}`);
    expect(text.match(/data-label="How"/g)).toHaveLength(100);
    expect(text).toContain('The newest 100 are shown.');
  });

  test('says until when it is silenced, why, and how to end that', async () => {
    const { get, facts } = await serving([watchedOf()]);
    const silence = { untilMs: NOW_MS + 2 * DAY_MS, reason: 'planned <b>', createdAtMs: NOW_MS - DAY_MS };
    facts.silences = [{ account: 'default', id: 'scs1590053258704', ...silence }];
    const plain = textOf((await get(PATH)).text);
    expect(plain).toContain('Silenced until in 2 days ( 2026-11-25 12:00 UTC )');
    expect(plain).toContain('Reason planned &lt;b&gt;');
    expect(plain).toContain('silence scs1590053258704 --account default --lift');
  });

  test('shows hostile text as text, and no link that is not http', async () => {
    const { get, facts } = await serving([HOSTILE_CERTIFICATE]);
    const key = { account: 'default', id: 'scs1590053258704' };
    facts.silences = [{ ...key, untilMs: NOW_MS + 1, reason: HOSTILE, createdAtMs: 0 }];
    facts.history = ['status', 'alert', 'resolved', 'silenced', 'unsilenced', HOSTILE].map((event) => ({
      ...key,
      atMs: NOW_MS,
      event,
      text: `${HOSTILE} → ${HOSTILE}: ${HOSTILE}`,
    }));
    facts.mails = SEEDED_MAILS.map((mail) => ({ ...mail, recipient: HOSTILE, response: HOSTILE }));
    for (const lang of ['en', 'zh-CN']) {
      const { status, text } = await get(`${PATH}?lang=${lang}`);
      expect(status).toBe(200);
      expectHarmless(text);
      expect(text).not.toContain('href="javascript');
    }
  });

  test.each([
    '/certificates/default/unknown',
    '/certificates/other/scs1590053258704',
    '/certificates/%ff/%00',
    '/certificates/default',
    '/nothing',
  ])('is not found at %s', async (path) => {
    const { get } = await serving([watchedOf()]);
    expect((await get(path)).status).toBe(404);
  });

  test('refuses a query that nobody knows', async () => {
    const { get } = await serving([watchedOf()]);
    expect(await get(`${PATH}?page=2`)).toMatchObject({
      status: 400,
      text: 'Cannot use the query: it has a parameter that nobody knows, there may be lang\n',
    });
  });
});
