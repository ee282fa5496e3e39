// The demo's previews: every kind of mail in every language, as phone, desk and text clients show it, without waiting for it to happen.
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { type RenderedMessage, renderMessage } from '../../../src/mail/message.ts';
import { LANGUAGES, type Language } from '../../../src/shared/language.ts';
import { MAILS } from '../../mail/mails.ts';
import { MAIL_POLICY, page } from './layout.ts';

/** Pages below the path under which they are put in place; `publicUrl` is where the links of the mails lead. */
export function createKindsPage(publicUrl: string): Hono {
  const app = new Hono();

  function find(language: string, name: string): { message: RenderedMessage; language: Language } | null {
    const known = LANGUAGES.find((one) => one === language);
    const mail = Object.hasOwn(MAILS, name) ? MAILS[name] : undefined;
    if (known === undefined || mail === undefined) return null;
    const from = 'Certificate monitor <certs@example.com>';
    return { message: renderMessage(mail, { from, publicUrl, language: known }), language: known };
  }

  app.get('/', async (c) => c.html(await list(find)));
  app.get('/:language/:name', async (c) => {
    const { language, name } = c.req.param();
    const found = find(language, name);
    return found === null ? c.notFound() : c.html(await single(name, found));
  });
  app.get('/:language/:name/html', (c) => {
    const found = find(c.req.param('language'), c.req.param('name'));
    if (found === null) return c.notFound();
    c.header('Content-Security-Policy', MAIL_POLICY);
    return c.html(found.message.html);
  });
  return app;
}

type Find = (language: string, name: string) => { message: RenderedMessage; language: Language } | null;

function list(find: Find) {
  const rows = Object.keys(MAILS).map(
    (name) => html`<tr>
      <td>${name}</td>
      ${LANGUAGES.map(
        (language) =>
          html`<td lang="${language}"><a href="/kinds/${language}/${name}">${find(language, name)?.message.subject ?? ''}</a><br /><small>${previewOf(find(language, name)?.message.html ?? '')}</small></td>`,
      )}
    </tr>`,
  );
  return page(
    'Every kind of mail',
    html`<p><a href="/">Mails of the running monitor</a></p>
      <p>Subject, and what a phone shows below it.</p>
      <table>
        <tr><th>Kind</th>${LANGUAGES.map((language) => html`<th>${language}</th>`)}</tr>
        ${rows}
      </table>`,
  );
}

/** The first text of the body, which is what programs that list mails show. */
function previewOf(mail: string) {
  const [, text = ''] = /<div aria-hidden[^>]*>([^<]*?)(?:&#847;|<)/.exec(mail) ?? [];
  // The renderer has escaped it.
  return raw(text);
}

function single(name: string, { message, language }: { message: RenderedMessage; language: Language }) {
  const source = `/kinds/${language}/${name}/html`;
  const others = LANGUAGES.filter((one) => one !== language).map(
    (one) => html` · <a href="/kinds/${one}/${name}">${one}</a>`,
  );
  return page(
    message.subject,
    html`<p><a href="/kinds">Every kind of mail</a>${others}</p>
      <h2>On a phone</h2>
      <iframe class="phone" sandbox="" src="${source}" title="The mail on a phone"></iframe>
      <h2>On a desk</h2>
      <iframe class="desk" sandbox="" src="${source}" title="The mail on a desk"></iframe>
      <h2>As text</h2>
      <pre>${message.text}</pre>`,
  );
}
