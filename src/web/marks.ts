// Badges and icons: every state has a shape and a word, so that nothing is said by colour alone. Pure.
import { html, raw } from 'hono/html';
import type { Html } from './view.ts';
import type { Level } from './words.ts';

export type Shape = Level | 'info' | 'silenced';

const PATHS: Readonly<Record<Shape, string>> = {
  critical: 'M5 1h6l4 4v6l-4 4H5l-4-4V5zm2.1 3 .3 5h1.2l.3-5zM8 10.2a1 1 0 1 0 0 2 1 1 0 0 0 0-2z',
  warning: 'M8 1 .6 14.5h14.8zM7.2 6h1.6l-.2 4.2H7.4zM8 11a.9.9 0 1 1 0 1.8A.9.9 0 0 1 8 11z',
  info: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2.6a1 1 0 1 1 0 2 1 1 0 0 1 0-2zM7.2 7h1.6v5.4H7.2z',
  unknown:
    'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 9.8a.9.9 0 1 1 0 1.8.9.9 0 0 1 0-1.8zM5.7 6.4C5.8 5 6.7 4 8.1 4c1.4 0 2.3.8 2.3 2 0 1.7-1.8 1.8-1.8 3.5H7.3c0-2 1.6-2.2 1.6-3.3 0-.5-.4-.9-.9-.9-.6 0-.9.4-1 1.1z',
  ok: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.9 10.3L3.9 8.1 5 7l2.1 2.1L11 5.2l1.1 1.1z',
  silenced: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4 7.2h8v1.6H4z',
};

/** Drawn once; every badge refers to it. */
export const SHAPES: Html = html`<svg hidden aria-hidden="true" width="0" height="0">${Object.entries(
  PATHS,
).map(
  ([shape, path]) =>
    html`<symbol id="${shape}" viewBox="0 0 16 16"><path fill-rule="evenodd" d="${raw(path)}"/></symbol>`,
)}</svg>`;

export function icon(shape: Shape): Html {
  return html`<svg class="icon" aria-hidden="true"><use href="#${shape}"/></svg>`;
}

export function badge(shape: Shape, text: string): Html {
  return html`<span class="badge ${shape === 'silenced' ? 'muted' : shape}">${icon(shape)}${text}</span>`;
}
