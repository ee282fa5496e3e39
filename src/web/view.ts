// What everything on one page is written with: language, words, time; and how a page links to another. Pure.
import { html } from 'hono/html';
import type { Language } from '../shared/language.ts';
import { MINUTE_MS } from '../shared/time.ts';
import type { CertificateWords } from '../words/certificate-words.ts';
import type { PageWords } from '../words/english-page.ts';
import { certificateWords, pageWords } from '../words/words.ts';
import { isoInstant, isShowable } from './words.ts';

/** What hono's `html` makes: escaped, and never escaped again. */
export type Html = ReturnType<typeof html>;

export interface View {
  readonly language: Language;
  /** The address names the language: what it links to goes on naming it. */
  readonly named: boolean;
  readonly words: PageWords;
  readonly certificate: CertificateWords;
  readonly nowMs: number;
}

export function viewOf(page: { language: Language; named: boolean; nowMs: number }): View {
  const { language } = page;
  return { ...page, words: pageWords(language), certificate: certificateWords(language) };
}

/** Parameters of an address; those without a value are left out. */
export type Parameters = Readonly<Record<string, string | number | null>>;

/** An address on this server, in the language of this page. */
export function linkTo({ named, language }: View, path: string, parameters: Parameters = {}): string {
  const [place = path, fragment] = path.split('#');
  const search = new URLSearchParams();
  const all: Parameters = named ? { ...parameters, lang: language } : parameters;
  for (const [name, value] of Object.entries(all))
    if (value !== null && value !== '') search.set(name, String(value));
  const query = search.size > 0 ? `?${search}` : '';
  return `${place}${query}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** `in 12 days` or `3 hours ago`, and `now` within a minute. */
export function relativeText(view: View, ms: number): string {
  return Math.abs(ms - view.nowMs) < MINUTE_MS ? view.words.now : view.certificate.relative(ms, view.nowMs);
}

/** `in 12 days` with the instant itself below it; `unknown` where it is not known. */
export function instant(view: View, ms: number | null, unknown = view.certificate.unknown): Html {
  if (!isShowable(ms)) return html`<span class="quiet">${unknown}</span>`;
  return html`${relativeText(view, ms)}<small>${timeElement(view, ms)}</small>`;
}

/** `3 hours ago (2026-11-23 19:20 UTC)`, in one line. */
export function instantLine(view: View, ms: number | null, unknown = view.certificate.unknown): Html {
  if (!isShowable(ms)) return html`<span class="quiet">${unknown}</span>`;
  const [open, close] = view.words.brackets;
  return html`${relativeText(view, ms)}<span class="quiet">${open}${timeElement(view, ms)}${close}</span>`;
}

function timeElement({ certificate }: View, ms: number): Html {
  return html`<time datetime="${isoInstant(ms)}">${certificate.instant(ms)}</time>`;
}
