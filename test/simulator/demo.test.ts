// Whether the demo's parts do what they are for, and the whole ends as it should, with a small program in the monitor's place.
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import nodemailer from 'nodemailer';
import { loadConfig } from '../../src/config/load.ts';
import { LANGUAGES } from '../../src/shared/language.ts';
import { MAILS } from '../mail/mails.ts';
import { readTestTls, TEST_CA_FILE } from '../support/smtp/test-tls.ts';
import { startCloud } from './cloud.ts';
import { readArguments } from './demo/arguments.ts';
import { createMailPage } from './demo/mail-page.ts';
import { type Mailbox, startMailbox } from './demo/mailbox.ts';
import { MAIL_LOGIN, writeMonitorSettings } from './demo/monitor-settings.ts';
import { freePort } from './demo/ports.ts';
import { castOfDemo, HOSTILE_NAME, turnsOfDemo } from './demo/scenario.ts';
import { runDemo } from './demo.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
let mailbox: Mailbox | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
});
afterEach(async () => {
  await mailbox?.close();
  mailbox = null;
  rmSync(folder, { recursive: true, force: true });
});

describe('the arguments', () => {
  test.each([
    [[], { forMs: null, keep: false, help: false }],
    [['--for', '45s', '--keep'], { forMs: 45_000, keep: true, help: false }],
    [['--for=2m', '-h'], { forMs: 120_000, keep: false, help: true }],
  ])('%j mean %j', (args, meaning) => {
    expect(readArguments(args)).toEqual(meaning);
  });

  test.each([
    [['--for', 'soon'], 'Cannot read --for soon: write it like 45s or 2m'],
    [['--fro'], "Unknown option '--fro'"],
  ])('%j are refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});

describe('the scenario', () => {
  test('has certificates in every state, each configured once, and its turns all work', async () => {
    const cast = castOfDemo(Date.now());
    const cloud = await startCloud();
    for (const { draft } of cast) if (draft !== null) cloud.put(draft);
    expect(new Set(cast.map(({ configured }) => configured.id)).size).toBe(cast.length);
    for (const { draft, configured } of cast) if (draft !== null) expect(configured.id).toBe(draft.id);
    for (const { happen } of turnsOfDemo(Date.now)) happen(cloud);
    const statuses = new Set([...cloud.certificates.values()].map((certificate) => certificate['status']));
    for (const status of ['ISSUED', 'UPLOAD', 'EXPIRED', 'REVOKED', 'REVOKING', 'UNPASSED'])
      expect(statuses).toContain(status);
    await cloud.close();
  });

  test('its configuration is one that the monitor accepts', async () => {
    const cast = castOfDemo(Date.now());
    const settings = {
      folder,
      cloudOrigin: 'http://127.0.0.1:1',
      httpPort: 10_119,
      smtpPort: 2_525,
      caFile: TEST_CA_FILE,
      probeCaFile: TEST_CA_FILE,
      cast,
    };
    const config = await loadConfig(await writeMonitorSettings(settings));
    expect(config.accounts.map(({ credentials }) => credentials.type)).toEqual(['password', 'access-key']);
    expect(config.certificates).toHaveLength(cast.length);
  });
});

describe('the mailbox', () => {
  test('takes a mail over TLS with a login, writes it as a file, and its page lets nothing hostile work', async () => {
    mailbox = await startMailbox({ folder, tls: readTestTls(), login: MAIL_LOGIN });
    const connection = {
      host: '127.0.0.1',
      port: mailbox.port,
      requireTLS: true,
      tls: { ca: readFileSync(TEST_CA_FILE) },
    };
    const wrong = nodemailer.createTransport({ ...connection, auth: { user: 'monitor', pass: 'wrong' } });
    await expect(wrong.sendMail({ from: 'a@b.example', to: 'c@d.example', text: 'x' })).rejects.toThrow(
      '535',
    );
    const right = nodemailer.createTransport({
      ...connection,
      auth: { user: MAIL_LOGIN.user, pass: MAIL_LOGIN.password },
    });
    await right.sendMail({
      from: 'a@b.example',
      to: 'c/d@e.example',
      subject: HOSTILE_NAME,
      text: HOSTILE_NAME,
    });
    await right.sendMail({ from: 'a@b.example', to: 'c@d.example', html: '<b>bold</b>' });

    expect(readdirSync(folder)).toEqual(['001-c_d@e.example.eml', '002-c@d.example.eml']);
    const page = createMailPage(mailbox.mails, 'http://127.0.0.1:1');
    const [list, one] = await Promise.all(
      ['/', '/mails/1'].map(async (path) => (await page.request(path)).text()),
    );
    expect(list).toContain('2 mails');
    for (const text of [list, one]) expect(text).not.toMatch(/<script|<img/);
    expect(one).toContain('sandbox="" src="/mails/1/html"');

    const inner = await page.request('/mails/2/html');
    expect(inner.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect(await inner.text()).toContain('<b>bold</b>');
    expect(await (await page.request('/mails/1/html')).text()).toContain('no HTML part');
    expect(await (await page.request('/mails/1/raw')).text()).toContain('Message-ID:');
    for (const path of ['/mails/3', '/mails/3/html', '/mails/x/raw'])
      expect((await page.request(path)).status).toBe(404);
  });
});

describe('the previews', () => {
  const app = createMailPage([], 'http://127.0.0.1:1');
  const get = async (path: string) => app.request(path);

  test('list every kind in every language, each with its subject and what a phone shows below it', async () => {
    const list = await (await get('/kinds')).text();
    for (const language of LANGUAGES)
      for (const name of Object.keys(MAILS)) expect(list).toContain(`href="/kinds/${language}/${name}"`);
    expect(list).toContain('[CRITICAL] EXPIRED www.example.com (scm-testing)');
    expect(list).toContain('Replace it wherever it still serves');
    expect(list).toContain('[严重] 已过期 www.example.com (scm-testing)');
  });

  test('show one as text and as HTML that can run nothing', async () => {
    const one = await (await get('/kinds/zh-CN/digest')).text();
    expect(one).toContain('sandbox="" src="/kinds/zh-CN/digest/html"');
    expect(one).toContain('16张证书：已过期1，无法读取12，即将到期2，已恢复1');
    const inner = await get('/kinds/zh-CN/digest/html');
    expect(inner.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect(await inner.text()).toContain('href="http://127.0.0.1:1/runbooks/CcmCertificateUnreadable"');
  });

  test.each(['/kinds/de/digest', '/kinds/en/none', '/kinds/en/toString', '/kinds/en/none/html'])(
    '%s is not there',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('a port', () => {
  test('is the wanted one where it is free, and another where it is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect(await freePort(port)).not.toBe(port);
    server.close();
    await once(server, 'close');
    expect(await freePort(port)).toBe(port);
  });
});

describe('the whole', () => {
  /** A project folder whose dist/main.js is the given program. */
  function projectWith(program: string): string {
    mkdirSync(join(folder, 'dist'));
    mkdirSync(join(folder, 'test', 'fixtures'), { recursive: true });
    symlinkSync(join(PROJECT, 'test/fixtures/tls'), join(folder, 'test/fixtures/tls'));
    writeFileSync(join(folder, 'dist', 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'dist', 'main.js'), program);
    return folder;
  }

  /** Answers /readyz on the port of its configuration, and exits with `code` at SIGTERM. */
  const stub = (code: number): string => `
    import { createServer } from 'node:http';
    import { readFileSync } from 'node:fs';
    const config = readFileSync(process.argv[4], 'utf8');
    console.log('the stub runs');
    createServer((_, response) => response.end()).listen(Number(/^http:[^]*?port: (\\d+)/m.exec(config)[1]), '127.0.0.1');
    process.once('SIGTERM', () => process.exit(${code}));
  `;

  async function run(
    program: string,
    args: string[],
    { stopWhenReady = false, stopAtOnce = false } = {},
  ): Promise<{ code: number; said: string }> {
    const said: string[] = [];
    const stop = new AbortController();
    if (stopAtOnce) stop.abort();
    const say = (text: string): void => {
      said.push(text);
      if (stopWhenReady && text.includes('Status page')) stop.abort();
    };
    const code = await runDemo({ root: projectWith(program), args, say, signal: stop.signal });
    return { code, said: said.join('\n') };
  }

  test('shows what to open, ends by itself, removes its folder, and exits 0 with the monitor', async () => {
    const { code, said } = await run(stub(0), ['--for', '1s']);
    expect(code).toBe(0);
    expect(said).toMatch(/Status page {3}http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(said).toContain('The monitor has ended in good order (exit 0); it sent 0 mails.');
    expect(existsSync(/Everything +(\S+)/.exec(said)?.[1] ?? PROJECT)).toBe(false);
  });

  test('exits 1 when the monitor ends badly, with its last lines, and keeps the folder where asked', async () => {
    const { code, said } = await run(stub(3), ['--keep'], { stopWhenReady: true });
    expect(code).toBe(1);
    expect(said).toContain('The monitor ended with 3; its last lines:\nthe stub runs');
    const kept = /Kept: (\S+)/.exec(said)?.[1] ?? '';
    expect(readdirSync(kept)).toEqual([
      'config.yaml',
      'demo-authority.pem',
      'mails',
      'monitor.log',
      'secrets',
    ]);
    rmSync(kept, { recursive: true });
  });

  test('says so when the monitor does not start', async () => {
    const { code, said } = await run('console.error("no good"); process.exit(1)', []);
    expect(code).toBe(1);
    expect(said).toMatch(/Cannot start the monitor: .*\/readyz does not answer; its last lines:\nno good/);
  });

  test('ends at the signal, also before the monitor is ready', async () => {
    const { code } = await run(stub(0), [], { stopAtOnce: true });
    expect([0, 1]).toContain(code);
  });

  test.each([
    [['--help'], 0, 'Usage: npm run demo'],
    [['--wrong'], 1, "Unknown option '--wrong'"],
  ])('%j starts nothing', async (args, code, text) => {
    const result = await run('', args);
    expect(result.code).toBe(code);
    expect(result.said).toContain(text);
  });
});
