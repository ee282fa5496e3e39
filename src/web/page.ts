// The status page: what needs attention first, when certificates end, the list of all, and how the monitor is. Pure.
import { html } from 'hono/html';
import type { Language } from '../shared/language.ts';
import { type Attention, attentionSection } from './attention.ts';
import { type Listed, listSection, pageCount, parametersOf } from './list.ts';
import { icon } from './marks.ts';
import { monitorSection, monitorTrouble } from './monitor-state.ts';
import type { Overview } from './overview.ts';
import { document } from './shell.ts';
import type { MonitorStatus } from './sources.ts';
import { timelineSection } from './timeline.ts';
import { type Html, instantLine, linkTo, type View, viewOf } from './view.ts';
import { LEVELS } from './words.ts';

export interface StatusPage {
  readonly overview: Overview;
  readonly monitor: MonitorStatus;
  readonly attention: Attention;
  readonly listed: Listed;
  readonly silencedCount: number;
  /** Somebody asked for a part of the list: then it stands alone. */
  readonly listOnly: boolean;
}

export function statusPage(view: View, page: StatusPage): Html {
  const { listed, monitor, overview, attention, listOnly } = page;
  const facts = { monitor, byAccount: overview.byAccount };
  const { words } = view;
  const count = pageCount(listed.entries.length);
  return document({
    title: listOnly
      ? `${words.list}${count > 1 ? `, ${words.pageOf(listed.page, count)}` : ''}`
      : headline(view, overview),
    view,
    version: monitor.version,
    inLanguage: (language: Language) =>
      linkTo(viewOf({ ...view, language, named: true }), '/', parametersOf(listed)),
    body: listOnly
      ? html`<header><h1>${headline(view, overview)}</h1></header>
${listSection(view, listed)}`
      : html`${opening(view, page)}
${monitorTrouble(view, facts)}
${attentionSection(view, attention)}
${timelineSection(view, overview.endsByDay)}
${listSection(view, listed)}
${monitorSection(view, facts)}`,
  });
}

/** How it is, in one line. */
function headline({ words }: View, { total, levels }: Overview): string {
  const needing = levels.critical + levels.warning;
  if (total === 0) return words.noneKnown;
  if (needing > 0) return words.needAttention(needing);
  return levels.unknown > 0 ? words.notRead(levels.unknown) : words.allWell(total);
}

function opening(view: View, { overview, monitor, silencedCount }: StatusPage): Html {
  const { words } = view;
  return html`<header>
<h1>${headline(view, overview)}</h1>
<dl class="meta"><div><dt>${words.checked}</dt> <dd>${instantLine(view, monitor.lastCheckMs, view.certificate.never)}</dd></div>
<div><dt>${words.next}</dt> <dd>${instantLine(view, monitor.nextCheckMs)}</dd></div></dl>
<ul class="tally">
${LEVELS.map((level) => tile(view, { shape: level, label: words.level[level], count: overview.levels[level], parameters: { severity: level } }))}${tile(
  view,
  { shape: 'silenced', label: words.silenced, count: silencedCount, parameters: { silenced: 'yes' } },
)}</ul>
</header>`;
}

interface Tile {
  readonly shape: Parameters<typeof icon>[0];
  readonly label: string;
  readonly count: number;
  readonly parameters: Readonly<Record<string, string>>;
}

function tile(view: View, { shape, label, count, parameters }: Tile): Html {
  const tone = shape === 'silenced' ? 'muted' : shape;
  return html`<li class="${tone}${count === 0 ? ' none' : ''}"><a href="${linkTo(view, '/#list', parameters)}"><b class="number">${view.words.number(count)}</b><span class="what">${icon(shape)}${label}</span></a></li>
`;
}
