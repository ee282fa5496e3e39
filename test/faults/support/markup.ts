// What a browser or a mail client makes of a page: its elements, and what among them nobody meant. Pure.
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** `div` for an element, `div class` for an attribute of one. */
export type Markup = ReadonlySet<string>;

/** The markup of pages that say harmless things: all that a page of ours is made of. */
export function markupOf(pages: readonly string[]): Markup {
  const markup = new Set<string>();
  for (const page of pages) walk(parse(page), (what) => markup.add(what));
  return markup;
}

/** Everything that was smuggled in, in words; empty where all is as in `ours`. */
export function smuggledIn(html: string, ours: Markup): string[] {
  const found: string[] = [];
  walk(parse(html), (what, value) => {
    if (!ours.has(what)) found.push(`<${what}>`);
    if (what.endsWith(' href') && !/^(https?:\/\/|\/|#|\?)/i.test(value))
      found.push(`a link to ${value.slice(0, 40)}`);
  });
  return found;
}

function walk(node: Node, see: (what: string, value: string) => void): void {
  if ('tagName' in node) {
    see(node.tagName, '');
    for (const { name, value } of node.attrs) see(`${node.tagName} ${name}`, value);
  }
  if ('childNodes' in node) for (const child of node.childNodes) walk(child, see);
}
