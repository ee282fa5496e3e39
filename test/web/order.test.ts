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
    ['attention', 'r x w c2 c1 another/c2 d e'],
    ['end', 'c2 c1 another/c2 d w x r e'],
    ['name', 'c1 c2 another/c2 d e r w x'],
    ['account', 'another/c2 c2 c1 d w x r e'],
  ])(
    '%s equal ones keep the order of the configuration, and what is not known stands last',
    (sort, expected) => {
      const ordered = inOrder(createEntries()(LIST), sort);
      const texts = ordered.map(({ watched: { account, id } }) =>
        account === 'default' ? id : `${account}/${id}`,
      );
      expect(texts.join(' ')).toBe(expected);
    },
  );
});

test('an entry is made once for as long as its certificate is the same, at the same place', () => {
  const entriesOf = createEntries();
  const [first, second] = entriesOf(LIST);
  expect(entriesOf([...LIST])[0]).toBe(first);
  const [changed, same] = entriesOf([at('e', 3), ...LIST.slice(1)]);
  expect(changed?.endMs).toBe(NOW_MS + 3 * DAY_MS);
  expect(same).toBe(second);
  expect(entriesOf(LIST.slice(1))[0]?.watched).toBe(LIST[1]);
});
