// Which certificates have changed since when: exact as long as it is asked in time, and everything where it is not.
import { expect, test } from '@jest/globals';
import { createChanges } from '../src/changes.ts';

const key = (id: string) => ({ account: 'default', id });
const ids = (changed: ReturnType<ReturnType<typeof createChanges>['since']>) =>
  changed?.map(({ id }) => id) ?? 'all';

test('those that have changed since are told, each once', () => {
  const changes = createChanges();
  expect(ids(changes.since(changes.count()))).toEqual([]);
  changes.note(key('a'));
  const first = changes.count();
  changes.note(key('b'));
  changes.note(key('c'));
  changes.note(key('b'));
  expect(ids(changes.since(first))).toEqual(['b', 'c']);
  // Asked again before anything was worked out, it says the same.
  expect(ids(changes.since(first))).toEqual(['b', 'c']);
  expect(ids(changes.since(changes.count()))).toEqual([]);
});

test('two certificates of one id in two accounts are two', () => {
  const changes = createChanges();
  changes.note({ account: 'one', id: 'a' });
  changes.note({ account: 'two', id: 'a' });
  expect(changes.since(0)).toEqual([
    { account: 'one', id: 'a' },
    { account: 'two', id: 'a' },
  ]);
});

test('what lies before the last question is not known any more: then it may be all', () => {
  const changes = createChanges();
  const before = changes.count();
  changes.note(key('a'));
  const then = changes.count();
  changes.note(key('b'));
  expect(ids(changes.since(then))).toEqual(['b']);
  expect(ids(changes.since(before))).toBe('all');
});

test('it may be all after a change of everything, and after very many', () => {
  const changes = createChanges();
  const before = changes.count();
  changes.noteAll();
  expect(ids(changes.since(before))).toBe('all');
  const since = changes.count();
  for (let n = 0; n < 10_000; n += 1) changes.note(key(`id${n}`));
  expect(changes.count()).toBeGreaterThan(since);
  expect(ids(changes.since(since))).toBe('all');
});
