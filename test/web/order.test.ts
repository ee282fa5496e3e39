// The orders of certificates, and what is kept of them.
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/certificates/finding.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { createEntries } from '../../src/web/entries.ts';
import { inOrder, type Sort } from '../../src/web/order.ts';
import { certificateOf, NOW_MS, watchedOf } from '../telemetry/certificates.ts';
import { EXPIRED, EXPIRING } from './hostile.ts';

const at = (id: string, days: number | null, findings: Finding[] = []) =>
  watchedOf({
    id,
    alias: `Name ${id}`,
    findings,
    certificate: certificateOf({ notAfterMs: days === null ? null : NOW_MS + days * DAY_MS }),
  });

const LIST = [
  at('e', null),
  at('d', 9),
  at('c2', 5),
  at('c1', 5),
  at('w', 50, [EXPIRING]),
  at('x', 90, [EXPIRED]),
  at('r', 95, [{ ...EXPIRED, kind: 'revoked' }]),
  { ...at('c2', 5), account: 'another' },
];

describe('in the order', () => {
  test.each<[Sort, string]>([
    ['attention', 'r x w another/c2 c1 c2 d e'],
    ['end', 'another/c2 c1 c2 d w x r e'],
    ['name', 'c1 another/c2 c2 d e r w x'],
    ['account', 'another/c2 c1 c2 d w x r e'],
  ])('%s equal ones keep a fixed order, and what is not known stands last', (sort, expected) => {
    const ordered = inOrder(createEntries()(LIST), sort);
    const texts = ordered.map(({ watched: { account, id } }) =>
      account === 'default' ? id : `${account}/${id}`,
    );
    expect(texts.join(' ')).toBe(expected);
  });
});

test('an entry is made once per certificate', () => {
  const entriesOf = createEntries();
  const [first] = entriesOf(LIST);
  expect(entriesOf([...LIST])[0]).toBe(first);
  expect(entriesOf([at('e', null)])[0]).not.toBe(first);
});
