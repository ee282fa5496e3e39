// What every language must be able to say, whatever it is; and how Chinese says it.
import { describe, expect, test } from '@jest/globals';
import type { Ending } from '../../src/alerts/alert.ts';
import { KNOWN_STATUSES } from '../../src/certificates/certificate.ts';
import { KINDS } from '../../src/certificates/finding.ts';
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import { LANGUAGES } from '../../src/shared/language.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import type { Told } from '../../src/words/certificate-words.ts';
import { certificateWords } from '../../src/words/words.ts';

const NOW_MS = Date.parse('2026-11-23T19:20:00Z');

function told(changes: Partial<Told>): Told {
  return {
    kind: 'expired',
    title: 'www.example.com',
    many: false,
    account: 'default',
    status: 'ISSUED',
    notAfterMs: NOW_MS - 3 * HOUR_MS,
    stateSinceMs: NOW_MS - 8 * DAY_MS,
    revokeReason: null,
    cause: 'timeout',
    renewal: null,
    place: null,
    nowMs: NOW_MS,
    ...changes,
  };
}

describe.each(LANGUAGES)('%s', (language) => {
  const words = certificateWords(language);

  test('has a name, a lead, an end and advice for each kind, and no two are the same', () => {
    for (const texts of [
      KINDS.map((kind) => words.kind(kind)),
      KINDS.map((kind) => words.lead(told({ kind }))),
      KINDS.map((kind) =>
        words.brief(told({ kind, notAfterMs: kind === 'expired' ? null : NOW_MS + DAY_MS })),
      ),
      KINDS.map((kind) => `${kind} ${words.over(kind, false)}`),
      KINDS.map((kind) => words.advice(kind, 'timeout').join()),
    ]) {
      expect(new Set(texts).size).toBe(KINDS.length);
      expect(texts.join('')).not.toMatch(/undefined|null|NaN/);
    }
  });

  test('says in each lead which certificate it is', () => {
    for (const kind of KINDS)
      for (const many of [false, true])
        for (const notAfterMs of [null, NOW_MS - DAY_MS, NOW_MS + DAY_MS])
          expect(words.lead(told({ kind, many, notAfterMs }))).toContain('www.example.com');
  });

  test('says of an account that cannot be listed what that means, and nothing of revocations that go unseen', () => {
    const account = told({ kind: 'unreadable', cause: 'unlisted', title: 'default' });
    expect(words.lead(account)).not.toBe(words.lead({ ...account, cause: 'timeout' }));
    expect(words.brief(account)).not.toContain('unlisted');
    const [, last] = words.advice('unreadable', 'timeout');
    expect(words.advice('unreadable', 'unlisted')).toHaveLength(2);
    expect(words.advice('unreadable', 'unlisted')).not.toContain(last);
  });

  test('knows each reason of failure, and says an unknown one as it is', () => {
    const causes = FAILURE_REASONS.map((reason) => words.cause(reason));
    expect(new Set(causes).size).toBe(FAILURE_REASONS.length);
    expect(causes).not.toContain('timeout');
    expect(words.cause('QUANTUM')).toBe('QUANTUM');
  });

  test('keeps the word of the cloud in each status', () => {
    for (const status of [...KNOWN_STATUSES, 'QUANTUM']) expect(words.status(status)).toContain(status);
  });

  test('says an instant that no calendar holds to be unknown', () => {
    expect(words.instant(NOW_MS)).toBe('2026-11-23 19:20 UTC');
    expect(words.instant(9e15)).not.toMatch(/\d/);
  });
});

describe('Chinese', () => {
  const words = certificateWords('zh-CN');

  test.each<[Partial<Told>, string]>([
    [{}, 'www.example.com 已过期：3小时前到期（2026-11-23 16:20 UTC）'],
    [{ notAfterMs: null }, 'www.example.com 已过期：云端状态为“已过期”'],
    [{ kind: 'revoked', revokeReason: 'keyCompromise' }, 'www.example.com 已被吊销，原因：keyCompromise'],
    [{ kind: 'unpassed' }, 'www.example.com 的证书申请未通过'],
    [{ kind: 'missing' }, 'www.example.com 不存在：账号 default 中查不到该证书'],
    [{ kind: 'unreadable' }, '无法读取 www.example.com：API 响应超时'],
    [
      { kind: 'unreadable', cause: 'unlisted', title: '账号 default' },
      '无法获取账号 default 的证书列表：新证书没有被监控',
    ],
    [
      { kind: 'expiring', notAfterMs: NOW_MS + 13 * DAY_MS },
      'www.example.com 将于13天后到期（2026-12-06 19:20 UTC）',
    ],
    [{ kind: 'revoking' }, 'www.example.com 的吊销申请正在审核'],
    [{ kind: 'pending' }, 'www.example.com 已申请8天，仍未签发'],
    [{ kind: 'unrecognised', status: 'PAUSED' }, 'www.example.com 处于未知状态：PAUSED'],
  ])('lead of %j', (changes, text) => {
    expect(words.lead(told(changes))).toBe(text);
  });

  test('no blank stands within Chinese', () => {
    const title = '账号 default 的3张证书';
    expect(words.lead(told({ kind: 'missing', title, many: true }))).toBe(
      '账号 default 的3张证书不存在：账号 default 中查不到这些证书',
    );
    expect(words.isOver(title, 'unreadable', true)).toBe('账号 default 的3张证书已恢复读取');
    expect(words.isOver('www.example.com', 'unreadable', false)).toBe('www.example.com 已恢复读取');
  });

  test.each<[number, string]>([
    [-1, '不到1分钟'],
    [5 * MINUTE_MS, '5分钟'],
    [2 * HOUR_MS + 30 * MINUTE_MS, '2小时30分钟'],
    [5 * HOUR_MS + 30 * MINUTE_MS, '5小时'],
    [DAY_MS, '1天'],
    [2 * DAY_MS + HOUR_MS, '2天1小时'],
    [13 * DAY_MS + HOUR_MS, '13天'],
  ])('a span of %d ms is %s', (ms, text) => {
    expect(words.span(ms)).toBe(text);
  });

  test.each<[Ending | null, string]>([
    [{ how: 'renewed', notAfterMs: NOW_MS + 90 * DAY_MS }, '已更新，有效期至 2027-02-21 19:20 UTC（90天后）'],
    [{ how: 'status', status: 'ISSUED' }, '当前状态为已签发 (ISSUED)'],
    [{ how: 'gone' }, '云端已查不到该证书'],
    [{ how: 'thresholds' }, '已不在配置的告警阈值之内'],
    [{ how: 'readable' }, ''],
    [null, ''],
  ])('ending %j', (ending, text) => {
    expect(words.ending(ending, NOW_MS)).toBe(text);
  });
});
