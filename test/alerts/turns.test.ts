// The order of waiting mails: fair between recipients, by age for each of them.
import { describe, expect, test } from '@jest/globals';
import type { Mail } from '../../src/alerts/alert.ts';
import { inTurn } from '../../src/alerts/turns.ts';

function waiting(recipient: string, name: string, attempts: number) {
  const mail: Mail = {
    messageId: `<${name}@x>`,
    recipient,
    createdAtMs: 0,
    references: [],
    content: { type: 'test', atMs: 0 },
  };
  return { mail, attempts };
}

const order = (rows: Parameters<typeof waiting>[]) =>
  inTurn(rows.map((row) => waiting(...row))).map(({ mail }) => mail.messageId[1]);

describe('the order of waiting mails', () => {
  test('never puts what came later to somebody before what came first, however often that was tried', () => {
    expect(
      order([
        ['a', '1 critical', 3],
        ['a', '2 resolved', 0],
      ]),
    ).toEqual(['1', '2']);
  });

  test('lets the recipient who was tried least go first', () => {
    expect(
      order([
        ['a', '1', 3],
        ['b', '2', 0],
        ['a', '3', 0],
      ]),
    ).toEqual(['2', '1', '3']);
  });

  test('stops holding others up for a mail that fails again and again', () => {
    expect(
      order([
        ['a', '1', 9],
        ['a', '2', 0],
      ]),
    ).toEqual(['2', '1']);
  });
});
