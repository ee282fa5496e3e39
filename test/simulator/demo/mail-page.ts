// The demo's page of mails: a list, and each mail as text, as HTML in a sandbox, and as it came.
import { Hono } from 'hono';
import { html } from 'hono/html';
import { plural } from '../../../src/shared/time.ts';
import { createKindsPage } from './kinds-page.ts';
import { MAIL_POLICY, PAGE_POLICY, page } from './layout.ts';
import type { KeptMail } from './mailbox.ts';

/** The page over a list of mails that grows; `publicUrl` is the status page's address. */
export function createMailPage(mails: readonly KeptMail[], publicUrl: string): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    if (c.res.headers.get('Content-Security-Policy') === null)
      c.header('Content-Security-Policy', PAGE_POLICY);
  });

  app.route('/kinds', createKindsPage(publicUrl));
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
      <p><a href="/kinds">Every kind of mail, in every language</a></p>
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
      <iframe class="desk" sandbox="" src="/mails/${n}/html" title="The mail as HTML"></iframe>
      <h2>Text</h2>
      <pre>${mail.parsed.text ?? ''}</pre>`,
  );
}

function timeOf({ atMs }: KeptMail): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
