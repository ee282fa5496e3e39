// The part of the status page that lists certificates: search and filters, a table, pages. Pure.
import { html } from 'hono/html';
import type { CertificateKey } from '../certificates/certificate.ts';
import type { Entry } from './entries.ts';
import type { Choices, Filter } from './filter.ts';
import { filterForm } from './filter-form.ts';
import { badge } from './marks.ts';
import type { Sort } from './order.ts';
import type { SilenceShown } from './sources.ts';
import { type Html, instant, linkTo, type Parameters, type View } from './view.ts';
import { domainsOf, pathOf, shown } from './words.ts';

export const ROWS_PER_PAGE = 100;

export interface Listed {
  /** What the filter lets through, in its order. */
  readonly entries: readonly Entry[];
  readonly total: number;
  readonly filter: Filter;
  readonly sort: Sort;
  readonly choices: Choices;
  /** From 1. */
  readonly page: number;
  readonly silenceOf: (key: CertificateKey) => SilenceShown | null;
}

/** How many pages there are; one even where there is nothing. */
export function pageCount(entries: number): number {
  return Math.max(1, Math.ceil(entries / ROWS_PER_PAGE));
}

/** The parameters of an address that shows the same again. */
export function parametersOf({ filter, sort, page }: Pick<Listed, 'filter' | 'sort' | 'page'>): Parameters {
  return { ...filter, sort: sort === 'end' ? null : sort, page: page === 1 ? null : page };
}

export function listSection(view: View, listed: Listed): Html {
  const { words } = view;
  const { entries, total, filter, page } = listed;
  const rows = entries.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE);
  const isFiltered = Object.values(filter).some((value) => value !== null);
  return html`<section aria-labelledby="list">
<h2 id="list">${words.list}</h2>
${filterForm(view, listed)}
<p class="found" role="status"><span>${isFiltered ? words.matching(entries.length, total) : words.certificates(total)}</span>
${isFiltered ? html`<a href="${linkTo(view, '/#list')}">${words.clear}</a>` : ''}</p>
${rows.length === 0 ? html`<p>${total === 0 ? words.noneKnown : words.noMatch}</p>` : table(view, listed, rows)}
${pages(view, listed)}
</section>`;
}

function table(view: View, listed: Listed, rows: readonly Entry[]): Html {
  const { column, sorts } = view.words;
  const head = (label: string, sort: Sort | null): Html => {
    if (sort === null) return html`<th role="columnheader" scope="col">${label}</th>`;
    const parameters = parametersOf({ ...listed, sort, page: 1 });
    const sorted = sort === listed.sort ? html` aria-sort="ascending"` : '';
    return html`<th role="columnheader" scope="col"${sorted}><a href="${linkTo(view, '/#list', parameters)}">${label}</a></th>`;
  };
  return html`<div class="card scroll"><table role="table">
<caption class="hidden">${view.words.list}: ${sorts[listed.sort]}</caption>
<thead role="rowgroup"><tr role="row">${head(column.certificate, 'name')}${head(column.state, 'attention')}${head(column.ends, 'end')}${head(column.status, null)}${head(column.account, 'account')}${head(column.owner, 'owner')}${head(column.lastRead, 'read')}</tr></thead>
<tbody role="rowgroup">
${rows.map((entry) => row(view, entry, listed.silenceOf(entry.watched)))}</tbody>
</table></div>`;
}

function row(view: View, entry: Entry, silence: SilenceShown | null): Html {
  const { words, certificate: said } = view;
  const { watched, level, title } = entry;
  const { certificate, findings, owner, account, up, lastSuccessMs } = watched;
  const { column } = words;
  return html`<tr role="row">
<th role="rowheader" scope="row"><a href="${linkTo(view, pathOf(watched))}">${title}</a><small>${domainsText(view, entry)}</small></th>
<td role="cell" data-label="${column.state}"><div class="state">${badge(level, words.level[level])}${findings.map(({ kind }) => html`<small>${said.kind(kind)}</small>`)}${silence === null ? '' : badge('silenced', words.silenced)}</div></td>
<td role="cell" data-label="${column.ends}"><div>${instant(view, certificate?.notAfterMs ?? null)}</div></td>
<td role="cell" data-label="${column.status}">${certificate === null ? words.neverRead : shown(said.status(shown(certificate.status)))}</td>
<td role="cell" data-label="${column.account}">${shown(account)}</td>
${owner === null ? html`<td role="cell"></td>` : html`<td role="cell" data-label="${column.owner}">${shown(owner)}</td>`}
<td role="cell" data-label="${column.lastRead}"><div>${instant(view, lastSuccessMs, said.never)}${up === false ? html`<small>${words.lastReadFailed}</small>` : ''}</div></td>
</tr>
`;
}

/** The domain, how many more there are, and the id where nothing else tells it. */
function domainsText({ words }: View, { watched }: Entry): string {
  const domains = watched.certificate === null ? [] : domainsOf(watched.certificate);
  const [first] = domains;
  if (first === undefined) return watched.id;
  return domains.length === 1 ? shown(first) : `${shown(first)} ${words.moreDomains(domains.length - 1)}`;
}

function pages(view: View, listed: Listed): Html {
  const { words } = view;
  const { page } = listed;
  const count = pageCount(listed.entries.length);
  if (count === 1) return html``;
  const link = (to: number, label: string, rel: string): Html =>
    to < 1 || to > count || to === page
      ? html``
      : html`<a class="button" href="${linkTo(view, '/#list', parametersOf({ ...listed, page: to }))}"${rel === '' ? '' : html` rel="${rel}"`}>${label}</a>`;
  return html`<nav class="pages" aria-label="${words.pages}">${link(1, words.first, '')}${link(page - 1, words.previous, 'prev')}
<span>${words.pageOf(page, count)}</span>
${link(page + 1, words.nextPage, 'next')}${link(count, words.last, '')}</nav>`;
}
