// The runbooks: a page for every alert and every kind of finding, and what the monitor shows of them.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runbookModule } from '../../scripts/runbooks.js';
import { KINDS, SEVERITIES } from '../../src/certificates/finding.ts';
import { runbookPath } from '../../src/certificates/runbook.ts';
import { type Serving, serve } from './serving.ts';

interface Rule {
  readonly alert?: string;
  readonly annotations?: { readonly runbook_url?: string };
}

const read = (path: string): string => readFileSync(path, 'utf8');
const rules: readonly Rule[] = parse(read('docs/prometheus-rules.yaml')).groups.flatMap(
  (group: { rules: readonly Rule[] }) => group.rules,
);
const alerts = rules.flatMap(({ alert }) => alert ?? []).toSorted();
const pages = readdirSync('docs/runbooks')
  .filter((name) => name !== 'README.md')
  .map((name) => name.replace(/\.md$/, ''))
  .toSorted();
const kinds = KINDS.flatMap((kind) => SEVERITIES.map((severity) => ({ kind, severity })));

let serving: Serving;

beforeAll(async () => {
  serving = await serve();
});

afterAll(async () => {
  await serving.server.close();
});

describe('docs/runbooks', () => {
  test('has one page for each alert of the rules, and each alert names its page', () => {
    expect(alerts.length).toBeGreaterThan(15);
    expect(pages).toEqual(alerts);
    for (const { alert, annotations } of rules)
      if (alert !== undefined) expect(annotations?.runbook_url).toBe(`docs/runbooks/${alert}.md`);
  });

  test('has a line for each page in its list, in the order of the rules', () => {
    const listed = [...read('docs/runbooks/README.md').matchAll(/^\| \[(\w+)\]\((\w+)\.md\) \|/gm)];
    expect(listed.map(([, name]) => name).toSorted()).toEqual(pages);
    for (const [, name, target] of listed) expect(target).toBe(name);
  });

  test('is what the monitor shows: run `npm run runbooks` after a change', () => {
    expect(read('src/web/runbook-texts.ts')).toBe(runbookModule());
  });
});

describe('the monitor', () => {
  test.each(kinds)(
    'has the runbook that mails about $kind ($severity) link to',
    async ({ kind, severity }) => {
      const path = runbookPath(kind, severity);
      const { status, headers, text } = await serving.get(path);
      expect({ status, type: headers['content-type'] }).toEqual({
        status: 200,
        type: 'text/html; charset=UTF-8',
      });
      expect(text).toContain(`<h1>${path.replace('/runbooks/', '')}</h1>`);
    },
  );

  test.each(pages)(
    'shows %s with its four parts, and nothing that the policy would keep out',
    async (name) => {
      const { status, text } = await serving.get(`/runbooks/${name}`);
      expect(status).toBe(200);
      expect(text).toContain(`<title>${name} · Certificate monitor</title>`);
      expect([...text.matchAll(/<h2>(.+?)<\/h2>/g)].map(([, heading]) => heading)).toEqual([
        'What it means',
        'How to check',
        'How to mend it',
        'How to silence it',
      ]);
      expect(text).not.toMatch(/<(?:script|link|img|iframe)|\sstyle=|\son\w+=|```|\*\*|\.md[)"]/);
    },
  );

  test('leads from the list to every page, and from page to page, by links that work', async () => {
    const { text: list } = await serving.get('/runbooks');
    expect([...new Set(linksOf(list))].filter((path) => path !== '/').toSorted()).toEqual(
      pages.map((name) => `/runbooks/${name}`),
    );
    const links = await Promise.all(
      pages.map(async (name) => linksOf((await serving.get(`/runbooks/${name}`)).text)),
    );
    const paths = [...new Set(links.flat())];
    expect(paths).toContain('/runbooks/CcmMonitorAccountUnreadable');
    for (const path of paths)
      expect({ path, status: (await serving.get(path)).status }).toEqual({ path, status: 200 });
  });

  test('takes the name of the file too, since rules that name the folder link to that', async () => {
    const page = await serving.get('/runbooks/CcmCertificateExpired');
    const file = await serving.get('/runbooks/CcmCertificateExpired.md');
    expect(file).toMatchObject({ status: 200, text: page.text });
  });

  test.each([
    '/runbooks/CcmNone',
    '/runbooks/README',
    '/runbooks/constructor',
    '/runbooks/..%2f..%2fpackage.json',
  ])('says of %s that there is no such runbook', async (path) => {
    expect(await serving.get(path)).toMatchObject({
      status: 404,
      text: 'There is no runbook of this name; /runbooks lists them\n',
    });
  });

  test('shows them as it shows everything: with a strict policy, and to be read only', async () => {
    const { headers } = await serving.get('/runbooks');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(await serving.get('/runbooks', { method: 'POST' })).toMatchObject({ status: 405 });
  });
});

/** Paths on this server that the main part of a page links to. */
function linksOf(html: string): readonly string[] {
  const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
  return [...main.matchAll(/<a href="(\/[^"]*)"/g)].map(([, path = '']) => path);
}
