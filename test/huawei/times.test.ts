// Every way in which the API has been seen to write a time, and those that must not be taken for one.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseApiTime, parseHttpTime } from '../../src/huawei/times.ts';

const AT = Date.UTC(2021, 4, 27, 16, 46, 25);
const H = 3_600_000;

describe('a time of the API', () => {
  test.each<[unknown, number, number]>([
    ['2021-05-27 16:46:25.0', 480, AT - 8 * H],
    ['2021-05-27 16:46:25', 480, AT - 8 * H],
    ['  2021-05-27 16:46:25.0 ', 0, AT],
    ['2021-05-27T16:46:25', -330, AT + 5.5 * H],
    ['2021-05-27T16:46:25.965Z', 480, AT + 965],
    ['2021-05-27t16:46:25z', 480, AT],
    ['2021-05-27 16:46:25.965999 Z', 480, AT + 965],
    ['2021-05-27 16:46:25,5', 0, AT + 500],
    ['2021-05-27 16:46:25.05', 0, AT + 50],
    ['2021-05-27T16:46:25+08:00', 0, AT - 8 * H],
    ['2021-05-27T16:46:25.0-0530', 0, AT + 5.5 * H],
    ['2021-05-27 16:46:25 +08', 0, AT - 8 * H],
    ['2024-02-29 00:00:00', 0, Date.UTC(2024, 1, 29)],
    ['2000-02-29 00:00:00', 0, Date.UTC(2000, 1, 29)],
    ['1970-01-01 00:00:00', 0, 0],
    ['9999-12-31 23:59:59.999', 0, 253_402_300_799_999],
    [AT, 480, AT],
    [String(AT), 480, AT],
  ])('%j at an offset of %i minutes is %i', (value, offset, ms) => {
    expect(parseApiTime(value, offset)).toBe(ms);
  });

  test.each<[unknown]>([
    ['2021-02-30 00:00:00'],
    ['2021-02-29 00:00:00'],
    ['1900-02-29 00:00:00'],
    ['2021-13-01 00:00:00'],
    ['2021-00-10 00:00:00'],
    ['2021-05-00 00:00:00'],
    ['2021-04-31 00:00:00'],
    ['2021-05-27 24:00:00'],
    ['2021-05-27 16:60:00'],
    ['2021-05-27 16:46:60'],
    ['1969-12-31 23:59:59'],
    ['0000-00-00 00:00:00'],
    ['10000-01-01 00:00:00'],
    ['2021-05-27'],
    ['2021-05-27 16:46'],
    ['27/05/2021 16:46:25'],
    ['27 May 2021'],
    ['2021-05-27 16:46:25.'],
    ['2021-05-27 16:46:25+15:00'],
    ['2021-05-27 16:46:25+08:61'],
    ['2021-05-27 16:46:25 CST'],
    ['2021-05-27 16:46:25.0123456789'],
    ['1970-01-01 00:00:00+08:00'],
    [''],
    ['never'],
    [null],
    [undefined],
    [true],
    [{}],
    [[]],
    [0],
    ['0'],
    [-1],
    [1.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e300],
    [1_622_105_185],
    ['1622105185'],
    ['20210527164625'.repeat(3)],
    [253_402_300_800_000],
  ])('%j is no time', (value) => {
    expect(parseApiTime(value, 0)).toBeNull();
  });

  test('agrees with the machine about every instant that it can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true }),
        (date) => {
          expect(parseApiTime(date.toISOString(), 480)).toBe(date.getTime());
        },
      ),
    );
  });

  test('is null or within the years 1970 to 9999, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}.*$/)),
        (value) => {
          const ms = parseApiTime(value, 480);
          expect(ms === null || (ms >= 0 && ms <= 253_402_300_799_999)).toBe(true);
        },
      ),
    );
  });
});

describe('a time of HTTP', () => {
  test('is read', () => {
    expect(parseHttpTime('Thu, 27 May 2021 16:46:25 GMT')).toBe(AT);
  });

  test.each([
    '',
    'Thu, 31 Feb 2021 16:46:25 GMT',
    'Thu, 27 Mai 2021 16:46:25 GMT',
    'Thu, 27 May 2021 25:46:25 GMT',
    '27 May 2021',
    '5',
  ])('%j is none', (text) => {
    expect(parseHttpTime(text)).toBeNull();
  });
});
