// The frame of the demo's pages of mails, and under which policies they are shown.
import { html } from 'hono/html';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2430;background:#fafafa}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
pre{white-space:pre-wrap;background:#fff;border:1px solid #ddd;padding:1rem}iframe{height:44rem;border:1px solid #ddd;background:#fff}
iframe.desk{width:100%}iframe.phone{width:377px;max-width:100%}small{color:#5b6472}a{color:#0b57a4}`;

/** Mails are what the monitor made of hostile names: nothing in them may run here. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'";
export const MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function page(title: string, body: unknown) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>${STYLE}</style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}
