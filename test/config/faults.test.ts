// How faults are told: paths, values, lines, and what is never shown.
import { describe, expect, test } from '@jest/globals';
import { describeFound, type Fault, formatFaults, type Path, pathText } from '../../src/config/faults.ts';
import { nearestOf } from '../../src/config/suggestion.ts';

const fault: Fault = { path: 'http.port', found: '"x"', expected: 'must be a number', line: 4, column: null };

describe('formatFaults', () => {
  test('a fault is one line with the file, its line, the path, what was found and what may stand there', () => {
    expect(
      formatFaults('c.yaml', [fault, { ...fault, path: '', line: 3, column: 7 }, { ...fault, line: null }]),
    ).toBe(
      'c.yaml:4 http.port: found "x"; must be a number\n' +
        'c.yaml:3:7: found "x"; must be a number\n' +
        'c.yaml http.port: found "x"; must be a number',
    );
  });

  test('after a thousand faults it says how many more there are', () => {
    const lines = formatFaults('c.yaml', new Array<Fault>(1_002).fill(fault)).split('\n');
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toBe('c.yaml: and 2 more faults');
  });
});

describe('pathText', () => {
  test.each<[Path, string]>([
    [['certificates', 3, 'thresholds', 'warning'], 'certificates[3].thresholds.warning'],
    [['http', 'a b\n'], 'http["a b\\n"]'],
    [['x'.repeat(70)], `["${'x'.repeat(60)}…"]`],
    [[], ''],
  ])('%j', (path, text) => expect(pathText(path)).toBe(text));
});

describe('describeFound', () => {
  test.each<[unknown, Path, string]>([
    [undefined, ['a'], 'nothing'],
    [null, ['a'], 'an empty value'],
    [[1, 2], ['a'], 'a list of 2'],
    [{ a: 1 }, ['a'], 'a mapping'],
    [12, ['a'], '12 (a number)'],
    [true, ['a'], 'true (a boolean)'],
    ['abc', ['certificates', 0, 'id'], '"abc" (3 characters)'],
    ['a\u001b[31m\u202e\u0085"', ['a'], '"a\\u001b[31m\\u202e\\u0085\\""'],
    ['ä'.repeat(61), ['a'], `"${'ä'.repeat(60)}…"`],
    ['😀'.repeat(61), ['a'], `"${'😀'.repeat(60)}…"`],
    ['hunter2', ['accounts', 0, 'credentials', 'password'], 'a plain value, which is not shown'],
    [4711, ['email', 'smtp', 'password', 'file'], 'a plain value, which is not shown'],
    ['hunter2', ['accounts', 0, 'credentials'], 'a plain value, which is not shown'],
    ['hunter2', ['email', 'smtp'], 'a plain value, which is not shown'],
    ['https://u:p@scm.example.com/x', ['accounts', 0, 'endpoint'], '"https://…@scm.example.com/x"'],
    ['https://u:p/w@scm.example.com/x?t=1', ['accounts', 0, 'endpoint'], '"https://…@scm.example.com/x?…"'],
    ['u:p@smtp.example.com', ['email', 'smtp', 'host'], '"…@smtp.example.com"'],
    ['smtp://u:p@example.com', ['email', 'to', 0], '"smtp://…@example.com"'],
    ['a b@example.com', ['email', 'to', 0], '"a b@example.com"'],
    ['http://hc-ping.com/uuid', ['heartbeat', 'url'], '"http://hc-ping.com/…"'],
    ['hc-ping.com/uuid', ['heartbeat', 'url'], '"hc-ping.com/…"'],
  ])('%j at %j', (value, path, text) => expect(describeFound(value, path)).toBe(text));
});

describe('nearestOf', () => {
  const known = ['caFile', 'timeout', 'requestsPerSecond', 'to'];
  test.each([
    ['ca_file', 'caFile'],
    ['CAFile', 'caFile'],
    ['timeuot', 'timeout'],
    ['requestPerSeconds', 'requestsPerSecond'],
    ['t', 'to'],
    ['password', null],
    ['x'.repeat(41), null],
  ])('%s is meant for %s', (key, nearest) => expect(nearestOf(key, known)).toBe(nearest));
});
