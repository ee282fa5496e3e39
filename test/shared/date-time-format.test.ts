// UTC without Intl says what Intl says, for everything that node-cron asks.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateTimeFormat } from '../../src/shared/date-time-format.ts';

/** node-cron 4.6, `getPartsFormatter` and `getOffsetFormatter`. */
const ASKED: readonly Intl.DateTimeFormatOptions[] = [
  {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    weekday: 'short',
    hour12: false,
    timeZone: 'UTC',
  },
  { timeZone: 'UTC', timeZoneName: 'shortOffset' },
];

/** Two ways of Intl to say one thing, by its version; node-cron takes them for the same. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['hour 24', '00'],
  ['timeZoneName GMT+0', 'GMT'],
]);

const ANY_INSTANT = fc.date({
  min: new Date('1000-01-01'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('a format for UTC', () => {
  test.each(ASKED)('has each part that Intl has for %j', (options) => {
    const theirs = new Intl.DateTimeFormat('en-US', options);
    fc.assert(
      fc.property(ANY_INSTANT, (instant) => {
        const ours = new Map(
          dateTimeFormat('en-US', options)
            .formatToParts(instant)
            .map(({ type, value }) => [type, value]),
        );
        for (const { type, value } of theirs.formatToParts(instant)) {
          if (type === 'literal' || (options.timeZoneName !== undefined && type !== 'timeZoneName')) continue;
          expect([type, ours.get(type)]).toEqual([type, SAME.get(`${type} ${value}`) ?? value]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a format for another zone', () => {
  test('is Intl’s', () => {
    expect(dateTimeFormat('en', { timeZone: 'Europe/Berlin' })).toBeInstanceOf(Intl.DateTimeFormat);
    expect(() => dateTimeFormat('en', { timeZone: 'Europe/Nowhere' })).toThrow(RangeError);
  });
});
