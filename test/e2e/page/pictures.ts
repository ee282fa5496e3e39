// Photographs the pages of the made-up company at its fixed time, for docs/page: the same pixels at each run.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { SHOWN_KEY } from '../../web/seeded.ts';
import { startBrowser } from './browser.ts';
import { serveSeeded } from './seeded-server.ts';

interface Picture {
  readonly path: string;
  readonly width: number;
  /** What lies below is cut off. */
  readonly height: number;
  readonly dark?: boolean;
  readonly chinese?: boolean;
  /** Begins at this heading. */
  readonly from?: string;
}

const DETAIL = `/certificates/${SHOWN_KEY.account}/${SHOWN_KEY.id}`;

const PICTURES: Readonly<Record<string, Picture>> = {
  overview: { path: '/', width: 1_280, height: 1_160 },
  'overview-dark': { path: '/', width: 1_280, height: 1_160, dark: true },
  list: { path: '/', width: 1_280, height: 1_100, from: 'timeline' },
  monitor: { path: '/', width: 1_280, height: 760, from: 'monitor' },
  detail: { path: DETAIL, width: 1_280, height: 1_160 },
  'detail-mails': { path: DETAIL, width: 1_280, height: 1_000, from: 'alerts' },
  chinese: { path: '/', width: 1_280, height: 1_160, chinese: true },
  phone: { path: '/', width: 360, height: 900 },
  'phone-list': { path: '/?severity=attention', width: 360, height: 900, from: 'list' },
  'phone-detail-dark': { path: DETAIL, width: 360, height: 900, dark: true },
  'phone-runbook': { path: '/runbooks/CcmCertificateExpired', width: 360, height: 900 },
};

export async function takePictures(folder: string, say: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const serving = await serveSeeded();
  const browser = await startBrowser();
  try {
    for (const [name, picture] of Object.entries(PICTURES)) {
      await take(browser, `http://127.0.0.1:${serving.port}`, { picture, file: join(folder, `${name}.png`) });
      say(`${name}.png  ${picture.width} x ${picture.height}`);
    }
  } finally {
    await browser.close();
    await serving.server.close();
  }
}

async function take(
  browser: Browser,
  base: string,
  { picture, file }: { picture: Picture; file: string },
): Promise<void> {
  const { path, width, height, dark = false, chinese = false, from } = picture;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: width < 500 ? 2 : 1,
    colorScheme: dark ? 'dark' : 'light',
    locale: chinese ? 'zh-CN' : 'en',
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(base + path);
  const top = from === undefined ? 0 : ((await page.locator(`#${from}`).boundingBox())?.y ?? 0) - 24;
  const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const y = Math.max(0, Math.min(top, whole - 200));
  await page.screenshot({
    path: file,
    // A page of forty thousand pixels as a whole is not drawn alike each time.
    fullPage: from !== undefined,
    clip: { x: 0, y, width, height: Math.min(height, whole - y) },
  });
  await context.close();
}
