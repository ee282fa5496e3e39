// The runbooks as pages: the list at /runbooks, and what to do about one alert at /runbooks/NAME. Pure.
import { html, raw } from 'hono/html';
import { RUNBOOK_LIST, RUNBOOK_TEXTS } from './runbook-texts.ts';
import { document, type Html } from './shell.ts';
import { linkTo, type View } from './view.ts';

export interface RunbookFrame {
  readonly view: View;
  /** Which build made the page. */
  readonly version: string;
}

export function runbookList(frame: RunbookFrame): Html {
  const { words } = frame.view;
  return runbookDocument(frame, {
    title: words.runbooks,
    path: '/runbooks',
    text: RUNBOOK_LIST,
    crumbs: [['/', words.overview]],
  });
}

/** The page of an alert, or null where there is none; the name may end in `.md`, as links into the folder do. */
export function runbookPage(name: string, frame: RunbookFrame): Html | null {
  const alert = name.replace(/\.md$/, '');
  const text = RUNBOOK_TEXTS.get(alert);
  if (text === undefined) return null;
  const { words } = frame.view;
  const crumbs = [
    ['/', words.overview],
    ['/runbooks', words.runbooks],
  ] as const;
  return runbookDocument(frame, { title: alert, path: `/runbooks/${alert}`, text, crumbs });
}

interface RunbookText {
  readonly title: string;
  readonly path: string;
  /** Made from docs/runbooks by scripts/runbooks.js. */
  readonly text: string;
  readonly crumbs: readonly (readonly [path: string, name: string])[];
}

function runbookDocument({ view, version }: RunbookFrame, { title, path, text, crumbs }: RunbookText): Html {
  return document({
    title,
    view,
    version,
    inLanguage: (language) => linkTo({ ...view, language, named: true }, path),
    body: html`<nav class="crumbs links" aria-label="${view.words.way}">${crumbs.map(([to, name]) => html`<a href="${linkTo(view, to)}">← ${name}</a>`)}</nav>
<article class="prose card" lang="en">
${raw(text)}
</article>`,
  });
}
