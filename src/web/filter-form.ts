// The form with search, filters and order: a plain GET, so that every view of the list has an address. Pure.
import { html } from 'hono/html';
import { KNOWN_STATUSES } from '../certificates/certificate.ts';
import { KINDS } from '../certificates/finding.ts';
import { type Choices, type Filter, SEVERITIES_ASKED } from './filter.ts';
import { SORTS, type Sort } from './order.ts';
import type { Html, View } from './view.ts';
import { shown } from './words.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** More owners than a person would scroll through are typed. */
const MOST_OPTIONS = 200;

export interface Asked {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly choices: Choices;
}

export function filterForm(view: View, { filter, sort, choices }: Asked): Html {
  const { words, certificate, language, named } = view;
  const levels = SEVERITIES_ASKED.map((value) => ({
    value,
    label: value === 'attention' ? words.needing : words.level[value],
  }));
  const statuses = choices.statuses.length > 0 ? choices.statuses : KNOWN_STATUSES;
  return html`<form class="card" action="/#list" method="get" role="search" aria-label="${words.filters}">
${named ? html`<input type="hidden" name="lang" value="${language}">` : ''}
<p class="field wide"><label for="q">${words.search}</label><small id="q-hint">${words.searchHint}</small><input id="q" name="q" type="search" maxlength="200" autocomplete="off" aria-describedby="q-hint" value="${shown(filter.q ?? '')}"></p>
${select(view, { name: 'severity', label: words.levelLabel, options: levels, chosen: filter.severity })}
${select(view, { name: 'kind', label: words.kindLabel, options: KINDS.map((value) => ({ value, label: certificate.kind(value) })), chosen: filter.kind })}
${select(view, { name: 'status', label: words.statusLabel, options: withChosen(statuses, filter.status).map((value) => ({ value, label: shown(certificate.status(shown(value))) })), chosen: filter.status })}
${choiceOrText(view, { name: 'account', label: words.accountLabel, values: choices.accounts, chosen: filter.account })}
${choiceOrText(view, { name: 'owner', label: words.ownerLabel, values: choices.owners, chosen: filter.owner })}
${select(view, {
  name: 'silenced',
  label: words.silencedLabel,
  options: [
    { value: 'yes', label: words.silencedOnly },
    { value: 'no', label: words.notSilenced },
  ],
  chosen: filter.silenced,
})}
<p class="field"><label for="ends">${words.endsLabel}</label><input id="ends" name="ends" inputmode="numeric" placeholder="2027-03" pattern="\\d{4}-\\d{2}(-\\d{2})?" value="${filter.ends ?? ''}"></p>
${select(view, { name: 'sort', label: words.sortLabel, options: SORTS.map((value) => ({ value, label: words.sorts[value] })), chosen: sort, any: false })}
<p class="field"><button type="submit">${words.apply}</button></p>
</form>`;
}

interface Select {
  readonly name: string;
  readonly label: string;
  readonly options: readonly Choice[];
  readonly chosen: string | null;
  /** Whether nothing may be chosen. */
  readonly any?: boolean;
}

/** A value that cannot stand on a page as it is cannot be sent back by one either: it is not offered. */
function select({ words }: View, { name, label, options, chosen, any = true }: Select): Html {
  const fit = options.filter(({ value }) => shown(value) === value);
  return html`<p class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}">${any ? html`<option value="">${words.any}</option>` : ''}${fit.map(
    (option) =>
      html`<option value="${option.value}"${option.value === chosen ? html` selected` : ''}>${option.label}</option>`,
  )}</select></p>`;
}

function choiceOrText(
  view: View,
  {
    name,
    label,
    values,
    chosen,
  }: { name: string; label: string; values: readonly string[]; chosen: string | null },
): Html {
  if (values.length > MOST_OPTIONS)
    return html`<p class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" autocomplete="off" value="${shown(chosen ?? '')}"></p>`;
  const options = values.map((value) => ({ value, label: shown(value) }));
  return select(view, { name, label, options, chosen });
}

/** A status that is asked for, and that no certificate has. */
function withChosen(statuses: readonly string[], chosen: string | null): readonly string[] {
  return chosen === null || statuses.includes(chosen) ? statuses : [...statuses, chosen];
}
