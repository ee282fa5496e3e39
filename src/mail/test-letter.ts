// What `test-mail` sends. Pure.
import { facts, linkTo, type Pen } from './certificate-lines.ts';
import type { Letter } from './letter.ts';

/** The test mail as a letter. */
export function testLetter(atMs: number, { words, publicUrl }: Pen): Letter {
  const { label } = words;
  return {
    tone: 'plain',
    badge: words.test,
    lead: words.testLead,
    preview: words.testText,
    blocks: [
      { type: 'paragraph', text: words.testText },
      { type: 'facts', title: label.monitor, facts: facts([[label.sent, words.instant(atMs)]]) },
    ],
    links: linkTo(label.page, publicUrl),
    footer: [words.footer],
  };
}
