// The status page: what it says first, what it lists, and that hostile text stays text.
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { runbookPath } from '../../src/certificates/runbook.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import { alert } from '../support/factories.ts';
import { certificateOf, manyWatched, NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { EXPIRED, EXPIRING, expectHarmless, HOSTILE_CERTIFICATE } from './hostile.ts';
import { createServings } from './servings.ts';

const serving = createServings();

/** The part of the page under this heading. */
function part(text: string, id: string): string {
  const start = text.indexOf(`<h2 id="${id}">`);
  expect(start).toBeGreaterThan(0);
  return text.slice(start, text.indexOf('</section>', start));
}

/** Ids of the certificates that it links to, each once. */
function linked(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\/certificates\/\w+\/([\w-]+)["?]/g)].map(([, id]) => id ?? ''))];
}

const soon = watchedOf({
  id: 'soon',
  alias: 'soon',
  findings: [EXPIRING],
  owner: 'payments',
  certificate: certificateOf({ notAfterMs: NOW_MS + 12 * DAY_MS }),
});
const dead = watchedOf({
  id: 'dead',
  alias: 'dead',
  findings: [EXPIRED],
  up: false,
  certificate: certificateOf({ notAfterMs: NOW_MS - 3 * DAY_MS }),
});
const never = watchedOf({ id: 'never', certificate: null, up: null, lastSuccessMs: null });
const fine = watchedOf({ id: 'fine', alias: 'fine' });

describe('the status page', () => {
  test('says how many need attention, and what first: why, since when, what to do, where to read on', async () => {
    const { get, facts } = await serving([fine, soon, never, dead]);
    facts.alerts = [
      alert({
        account: 'default',
        id: 'soon',
        kind: 'expiring',
        sinceMs: NOW_MS - 18 * DAY_MS,
        flapping: true,
      }),
    ];
    const { status, headers, text } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(text).toContain('<h1>2 certificates need attention</h1>');
    expect(text).toContain('<title>2 certificates need attention · Certificate monitor</title>');
    for (const [severity, count] of Object.entries({ critical: 1, warning: 1, unknown: 1, ok: 1 }))
      expect(text).toMatch(new RegExp(`href="/\\?severity=${severity}#list"><b class="number">${count}</b>`));
    const attention = part(text, 'attention');
    expect(linked(attention)).toEqual(['dead', 'soon']);
    expect(attention).toContain(
      'www.example.com (dead) has expired: it ended 3 days ago, at 2026-11-20 12:00 UTC',
    );
    expect(attention).toContain('www.example.com (soon) ends in 12 days, at 2026-12-05 12:00 UTC');
    expect(attention).toContain(
      '18 days ago<span class="quiet"> (<time datetime="2026-11-05T12:00:00.000Z">2026-11-05 12:00 UTC</time>)',
    );
    expect(attention).toContain('It flaps');
    expect(attention).toContain('Replace it wherever it still serves: clients refuse those services now.');
    for (const path of [runbookPath('expired', 'critical'), runbookPath('expiring', 'warning')])
      expect(attention).toContain(`href="${path}"`);
  });

  test('lists all by the time that they have left', async () => {
    const { get } = await serving([fine, soon, never, dead]);
    const list = part((await get('/')).text, 'list');
    expect(linked(list)).toEqual(['dead', 'soon', 'fine', 'never']);
    expect(list).toContain('never read');
    expect(list).toContain('the last read failed');
    expect(list).toContain('aria-sort="ascending"><a href="/#list">Ends</a>');
    expect(list).toContain('4 certificates');
  });

  test('puts what one cause did to many of an account into one card, and what is silenced last', async () => {
    const unreadable = {
      ...EXPIRED,
      kind: 'unreadable',
      cause: 'timeout',
      epochMs: NOW_MS - HOUR_MS,
    } as const;
    const many = manyWatched(40).map((watched) => ({ ...watched, findings: [unreadable] }));
    const alone = watchedOf({ id: 'alone', account: 'other', findings: [unreadable] });
    const { get, facts } = await serving([
      ...many,
      alone,
      dead,
      { ...soon, findings: [EXPIRING, unreadable] },
    ]);
    facts.silences = [
      { account: 'default', id: 'dead', untilMs: NOW_MS + DAY_MS, reason: null, createdAtMs: NOW_MS },
    ];
    const attention = part((await get('/')).text, 'attention');
    expect(attention.match(/<article/g)).toHaveLength(4);
    expect(attention).toContain(
      '41 certificates of account default cannot be read: the API does not answer in time',
    );
    expect(attention).toContain('href="/?kind=unreadable&amp;account=default#list"');
    expect(linked(attention)).toEqual(['soon', 'alone', 'dead']);
    expect(attention).toContain('Silenced until');
  });

  test('shows ten cards, and leads to the others', async () => {
    const { get } = await serving(manyWatched(300).map((watched) => ({ ...watched, findings: [EXPIRED] })));
    const attention = part((await get('/')).text, 'attention');
    expect(attention.match(/<article/g)).toHaveLength(10);
    expect(attention).toContain('href="/?severity=attention&amp;sort=attention#list">Show all 300</a>');
  });

  test.each([
    [[], 'No certificate is watched'],
    [[fine], 'The certificate is well'],
    [manyWatched(1_200), 'All 1,200 certificates are well'],
    [[fine, never], 'One certificate was never read'],
    [[dead], '1 certificate needs attention'],
  ])('says in one line how it is (%#)', async (certificates, headline) => {
    const { get } = await serving(certificates);
    expect((await get('/')).text).toContain(`<h1>${headline}</h1>`);
  });

  test('says how the monitor itself is, and what is wrong with it at the top', async () => {
    const failure = { reason: 'timeout', message: 'No answer', requestId: null } as const;
    const { get, facts } = await serving([
      fine,
      { ...soon, failure, up: false, lastSuccessMs: NOW_MS - 2 * DAY_MS },
      { ...never, failure },
    ]);
    facts.monitor = {
      ...facts.monitor,
      accounts: ['default', 'empty'],
      lastCompleteCheckMs: NOW_MS - 2 * DAY_MS,
      outbox: { waiting: 3, parked: 1, oldestMs: NOW_MS - HOUR_MS },
      configuration: { ok: false, atMs: NOW_MS - HOUR_MS },
    };
    const { text } = await get('/');
    const trouble = part(text, 'trouble');
    for (const said of [
      'Account default: the last read of 2 certificates failed',
      'No check has been complete since 2 days ago',
      'One mail was refused for good',
      '3 mails wait for the mail server',
      'The configuration file has faults',
    ])
      expect(trouble).toContain(said);
    expect(trouble.match(/href="\/runbooks\/CcmMonitor\w+"/g)).toHaveLength(5);
    const monitor = part(text, 'monitor');
    for (const said of [
      '3 waiting',
      '1 refused for good',
      'in 1 day<span class="quiet"> (<time datetime="2026-11-24T12:00:00.000Z">',
      'the file has faults',
      'ccm-cert-monitor 0.1.0',
      '2: the API does not answer in time',
      'One certificate was never read',
      '>empty</a>',
    ])
      expect(monitor).toContain(said);
    expect(monitor).toMatch(/2 days ago<small><time datetime="2026-11-21T12:00:00.000Z">/);
  });

  test('says nothing of trouble where there is none', async () => {
    const { get, facts } = await serving([fine]);
    facts.monitor = {
      ...facts.monitor,
      nextSummaryMs: null,
      outbox: { waiting: 0, parked: 0, oldestMs: null },
    };
    const { text } = await get('/');
    expect(text).not.toContain('id="trouble"');
    expect(part(text, 'monitor')).toContain('<dd>switched off</dd>');
    facts.monitor = { ...facts.monitor, lastCompleteCheckMs: null };
    expect(part((await get('/')).text, 'trouble')).toContain('No check has been complete yet');
  });

  test('has styles that its policy allows, and nothing else to load', async () => {
    const { get } = await serving([watchedOf()]);
    const { headers, text } = await get('/');
    const styles = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(styles).digest('base64');
    const policy = headers['content-security-policy'];
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/<(?:script|link|img|iframe)|\sstyle=|\son\w+=/);
    expect(styles).toContain('color-scheme: light dark');
  });

  test('shows hostile text as text', async () => {
    const { get, facts } = await serving([HOSTILE_CERTIFICATE, soon]);
    facts.monitor = { ...facts.monitor, accounts: ['default', '<script>'] };
    for (const path of ['/', '/?severity=warning', '/?lang=zh-CN', '/?q=%3Cscript%3E']) {
      const { text, headers } = await get(path);
      expectHarmless(text);
      expect(headers).not.toHaveProperty('x-injected');
    }
  });
});

describe('the timeline', () => {
  test('has a bar for each day on which certificates end, and months that lead to them', async () => {
    const at = (id: string, endMs: number, status = 'ISSUED') =>
      watchedOf({ id, certificate: certificateOf({ id, notAfterMs: endMs, status }) });
    const { get } = await serving([
      at('a', Date.UTC(2027, 2, 14, 1)),
      at('b', Date.UTC(2027, 2, 14, 23)),
      at('c', Date.UTC(2027, 2, 15)),
      at('revoked', Date.UTC(2027, 2, 15), 'REVOKED'),
      at('today', NOW_MS + HOUR_MS),
      at('yesterday', NOW_MS - DAY_MS),
      at('last', Date.UTC(2027, 10, 30, 23)),
      at('later', Date.UTC(2027, 11, 1)),
    ]);
    const timeline = part((await get('/')).text, 'timeline');
    const months = [
      ...timeline.matchAll(/ends=(\d{4}-\d\d)#list"><svg[^>]*>(.*?)<\/svg>\s*<span class="count">(\d+)/g),
    ];
    const bars = months.map(([, month, svg, count]) => [
      month,
      (svg?.match(/<rect/g) ?? []).length,
      Number(count),
    ]);
    expect(bars).toHaveLength(13);
    expect(bars.filter(([, , count]) => count !== 0)).toEqual([
      ['2026-11', 1, 1],
      ['2027-03', 2, 3],
      ['2027-11', 1, 1],
    ]);
    expect(timeline).toContain(
      '<a href="/?ends=2027-03-14#list">2027-03-14</a></th><td role="cell" data-label="Certificates">2</td>',
    );
    const { get: again } = await serving([fine]);
    expect((await again('/?ends=2027-01')).text).toContain('1 of 1 certificate');
  });

  test('says so where nothing ends', async () => {
    const { get } = await serving([never]);
    expect(part((await get('/')).text, 'timeline')).toContain('No certificate ends in the next 12 months.');
  });
});

describe('the list', () => {
  test('shows a hundred rows at a time, and keeps filter, order and language from page to page', async () => {
    const { get } = await serving(manyWatched(250));
    const rows = async (path: string) =>
      ((await get(path)).text.match(/<th role="rowheader" scope="row"><a href="\/certificates/g) ?? [])
        .length;
    expect(await rows('/')).toBe(100);
    expect(await rows('/?page=3')).toBe(50);
    const middle = (await get('/?q=www&sort=name&page=2&lang=en')).text;
    expect(middle).toContain('href="/?q=www&amp;sort=name&amp;lang=en#list" rel="prev"');
    expect(middle).toContain('Page 2 of 3');
    expect(middle).toContain('href="/?q=www&amp;sort=name&amp;page=3&amp;lang=en#list" rel="next"');
    expect(middle).toContain('<input type="hidden" name="lang" value="en">');
    expect(middle).toContain('href="/?q=www&amp;sort=name&amp;page=2&amp;lang=zh-CN"');
    expect((await get('/?page=3')).text).not.toContain('rel="next"');
    expect(await get('/?page=4')).toMatchObject({
      status: 404,
      text: 'There is no page 4: the last one is 3\n',
    });
  });

  test('shows what was asked for in its form, and stands alone then', async () => {
    const { get } = await serving([fine, soon, dead]);
    const { text } = await get('/?q=so%22on&severity=warning&owner=payments&status=PAID&sort=owner');
    expect(text).toContain('value="so&quot;on"');
    for (const value of ['warning', 'payments', 'PAID', 'owner'])
      expect(text).toContain(`<option value="${value}" selected>`);
    expect(text).toContain('No certificate matches.');
    expect(text).toContain('0 of 3 certificates');
    expect(text).toContain('Clear all filters');
    for (const id of ['attention', 'timeline', 'monitor']) expect(text).not.toContain(`<h2 id="${id}">`);
    expect(linked(part((await get('/?severity=warning')).text, 'list'))).toEqual(['soon']);
  });

  test('has a field to type in where there are more owners than a person would scroll through', async () => {
    const { get } = await serving(manyWatched(201).map((watched, n) => ({ ...watched, owner: `team ${n}` })));
    expect((await get('/')).text).toContain('<input id="owner" name="owner"');
  });

  test('sorts anew when the certificates change', async () => {
    const { get, facts } = await serving([]);
    expect((await get('/')).text).toContain('No certificate is watched');
    facts.certificates = manyWatched(2);
    expect((await get('/')).text).toContain('All 2 certificates are well');
  });
});

describe('a page', () => {
  test('is compressed for those who take that, and is the same text', async () => {
    const { get } = await serving(manyWatched(200));
    const plain = await get('/');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const small = await get('/', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.body).toString()).toBe(plain.text);
    const head = await get('/', { method: 'HEAD', headers: { 'Accept-Encoding': 'gzip' } });
    expect([head.status, head.headers['content-encoding'], head.body.length]).toEqual([200, 'gzip', 0]);
  });

  test('weighs less than 100 KB with ten thousand certificates', async () => {
    const grave = manyWatched(10_000).map((watched, n) =>
      n % 3 === 0 ? { ...watched, findings: [EXPIRED] } : watched,
    );
    const { get } = await serving(grave);
    const { body } = await get('/', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(body.length).toBeLessThan(100_000);
  });
});
