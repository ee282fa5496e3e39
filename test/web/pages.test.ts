// The status page, a certificate's page, JSON and the calendar: what they say, and that hostile text stays text.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/certificates/finding.ts';
import { foldLines } from '../../src/web/calendar.ts';
import { byAttention } from '../../src/web/order.ts';
import { isoInstant, relativeText, shown, titleOf } from '../../src/web/words.ts';
import { certificateOf, manyWatched, NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { type Serving, serve } from './serving.ts';

const open: Serving[] = [];

async function serving(...args: Parameters<typeof serve>): Promise<Serving> {
  const started = await serve(...args);
  open.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

const DAY_MS = 86_400_000;
const HOSTILE = `<script>alert("1")</script>'&\r\nX-Injected: 1\u0000\u202eBEGIN:VEVENT`;
const EXPIRED: Finding = {
  kind: 'expired',
  severity: 'critical',
  cause: 'expired',
  reason: 'it ended 3 days ago',
  epochMs: NOW_MS,
};
const EXPIRING: Finding = { ...EXPIRED, kind: 'expiring', severity: 'warning', reason: 'it ends in 12 days' };

const HOSTILE_CERTIFICATE = watchedOf({
  alias: HOSTILE,
  owner: HOSTILE,
  runbook: 'javascript:alert(1)',
  findings: [{ ...EXPIRED, reason: HOSTILE }],
  failure: { reason: 'malformed', message: HOSTILE, requestId: HOSTILE },
  up: false,
  certificate: certificateOf({
    name: HOSTILE,
    domain: HOSTILE,
    sans: [HOSTILE],
    brand: HOSTILE,
    status: HOSTILE,
    revokeReason: HOSTILE,
  }),
});

/** A status that is not live keeps it out of the calendar. */
const HOSTILE_LIVE = {
  ...HOSTILE_CERTIFICATE,
  certificate: certificateOf({ name: HOSTILE, domain: HOSTILE, sans: [HOSTILE] }),
};

function expectHarmless(html: string): void {
  for (const harm of ['<script', 'javascript:alert(1)"', '\u0000', '\u202e'])
    expect(html).not.toContain(harm);
  expect(html).toContain('&lt;script&gt;');
}

describe('the status page', () => {
  test('says how the monitor is and what needs attention, what is gravest first', async () => {
    const soon = watchedOf({
      id: 'soon',
      alias: 'soon',
      findings: [EXPIRING],
      owner: 'payments',
      certificate: certificateOf({ notAfterMs: NOW_MS + 12 * DAY_MS }),
    });
    const dead = watchedOf({ id: 'dead', alias: 'dead', findings: [EXPIRED, EXPIRING], up: false });
    const never = watchedOf({ id: 'never', certificate: null, up: null, lastSuccessMs: null });
    const { get } = await serving([watchedOf({ id: 'fine', alias: 'fine' }), soon, never, dead]);
    const { status, headers, text } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(text).toContain('4 certificates: 1 critical, 1 warning, 1 unknown, 1 ok');
    expect(text).toContain('2 waiting, 1 parked');
    expect(text).toContain('<time datetime="2026-12-05T12:00:00.000Z">2026-12-05 12:00 UTC</time>');
    expect(text).toContain('in 12 days');
    expect(text).toContain('it ended 3 days ago');
    expect(text).toContain('never read');
    expect(text).toContain('the last read failed');
    expect([...text.matchAll(/\/certificates\/default\/(\w+)"/g)].map(([, id]) => id)).toEqual([
      'dead',
      'soon',
      'never',
      'fine',
    ]);
    expect(text).not.toContain('<nav');
  });

  test('has styles that its policy allows, and nothing else to load', async () => {
    const { get } = await serving([watchedOf()]);
    const { headers, text } = await get('/');
    const styles = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(styles).digest('base64');
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(text).not.toMatch(/<(?:script|link|img|iframe)|\sstyle=|\son\w+=/);
    expect(styles).toContain('color-scheme: light dark');
  });

  test('shows five hundred rows at a time', async () => {
    const { get } = await serving(manyWatched(1_001));
    const rows = async (path: string) => ((await get(path)).text.match(/<tr>\n<td>/g) ?? []).length;
    expect(await rows('/')).toBe(500);
    expect(await rows('/?page=2')).toBe(500);
    expect(await rows('/?page=3')).toBe(1);
    const middle = (await get('/?page=2')).text;
    expect(middle).toContain('href="/?page=1"');
    expect(middle).toContain('Page 2 of 3');
    expect(middle).toContain('href="/?page=3"');
    expect((await get('/?page=3')).text).not.toContain('rel="next"');
    expect(await get('/?page=4')).toMatchObject({
      status: 404,
      text: 'There is no page 4: the last one is 3\n',
    });
  });

  test('sorts anew when the certificates change', async () => {
    const { get, facts } = await serving([]);
    expect((await get('/')).text).toContain('0 certificates');
    facts.certificates = manyWatched(2);
    expect((await get('/')).text).toContain('2 certificates');
  });

  test('shows hostile text as text', async () => {
    const { get } = await serving([HOSTILE_CERTIFICATE]);
    const { text, headers } = await get('/');
    expectHarmless(text);
    expect(headers).not.toHaveProperty('x-injected');
  });
});

describe('the page of a certificate', () => {
  test('says all that is known', async () => {
    const certificate = certificateOf({ sans: ['a.example.com', 'www.example.com'] });
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
    expect(text).toContain('<dd>www.example.com, a.example.com</dd>');
    expect(text).toContain('href="https://wiki.example.com/certs?a=1&amp;b=2"');
    expect(text).toContain('it ends in 12 days');
    expect(text).toContain('<dd>payments</dd>');
    expect(text).toContain('SHA256withRSA');
  });

  test('of one that was never read says so', async () => {
    const { get } = await serving([
      watchedOf({
        certificate: null,
        up: null,
        lastSuccessMs: null,
        failure: { reason: 'timeout', message: 'No answer in 10 s', requestId: null },
      }),
    ]);
    const { text } = await get('/certificates/default/scs1590053258704');
    expect(text).toContain('never read');
    expect(text).toContain('No answer in 10 s');
    expect(text).toContain('nobody knows how it is');
    expect(text).toContain('<span class="quiet">unknown</span>');
  });

  test('shows hostile text as text, and no link that is not http', async () => {
    const { get } = await serving([HOSTILE_CERTIFICATE]);
    const { text } = await get('/certificates/default/scs1590053258704');
    expectHarmless(text);
    expect(text).not.toContain('href="javascript');
  });

  test.each([
    '/certificates/default/unknown',
    '/certificates/other/scs1590053258704',
    '/certificates/%ff/%00',
  ])('is not found at %s', async (path) => {
    const { get } = await serving([watchedOf()]);
    expect((await get(path)).status).toBe(404);
  });
});

describe('the JSON list', () => {
  test('has stable names, and null for what is not known', async () => {
    const failure = { reason: 'timeout', message: 'No answer in 10 s', requestId: 'r-1' } as const;
    const { get } = await serving([
      watchedOf({ alias: 'shop', owner: 'payments', findings: [EXPIRING] }),
      watchedOf({ id: 'never', certificate: null, up: null, lastSuccessMs: null, failure }),
    ]);
    const { headers, text } = await get('/api/v1/certificates');
    expect(headers['content-type']).toBe('application/json');
    const unknown = {
      name: null,
      status: null,
      standing: null,
      domain: null,
      domains: [],
      certificate_type: null,
      brand: null,
      fingerprint: null,
      not_before: null,
      not_after: null,
      up: null,
      last_success: null,
    };
    expect(JSON.parse(text)).toEqual({
      total: 2,
      limit: 100,
      offset: 0,
      last_check: '2026-11-23T11:59:00.000Z',
      last_complete_check: '2026-11-23T11:45:00.000Z',
      certificates: [
        {
          account: 'default',
          id: 'scs1590053258704',
          alias: 'shop',
          owner: 'payments',
          runbook: null,
          severity: 'warning',
          name: 'scm-shop',
          status: 'ISSUED',
          standing: 'live',
          domain: 'www.example.com',
          domains: ['www.example.com'],
          certificate_type: 'DV_SSL_CERT',
          brand: 'GEOTRUST',
          fingerprint: 'ab12',
          not_before: '2026-01-01T00:00:00.000Z',
          not_after: '2027-01-01T00:00:00.000Z',
          up: true,
          last_success: '2026-11-23T12:00:00.000Z',
          failure: null,
          findings: [
            {
              kind: 'expiring',
              severity: 'warning',
              cause: 'expired',
              reason: 'it ends in 12 days',
              since: '2026-11-23T12:00:00.000Z',
            },
          ],
        },
        {
          account: 'default',
          id: 'never',
          alias: null,
          owner: null,
          runbook: null,
          severity: 'unknown',
          ...unknown,
          failure: { reason: 'timeout', message: 'No answer in 10 s', request_id: 'r-1' },
          findings: [],
        },
      ],
    });
  });

  test('gives back hostile text as it came', async () => {
    const { get } = await serving([HOSTILE_CERTIFICATE]);
    const { certificates } = JSON.parse((await get('/api/v1/certificates')).text);
    expect(certificates[0]).toMatchObject({
      alias: HOSTILE,
      name: HOSTILE,
      domains: [HOSTILE],
      status: HOSTILE,
    });
  });

  test('is cut by limit and offset', async () => {
    const { get } = await serving(manyWatched(5));
    const { total, certificates } = JSON.parse((await get('/api/v1/certificates?limit=2&offset=3')).text);
    expect(total).toBe(5);
    expect(certificates.map(({ domain }: { domain: string }) => domain)).toEqual([
      'www3.example.com',
      'www4.example.com',
    ]);
    expect(JSON.parse((await get('/api/v1/certificates?offset=9')).text).certificates).toEqual([]);
  });

  test.each([
    ['/api/v1/certificates?limit=0', 'limit: it must be a whole number from 1 to 1000'],
    ['/api/v1/certificates?limit=1001', 'limit'],
    ['/api/v1/certificates?limit=', 'limit'],
    ['/api/v1/certificates?limit=1e2', 'limit'],
    ['/api/v1/certificates?offset=-1', 'offset: it must be a whole number from 0 to 1000000'],
    ['/api/v1/certificates?offset=<script>', 'offset'],
    ['/?page=0', 'page: it must be a whole number from 1 to 1000000'],
    ['/?page=99999999999999999999', 'page'],
  ])('%s is refused with a reason', async (path, reason) => {
    const { get } = await serving();
    const { status, text, headers } = await get(path);
    expect(status).toBe(400);
    expect(text).toContain(`Cannot use ${reason}`);
    expect(text).not.toContain('<script>');
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });
});

/** The events of a calendar, unfolded: property to value, alarms as a list of triggers. */
function eventsOf(text: string): { properties: Map<string, string>; triggers: string[] }[] {
  expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75 && !line.includes('\n'))).toBe(
    true,
  );
  const lines = text.replaceAll('\r\n ', '').split('\r\n');
  const events: { properties: Map<string, string>; triggers: string[] }[] = [];
  let inAlarm = false;
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z-]+)[^:]*:(.*)$/.exec(line) ?? [];
    if (line === 'BEGIN:VEVENT') events.push({ properties: new Map(), triggers: [] });
    if (name === 'BEGIN' || name === 'END') inAlarm = line === 'BEGIN:VALARM';
    else if (name === 'TRIGGER') events.at(-1)?.triggers.push(value);
    else if (!inAlarm)
      events.at(-1)?.properties.set(
        name,
        value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
      );
  }
  return events;
}

describe('the calendar', () => {
  test('has the end of every live certificate, with alarms at the rungs and a link', async () => {
    const { get } = await serving([
      watchedOf({ alias: 'shop; front, "1"', owner: 'payments', runbook: 'https://wiki.example.com' }),
      watchedOf({ id: 'dead', certificate: certificateOf({ status: 'REVOKED' }) }),
      watchedOf({ id: 'never', certificate: null }),
      watchedOf({ id: 'no-date', certificate: certificateOf({ notAfterMs: null }) }),
      watchedOf({ id: 'far', certificate: certificateOf({ notAfterMs: 9e15 }) }),
    ]);
    const { status, headers, text } = await get('/calendar.ics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    const [event, ...others] = eventsOf(text);
    expect(others).toEqual([]);
    expect(Object.fromEntries(event?.properties ?? [])).toMatchObject({
      SUMMARY: 'Certificate ends: shop; front, "1"',
      DTSTART: '20270101T000000Z',
      DTSTAMP: '20261123T120000Z',
      TRANSP: 'TRANSPARENT',
      URL: 'https://monitor.example.com/certificates/default/scs1590053258704',
      DESCRIPTION:
        'Id: scs1590053258704\nAccount: default\nDomains: www.example.com\nOwner: payments\nRunbook: https://wiki.example.com',
    });
    expect(event?.triggers).toEqual(['-P30D', '-P7D', '-P1D']);
  });

  test('keeps the identity of an event when the certificate is renewed', async () => {
    const { get, facts } = await serving([watchedOf()]);
    const [before] = eventsOf((await get('/calendar.ics')).text);
    facts.certificates = [watchedOf({ certificate: certificateOf({ notAfterMs: Date.UTC(2028, 0, 1) }) })];
    facts.monitor = { ...facts.monitor, publicUrl: null };
    const [after] = eventsOf((await get('/calendar.ics')).text);
    expect(after?.properties.get('UID')).toBe(before?.properties.get('UID'));
    expect(after?.properties.get('UID')).toMatch(/^[0-9a-f]{32}@ccm-cert-monitor$/);
    expect(after?.properties.get('DTSTART')).toBe('20280101T000000Z');
    expect(after?.properties.has('URL')).toBe(false);
  });

  test('has no event but its own, whatever names say', async () => {
    const { get } = await serving([HOSTILE_LIVE, ...manyWatched(60)]);
    const { text } = await get('/calendar.ics');
    const events = eventsOf(text);
    expect(events).toHaveLength(61);
    expect(events[0]?.properties.get('SUMMARY')).toBe(`Certificate ends: ${shown(HOSTILE)}`);
    expect(events[0]?.properties.has('X-INJECTED')).toBe(false);
    for (const harm of ['\u0000', '\u202e']) expect(text).not.toContain(harm);
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*\r\nEND:VCALENDAR$/);
  });

  test('folds lines at 75 bytes and never within a character', () => {
    const line = `SUMMARY:${'ü€😀x'.repeat(40)}`;
    const folded = foldLines(`${line}\r\nEND:VEVENT\r\n`);
    for (const part of folded.split('\r\n')) {
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75);
      expect(part).toBe(part.toWellFormed());
    }
    expect(folded.replaceAll('\r\n ', '')).toBe(`${line}\r\nEND:VEVENT\r\n`);
  });
});

describe('words', () => {
  test.each([
    ['plain text', 'plain text'],
    ['a\r\nb\tc\u0000d', 'a b c d'],
    ['a\u2028b', 'a b'],
    ['\u202eabc\u2069', 'abc'],
    ['half \ud83d pair', 'half \ufffd pair'],
    ['x'.repeat(500), `${'x'.repeat(299)}…`],
  ])('%j is shown as %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('never end in half a character when they are clipped', () => {
    expect(shown(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`);
  });

  test('of a title are the alias, the name, the domain or the id', () => {
    const certificate = certificateOf({ name: ' ', domain: 'd.example.com' });
    expect(titleOf(watchedOf({ alias: 'a', certificate }))).toBe('a');
    expect(titleOf(watchedOf())).toBe('scm-shop');
    expect(titleOf(watchedOf({ certificate }))).toBe('d.example.com');
    expect(titleOf(watchedOf({ certificate: null }))).toBe('scs1590053258704');
  });

  test.each([
    [0, 'now'],
    [59_999, 'now'],
    [3 * DAY_MS, 'in 3 days'],
    [-2 * 3_600_000, '2 hours ago'],
  ])('of a time %d ms from now are %p', (ms, text) => {
    expect(relativeText(NOW_MS + ms, NOW_MS)).toBe(text);
  });

  test.each([null, 8.64e15 + 1, -9e15, Number.NaN, Date.UTC(10_000, 0, 1)])(
    'for an instant %p that no calendar has are none',
    (ms) => {
      expect(isoInstant(ms)).toBeNull();
    },
  );
});

test('what needs attention stands first, then what ends soonest, and equal ones keep a fixed order', () => {
  const at = (id: string, days: number | null, findings: Finding[] = []) =>
    watchedOf({
      id,
      findings,
      certificate: certificateOf({ notAfterMs: days === null ? null : NOW_MS + days * DAY_MS }),
    });
  const list = [
    at('e', null),
    at('d', 9),
    at('c2', 5),
    at('c1', 5),
    at('w', 50, [EXPIRING]),
    at('x', 90, [EXPIRED]),
    { ...at('c2', 5), account: 'another' },
  ];
  expect(byAttention(list).map(({ account, id }) => `${account}/${id}`)).toEqual([
    'default/x',
    'default/w',
    'another/c2',
    'default/c1',
    'default/c2',
    'default/d',
    'default/e',
  ]);
  expect(byAttention([at('a', 1), at('a', 1)])).toHaveLength(2);
});
