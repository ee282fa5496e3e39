// When to try again, what Retry-After says, and what the Date header says about the clocks.
import { describe, expect, test } from '@jest/globals';
import { FAILURE_REASONS } from '../../src/certificates/reading.ts';
import type { AnswerHeaders } from '../../src/huawei/answer.ts';
import { backoffMs, clockSkewSeconds, isPassing, retryAfterMs } from '../../src/huawei/retry.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

function headers(some: Partial<AnswerHeaders>): { headers: AnswerHeaders } {
  const none = {
    date: null,
    age: null,
    retryAfter: null,
    requestId: null,
    location: null,
    contentType: null,
    subjectToken: null,
  };
  return { headers: { ...none, ...some } };
}

const http = (ms: number) => new Date(ms).toUTCString();

test('only what passes by itself is tried again', () => {
  expect(FAILURE_REASONS.filter(isPassing)).toEqual(['unreachable', 'timeout', 'throttled', 'server_error']);
});

test('the pause before the next attempt is drawn from twice as much each time, up to ten seconds', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, () => 0.999_999_9));
  expect(longest).toEqual([499, 999, 1_999, 3_999, 7_999, 9_999, 9_999]);
  expect(backoffMs(7, () => 0)).toBe(0);
});

describe('Retry-After', () => {
  test.each<[Partial<AnswerHeaders>, number | null]>([
    [{}, null],
    [{ retryAfter: '0' }, 0],
    [{ retryAfter: ' 7 ' }, 7_000],
    [{ retryAfter: http(NOW + 20_000) }, 20_000],
    [{ retryAfter: http(NOW + 20_000), date: http(NOW + 15_000) }, 5_000],
    [{ retryAfter: http(NOW - 20_000) }, 0],
    [{ retryAfter: '-1' }, null],
    [{ retryAfter: '1.5' }, null],
    [{ retryAfter: 'soon' }, null],
    [{ retryAfter: '9'.repeat(30) }, null],
  ])('%j', (some, ms) => {
    expect(retryAfterMs(headers(some), NOW)).toBe(ms);
  });
});

describe('the clock skew', () => {
  const timing = { sentMs: NOW + 400, receivedMs: NOW + 500 };

  test.each<[string, Partial<AnswerHeaders>, number | null]>([
    ['is unknown without a date', {}, null],
    ['is unknown without a readable date', { date: 'yesterday' }, null],
    ['is nothing where one second explains it', { date: http(NOW) }, 0],
    ['is given to half a second', { date: http(NOW - 1_000) }, -1],
    ['is positive where our clock is behind', { date: http(NOW + 1_200_000) }, 1_200],
    ['is negative where our clock is ahead', { date: http(NOW - 60_000) }, -60],
    ['takes the age of a cached answer into account', { date: http(NOW - 60_000), age: '60' }, 0],
    ['does not take what is no age', { date: http(NOW - 60_000), age: 'old' }, -60],
  ])('%s', (_, some, seconds) => {
    expect(clockSkewSeconds(headers(some), timing)).toBe(seconds);
  });

  test('is nothing where the time on the way explains it', () => {
    expect(
      clockSkewSeconds(headers({ date: http(NOW - 8_000) }), {
        sentMs: NOW - 9_000,
        receivedMs: NOW + 1_000,
      }),
    ).toBe(0);
  });
});
