// Which language a page is in.
import { expect, test } from '@jest/globals';
import { preferredLanguage } from '../../src/web/language.ts';
import { watchedOf } from '../telemetry/certificates.ts';
import { createServings } from './servings.ts';

const serving = createServings();

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'en'],
  ['*', 'en'],
  ['zh', 'zh-CN'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['ZH-hans-cn', 'zh-CN'],
  ['zh-TW', 'zh-CN'],
  ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
  ['zh;q=0.5, en;q=0.6', 'en'],
  ['de, zh;q=0.1', 'zh-CN'],
  ['zh;q=0', 'en'],
  ['zh;q=nonsense', 'en'],
  [';;,,=', 'en'],
])('Accept-Language %p is answered in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

test('a page is in the language of the browser, or in the one that its address names, and says so', async () => {
  const { get } = await serving([watchedOf()]);
  const chinese = { headers: { 'Accept-Language': 'zh-CN' } };
  for (const path of ['/', '/certificates/default/scs1590053258704']) {
    const preferred = await get(path, chinese);
    expect(preferred.text).toContain('<html lang="zh-CN">');
    expect(preferred.headers['vary']).toBe('Accept-Language, Accept-Encoding');
    expect((await get(path)).text).toContain('<html lang="en">');
    const named = (await get(`${path}?lang=en`, chinese)).text;
    expect(named).toContain('<html lang="en">');
    expect(named).toContain('href="/?lang=en"');
  }
});
