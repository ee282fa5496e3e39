// The small things that everything stands on: spans, errors, closing, waiting, grouping, text.
import { describe, expect, test } from '@jest/globals';
import { groupBy } from '../../src/shared/collections.ts';
import { codeOf, MonitorError } from '../../src/shared/errors.ts';
import { createGate } from '../../src/shared/gate.ts';
import { createLifetime } from '../../src/shared/lifetime.ts';
import { clip, oneLine } from '../../src/shared/text.ts';
import { DAY_MS, formatInstant, formatSpan, HOUR_MS, MINUTE_MS, systemClock } from '../../src/shared/time.ts';

describe('time', () => {
  test.each([
    [-DAY_MS, 'less than a minute'],
    [0, 'less than a minute'],
    [MINUTE_MS - 1, 'less than a minute'],
    [MINUTE_MS, '1 minute'],
    [59 * MINUTE_MS, '59 minutes'],
    [HOUR_MS, '1 hour'],
    [HOUR_MS + MINUTE_MS, '1 hour 1 minute'],
    [2 * HOUR_MS + 59 * MINUTE_MS, '2 hours 59 minutes'],
    [3 * HOUR_MS + 59 * MINUTE_MS, '3 hours'],
    [DAY_MS, '1 day'],
    [DAY_MS + 4 * HOUR_MS, '1 day 4 hours'],
    [2 * DAY_MS + HOUR_MS, '2 days 1 hour'],
    [3 * DAY_MS + 23 * HOUR_MS, '3 days'],
    [365 * DAY_MS, '365 days'],
  ])('%d ms is told as %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  test('an instant says its zone', () => {
    expect(formatInstant(Date.UTC(2026, 10, 23, 19, 20, 59))).toBe('2026-11-23 19:20 UTC');
  });

  test('the clocks of the machine go on', () => {
    expect(systemClock.wallMs()).toBeGreaterThan(Date.UTC(2026, 0));
    expect(systemClock.monotonicMs()).toBeGreaterThan(0);
  });
});

describe('errors', () => {
  test('an error of ours has a code, a text and its cause', () => {
    const cause = new Error('disk');
    const error = new MonitorError('STATE_UNUSABLE', 'Cannot write', { cause });
    expect(error).toMatchObject({
      name: 'MonitorError',
      code: 'STATE_UNUSABLE',
      message: 'Cannot write',
      cause,
    });
  });

  test.each([
    [Object.assign(new Error(), { code: 'ENOENT' }), 'ENOENT'],
    [new Error('x'), null],
    [{ code: 5 }, null],
    [null, null],
    ['ENOENT', null],
  ])('the code of %o is %s', (error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});

describe('a lifetime', () => {
  test('closes backwards, goes on after a failure, and closes once', async () => {
    const lifetime = createLifetime();
    const closed: string[] = [];
    lifetime.onClose('first', () => void closed.push('first'));
    lifetime.onClose('second', () => {
      throw new Error('stuck');
    });
    lifetime.onClose('third', async () => void closed.push('third'));
    const failures = await Promise.all([lifetime.close(), lifetime.close()]);
    expect(closed).toEqual(['third', 'first']);
    expect(failures[0]).toMatchObject([{ name: 'second', error: { message: 'stuck' } }]);
    expect(failures[1]).toBe(failures[0]);
  });
});

describe('a gate', () => {
  test('lets nobody through before it is opened, and everybody after', async () => {
    const gate = createGate();
    let through = false;
    const passed = gate.passed(null).then(() => {
      through = true;
    });
    await Promise.resolve();
    expect([through, gate.isOpen()]).toEqual([false, false]);
    gate.open();
    gate.open();
    await passed;
    await gate.passed(null);
    expect(gate.isOpen()).toBe(true);
  });

  test('lets through after the time, closed as it is; a time that no timer can hold does not end at once', async () => {
    const gate = createGate();
    await gate.passed(1);
    let through = false;
    const passed = gate.passed(2 ** 40).then(() => {
      through = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([through, gate.isOpen()]).toEqual([false, false]);
    gate.open();
    await passed;
  });
});

test('grouping keeps the order of first appearance', () => {
  expect([...groupBy([3, 1, 4, 6, 5], (n) => n % 2)]).toEqual([
    [1, [3, 1, 5]],
    [0, [4, 6]],
  ]);
});

describe('foreign text', () => {
  test.each([
    ['plain', 'plain'],
    ['two\r\nlines\u2028and\u0000more', 'two lines and more'],
    ['\u202Eevil', 'evil'],
    ['\u001b[31mred', '[31mred'],
    ['half \ud83d', 'half \ufffd'],
  ])('%j becomes one line', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test('what is too long is cut, says so, and never in half a character', () => {
    expect(oneLine('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(oneLine('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(clip('ab😀', 3)).toBe('ab');
    expect(clip('ab😀', 4)).toBe('ab😀');
    expect(oneLine('x'.repeat(5_000_000))).toHaveLength(300);
  });
});
