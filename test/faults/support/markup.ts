// What a browser or a mail client makes of a page: its elements, and what among them nobody meant. Pure.
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** Elements that a page or a mail of ours may have. */
const TAGS = new Set(
  'html head meta title style body div h1 h2 p table thead tbody tr th td b nobr span br ol ul li a nav small time dl dt dd footer code main section link'.split(
    ' ',
  ),
);
const ATTRIBUTES =
  /^(class|style|href|rel|lang|charset|name|content|role|width|height|align|valign|border|cellpadding|cellspacing|bgcolor|dir|aria-hidden|aria-label|aria-current|scope|datetime|id|xmlns|xmlns:o|colspan)$/;

/** Everything that was smuggled in, in words; empty where all is ours. */
export function smuggledIn(html: string): string[] {
  const found: string[] = [];
  walk(parse(html), found);
  return found;
}

function walk(node: Node, found: string[]): void {
  if ('tagName' in node) {
    if (!TAGS.has(node.tagName)) found.push(`an element <${node.tagName}>`);
    for (const { name, value } of node.attrs) {
      if (!ATTRIBUTES.test(name)) found.push(`an attribute ${name}="${value.slice(0, 40)}"`);
      if (name === 'href' && !/^(https?:\/\/|\/|#|\?)/i.test(value))
        found.push(`a link to ${value.slice(0, 40)}`);
    }
  }
  if ('childNodes' in node) for (const child of node.childNodes) walk(child, found);
}
