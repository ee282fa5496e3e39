// What happened to one certificate: its alerts, the mails that told of it with each recipient's answer, its history. Pure.
import { html } from 'hono/html';
import type { Alert, Ending } from '../alerts/alert.ts';
import { KINDS } from '../certificates/finding.ts';
import type { HistoryEntry } from '../certificates/history.ts';
import { badge } from './marks.ts';
import type { MailShown } from './sources.ts';
import { type Html, instant, instantLine, type View } from './view.ts';
import { shown } from './words.ts';

/** As many rows as a page shows; one more is asked for, to know whether there are more. */
export const MOST_ROWS = 100;

export function alertsSection(view: View, alerts: readonly Alert[]): Html {
  const { words } = view;
  const { alert: label } = words;
  const newest = alerts.toSorted((a, b) => b.sinceMs - a.sinceMs).slice(0, MOST_ROWS);
  return section({
    id: 'alerts',
    title: words.alerts,
    empty: words.noAlerts,
    head: [label.what, label.since, label.told, label.end],
    rows: newest.map((alert) => alertRow(view, alert)),
  });
}

function alertRow(view: View, alert: Alert): Html {
  const { words, certificate } = view;
  const { alert: label } = words;
  const { kind, severity, occurrence, sinceMs, toldAtMs, ended, flapping } = alert;
  return html`<tr role="row">
<th role="rowheader" scope="row"><div class="state">${badge(ended === null ? severity : 'ok', certificate.kind(kind))}${occurrence > 1 ? html`<small>${label.again(occurrence)}</small>` : ''}${flapping ? html`<small>${words.flapping}</small>` : ''}</div></th>
<td role="cell" data-label="${label.since}"><div>${instant(view, sinceMs)}</div></td>
<td role="cell" data-label="${label.told}"><div>${instant(view, toldAtMs, label.notTold)}</div></td>
<td role="cell" data-label="${label.end}"><div>${ended === null ? label.lasts : html`${instant(view, ended.atMs)}<small>${endingText(view, ended.ending)}</small>`}</div></td>
</tr>
`;
}

function endingText({ certificate, words, nowMs }: View, ending: Ending): string {
  const text = certificate.ending(ending, nowMs);
  return shown(text === '' ? words.alert.readable : text);
}

export function mailsSection(view: View, mails: readonly MailShown[]): Html {
  const { words } = view;
  const { mail: label } = words;
  return section({
    id: 'mails',
    title: words.mails,
    empty: words.noMails,
    head: [label.time, label.recipient, label.told, label.outcome, label.answer],
    rows: mails.slice(0, MOST_ROWS).map((mail) => mailRow(view, mail)),
    more: mails.length > MOST_ROWS ? words.newest(MOST_ROWS) : null,
  });
}

function mailRow(view: View, mail: MailShown): Html {
  const { words, certificate } = view;
  const { mail: label } = words;
  const { createdAtMs, recipient, told, outcome, attempts, response } = mail;
  const shape = outcome === 'parked' ? 'critical' : outcome === 'sent' ? 'ok' : 'silenced';
  return html`<tr role="row">
<th role="rowheader" scope="row">${instant(view, createdAtMs)}</th>
<td role="cell" data-label="${label.recipient}">${shown(recipient)}</td>
<td role="cell" data-label="${label.told}"><div>${told.map(({ kind, change }) => html`<div>${certificate.kind(kind)}, ${words.change(change)}</div>`)}</div></td>
<td role="cell" data-label="${label.outcome}"><div class="state">${badge(shape, words.outcome[outcome])}<small>${words.attempts(attempts)}</small></div></td>
<td role="cell" data-label="${label.answer}">${response === null ? html`<span class="quiet">${words.none}</span>` : shown(response)}</td>
</tr>
`;
}

export function historySection(view: View, history: readonly HistoryEntry[]): Html {
  const { words } = view;
  const { when: label } = words;
  return section({
    id: 'history',
    title: words.history,
    empty: words.noHistory,
    head: [label.time, label.event, label.text],
    rows: history.slice(0, MOST_ROWS).map(
      (entry) => html`<tr role="row">
<th role="rowheader" scope="row">${instantLine(view, entry.atMs)}</th>
<td role="cell" data-label="${label.event}">${eventName(view, entry.event)}</td>
<td role="cell" data-label="${label.text}">${shown(eventText(view, entry))}</td>
</tr>
`,
    ),
    more: history.length > MOST_ROWS ? words.newest(MOST_ROWS) : null,
  });
}

function eventName({ words }: View, event: string): string {
  const known = Object.entries(words.event).find(([name]) => name === event);
  return known === undefined ? shown(event) : known[1];
}

/** History is written in plain words once; here it is said in the language of the page as far as it is known how. */
function eventText(view: View, { event, text }: HistoryEntry): string {
  const { words, certificate } = view;
  switch (event) {
    case 'status': {
      const [before = '', after] = text.split(' → ');
      return after === undefined
        ? certificate.status(before)
        : words.becomes(certificate.status(before), certificate.status(after));
    }
    case 'alert':
      return kindOf(view, text)?.kind ?? text;
    case 'resolved': {
      const known = kindOf(view, text);
      const how = Object.entries(words.how).find(([name]) => name === known?.rest);
      return known === null || how === undefined ? text : `${known.kind}: ${how[1]}`;
    }
    case 'silenced':
      return silencedText(view, text);
    case 'unsilenced':
      return text === 'lifted by hand' ? words.liftedByHand : text;
    default:
      return text;
  }
}

/** `expiring: renewed` as the kind in words, and what follows it. */
function kindOf({ certificate }: View, text: string): { kind: string; rest: string } | null {
  const [, word, rest = ''] = /^([a-z]+): ([\s\S]*)$/.exec(text) ?? [];
  const kind = KINDS.find((one) => one === word);
  return kind === undefined ? null : { kind: certificate.kind(kind), rest };
}

function silencedText({ words, certificate }: View, text: string): string {
  const [, iso] = /^until (\S+)$/.exec(text) ?? [];
  const untilMs = Date.parse(iso ?? '');
  return Number.isNaN(untilMs) ? text : words.until(certificate.instant(untilMs));
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly empty: string;
  readonly head: readonly string[];
  readonly rows: readonly Html[];
  readonly more?: string | null;
}

function section({ id, title, empty, head, rows, more = null }: Section): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${
  rows.length === 0
    ? html`<p class="quiet">${empty}</p>`
    : html`<div class="card scroll"><table role="table" aria-labelledby="${id}">
<thead role="rowgroup"><tr role="row">${head.map((text) => html`<th role="columnheader" scope="col">${text}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody></table></div>`
}${more === null ? '' : html`<p class="quiet">${more}</p>`}
</section>`;
}
