// YAML text to plain values, with the lines kept for faults. Never repeats the file's text: a secret may stand anywhere in it. Pure.
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
} from 'yaml';
import type { Fault, Path } from './faults.ts';
import { describeSyntax } from './yaml-faults.ts';
import { startOf, type Walk, walkYaml } from './yaml-values.ts';

/** `value` is what could be read, faults or not; it is null where reading on would only invent more faults. */
export interface YamlText {
  readonly value: { readonly written: unknown } | null;
  readonly faults: readonly Fault[];
  /** 1-based line of what stands at a path; of the nearest mapping or list around it where nothing does. */
  lineOf(path: Path): number | null;
}

/** Enough of a line to see what was meant. */
const LOOKED_AT = 200;

/** Twice per level, roughly; the deepest real value has 14. */
const MAX_DEPTH = 100;

const BEYOND_MEASURE: Fault = {
  path: '',
  found: 'anchors that multiply, or lists and mappings inside each other, beyond all measure',
  expected: 'must be a plain list of accounts and certificates',
  line: null,
  column: null,
};

/** Never throws, whatever the text is. */
export function readYaml(text: string): YamlText {
  try {
    return readDocument(text);
  } catch {
    // Nesting comes here; should the library throw anything else, its text might repeat the file's.
    return { value: null, faults: [BEYOND_MEASURE], lineOf: () => null };
  }
}

function readDocument(text: string): YamlText {
  const lines = new LineCounter();
  const [document, second] = compose(text, lines);
  const fault = (code: string, offset: number) => syntaxFault(code, { offset, text, lines });
  if (document === undefined || second !== undefined)
    return unread([fault('MULTIPLE_DOCS', second?.range[0] ?? 0)]);
  const errors = [...document.errors, ...document.warnings];
  // Where the text is not YAML, the structure is a guess.
  if (errors.length > 0) return unread(errors.map(({ code, pos }) => fault(code, pos[0])));
  const walk = walkYaml(document.contents);
  if (walk.tooLarge) return unread([BEYOND_MEASURE]);
  if (walk.dangling.length > 0) return unread(walk.dangling.map((offset) => fault('BAD_ALIAS', offset)));
  return {
    value: { written: walk.value },
    faults: walk.repeated.map((offset) => fault('DUPLICATE_KEY', offset)),
    lineOf: (path) => lineOfPath(document, { path, walk, lines }),
  };
}

function compose(text: string, lines: LineCounter): Document.Parsed<ParsedNode>[] {
  // Repeated keys are found by the walk: the library compares each key of a mapping with all others.
  const composer = new Composer({
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  return [...composer.compose(shallowTokens(text, lines), true, text.length)];
}

/** What follows recurses: bounded here, because V8 may abort the process where a stack is nearly exhausted. */
function* shallowTokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) throw new RangeError('Cannot read YAML: it is nested too deeply');
  }
  yield* parser.end();
}

/** One slip makes several errors on its line; the first is the one that names it. */
function unread(faults: readonly Fault[]): YamlText {
  const first = [...new Map(faults.toReversed().map((fault) => [fault.line, fault])).values()];
  return { value: null, faults: first.toReversed(), lineOf: () => null };
}

function syntaxFault(
  code: string,
  { offset, text, lines }: { offset: number; text: string; lines: LineCounter },
): Fault {
  const { line, col } = lines.linePos(offset);
  const [written = ''] = text.slice(offset - col + 1, offset + LOOKED_AT).split('\n', 1);
  return { path: '', ...describeSyntax(code, written), line, column: col };
}

function lineOfPath(
  document: Document.Parsed,
  { path, walk, lines }: { path: Path; walk: Walk; lines: LineCounter },
): number | null {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    if (isAlias(node)) node = walk.targets.get(node);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset === null ? null : lines.linePos(offset).line;
}
