// Every mail in a real browser, as a phone and as a desk show it: nothing sticks out, nothing is loaded, everything can be read, light and dark.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { LANGUAGES } from '../../../src/shared/language.ts';

const FIXTURES = new URL('../../fixtures/mails/', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = 320;

let browser: Browser;

beforeAll(async () => {
  execFileSync(fileURLToPath(new URL('../tools/chromium.sh', import.meta.url)));
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(() => browser.close());

const all = LANGUAGES.flatMap((language) =>
  readdirSync(new URL(`${language}/`, FIXTURES))
    .filter((name) => name.endsWith('.html'))
    .map((name) => `${language}/${name}`),
);

async function open(
  name: string,
  { width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' },
): Promise<{ page: Page; asked: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 700 }, colorScheme });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(new URL(name, FIXTURES).href);
  return { page, asked };
}

/** What axe finds wrong, in a line each. */
async function faultsOf(page: Page): Promise<readonly string[]> {
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
  test.each(all)('%s fits on a small phone, loads nothing, and axe finds nothing', async (name) => {
    const { page, asked } = await open(name, { width: PHONE, colorScheme });
    try {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE);
      expect(asked).toEqual([new URL(name, FIXTURES).href]);
      // Colours and structure are the same in every language: axe takes its time, so it looks at one.
      if (name.startsWith('en/')) expect(await faultsOf(page)).toEqual([]);
      // One can hit the buttons with a thumb (WCAG 2.2, 2.5.8 wants 24 px).
      for (const box of await Promise.all(
        (await page.locator('td > a[style*="inline-block"]').all()).map((link) => link.boundingBox()),
      ))
        expect(box?.height).toBeGreaterThanOrEqual(40);
    } finally {
      await page.close();
    }
  });
});

test('on a desk the column is 600 px wide, in the middle', async () => {
  const { page } = await open('en/digest.html', { width: 1200, colorScheme: 'light' });
  const box = await page.locator('table.card').boundingBox();
  expect(box).toMatchObject({ x: 300, width: 600 });
  await page.close();
});
