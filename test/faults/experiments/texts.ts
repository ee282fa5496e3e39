// Experiment 9: hostile names, domains, reasons and statuses through the mails and the pages, each parsed back with a parser
// that is not ours; then fifty of them through the whole program. Rules: no header, recipient or line break that is not ours,
// and no element, attribute or link but ours.
import { simpleParser } from 'mailparser';
import type { Mail } from '../../../src/alerts/alert.ts';
import { renderMessage } from '../../../src/mail/message.ts';
import { toWire } from '../../../src/mail/mime.ts';
import { LANGUAGES } from '../../../src/shared/language.ts';
import { detailPage } from '../../../src/web/detail.ts';
import { statusPage } from '../../../src/web/page.ts';
import { HEADERS, mailsWith } from '../../mail/hostile-texts.ts';
import { certificateId, issued } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';
import { createSetting } from '../../support/setting.ts';
import { certificateOf, NOW_MS, watchedOf } from '../../telemetry/certificates.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { claim, createLedger } from '../support/ledger.ts';
import { smuggledIn } from '../support/markup.ts';
import { scrapeUntil, waitingMails } from '../support/scrape.ts';
import { hostileText } from '../support/texts.ts';

const FROM = {
  from: 'Certificate monitor <certs@example.com>',
  publicUrl: 'https://certs.example.com',
} as const;
const THROUGH_PROGRAM = 50;

export const texts: Experiment = {
  name: 'texts',
  unit: 'texts',
  rounds: { short: 1_000, full: 100_000 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    for (; ledger.rounds < rounds; ledger.rounds += 1) {
      const text = hostileText(random);
      if (ledger.rounds % 100 === 0) note(`${ledger.rounds} of ${rounds}`);
      const mails = mailsWith(text);
      const mail = mails[random.below(mails.length)];
      const language = random.pick([LANGUAGES[0] ?? 'en', ...LANGUAGES]);
      if (mail !== undefined)
        await lookAtMail({
          bytes: (await toWire(renderMessage(mail, { ...FROM, language }))).bytes,
          text,
          ledger,
          mail,
        });
      for (const page of await pagesWith(text)) report(smuggledIn(page), text, ledger);
    }
    const looked = await throughProgram(random, ledger);
    return { ...ledger, facts: `a mail and two pages each; ${looked}` };
  },
};

function report(found: readonly string[], text: string, ledger: Ledger): void {
  ledger.faults.push(...found.map((what) => `${what} by ${JSON.stringify(text).slice(0, 200)}`));
}

async function lookAtMail(of: { bytes: Buffer; text: string; ledger: Ledger; mail?: Mail }): Promise<void> {
  const { bytes, text, ledger } = of;
  const parsed = await simpleParser(bytes, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  const names = parsed.headerLines.map(({ key }) => key);
  const found = names
    .filter((name) => !HEADERS.includes(name) && !['references', 'in-reply-to'].includes(name))
    .map((name) => `a header ${name}`);
  if (new Set(names).size !== names.length) found.push('a header that comes twice');
  const to = [parsed.to].flat().flatMap((one) => one?.value ?? []);
  if (to.length !== 1) found.push(`${to.length} recipients`);
  if (/[\p{Cc}]/u.test(parsed.subject ?? '')) found.push('a subject of several lines');
  if (/[\r\n]/.test(bytes.toString('latin1').replaceAll('\r\n', ''))) found.push('a bare line break');
  if (parsed.attachments.length > 0) found.push('an attachment');
  // Outlook's own parts are comments to everybody else.
  report([...found, ...smuggledIn(String(parsed.html))], text, ledger);
}

async function pagesWith(text: string): Promise<string[]> {
  const certificate = certificateOf({
    name: text,
    domain: text,
    sans: [text, text],
    brand: text,
    status: text,
    revokeReason: text,
  });
  const watched = watchedOf({
    // The account's name and the id come from the configuration, which takes neither from anybody.
    alias: text,
    owner: text,
    runbook: text,
    certificate,
    up: false,
    failure: { reason: 'malformed', message: text, requestId: text },
    findings: [{ kind: 'revoked', severity: 'critical', cause: text, reason: text, epochMs: NOW_MS }],
  });
  const monitor = {
    version: '0',
    accounts: ['default'],
    lastCheckMs: NOW_MS,
    lastCompleteCheckMs: NOW_MS,
    nextCheckMs: NOW_MS,
    outbox: { waiting: 0, parked: 0 },
    publicUrl: null,
  };
  const pages = [
    statusPage({ certificates: [watched], monitor, page: 1, nowMs: NOW_MS }),
    detailPage(watched, NOW_MS),
  ];
  return Promise.all(pages.map(async (page) => String(await page)));
}

/** From the cloud's body to the mail and the page, as they come out of the process. */
async function throughProgram(random: Random, ledger: Ledger): Promise<string> {
  const setting = await createSetting();
  try {
    const ids = Array.from({ length: THROUGH_PROGRAM }, (_, n) => certificateId(n + 1));
    for (const id of ids) {
      const text = hostileText(random);
      setting.cloud.put(
        issued({
          id,
          fields: {
            status: 'REVOKED',
            revoke_reason: text,
            name: text,
            domain: text,
            sans: text,
            brand: text,
          },
        }),
      );
    }
    setting.configure(ids);
    const program = setting.start();
    const url = await program.url();
    await setting.smtp.waitFor((mails) => mails.length > 0, { timeoutMs: 60_000 });
    await scrapeUntil(url, (samples) => waitingMails(samples) === 0, { what: 'an empty outbox' });
    for (const { raw } of setting.smtp.accepted)
      await lookAtMail({ bytes: Buffer.from(raw, 'latin1'), text: 'the program', ledger });
    const paths = ['/', ...ids.map((id) => `/certificates/default/${id}`)];
    for (const path of paths) {
      const answer = await fetch(url + path);
      claim(ledger, answer.status === 200, `${path} answered ${answer.status}`);
      report(smuggledIn(await answer.text()), path, ledger);
    }
    program.kill('SIGTERM');
    claim(ledger, (await program.ended).code === 0, 'the program did not end well');
    return `${setting.smtp.accepted.length} mails and ${paths.length} pages of the program`;
  } finally {
    await setting.close();
  }
}
