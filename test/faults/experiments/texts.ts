// Experiment 9: hostile names, domains, reasons and statuses through the mails and the pages, each parsed back with a parser
// that is not ours; then fifty of them through the whole program. Rules: no header, recipient or line break that is not ours,
// and no element, attribute or link but ours.
import { simpleParser } from 'mailparser';
import type { Mail } from '../../../src/alerts/alert.ts';
import type { WatchedCertificate } from '../../../src/certificates/watched.ts';
import { renderMessage } from '../../../src/mail/message.ts';
import { toWire } from '../../../src/mail/mime.ts';
import { LANGUAGES, type Language } from '../../../src/shared/language.ts';
import { HEADERS, mailsWith } from '../../mail/hostile-texts.ts';
import { certificateId, issued } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';
import { createSetting } from '../../support/setting.ts';
import { certificateOf, NOW_MS, watchedOf } from '../../telemetry/certificates.ts';
import { serve } from '../../web/serving.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { claim, createLedger } from '../support/ledger.ts';
import { type Markup, markupOf, smuggledIn } from '../support/markup.ts';
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
    const pages = await servePages();
    try {
      const ours = await harmlessMarkup(pages);
      for (; ledger.rounds < rounds; ledger.rounds += 1) {
        const text = hostileText(random);
        if (ledger.rounds % 100 === 0) note(`${ledger.rounds} of ${rounds}`);
        const mails = mailsWith(text);
        const mail = mails[random.below(mails.length)];
        const language = random.pick([LANGUAGES[0] ?? 'en', ...LANGUAGES]);
        if (mail !== undefined)
          await lookAtMail({ bytes: await bytesOf(mail, language), text, ledger, ours: ours.mails });
        for (const page of await pages.with(text)) report(smuggledIn(page, ours.pages), text, ledger);
      }
    } finally {
      await pages.close();
    }
    const looked = await throughProgram(random, ledger);
    return { ...ledger, facts: `a mail and two pages each; ${looked}` };
  },
};

/** What a name, a date and a link may rightly become. */
const HARMLESS = ['shop front', 'https://wiki.example.com/shop', ''];

async function harmlessMarkup(pages: Pages): Promise<{ mails: Markup; pages: Markup }> {
  const shown: string[] = [];
  for (const text of HARMLESS) shown.push(...(await pages.with(text)));
  return { mails: mailMarkup(), pages: markupOf(shown) };
}

function mailMarkup(): Markup {
  const mails = HARMLESS.flatMap((text) => mailsWith(text));
  return markupOf(
    mails.flatMap((mail) => LANGUAGES.map((language) => renderMessage(mail, { ...FROM, language }).html)),
  );
}

async function bytesOf(mail: Mail, language: Language): Promise<Buffer> {
  return (await toWire(renderMessage(mail, { ...FROM, language }))).bytes;
}

function report(found: readonly string[], text: string, ledger: Ledger): void {
  ledger.faults.push(...found.map((what) => `${what} by ${JSON.stringify(text).slice(0, 200)}`));
}

async function lookAtMail(of: { bytes: Buffer; text: string; ledger: Ledger; ours: Markup }): Promise<void> {
  const { bytes, text, ledger, ours } = of;
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
  report([...found, ...smuggledIn(String(parsed.html), ours)], text, ledger);
}

interface Pages {
  /** The status page and the certificate's own, where one certificate says this text everywhere. */
  with(text: string): Promise<string[]>;
  close(): Promise<void>;
}

async function servePages(): Promise<Pages> {
  const { facts, get, server } = await serve([]);
  return {
    async with(text) {
      const watched = watchedWith(text);
      facts.certificates = [watched];
      const pages: string[] = [];
      for (const path of ['/', `/certificates/${watched.account}/${watched.id}`]) {
        const answer = await get(path);
        if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
        pages.push(answer.text);
      }
      return pages;
    },
    close: () => server.close(),
  };
}

/** The account's name and the id come from the configuration, which takes neither from anybody. */
function watchedWith(text: string): WatchedCertificate {
  const certificate = certificateOf({
    name: text,
    domain: text,
    sans: [text, text],
    brand: text,
    status: text,
    revokeReason: text,
  });
  return watchedOf({
    alias: text,
    owner: text,
    runbook: text,
    certificate,
    up: false,
    failure: { reason: 'malformed', message: text, requestId: text },
    findings: [{ kind: 'revoked', severity: 'critical', cause: text, reason: text, epochMs: NOW_MS }],
  });
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
    const ours = mailMarkup();
    for (const { raw } of setting.smtp.accepted)
      await lookAtMail({ bytes: Buffer.from(raw, 'latin1'), text: 'the program', ledger, ours });
    const paths = ['/', ...ids.map((id) => `/certificates/default/${id}`)];
    for (const path of paths) {
      const answer = await fetch(url + path);
      claim(ledger, answer.status === 200, `${path} answered ${answer.status}`);
      // The program has more to show than one certificate: what the texts would plant is sought here.
      const planted = [...markupOf([await answer.text()])].filter((what) =>
        /^(script|x-planted|img|iframe)\b| on\w+$/.test(what),
      );
      report(
        planted.map((what) => `<${what}>`),
        path,
        ledger,
      );
    }
    program.kill('SIGTERM');
    claim(ledger, (await program.ended).code === 0, 'the program did not end well');
    return `${setting.smtp.accepted.length} mails and ${paths.length} pages of the program`;
  } finally {
    await setting.close();
  }
}
