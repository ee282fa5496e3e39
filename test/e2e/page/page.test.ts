// The pages in a real browser: by keyboard and by search, on a phone and at night, in both languages, whatever the names say.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { certificateOf, manyWatched, watchedOf } from '../../telemetry/certificates.ts';
import { HOSTILE, HOSTILE_CERTIFICATE } from '../../web/hostile.ts';
import { SHOWN_KEY } from '../../web/seeded.ts';
import { type Serving, serve } from '../../web/serving.ts';
import { accessibilityFaults, startBrowser } from './browser.ts';
import { serveSeeded } from './seeded-server.ts';

const DETAIL = `/certificates/default/${SHOWN_KEY.id}`;
const PATHS = [
  '/',
  '/?severity=attention&sort=attention',
  '/?q=nothing+like+this',
  DETAIL,
  '/runbooks',
  '/runbooks/CcmCertificateExpired',
];
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };
const LOOKS = [
  { viewport: DESK, colorScheme: 'light' },
  { viewport: PHONE, colorScheme: 'dark' },
] as const;
/** Well ones beside those that need somebody: every hundredth row is like the first, and axe looks at each for long. */
const FEW = 12;

let browser: Browser;
let serving: Serving;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  complaints.length = 0;
  serving = await serveSeeded();
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await serving.server.close();
});

/** A page without JavaScript of its own, unless a test says otherwise; what the browser complains of is kept. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: DESK,
    javaScriptEnabled: false,
    locale: 'en',
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await page.goto(`http://127.0.0.1:${serving.port}${path}`);
  return page;
}

function widthOf(page: Page): Promise<number> {
  return page.locator('html').evaluate((html) => html.scrollWidth);
}

describe.each(['en', 'zh-CN'])('in %s', (locale) => {
  test.each(PATHS)('axe finds nothing at %s, on a desk by day and on a phone by night', async (path) => {
    await serving.server.close();
    serving = await serveSeeded(FEW);
    for (const looks of LOOKS) {
      const page = await open(path, { locale, ...looks, javaScriptEnabled: true, bypassCSP: true });
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.close();
    }
  });

  test.each(PATHS)('%s fits a phone, with nothing that the browser refuses', async (path) => {
    const page = await open(path, { locale, viewport: PHONE, javaScriptEnabled: true });
    expect(await widthOf(page)).toBe(PHONE.width);
    expect(complaints).toEqual([]);
  });
});

test('it is two taps from a mail to the runbook, on a phone', async () => {
  const page = await open(DETAIL, { viewport: PHONE });
  const runbook = page.getByRole('link', { name: 'Runbook', exact: true });
  const box = await runbook.boundingBox();
  expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(PHONE.height);
  await runbook.click();
  await page.getByRole('heading', { level: 1, name: 'CcmCertificateExpired' }).waitFor();
});

test('every target is at least 24 pixels high and wide, or stands in a sentence', async () => {
  for (const viewport of [DESK, PHONE]) {
    const page = await open('/', { viewport, javaScriptEnabled: true });
    const small = await page
      .locator('a, button, select, summary, input:not([type=hidden])')
      .evaluateAll((targets) =>
        targets
          .filter((target) => {
            const { width, height } = target.getBoundingClientRect();
            const inText = target.closest('li') !== null && target.closest('.trouble') !== null;
            const isShown = width > 0 && !target.matches('.skip');
            return isShown && !inText && (width < 24 || height < 24);
          })
          .map((target) => target.outerHTML),
      );
    expect(small).toEqual([]);
    await page.close();
  }
});

test('a keyboard gets to the content, through the form, and sees where it is', async () => {
  const page = await open('/');
  await page.keyboard.press('Tab');
  const focused = page.locator(':focus');
  expect(await focused.textContent()).toBe('Skip to the content');
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await page.keyboard.press('Enter');
  expect(await page.locator(':focus').getAttribute('id')).toBe('content');
  await page.getByRole('searchbox', { name: 'Search' }).focus();
  await page.keyboard.type('mobile api');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?q=mobile\+api/);
  expect(await page.locator('tbody tr').count()).toBe(1);
  expect(await page.getByRole('status').textContent()).toContain('1 of 121 certificates');
});

test('filters, order and pages are addresses that show the same again', async () => {
  const page = await open('/');
  await page.getByLabel('Account').selectOption('retail');
  await page.getByLabel('Order').selectOption('name');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/account=retail/);
  const rows = await page.locator('tbody th a').allTextContents();
  expect(rows.length).toBeGreaterThan(20);
  expect(rows).toEqual(rows.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  const again = await open(new URL(page.url()).pathname + new URL(page.url()).search);
  expect(await again.locator('tbody th a').allTextContents()).toEqual(rows);
  expect(await again.getByLabel('Account').inputValue()).toBe('retail');
  await again.getByRole('link', { name: 'Clear all filters' }).click();
  await again.getByRole('link', { name: 'Next' }).click();
  await again.waitForURL(/page=2/);
  expect(await again.locator('tbody tr').count()).toBe(21);
});

test('a month of the timeline leads to the certificates that end in it', async () => {
  const page = await open('/');
  await page.getByRole('link', { name: 'Apr 2027' }).click();
  await page.waitForURL(/ends=2027-04/);
  expect(await page.locator('tbody tr').count()).toBe(46);
});

test('a certificate tells its mails with each answer, its history and its silence', async () => {
  const page = await open('/');
  await page.locator('tbody').getByRole('link', { name: 'shop front' }).click();
  await page.getByRole('heading', { level: 1, name: 'shop front' }).waitFor();
  for (const name of ['Needs attention', 'Facts', 'Alerts', 'Mails about it', 'History'])
    expect(await page.getByRole('heading', { level: 2, name }).count()).toBe(1);
  const mails = page.getByRole('table', { name: 'Mails about it' });
  expect(await mails.getByRole('row').count()).toBe(6);
  expect(await mails.getByRole('row', { name: /left@example.com/ }).textContent()).toContain(
    '550 5.1.1 No such user here',
  );
  await page.goBack();
  await page.locator('tbody').getByRole('link', { name: 'old intranet' }).click();
  expect(await page.getByRole('region', { name: 'Silenced' }).textContent()).toContain(
    'It is switched off in December',
  );
});

test('the night is dark, and the day is light', async () => {
  const brightness = async (colorScheme: 'light' | 'dark') => {
    const page = await open('/', { colorScheme });
    const colour = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
    return red + green + blue;
  };
  expect(await brightness('dark')).toBeLessThan(150);
  expect(await brightness('light')).toBeGreaterThan(600);
});

test('the language follows the browser, and can be changed by a link that stays', async () => {
  const page = await open('/', { locale: 'zh-CN' });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('8张证书需要处理');
  await page.getByRole('link', { name: 'English' }).click();
  await page.waitForURL(/lang=en/);
  await page.locator('tbody').getByRole('link', { name: 'shop front' }).click();
  await page.waitForURL(/certificates.*lang=en/);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

test('hostile names are text, run nothing, lead nowhere and push nothing out of the page', async () => {
  const wide = 'W'.repeat(300);
  serving.facts.certificates = [
    HOSTILE_CERTIFICATE,
    watchedOf({ id: 'wide', alias: wide, owner: wide, certificate: certificateOf({ domain: wide }) }),
  ];
  serving.facts.mails = serving.facts.mails.map((mail) => ({
    ...mail,
    recipient: HOSTILE,
    response: HOSTILE,
  }));
  for (const path of ['/', '/certificates/default/scs1590053258704', '/certificates/default/wide']) {
    const page = await open(path, { viewport: PHONE, javaScriptEnabled: true });
    expect(await page.locator('script, iframe, img, object').count()).toBe(0);
    expect(await page.getByText('<script>alert("1")</script>').count()).toBeGreaterThan(0);
    const targets = await page
      .locator('a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
    expect(targets.filter((target) => !/^(?:\/(?!\/)|#|https?:\/\/)/.test(target))).toEqual([]);
    expect(await widthOf(page)).toBe(PHONE.width);
    await page.close();
  }
  expect(complaints).toEqual([]);
});

test('ten thousand certificates are a page of a hundred, with the others behind it', async () => {
  const many = await serve(manyWatched(10_000));
  try {
    const context = await browser.newContext({ viewport: DESK, javaScriptEnabled: false, locale: 'en' });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${many.port}/`);
    expect(await page.locator('#list').locator('xpath=..').locator('tbody tr').count()).toBe(100);
    await page.getByRole('link', { name: 'Last', exact: true }).click();
    await page.waitForURL(/page=100/);
    expect(await page.getByText('Page 100 of 100').count()).toBe(1);
    await page.getByRole('searchbox', { name: 'Search' }).fill('www9999.example.com');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/q=www9999/);
    expect(await page.locator('tbody tr').count()).toBe(1);
  } finally {
    await many.server.close();
  }
});
