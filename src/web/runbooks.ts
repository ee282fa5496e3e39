// The runbooks as pages: the list at /runbooks, and what to do about one alert at /runbooks/NAME. Pure.
import { html, raw } from 'hono/html';
import { RUNBOOK_LIST, RUNBOOK_TEXTS } from './runbook-texts.ts';
import { document, type Html } from './shell.ts';

export function runbookList(): Html {
  return document({
    title: 'Runbooks',
    body: html`<nav><a href="/">All certificates</a></nav>
${raw(RUNBOOK_LIST)}`,
  });
}

/** The page of an alert, or null where there is none; the name may end in `.md`, as links into the folder do. */
export function runbookPage(name: string): Html | null {
  const alert = name.replace(/\.md$/, '');
  const text = RUNBOOK_TEXTS.get(alert);
  if (text === undefined) return null;
  return document({
    title: alert,
    body: html`<nav><a href="/">All certificates</a><a href="/runbooks">All runbooks</a></nav>
${raw(text)}`,
  });
}
