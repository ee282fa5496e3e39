// A letter as plain text. Pure.
import { columns } from '../shared/text.ts';
import type { MailWords } from '../words/mail-words.ts';
import type { Block, Fact, Letter, Link, Row } from './letter.ts';

/** The text part: lines end in LF, each value stays within its own line. */
export function renderText(letter: Letter, words: MailWords): string {
  const links = letter.links.length === 0 ? [] : [renderLinks(letter.links, words).join('\n')];
  const blocks = letter.blocks.map((block) => renderBlock(block, words));
  return `${[letter.lead, ...blocks, ...links, ['-- ', ...letter.footer].join('\n')].join('\n\n')}\n`;
}

function renderBlock(block: Block, words: MailWords): string {
  switch (block.type) {
    case 'paragraph':
      return block.text;
    case 'facts':
      return [block.title, ...renderFacts(block.facts, words)].join('\n');
    case 'steps':
      return [block.title, ...block.steps.map((step, index) => `  ${index + 1}. ${step}`)].join('\n');
    case 'rows': {
      const more = block.more === null ? [] : [`  ${block.more}`];
      return [block.title, ...block.rows.map((row) => renderRow(row, words)), ...more].join('\n');
    }
  }
}

function renderFacts(facts: readonly Fact[], { colon }: MailWords): string[] {
  const width = Math.max(0, ...facts.map(({ label }) => columns(label + colon))) + 1;
  return facts.map(({ label, value }) => {
    const name = label + colon;
    return `  ${name}${' '.repeat(width - columns(name))}${value}`;
  });
}

function renderLinks(links: readonly Link[], words: MailWords): string[] {
  return links.map(({ label, href }) => words.pair(label, href));
}

function renderRow({ badge, title, brief, details, links }: Row, words: MailWords): string {
  const head = badge === '' ? title : words.pair(badge, title);
  const lines = [...(brief === null ? [] : [brief]), ...details, ...renderLinks(links, words)];
  return [`- ${head}`, ...lines.map((line) => `    ${line}`)].join('\n');
}
