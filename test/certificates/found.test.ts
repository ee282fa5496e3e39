// A certificate that only a list has: told as missing where it stays so, and let go where the list takes it back.
import { expect, test } from '@jest/globals';
import { type Discovery, discover } from '../../src/certificates/discovery.ts';
import { evaluate } from '../../src/certificates/evaluate.ts';
import { ALONE } from '../../src/certificates/rule.ts';
import { HOUR_MS } from '../../src/shared/time.ts';
import { ACCOUNT, listed, NOW, readFailed, readOk, THRESHOLDS, watchAfter } from '../support/factories.ts';

const FOUND = { ...ALONE, isFound: true };
const denied = readFailed('missing');
const kinds = (...[watch, nowMs, beside]: [ReturnType<typeof watchAfter>, number, typeof ALONE]) =>
  evaluate(watch, THRESHOLDS, nowMs, beside).map(({ kind }) => kind);

test('what was never read and is not there is told after as long as what cannot be read', () => {
  const watch = watchAfter([NOW, denied]);
  expect(kinds(watch, NOW + HOUR_MS, FOUND)).toEqual([]);
  expect(kinds(watch, NOW + HOUR_MS + 1, FOUND)).toEqual(['missing']);
});

test('what the configuration names is told at once, and so is what was there before', () => {
  expect(kinds(watchAfter([NOW, denied]), NOW, ALONE)).toEqual(['missing']);
  expect(kinds(watchAfter([NOW, readOk()], [NOW + 1, denied]), NOW + 1, FOUND)).toEqual(['missing']);
});

const known: readonly Discovery[] = ['one', 'two'].map((id) => ({
  account: ACCOUNT,
  id,
  listed: listed({ id }),
  unlistedSinceMs: null,
}));

test.each([
  ['a whole list', true, ['one']],
  ['a list that is cut short', false, ['one', 'two']],
])('what was never read and is not there, and %s lacks', (_, whole, ids) => {
  const now = discover({
    account: ACCOUNT,
    known,
    listed: [listed({ id: 'one' })],
    whole,
    isChosen: () => ({ found: true, kept: true }),
    isRefuted: () => true,
    nowMs: NOW,
  });
  expect(now.map(({ id }) => id)).toEqual(ids);
});
