// Whether the simulated ListCertificates filters, orders and pages as documented.
import { describe, expect, test } from '@jest/globals';
import { certificateId, expired, issued, paid, type SimulatedCertificate } from './certificates.ts';
import { listCertificates } from './list.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const settings = { utcOffsetMinutes: 480, maxOffset: 100, listFlaws: {} };
const drafts = [
  issued({ nowMs: NOW_MS, daysLeft: 50, name: 'fifty' }),
  issued({ nowMs: NOW_MS, daysLeft: 5, name: 'five' }),
  expired({ nowMs: NOW_MS, daysLeft: -3, name: 'ended' }),
  paid({ name: 'paid for' }),
  issued({
    nowMs: NOW_MS,
    daysLeft: 70,
    name: 'shared',
    fields: { shared: true, enterprise_project_id: 'p1' },
  }),
  issued({ name: 'odd', fields: { not_after: 'soon' } }),
];
const certificates: SimulatedCertificate[] = drafts.map((draft, n) => ({ ...draft, id: certificateId(n) }));

function list(query: string): { status: number; names: string[]; total: number } {
  const reply = listCertificates(new URLSearchParams(query), { certificates, settings, nowMs: NOW_MS });
  const body = JSON.parse(reply.body);
  return {
    status: reply.status,
    names: (body.certificates ?? []).map(({ name }: { name: string }) => name),
    total: body.total_count,
  };
}

describe('the list', () => {
  test.each([
    ['', ['fifty', 'five', 'paid for', 'odd']],
    ['expired_days_since=1095', ['fifty', 'five', 'ended', 'paid for', 'odd']],
    ['expired_days_since=2', ['fifty', 'five', 'paid for', 'odd']],
    ['owned_by_self=false', ['fifty', 'five', 'paid for', 'shared', 'odd']],
    ['owned_by_self=false&enterprise_project_id=p1', ['shared']],
    ['status=PAID', ['paid for']],
    ['content=FIV', ['five']],
    ['sort_key=certExpiredTime', ['five', 'fifty', 'paid for', 'odd']],
    ['sort_key=certStatus&sort_dir=DESC', ['paid for', 'odd', 'five', 'fifty']],
  ])('for %s shows the right rows', (query, names) => {
    expect(list(query)).toEqual({ status: 200, names, total: names.length });
  });

  test.each(['limit=7', 'offset=101', 'offset=x', 'sort_key=name'])('refuses %s', (query) => {
    expect(list(query).status).toBe(400);
  });

  test('has no last offset where the setting says so', () => {
    const unlimited = { ...settings, maxOffset: null };
    const query = new URLSearchParams('offset=5000');
    expect(listCertificates(query, { certificates, settings: unlimited, nowMs: NOW_MS }).status).toBe(200);
  });

  test('a page begins at the offset, and the total counts all', () => {
    expect(list('limit=10&offset=3')).toEqual({ status: 200, names: ['odd'], total: 4 });
  });

  test('a row has the end in the offset of the account, and neither start nor fingerprint', () => {
    const reply = listCertificates(new URLSearchParams(), { certificates, settings, nowMs: NOW_MS });
    const [row, , none, odd] = JSON.parse(reply.body).certificates;
    expect(row).toMatchObject({
      id: certificateId(0),
      expire_time: '2027-01-12 20:00:00.0',
      deploy_support: true,
    });
    expect([none.expire_time, odd.expire_time]).toEqual([null, 'soon']);
    expect(row).not.toHaveProperty('not_before');
    expect(row).not.toHaveProperty('fingerprint');
  });
});
