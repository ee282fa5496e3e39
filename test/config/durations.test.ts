// Spans, shares and zone offsets: what is read, what is refused, and that writing is the way back.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatDuration,
  formatShare,
  formatUtcOffset,
  parseDuration,
  parseShare,
  parseUtcOffset,
} from '../../src/config/durations.ts';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['36h', 129_600_000],
    ['30d', 2_592_000_000],
    ['1s', 1_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    '',
    '0s',
    '00d',
    '07d',
    '1.5h',
    '-1d',
    '30',
    'd',
    '30D',
    '30 d',
    ' 30d',
    '30d ',
    '5ms',
    '1w',
    '1h30m',
    '99999999d',
    '３０d',
  ])('%j is not a duration', (text) => expect(parseDuration(text)).toBeNull());

  test('a span is written in the largest unit that says it whole', () => {
    expect([90_000, 7_200_000, 129_600_000, 172_800_000, 900_000, 1_500].map(formatDuration)).toEqual([
      '90s',
      '2h',
      '36h',
      '2d',
      '15m',
      '2s',
    ]);
  });

  test('what is written is read back as the same span', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });
});

describe('shares', () => {
  test.each([
    ['33%', 0.33],
    ['1%', 0.01],
    ['12.5%', 0.125],
    ['99.99%', 0.9999],
  ])('%s is %d', (text, share) => {
    expect(parseShare(text)).toBeCloseTo(share, 10);
    expect(formatShare(share)).toBe(text);
  });

  test.each(['0%', '100%', '0.5%', '-3%', '33', '33 %', '033%', '1.234%', '%'])('%j is not a share', (text) =>
    expect(parseShare(text)).toBeNull(),
  );
});

describe('zone offsets', () => {
  test.each([
    ['+08:00', 480],
    ['-03:30', -210],
    ['+00:00', 0],
    ['+14:00', 840],
    ['-14:00', -840],
  ])('%s is %d minutes east', (text, minutes) => {
    expect(parseUtcOffset(text)).toBe(minutes);
    expect(formatUtcOffset(minutes)).toBe(text);
  });

  test('-00:00 is plain zero', () => expect(parseUtcOffset('-00:00')).toBe(0));

  test.each(['08:00', '+8:00', '+14:30', '+15:00', '+08:60', '+0800', 'Z', 'UTC', ''])(
    '%j is not an offset',
    (text) => expect(parseUtcOffset(text)).toBeNull(),
  );
});
