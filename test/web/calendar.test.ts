// The calendar: what it says, that a client's library reads it, and that it is the same until something changes.
import { describe, expect, test } from '@jest/globals';
import ICAL from 'ical.js';
import { keyText } from '../../src/certificates/certificate.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { foldLines } from '../../src/web/calendar.ts';
import { shown } from '../../src/web/words.ts';
import { certificateOf, manyWatched, NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { HOSTILE, HOSTILE_LIVE } from './hostile.ts';
import { createServings } from './servings.ts';

const serving = createServings();
const KEY = { account: 'default', id: 'scs1590053258704' };

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
    const { get, facts } = await serving([
      watchedOf({ alias: 'shop; front, "1"', owner: 'payments', runbook: 'https://wiki.example.com' }),
      watchedOf({ id: 'dead', certificate: certificateOf({ status: 'REVOKED' }) }),
      watchedOf({ id: 'never', certificate: null }),
      watchedOf({ id: 'no-date', certificate: certificateOf({ notAfterMs: null }) }),
      watchedOf({ id: 'far', certificate: certificateOf({ notAfterMs: 9e15 }) }),
    ]);
    const changedMs = Date.UTC(2026, 1, 3, 4, 5, 6);
    facts.endsChangedMs = new Map([[keyText({ account: 'default', id: 'scs1590053258704' }), changedMs]]);
    const { status, headers, text } = await get('/calendar.ics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    const [event, ...others] = eventsOf(text);
    expect(others).toEqual([]);
    expect(Object.fromEntries(event?.properties ?? [])).toMatchObject({
      SUMMARY: 'Certificate ends: shop; front, "1"',
      DTSTART: '20270101T000000Z',
      DTSTAMP: '20260203T040506Z',
      'LAST-MODIFIED': '20260203T040506Z',
      SEQUENCE: String((changedMs - Date.UTC(2020, 0, 1)) / 1_000),
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

describe('a calendar program', () => {
  test('imports every event with its end, its alarms and its identity', async () => {
    const { get, facts } = await serving([
      ...manyWatched(30),
      HOSTILE_LIVE,
      watchedOf({ id: 'ümlaut/€ 😀' }),
    ]);
    facts.endsChangedMs = new Map([[keyText(KEY), NOW_MS - 5 * DAY_MS]]);
    const root = new ICAL.Component(ICAL.parse((await get('/calendar.ics')).text));
    expect(root.getFirstPropertyValue('version')).toBe('2.0');
    const events = root.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
    expect(events).toHaveLength(32);
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(31);
    const [first] = events;
    expect(first?.summary).toBe('Certificate ends: scm-shop');
    expect(first?.startDate.toJSDate().getTime()).toBe(Date.UTC(2027, 0, 1));
    expect(first?.startDate.zone).toBe(ICAL.Timezone.utcTimezone);
    expect(first?.sequence).toBe((NOW_MS - 5 * DAY_MS - Date.UTC(2020, 0, 1)) / 1_000);
    const alarms = first?.component.getAllSubcomponents('valarm') ?? [];
    expect(alarms.map((alarm) => alarm.getFirstPropertyValue('trigger')?.toString())).toEqual([
      '-P30D',
      '-P7D',
      '-P1D',
    ]);
    expect(events.find(({ summary }) => summary.includes('alert("1")'))?.summary).toBe(
      `Certificate ends: ${shown(HOSTILE)}`,
    );
  });
});

describe('between two changes', () => {
  test('the text and its tag stay the same over time and over a restart, and a client need not fetch it again', async () => {
    const endsChangedMs = new Map([[keyText(KEY), NOW_MS - DAY_MS]]);
    const one = await serving([watchedOf()]);
    one.facts.endsChangedMs = endsChangedMs;
    const first = await one.get('/calendar.ics');
    one.facts.nowMs = NOW_MS + DAY_MS;
    one.facts.certificates = [watchedOf({ lastSuccessMs: NOW_MS + DAY_MS })];
    const later = await one.get('/calendar.ics');
    const other = await serving([watchedOf()]);
    other.facts.endsChangedMs = endsChangedMs;
    const restarted = await other.get('/calendar.ics');
    expect([later.text, restarted.text]).toEqual([first.text, first.text]);
    const tag = first.headers.etag ?? '';
    expect([later.headers.etag, restarted.headers.etag]).toEqual([tag, tag]);
    expect((await other.get('/calendar.ics', { headers: { 'If-None-Match': tag } })).status).toBe(304);
  });

  test('what a check found counts once the check has ended, though nothing else has changed since', async () => {
    const { get, facts } = await serving([watchedOf()]);
    const before = eventsOf((await get('/calendar.ics')).text);
    facts.endsChangedMs = new Map([[keyText(KEY), NOW_MS]]);
    expect(eventsOf((await get('/calendar.ics')).text)).toEqual(before);
    facts.monitor = { ...facts.monitor, lastCheckMs: NOW_MS };
    const [after] = eventsOf((await get('/calendar.ics')).text);
    expect(Number(after?.properties.get('SEQUENCE'))).toBe((NOW_MS - Date.UTC(2020, 0, 1)) / 1_000);
  });

  test('a change of the end, earlier or later, has a greater sequence number', async () => {
    const { get, facts } = await serving([watchedOf()]);
    const sequences: number[] = [];
    const start = certificateOf().notBeforeMs ?? 0;
    for (const changedMs of [null, start + 1_000, NOW_MS, NOW_MS + 1_000]) {
      facts.endsChangedMs = new Map(changedMs === null ? [] : [[keyText(KEY), changedMs]]);
      facts.certificates = [watchedOf()];
      const [event] = eventsOf((await get('/calendar.ics')).text);
      sequences.push(Number(event?.properties.get('SEQUENCE')));
    }
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(sequences.at(-1)).toBeLessThan(2 ** 31);
  });
});
