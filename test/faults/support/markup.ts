// What a browser or a mail client makes of a page: its elements, and what among them nobody meant. Pure.
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** Elements that a mail of ours may have. */
const TAGS = new Set(
  'html head meta title style body div h1 h2 p table thead tbody tr th td b nobr span br ol ul li a nav small time dl dt dd footer code main section link'.split(
    ' ',
  ),
);
const ATTRIBUTES =
  /^(class|style|href|rel|lang|charset|name|content|role|width|height|align|valign|border|cellpadding|cellspacing|bgcolor|dir|aria-hidden|aria-label|aria-current|scope|datetime|id|xmlns|xmlns:o|colspan)$/;

/** The elements, and the attributes of each, that pages of harmless texts are made of. */
export function vocabularyOf(pages: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const page of pages) collect(parse(page), words);
  return words;
}

function collect(node: Node, words: Set<string>): void {
  if ('tagName' in node) {
    words.add(node.tagName);
    for (const { name } of node.attrs) words.add(`${node.tagName} ${name}`);
  }
  if ('childNodes' in node) for (const child of node.childNodes) collect(child, words);
}

/** Everything that was smuggled in, in words; empty where all is ours. `ours` is a page's vocabulary, beside that of mails. */
export function smuggledIn(html: string, ours: ReadonlySet<string> = new Set()): string[] {
  const found: string[] = [];
  walk(parse(html), { ours, found });
  return found;
}

interface Search {
  readonly ours: ReadonlySet<string>;
  readonly found: string[];
}

function walk(node: Node, search: Search): void {
  const { ours, found } = search;
  if ('tagName' in node) {
    if (!TAGS.has(node.tagName) && !ours.has(node.tagName)) found.push(`an element <${node.tagName}>`);
    for (const { name, value } of node.attrs) {
      if (!ATTRIBUTES.test(name) && !ours.has(`${node.tagName} ${name}`))
        found.push(`an attribute ${name}="${value.slice(0, 40)}"`);
      if (name === 'href' && !/^(https?:\/\/|\/|#|\?)/i.test(value))
        found.push(`a link to ${value.slice(0, 40)}`);
    }
  }
  if ('childNodes' in node) for (const child of node.childNodes) walk(child, search);
}
