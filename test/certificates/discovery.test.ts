// What an account was found to have, from list to list: what comes, stays, and leaves, and what is written of it.
import { describe, expect, test } from '@jest/globals';
import { KNOWN_STATUSES, standingOf } from '../../src/certificates/certificate.ts';
import {
  type Discovery,
  discover,
  discoveryChanges,
  factsOfListed,
  needsWatching,
} from '../../src/certificates/discovery.ts';
import type { ListedCertificate } from '../../src/certificates/listed.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { ACCOUNT, listed, NOW } from '../support/factories.ts';

const ALL = () => ({ found: true, kept: true });

interface ListOfADay {
  readonly day: number;
  readonly list: readonly ListedCertificate[];
  readonly whole?: boolean;
  readonly isChosen?: (certificate: ListedCertificate) => { found: boolean; kept: boolean };
}

/** One list after another; what is remembered after the last. */
function after(...lists: readonly ListOfADay[]): readonly Discovery[] {
  let known: readonly Discovery[] = [];
  for (const { day, list, whole = true, isChosen = ALL } of lists)
    known = discover({ account: ACCOUNT, known, listed: list, whole, isChosen, nowMs: NOW + day * DAY_MS });
  return known;
}

const [one, two] = [listed({ id: 'one' }), listed({ id: 'two' })];
const words = (discoveries: readonly Discovery[]) =>
  discoveries.map(({ id, unlistedSinceMs }) =>
    unlistedSinceMs === null ? id : `${id} unlisted since day ${(unlistedSinceMs - NOW) / DAY_MS}`,
  );

describe('what was found', () => {
  const onlyIssued = ({ status }: ListedCertificate) => ({ found: status === 'ISSUED', kept: true });
  const notTwo = ({ id }: ListedCertificate) => ({ found: id !== 'two', kept: id !== 'two' });

  test.each<[string, readonly ListOfADay[], readonly string[]]>([
    ['is what is listed', [{ day: 0, list: [one, two] }], ['one', 'two']],
    [
      'stays, and since when whole lists lack it is known',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one] },
        { day: 2, list: [one] },
      ],
      ['one', 'two unlisted since day 1'],
    ],
    [
      'is not gone where the list is cut short',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [], whole: false },
        { day: 90, list: [one], whole: false },
      ],
      ['one', 'two'],
    ],
    [
      'leaves a month after the last whole list that had it, and not before',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one] },
        { day: 31, list: [one] },
      ],
      ['one', 'two unlisted since day 1'],
    ],
    [
      'leaves a month after',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one] },
        { day: 31.01, list: [one] },
      ],
      ['one'],
    ],
    [
      'leaves also where the list of that day is cut short: that it was gone is known',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one] },
        { day: 40, list: [one], whole: false },
      ],
      ['one'],
    ],
    [
      'is there again where it is listed again',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one] },
        { day: 2, list: [two] },
      ],
      ['two', 'one unlisted since day 2'],
    ],
    [
      'stays where its status is no longer one that is looked for, and is not found by it',
      [
        { day: 0, list: [one], isChosen: onlyIssued },
        {
          day: 1,
          list: [listed({ id: 'one', status: 'REVOKED' }), listed({ id: 'two', status: 'REVOKED' })],
          isChosen: onlyIssued,
        },
      ],
      ['one'],
    ],
    [
      'leaves at once where it is excluded, listed or not',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one, two], isChosen: notTwo },
      ],
      ['one'],
    ],
    [
      'leaves at once where it is excluded and was not listed any more',
      [
        { day: 0, list: [one, two] },
        { day: 1, list: [one] },
        { day: 2, list: [one], isChosen: notTwo },
      ],
      ['one'],
    ],
    ['is found once where the list says it twice', [{ day: 0, list: [one, two, one] }], ['one', 'two']],
  ])('%s', (_title, lists, expected) => {
    expect(words(after(...lists))).toEqual(expected);
  });

  test('is remembered as it was listed last', () => {
    const known = after(
      { day: 0, list: [one] },
      { day: 1, list: [listed({ id: 'one', status: 'REVOKED' })] },
      { day: 2, list: [] },
    );
    expect(known).toMatchObject([{ listed: { status: 'REVOKED' }, unlistedSinceMs: NOW + 2 * DAY_MS }]);
  });
});

describe('what is written', () => {
  test('is what differs', () => {
    const before = after({ day: 0, list: [one, two, listed({ id: 'three' })] });
    const now = after(
      { day: 0, list: [one, two] },
      { day: 1, list: [one, listed({ id: 'four' }), listed({ id: 'three', name: 'new' })] },
    );
    const { changed, gone } = discoveryChanges(before, now);
    expect(words(changed)).toEqual(['four', 'three', 'two unlisted since day 1']);
    expect(gone).toEqual([]);
  });

  test('is nothing where nothing differs, and what has left is forgotten', () => {
    const before = after({ day: 0, list: [one, two] });
    expect(discoveryChanges(before, after({ day: 9, list: [one, two] }))).toEqual({ changed: [], gone: [] });
    expect(discoveryChanges(before, after({ day: 0, list: [one] }))).toEqual({
      changed: [],
      gone: [{ account: ACCOUNT, id: 'two' }],
    });
  });
});

describe('a listed certificate', () => {
  test.each([...KNOWN_STATUSES, 'FROZEN'])('%s needs somebody unless it has ended for good', (status) => {
    const over = ['expired', 'revoked', 'unpassed'].includes(standingOf(status));
    expect(needsWatching(listed({ status }))).toBe(!over);
  });

  test('of no status needs somebody, and tells no facts', () => {
    expect(needsWatching(listed({ status: null }))).toBe(true);
    expect(factsOfListed(listed({ status: null }))).toBeNull();
  });

  test('tells what it tells, and the rest is not known', () => {
    expect(factsOfListed(listed({ sans: ['a.example'], notAfterMs: null }))).toMatchObject({
      domain: 'www.example.com',
      sans: ['a.example'],
      notAfterMs: null,
      notBeforeMs: null,
      fingerprint: null,
      notAfterFault: null,
    });
  });
});
