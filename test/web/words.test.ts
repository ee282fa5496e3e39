// How certificates and instants are written, whatever the cloud says.
import { describe, expect, test } from '@jest/globals';
import { calledOf, isoInstant, shown, titleOf } from '../../src/web/words.ts';
import { certificateOf, watchedOf } from '../telemetry/certificates.ts';

describe('words', () => {
  test.each([
    ['plain text', 'plain text'],
    ['a\r\nb\tc\u0000d', 'a b c d'],
    ['a\u2028b', 'a b'],
    ['\u202eabc\u2069', 'abc'],
    ['half \ud83d pair', 'half \ufffd pair'],
    ['x'.repeat(500), `${'x'.repeat(299)}…`],
  ])('%j is shown as %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('never end in half a character when they are clipped', () => {
    expect(shown(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`);
  });

  test('of a title are the alias, the name, the domain or the id', () => {
    const certificate = certificateOf({ name: ' ', domain: 'd.example.com' });
    expect(titleOf(watchedOf({ alias: 'a', certificate }))).toBe('a');
    expect(titleOf(watchedOf())).toBe('scm-shop');
    expect(titleOf(watchedOf({ certificate }))).toBe('d.example.com');
    expect(titleOf(watchedOf({ certificate: null }))).toBe('scs1590053258704');
  });

  test.each([null, 8.64e15 + 1, -9e15, Number.NaN, Date.UTC(10_000, 0, 1)])(
    'for an instant %p that no calendar has are none',
    (ms) => {
      expect(isoInstant(ms)).toBeNull();
    },
  );
});

test('a certificate is called by its domain with its title, once where they are the same', () => {
  expect(calledOf(watchedOf({ alias: 'shop front' }))).toBe('www.example.com (shop front)');
  expect(calledOf(watchedOf({ alias: 'www.example.com' }))).toBe('www.example.com');
  expect(calledOf(watchedOf({ alias: 'shop front', certificate: null }))).toBe('shop front');
});
