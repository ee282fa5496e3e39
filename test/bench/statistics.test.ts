// What the benchmark says is what was measured: medians, ratios, verdicts, and how syncs are counted.
import { describe, expect, test } from '@jest/globals';
import { PARTS, parseOptions } from '../../bench/support/options.ts';
import { sectionText } from '../../bench/support/report.ts';
import { type Figure, shown, verdictOf, withUnit } from '../../bench/support/section.ts';
import { readSeries } from '../../bench/support/series.ts';
import { median, quantile, ratio, spread } from '../../bench/support/statistics.ts';
import { syncsBetween } from '../../bench/support/syncs.ts';

const RATIO = { what: 'CPU, ours / theirs', unit: 'x', atMost: 2 } as const;
const LEAST = { what: 'reads, ours / theirs', unit: 'x', atLeast: 0.95 } as const;

describe('the statistics of the benchmark', () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[10, 9, 1, 2], 5.5],
    [[], Number.NaN],
  ])('have as the median of %j %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test.each([
    [[5, 1, 3], 0.5, 3],
    [[5, 1, 3], 0.99, 5],
    [[5, 1, 3], 0, 1],
    [Array.from({ length: 200 }, (_, n) => n + 1), 0.99, 198],
    [[], 0.99, Number.NaN],
  ])('have as a share of %j up to %d %d', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  test('give a ratio of medians, and the spread as a share of the median', () => {
    expect(ratio([1, 2, 300], [4, 4, 4])).toBe(0.5);
    expect(spread([8, 10, 14])).toBeCloseTo(0.3);
  });

  test.each<[string, Figure]>([
    ['met', { ...RATIO, value: 2 }],
    ['missed', { ...RATIO, value: 2.01 }],
    ['met', { ...LEAST, value: 0.95 }],
    ['missed', { ...LEAST, value: 0.94 }],
    ['not measured', { ...LEAST, value: Number.NaN }],
    ['not measured', { ...RATIO, value: null, why: 'there is no strace' }],
    ['not measured', { ...RATIO, value: Number.NaN }],
  ])('say %s of a figure against its target', (verdict, figure) => {
    expect(verdictOf(figure)).toBe(verdict);
  });

  test.each([
    [0.0127, '0.0127'],
    [0.3, '0.300'],
    [12.34, '12.3'],
    [4_640.2, '4640'],
    [0, '0.00'],
    [Number.NaN, '–'],
  ])('show %d as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  test('show a figure with its unit, and why one was not measured', () => {
    expect(withUnit(9.876, 'ms')).toBe('9.88 ms');
    const figures: Figure[] = [
      { ...RATIO, value: null, why: 'there is no strace' },
      { ...LEAST, value: 0.9 },
    ];
    const text = sectionText({ title: 'T', how: 'H.', head: ['a'], rows: [['1']], figures });
    expect(text).toContain(
      '| CPU, ours / theirs   | – (there is no strace) | at most 2.00x   | not measured |',
    );
    expect(text).toMatch(/reads, ours \/ theirs \| 0\.900x +\| at least 0\.950x \| missed +\|/);
  });

  test('read the certificates’ series back out of the text, escapes and all, and nothing else', () => {
    const text = [
      '# HELP ccm_monitor_outbox_mails Mails that wait.',
      'ccm_monitor_outbox_mails{state="waiting"} 3',
      '# HELP ccm_certificate_up The last read succeeded.',
      '# TYPE ccm_certificate_up gauge',
      'ccm_certificate_up{account="a\\\\\\"}\\n, b",certificate_id="scs1"} 1',
      'ccm_certificate_up{account="c",certificate_id="scs2"} 0',
      '',
    ].join('\n');
    expect(readSeries(text)).toEqual([
      {
        name: 'ccm_certificate_up',
        help: 'The last read succeeded.',
        samples: [
          { labels: { account: 'a\\"}\n, b', certificate_id: 'scs1' }, value: 1 },
          { labels: { account: 'c', certificate_id: 'scs2' }, value: 0 },
        ],
      },
    ]);
  });

  test('count syncs between the marks only, by check, each call once', () => {
    const trace = [
      '7 fdatasync(20) = 0',
      '7 mkdir("/w/begin-1", 0777) = 0',
      '7 fdatasync(20 <unfinished ...>',
      '8 <... fdatasync resumed>) = 0',
      '7 mkdir("/w/end-1", 0777) = 0',
      '7 fsync(21) = 0',
      '7 mkdirat(AT_FDCWD, "/w/begin-2", 0777) = 0',
      '7 fsync(20) = 0',
      '7 fdatasync(21) = 0',
      '7 mkdirat(AT_FDCWD, "/w/end-2", 0777) = 0',
    ].join('\n');
    expect(syncsBetween(trace)).toEqual([1, 2]);
  });
});

describe('the options of the benchmark', () => {
  test('are all parts in five rounds by default, and fewer where quick', () => {
    expect(parseOptions([])).toEqual({ quick: false, rounds: 5, only: PARTS, write: false });
    expect(parseOptions(['--quick', '--only', 'mails,reads'])).toEqual({
      quick: true,
      rounds: 2,
      only: ['reads', 'mails'],
      write: false,
    });
  });

  test.each([
    [['--rounds', '0'], '--rounds must be a whole number from 1 to 100, not 0'],
    [['--only', 'speed'], 'there is no part speed'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j are refused with what is wrong', (args, text) => {
    expect(() => parseOptions(args)).toThrow(text);
  });
});
