// The frame of every page: head, styles, heading. Works without JavaScript. Pure.
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { instantText, isoInstant, isShowable, relativeText } from './words.ts';

/** What hono's `html` makes: escaped, and never escaped again. */
export type Html = ReturnType<typeof html>;

const STYLES = `
:root { color-scheme: light dark; --quiet: light-dark(#57606a, #9da7b3); --line: light-dark(#d0d7de, #3d444d);
  --critical: light-dark(#b42318, #ff8a80); --warning: light-dark(#8a5a00, #f2c14e); --ok: light-dark(#1a7f37, #5fd38d); }
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
a { color: inherit; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; white-space: nowrap; overflow-wrap: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }
dt, small, footer, .quiet { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.critical { color: var(--critical); font-weight: 600; }
.warning { color: var(--warning); font-weight: 600; }
.unknown { color: var(--warning); }
.ok { color: var(--ok); }
nav, footer { margin: 1rem 0; }
nav a { margin-right: 1rem; }
`;

/** The source expression of the Content-Security-Policy that allows these styles and no others. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLES).digest('base64')}'`;

/** A whole document. */
export function document(page: { title: string; body: Html }): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>${raw(STYLES)}</style>
</head>
<body>
${page.body}
</body>
</html>
`;
}

/** `in 12 days` with the instant itself below; `unknown` where it is not known. */
export function instant(ms: number | null, nowMs: number): Html {
  if (!isShowable(ms)) return html`<span class="quiet">unknown</span>`;
  return html`${relativeText(ms, nowMs)}<br><small><time datetime="${isoInstant(ms)}">${instantText(ms)}</time></small>`;
}
