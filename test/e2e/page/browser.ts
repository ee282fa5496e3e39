// A real browser, Debian's Chromium, for the tests of the pages and for their pictures.
import { type Browser, chromium } from 'playwright-core';
import { programInPath } from '../support/tools.ts';

/** Nothing of it asks anybody for anything. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

export function startBrowser(): Promise<Browser> {
  const executablePath = programInPath('chromium', { script: 'chromium.sh' });
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}
