// Every mail in a real browser, as a phone and as a desk show it: nothing sticks out, nothing is loaded, everything can be read, light and dark.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser, Page, Request } from 'playwright-core';
import { LANGUAGES } from '../../../src/shared/language.ts';
import { startBrowser } from '../page/browser.ts';

const FIXTURES = new URL('../../fixtures/mails/', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = 320;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  page = await browser.newPage();
});

afterAll(() => browser.close());

const all = LANGUAGES.flatMap((language) =>
  readdirSync(new URL(`${language}/`, FIXTURES))
    .filter((name) => name.endsWith('.html'))
    .map((name) => `${language}/${name}`),
);

/** Shows a mail in the one page there is; resolves with the addresses that it asked for. */
async function show(
  name: string,
  { width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' },
): Promise<readonly string[]> {
  const asked: string[] = [];
  const note = (request: Request): number => asked.push(request.url());
  page.on('request', note);
  await page.setViewportSize({ width, height: 700 });
  await page.emulateMedia({ colorScheme });
  await page.goto(new URL(name, FIXTURES).href);
  page.off('request', note);
  return asked;
}

/** What axe finds wrong, in a line each. */
async function faultsOf(): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const results: AxeResults = await page.evaluate(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })',
  );
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

test('there are mails to look at', () => {
  expect(all.length).toBeGreaterThan(40);
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(all)('%s fits on a small phone, loads nothing, and can be read', async (name) => {
    const asked = await show(name, { width: PHONE, colorScheme });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE);
    expect(asked).toEqual([new URL(name, FIXTURES).href]);
    // Colours and structure are the same in every language: axe takes its time, so it looks at one.
    if (name.startsWith('en/')) expect(await faultsOf()).toEqual([]);
    // One can hit the buttons with a thumb (WCAG 2.2, 2.5.8 wants 24 px).
    const heights = await page
      .locator('td > a[style*="inline-block"]')
      .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
    expect(Math.min(PHONE, ...heights)).toBeGreaterThanOrEqual(40);
  });
});

test('on a desk the column is 600 px wide, in the middle', async () => {
  await show('en/digest.html', { width: 1200, colorScheme: 'light' });
  expect(await page.locator('table.card').boundingBox()).toMatchObject({ x: 300, width: 600 });
});
