// The frame of every page: head, styles, site navigation, main part, foot. Works without JavaScript. Pure.
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { LANGUAGES, type Language } from '../shared/language.ts';
import { SHAPES } from './marks.ts';
import { STYLES } from './styles.ts';
import { type Html, linkTo, type View, viewOf } from './view.ts';

export type { Html } from './view.ts';

/** The source expression of the Content-Security-Policy that allows these styles and no others. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLES).digest('base64')}'`;

/** How each language calls itself. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' };

export interface Document {
  readonly title: string;
  /** What stands in the main part. */
  readonly body: Html;
  /** Language and time of the page; English where nothing is said. */
  readonly view?: View;
  /** The address of this page in another language; none: no page in another language. */
  readonly inLanguage?: (language: Language) => string;
  /** Which build made the page. */
  readonly version?: string;
}

const ENGLISH = viewOf({ language: 'en', named: false, nowMs: 0 });

/** A whole document. */
export function document({ title, body, view = ENGLISH, inLanguage, version }: Document): Html {
  const { words, language } = view;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${words.product}</title>
<style>${raw(STYLES)}</style>
</head>
<body>
${SHAPES}<a class="skip" href="#content">${words.skip}</a>
<header class="top">
<a class="brand" href="${linkTo(view, '/')}">${words.product}</a>
<nav aria-label="${words.site}">
<a href="${linkTo(view, '/')}">${words.overview}</a>
<a href="${linkTo(view, '/#list')}">${words.list}</a>
<a href="${linkTo(view, '/#monitor')}">${words.monitor}</a>
${inLanguage === undefined ? '' : languageLinks(language, inLanguage)}
</nav>
</header>
<main id="content" tabindex="-1">
${body}
</main>
${foot(view, version)}
</body>
</html>
`;
}

function languageLinks(current: Language, inLanguage: (language: Language) => string): Html {
  return html`${LANGUAGES.filter((language) => language !== current).map(
    (language) =>
      html`<a lang="${language}" hreflang="${language}" href="${inLanguage(language)}">${NAMES[language]}</a>`,
  )}`;
}

function foot(view: View, version: string | undefined): Html {
  const { words } = view;
  return html`<footer class="bottom">
<a href="/calendar.ics">${words.calendar}</a><a href="/api/v1/certificates">${words.json}</a><a href="/metrics">${words.metrics}</a><a href="${linkTo(view, '/runbooks')}">${words.runbooks}</a>
<p>${words.readOnly}</p>
${version === undefined ? '' : html`<p>ccm-cert-monitor ${version}</p>`}
</footer>`;
}
