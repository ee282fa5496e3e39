// The demo's page of mails: a list, and each mail as text, as HTML in a sandbox, and as it came.
import { Hono } from 'hono';
import { html } from 'hono/html';
import { plural } from '../../../src/shared/time.ts';
import type { KeptMail } from './mailbox.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2430;background:#fafafa}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
pre{white-space:pre-wrap;background:#fff;border:1px solid #ddd;padding:1rem}iframe{width:100%;height:34rem;border:1px solid #ddd;background:#fff}
a{color:#0b57a4}`;

/** Mails are what the monitor made of hostile names: nothing in them may run here. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'";
const MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The page over a list of mails that grows. */
export function createMailPage(mails: readonly KeptMail[]): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    if (c.res.headers.get('Content-Security-Policy') === null)
      c.header('Content-Security-Policy', PAGE_POLICY);
  });

  app.get('/', async (c) => c.html(await list(mails)));
  app.get('/mails/:n', async (c) => {
    const n = Number(c.req.param('n'));
    const mail = mails[n - 1];
    return mail === undefined ? c.notFound() : c.html(await single(mail, n));
  });
  app.get('/mails/:n/html', (c) => {
    const mail = mails[Number(c.req.param('n')) - 1];
    if (mail === undefined) return c.notFound();
    c.header('Content-Security-Policy', MAIL_POLICY);
    return c.html(mail.parsed.html || '<p>This mail has no HTML part.</p>');
  });
  app.get('/mails/:n/raw', (c) => {
    const mail = mails[Number(c.req.param('n')) - 1];
    return mail === undefined ? c.notFound() : c.text(mail.raw);
  });
  return app;
}

function list(mails: readonly KeptMail[]) {
  const rows = mails.map(
    (mail, i) => html`<tr>
        <td>${timeOf(mail)}</td>
        <td>${mail.to}</td>
        <td><a href="/mails/${i + 1}">${mail.parsed.subject ?? '(no subject)'}</a></td>
      </tr>`,
  );
  return page(
    plural(mails.length, 'mail'),
    html`<meta http-equiv="refresh" content="5" />
      <table>
        <tr><th>Time</th><th>To</th><th>Subject</th></tr>
        ${rows.reverse()}
      </table>`,
  );
}

function single(mail: KeptMail, n: number) {
  return page(
    mail.parsed.subject ?? '(no subject)',
    html`<p><a href="/">All mails</a> · <a href="/mails/${n}/raw">As it came</a> · to ${mail.to} · ${timeOf(mail)} · ${mail.parsed.messageId ?? ''}</p>
      <h2>HTML</h2>
      <iframe sandbox="" src="/mails/${n}/html" title="The mail as HTML"></iframe>
      <h2>Text</h2>
      <pre>${mail.parsed.text ?? ''}</pre>`,
  );
}

function page(title: string, body: unknown) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>${STYLE}</style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}

function timeOf({ atMs }: KeptMail): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
