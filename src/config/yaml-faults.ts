// What is wrong with text that is not YAML, in our own words: the library's repeat parts of the file. Pure.
import type { Fault } from './faults.ts';

type Description = Pick<Fault, 'found' | 'expected'>;

const NOT_CLOSED = 'must be "key: value"; or a quote, bracket or brace before it is not closed';

/** By the library's error codes (yaml, `ErrorCode`). */
const DESCRIPTIONS: ReadonlyMap<string, Description> = new Map([
  ['DUPLICATE_KEY', { found: 'a key that stands twice in one mapping', expected: 'must stand once' }],
  ['TAB_AS_INDENT', { found: 'a tab as indentation', expected: 'must be indented with spaces' }],
  [
    'BAD_INDENT',
    { found: 'a line that is indented wrongly', expected: 'must be indented as deep as its neighbours' },
  ],
  ['MULTIPLE_DOCS', { found: 'a second document after "---"', expected: 'must be one document' }],
  ['MISSING_CHAR', { found: 'something that is not complete', expected: NOT_CLOSED }],
  [
    'BAD_ALIAS',
    {
      found: 'an alias (*name) without an anchor (&name)',
      expected: 'must be in quotes if the asterisk is meant as it stands',
    },
  ],
  ['TAG_RESOLVE_FAILED', { found: 'a tag (!name)', expected: 'must be a plain value' }],
  [
    'BAD_SCALAR_START',
    { found: 'a text that starts with a reserved character', expected: 'must be in quotes' },
  ],
  ['NON_STRING_KEY', { found: 'a key that is not a text', expected: 'must be a text' }],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    {
      found: 'a second "key: value" on one line',
      expected: 'must stand on a line of its own, or its text in quotes',
    },
  ],
  [
    'MULTILINE_IMPLICIT_KEY',
    { found: 'a line without a colon and a space', expected: 'must be a line like "key: value"' },
  ],
  [
    'BAD_DQ_ESCAPE',
    {
      found: 'an unknown escape in a double-quoted text',
      expected: 'must be in single quotes if the backslash is meant as it stands',
    },
  ],
]);

const OTHER: Description = {
  found: 'something that is not YAML',
  expected: 'must be YAML: "key: value" and "- entry" lines, texts with special characters in quotes',
};

const BARE_CRON = /\b(cron|summary)\s*:\s+\*/;

/** `line` is only looked at, never shown. */
export function describeSyntax(code: string, line: string): Description {
  if (BARE_CRON.test(line)) {
    return {
      found: 'an asterisk, which YAML takes for an alias',
      expected: 'must be a cron expression in quotes, e.g. "*/15 * * * *"',
    };
  }
  return DESCRIPTIONS.get(code) ?? OTHER;
}
