// `npm run pictures`: photographs mails as a phone shows them, from the fixtures, into docs/mails. Needs Chromium (test/e2e/tools/chromium.sh).
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Name of the picture → the fixture, and how it is shown. */
const PICTURES = {
  critical: { fixture: 'en/expired' },
  digest: { fixture: 'en/digest' },
  resolved: { fixture: 'en/resolved-renewed' },
  summary: { fixture: 'en/summary' },
  'summary-all-well': { fixture: 'en/summary-all-well' },
  chinese: { fixture: 'zh-CN/expired' },
  'chinese-digest': { fixture: 'zh-CN/digest' },
  dark: { fixture: 'en/digest', colorScheme: 'dark' },
};

/** A phone's width; what lies below the second screen is cut off. */
const WIDTH = 375;
const MOST_HEIGHT = 1_100;

const root = new URL('../', import.meta.url);
const folder = process.argv[2] ?? fileURLToPath(new URL('docs/mails/', root));
mkdirSync(folder, { recursive: true });
execFileSync(fileURLToPath(new URL('test/e2e/tools/chromium.sh', root)), { stdio: 'inherit' });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
try {
  for (const [name, { fixture, colorScheme }] of Object.entries(PICTURES)) {
    const page = await browser.newPage({
      viewport: { width: WIDTH, height: 667 },
      deviceScaleFactor: 1.5,
      colorScheme: colorScheme ?? 'light',
      javaScriptEnabled: false,
    });
    await page.goto(new URL(`test/fixtures/mails/${fixture}.html`, root).href);
    const { width, height } = (await page.locator('body').boundingBox()) ?? { width: 0, height: 0 };
    if (width > WIDTH)
      throw new Error(`Cannot take ${name}: it is ${width} px wide, and must fit into ${WIDTH}`);
    const clip = { x: 0, y: 0, width: WIDTH, height: Math.min(height, MOST_HEIGHT) };
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true, clip });
    console.log(`${name}.png  ${WIDTH} x ${Math.round(clip.height)}`);
    await page.close();
  }
} finally {
  await browser.close();
}
