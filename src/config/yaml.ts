// YAML text to plain values, with the lines kept for faults. Never repeats the file's text: a secret may stand anywhere in it. Pure.
import { type Document, isAlias, isMap, isNode, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Fault, Path } from './faults.ts';
import { describeSyntax } from './yaml-faults.ts';

/** `value` is what could be read, faults or not; it is null where reading on would only invent more faults. */
export interface YamlText {
  readonly value: { readonly written: unknown } | null;
  readonly faults: readonly Fault[];
  /** 1-based line of what stands at a path; of the nearest mapping or list around it where nothing does. */
  lineOf(path: Path): number | null;
}

/** Enough of a line to see what was meant. */
const LOOKED_AT = 200;

/** How often anchors may multiply what is written before it is taken for an attack ("billion laughs"). */
const MAX_ALIAS_COUNT = 100;

export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset);
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      logLevel: 'error',
    });
    const faults = syntaxFaults(document, { text, lineAt });
    const lineOf = (path: Path) => lineOfPath(document, { path, lineAt });
    // A key that stands twice leaves the rest readable; after any other fault the structure is a guess.
    if ([...document.errors, ...document.warnings].some((error) => error.code !== 'DUPLICATE_KEY'))
      return { value: null, faults, lineOf };
    const dangling = danglingAliases(document);
    if (dangling.length > 0) {
      const aliases = dangling.map((offset) => syntaxFault('BAD_ALIAS', { offset, text, lineAt }));
      return { value: null, faults: [...faults, ...oncePerLine(aliases)], lineOf };
    }
    return { value: { written: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }) }, faults, lineOf };
  } catch {
    // The library's own text may repeat the file's; what it throws is one of these two.
    const fault: Fault = {
      path: '',
      found: 'anchors that multiply, or lists and mappings inside each other, beyond all measure',
      expected: 'must be a plain list of accounts and certificates',
      line: null,
      column: null,
    };
    return { value: null, faults: [fault], lineOf: () => null };
  }
}

interface Place {
  readonly text: string;
  readonly lineAt: (offset: number) => { line: number; col: number };
}

function syntaxFaults(document: Document.Parsed, place: Place): Fault[] {
  const errors = [...document.errors, ...document.warnings];
  return oncePerLine(errors.map((error) => syntaxFault(error.code, { offset: error.pos[0], ...place })));
}

function syntaxFault(code: string, { offset, text, lineAt }: Place & { offset: number }): Fault {
  const { line, col } = lineAt(offset);
  return {
    path: '',
    ...describeSyntax(code, text.slice(offset - (col - 1), offset + LOOKED_AT)),
    line,
    column: col,
  };
}

/** One slip makes several errors on its line; the first is the one that names it. */
function oncePerLine(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.toReversed().map((fault) => [fault.line, fault])).values()].toReversed();
}

/** Offsets of aliases without an anchor: an unquoted `*` looks like one. */
function danglingAliases(document: Document.Parsed): number[] {
  const offsets: number[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) offsets.push(alias.range?.[0] ?? 0);
    },
  });
  return offsets;
}

function lineOfPath(
  document: Document.Parsed,
  { path, lineAt }: { path: Path; lineAt: Place['lineAt'] },
): number | null {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((candidate) => textOf(candidate.key) === part);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset === null ? null : lineAt(offset).line;
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function textOf(key: unknown): unknown {
  return typeof key === 'object' && key !== null && 'value' in key ? key.value : key;
}
