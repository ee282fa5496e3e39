// `npm run runbooks`: makes src/web/runbook-texts.ts, what the monitor shows at /runbooks, of the pages in docs/runbooks. Run it
// after a change of any of them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Marked } from 'marked';

const FOLDER = new URL('../docs/runbooks/', import.meta.url);
const MODULE = new URL('../src/web/runbook-texts.ts', import.meta.url);

const HEAD = `// The runbooks as HTML: made by \`npm run runbooks\` of docs/runbooks; change those. Ours, so it is trusted as it is. Pure.

/** README.md of that folder: the list. */
`;

/** What the module should say. */
export function runbookModule() {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.replace(/\.md$/, ''))
    .sort();
  const page = (name) => readFileSync(new URL(`${name}.md`, FOLDER), 'utf8');
  const marked = new Marked({ gfm: true, walkTokens: (token) => leadHome(token, names) });
  const html = (name) => JSON.stringify(marked.parse(page(name)));
  const rows = names.map((name) => `  [${JSON.stringify(name)}, ${html(name)}],\n`);
  return `${HEAD}export const RUNBOOK_LIST = ${html('README')};

/** The page of each alert, by its name. */
export const RUNBOOK_TEXTS: ReadonlyMap<string, string> = new Map([
${rows.join('')}]);
`;
}

/** Links between the files become links between the pages; any other link that is not whole would lead nowhere. */
function leadHome(token, names) {
  if (token.type === 'html')
    throw new Error(`Cannot make the runbooks: they are Markdown without HTML, not ${token.raw}`);
  if (token.type !== 'link' || /^https?:\/\//.test(token.href)) return;
  const name = token.href.replace(/\.md$/, '');
  if (name === 'README') token.href = '/runbooks';
  else if (names.includes(name)) token.href = `/runbooks/${name}`;
  else throw new Error(`Cannot make the runbooks: ${token.href} is a link to no page of docs/runbooks`);
}

if (import.meta.url === `file://${process.argv[1]}`) writeFileSync(MODULE, runbookModule());
