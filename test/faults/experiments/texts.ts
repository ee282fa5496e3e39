// Experiment 9: hostile names, domains, reasons and statuses through the mails and the pages, each parsed back with a parser
// that is not ours; then fifty of them through the whole program. Rules: no header, recipient or line break that is not ours,
// and no element, attribute or link but ours.
import { simpleParser } from 'mailparser';
import type { Mail } from '../../../src/alerts/alert.ts';
import type { WatchedCertificate } from '../../../src/certificates/watched.ts';
import { renderMessage } from '../../../src/mail/message.ts';
import { toWire } from '../../../src/mail/mime.ts';
import { LANGUAGES } from '../../../src/shared/language.ts';
import { DAY_MS } from '../../../src/shared/time.ts';
import { pathOf } from '../../../src/web/words.ts';
import { serveSeeded } from '../../e2e/page/seeded-server.ts';
import { HEADERS, mailsWith } from '../../mail/hostile-texts.ts';
import { certificateId, issued } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';
import { createSetting } from '../../support/setting.ts';
import { certificateOf, NOW_MS, watchedOf } from '../../telemetry/certificates.ts';
import { SEEDED_MAILS } from '../../web/seeded.ts';
import { serve } from '../../web/serving.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { claim, createLedger } from '../support/ledger.ts';
import { smuggledIn, vocabularyOf } from '../support/markup.ts';
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
    const pages = await startPages();
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
      for (const page of await pages.with(text)) report(smuggledIn(page, pages.ours), text, ledger);
    }
    await pages.close();
    const looked = await throughProgram({ random, ledger, ours: pages.ours });
    return { ...ledger, facts: `a mail and five pages each; ${looked}` };
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

/** The web server with the text wherever others than the operator write: the overview, a list, a certificate's page. */
async function startPages(): Promise<Pages> {
  const seeded = await serveSeeded(30);
  const [some] = seeded.facts.certificates.map(pathOf);
  const seen = await Promise.all(
    ['/', '/?lang=zh-CN', '/?q=example', some ?? '/', `${some}?lang=zh-CN`].map(
      async (path) => (await seeded.get(path)).text,
    ),
  );
  await seeded.server.close();
  const { server, facts, get } = await serve([]);
  return {
    ours: vocabularyOf(seen),
    async with(text) {
      const watched = hostileCertificate(text);
      const key = { account: watched.account, id: watched.id };
      Object.assign(facts, {
        certificates: [watched],
        silences: [{ ...key, untilMs: NOW_MS + DAY_MS, reason: text, createdAtMs: NOW_MS }],
        history: [{ ...key, atMs: NOW_MS, event: 'status', text }],
        mails: SEEDED_MAILS.map((mail) => ({ ...mail, response: text })),
      });
      const page = pathOf(watched);
      const search = `/?q=${encodeURIComponent(text.toWellFormed().slice(0, 100))}`;
      const answers = await Promise.all(
        ['/', '/?lang=zh-CN', search, page, `${page}?lang=zh-CN`].map((path) => get(path)),
      );
      // A search that is refused is told in plain text.
      return answers
        .filter(({ headers }) => headers['content-type']?.includes('html'))
        .map((answer) => answer.text);
    },
    close: () => server.close(),
  };
}

interface Pages {
  /** What such pages are made of where every text is harmless. */
  readonly ours: ReadonlySet<string>;
  with(text: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

function hostileCertificate(text: string): WatchedCertificate {
  const certificate = certificateOf({
    name: text,
    domain: text,
    sans: [text, text],
    brand: text,
    status: text,
    revokeReason: text,
  });
  return watchedOf({
    // The account's name and the id come from the configuration, which takes neither from anybody.
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
async function throughProgram({
  random,
  ledger,
  ours,
}: {
  random: Random;
  ledger: Ledger;
  ours: ReadonlySet<string>;
}): Promise<string> {
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
      report(smuggledIn(await answer.text(), ours), path, ledger);
    }
    program.kill('SIGTERM');
    claim(ledger, (await program.ended).code === 0, 'the program did not end well');
    return `${setting.smtp.accepted.length} mails and ${paths.length} pages of the program`;
  } finally {
    await setting.close();
  }
}
