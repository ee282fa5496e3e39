// A letter as plain text. Pure.
import type { Block, Fact, Letter, Row } from './letter.ts';

/** The text part: lines end in LF, each value stays within its own line. */
export function renderText(letter: Letter): string {
  const parts = [letter.lead, ...letter.blocks.map(renderBlock), ['-- ', ...letter.footer].join('\n')];
  return `${parts.join('\n\n')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return block.text;
    case 'facts':
      return [block.title, ...renderFacts(block.facts)].join('\n');
    case 'steps':
      return [block.title, ...block.steps.map((step, index) => `  ${index + 1}. ${step}`)].join('\n');
    case 'rows': {
      const more = block.more === null ? [] : [`  ${block.more}`];
      return [block.title, ...block.rows.map(renderRow), ...more].join('\n');
    }
  }
}

function renderFacts(facts: readonly Fact[]): string[] {
  const width = Math.max(0, ...facts.map(({ label }) => label.length)) + 2;
  return facts.map(({ label, value, href }) => {
    const shown = href === null || href === value ? value : `${value} ${href}`;
    return `  ${`${label}:`.padEnd(width)}${shown}`;
  });
}

function renderRow({ badge, title, href, details, runbook }: Row): string {
  const head = badge === '' ? title : `${badge}: ${title}`;
  const links = [runbook, href].filter((link) => link !== null);
  return [`- ${head}`, ...[...details, ...links].map((line) => `    ${line}`)].join('\n');
}
