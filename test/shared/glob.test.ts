// Patterns as people write them, held against regular expressions, and against patterns that are made to be slow.
import { describe, expect, test } from '@jest/globals';
import { matchesGlob } from '../../src/shared/glob.ts';
import { createRandom } from '../support/random.ts';

describe('a pattern', () => {
  test.each<[string, string, boolean]>([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'anything', true],
    ['?', '', false],
    ['?', 'a', true],
    ['*.example.com', 'www.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '*.example.com', true],
    ['WWW.*', 'www.Example.com', true],
    ['www.example.com', 'wwwxexample.com', false],
    ['[a-z]+', 'abc', false],
    ['[a-z]+', '[A-Z]+', true],
    ['a*b*c', 'axbxbxc', true],
    ['a*b*c', 'axbxbx', false],
    ['*a?', 'aaa', true],
    ['a\nb*', 'a\nbc', true],
  ])('%j over %j: %j', (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  test('says what a regular expression of the same meaning says', () => {
    const random = createRandom(6);
    const word = (letters: readonly [string, ...string[]]) =>
      Array.from({ length: random.below(9) }, () => random.pick(letters)).join('');
    let matched = 0;
    for (let round = 0; round < 12_000; round += 1) {
      const pattern = word(['a', 'B', '.', '*', '?']);
      const text = word(['a', 'b', '.', 'A', '*']);
      const oracle = new RegExp(
        `^${pattern.replace(/[.*?]/g, (sign) => ({ '.': '\\.', '*': '[^]*', '?': '[^]' })[sign] ?? sign)}$`,
        'i',
      );
      const expected = oracle.test(text);
      matched += Number(expected);
      if (matchesGlob(pattern, text) !== expected)
        throw new Error(`${pattern} over ${text}: not ${expected}`);
    }
    expect(matched).toBeGreaterThan(1_000);
  });

  test('that would keep a backtracking matcher for ever is done in the product of the lengths', () => {
    // 2^60 ways for one that tries all; here 120 times 5,000 steps at most.
    const startedMs = performance.now();
    expect(matchesGlob(`${'*a'.repeat(60)}*b`, 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
