// Names of hosts as certificates have them: one way to write each, and which covers which.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers, coversAll, nameOf, namesOf } from '../../src/certificates/names.ts';
import { ANY_CHARACTER } from '../support/any-character.ts';
import { certificate } from '../support/factories.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);
const LABEL_63 = 'a'.repeat(63);
const NAME_253 = [LABEL_63, LABEL_63, LABEL_63, 'a'.repeat(61)].join('.');

describe('a name is compared', () => {
  test.each([
    ['as it is', 'www.example.com', 'www.example.com'],
    ['in lower case', 'WWW.Example.COM', 'www.example.com'],
    ['without the dot at its end', 'www.example.com.', 'www.example.com'],
    ['without a dot at its end that is written in Chinese', 'www.example.com。', 'www.example.com'],
    ['with dots that are written in Chinese', 'www。example．com', 'www.example.com'],
    ['with its underscore', '_dmarc.example.com', '_dmarc.example.com'],
    ['as one label', 'localhost', 'localhost'],
    ['in A-labels', 'www.Bücher.example', 'www.xn--bcher-kva.example'],
    ['in A-labels that were there already', 'XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['whether its characters are composed or not', 'bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['with a sharp s, which is no double s', 'faß.de', 'xn--fa-hia.de'],
    ['in Chinese', '*.例子.中国', '*.xn--fsqu00a.xn--fiqs8s'],
    ['with its wildcard', '*.Example.com.', '*.example.com'],
    ['with a part of a label that is wild', 'w*.example.com', 'w*.example.com'],
    ['as a wildcard alone', '*', '*'],
    ['as an address', '192.0.2.1', '192.0.2.1'],
    ['as an address of 128 bits', '2001:DB8::1', '2001:db8::1'],
    ['at its full length', NAME_253, NAME_253],
    ['at its full length and with the dot', `${NAME_253}.`, NAME_253],
  ])('%s', (_how, text, name) => {
    expect(nameOf(text)).toBe(name);
  });

  test.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['an empty label', 'www..example.com'],
    ['an empty label at its end', 'www.example.com..'],
    ['an empty label at its beginning', '.example.com'],
    ['a label of 64 letters', `${LABEL_63}a.com`],
    ['254 letters', `a${NAME_253}`],
    ['a megabyte', 'a.'.repeat(500_000)],
    ['a megabyte of umlauts', 'ü'.repeat(500_000)],
    ['a blank', 'www example.com'],
    ['a line end', 'www.example.com\nwww.example.org'],
    ['a NUL', 'www.example.com\u0000.evil.example'],
    ['a tab, which URLs drop', 'www\t.exämple.com'],
    ['a path, which URLs cut off', 'exämple.com/www.example.org'],
    ['a query', 'exämple.com?www'],
    ['a user', 'root@exämple.com'],
    ['a port', 'exämple.com:443'],
    ['an escape, which URLs decode', 'ex%C3%A4mple.com'],
    ['markup', '<b>exämple</b>.com'],
    ['a character that is not seen', 'exam\u00adple.com'],
    ['a space of no width', 'ex\u200bample.com'],
    ['an override of direction', '\u202eexample.com'],
    ['a joiner where none may stand', 'a\u200db.com'],
    ['half a character', '\ud800.example.com'],
    ['a wide asterisk', '＊.example.com'],
    ['a wild part beside an A-label', 'w*.bücher.example'],
    ['an address in wide digits', '１９２.0.2.1'],
    ['an address with a zone', 'fe80::1%eth0'],
    ['an address in brackets', '[2001:db8::1]'],
  ])('never where it has %s', (_what, text) => {
    expect(nameOf(text)).toBeNull();
  });

  test('the same once more, whatever the text is', () => {
    const texts = fc.oneof(
      fc.string({ unit: ANY_CHARACTER }),
      fc.string({
        unit: fc.constantFrom('a', 'B', 'ü', 'ß', '.', '。', '*', '-', 'xn--', '1', '\u200d', '٣'),
      }),
      fc.domain(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const name = nameOf(text);
        if (name === null) return;
        expect(nameOf(name)).toBe(name);
        expect(nameOf(`${name.toUpperCase()}`)).toBe(name);
        expect(name).toMatch(/^[a-z0-9.:_*-]+$/);
      }),
      { numRuns: 10 * RUNS },
    );
  });
});

describe('a pattern', () => {
  test.each([
    ['covers itself', 'www.example.com', 'www.example.com', true],
    ['covers no other name', 'www.example.com', 'example.com', false],
    ['covers no name below it', 'example.com', 'www.example.com', false],
    ['that is wild covers one label more', '*.example.com', 'www.example.com', true],
    ['that is wild covers an A-label', '*.example.com', 'xn--bcher-kva.example.com', true],
    ['that is wild does not cover what it stands below', '*.example.com', 'example.com', false],
    ['that is wild does not cover two labels', '*.example.com', 'a.b.example.com', false],
    ['that is wild covers no end of a label', '*.example.com', 'wwwexample.com', false],
    ['that is wild covers no other domain', '*.example.com', 'www.example.org', false],
    ['that is wild covers itself', '*.example.com', '*.example.com', true],
    ['that is wild covers no wildcard below', '*.example.com', '*.www.example.com', false],
    ['that is wild covers no partial wildcard', '*.example.com', 'w*.example.com', false],
    ['that is no wildcard covers none', 'www.example.com', '*.example.com', false],
    ['that is wild in part covers itself', 'w*.example.com', 'w*.example.com', true],
    ['that is wild in part covers nothing else', 'w*.example.com', 'www.example.com', false],
    ['that is wild within covers nothing else', 'www.*.example.com', 'www.a.example.com', false],
    ['that is wild twice covers nothing else', '*.*.example.com', 'a.b.example.com', false],
    ['that is wild twice covers not what is wild within', '*.*.example.com', 'a.*.example.com', false],
    ['that is wild alone covers itself', '*', '*', true],
    ['that is wild alone covers nothing else', '*', 'localhost', false],
    ['that is all of a top domain covers nothing else', '*.com', 'example.com', false],
    ['covers its address', '192.0.2.1', '192.0.2.1', true],
    ['that is wild covers no address', '*.0.2.1', '192.0.2.1', false],
    ['that is wild covers a name that only ends in a digit', '*.example.zone1', 'www.example.zone1', true],
  ])('%s', (_what, pattern, name, expected) => {
    expect(covers(pattern, name)).toBe(expected);
  });
});

describe('the names of a certificate', () => {
  test('are its domain and its additional names, each once', () => {
    const names = namesOf({ domain: 'WWW.example.com', sans: ['www.example.com.', 'bücher.example'] });
    expect(names).toEqual({ usable: ['www.example.com', 'xn--bcher-kva.example'], opaque: [] });
  });

  test('keep apart what is no name, and leave blanks out', () => {
    const names = namesOf({
      domain: 'ACME Root',
      sans: [' ', 'www.example.com', 'ops@example.com', 'ACME Root'],
    });
    expect(names).toEqual({ usable: ['www.example.com'], opaque: ['ACME Root', 'ops@example.com'] });
  });

  test.each<[string, readonly string[], readonly string[], boolean]>([
    ['all of them', ['a.example.com', 'b.example.com'], ['b.example.com', 'a.example.com'], true],
    ['more', ['a.example.com', 'b.example.com'], ['a.example.com'], true],
    [
      'by a wildcard',
      ['*.example.com', 'example.com'],
      ['a.example.com', 'example.com', 'b.example.com'],
      true,
    ],
    ['not all', ['*.example.com'], ['a.example.com', 'example.com'], false],
    [
      'what is no name by the same text',
      ['a.example.com', 'ACME Root'],
      ['a.example.com', 'ACME Root'],
      true,
    ],
    ['what is no name by nothing else', ['*.example.com'], ['a.example.com', 'b?cher.example.com'], false],
    ['nothing where there is no name', ['ACME Root'], ['ACME Root'], false],
  ])('cover %s', (_what, first, second, expected) => {
    const of = (sans: readonly string[]) => certificate({ domain: null, sans });
    expect(coversAll(of(first), of(second))).toBe(expected);
  });
});
