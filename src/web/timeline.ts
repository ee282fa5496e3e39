// The next twelve months as bars, a bar for each day on which certificates end: clusters stand out. Pure.
import { html } from 'hono/html';
import { DAY_MS } from '../shared/time.ts';
import { type Html, linkTo, type View } from './view.ts';

interface Month {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly days: number;
  /** The first day of the month, counted from 1970. */
  readonly firstDay: number;
}

interface Cluster {
  readonly day: number;
  readonly count: number;
}

/** This month and the twelve that follow. */
const MONTHS = 13;
const HEIGHT = 60;
/** A day with one certificate is seen beside a day with a thousand. */
const LEAST_HEIGHT = 4;
const MOST_CLUSTERS = 10;
/** As the defaults of the thresholds have it; the colour only repeats what the place says. */
const SOON_DAYS = 7;
const NEAR_DAYS = 30;

export function timelineSection(view: View, endsByDay: ReadonlyMap<number, number>): Html {
  const { words, nowMs } = view;
  const today = Math.floor(nowMs / DAY_MS);
  const months = monthsFrom(nowMs);
  const last = months.at(-1);
  const clusters = [...endsByDay]
    .map(([day, count]): Cluster => ({ day, count }))
    .filter(({ day }) => day >= today && last !== undefined && day < last.firstDay + last.days);
  const most = Math.max(1, ...clusters.map(({ count }) => count));
  const drawn = { view, today, most, counts: new Map(clusters.map(({ day, count }) => [day, count])) };
  return html`<section aria-labelledby="timeline">
<h2 id="timeline">${words.timeline}</h2>
${
  clusters.length === 0
    ? html`<p>${words.nothingEnds}</p>`
    : html`<p class="quiet">${words.timelineHint}</p>
<ol class="months card">
${months.map((month) => monthBars(month, drawn))}</ol>
${clusterTable(view, clusters)}`
}
</section>`;
}

interface Drawn {
  readonly view: View;
  readonly today: number;
  readonly most: number;
  readonly counts: ReadonlyMap<number, number>;
}

function monthBars({ year, month, days, firstDay }: Month, { view, today, most, counts }: Drawn): Html {
  const { words } = view;
  let total = 0;
  const bars: Html[] = [];
  for (let n = 0; n < days; n += 1) {
    const count = counts.get(firstDay + n) ?? 0;
    if (count === 0) continue;
    total += count;
    const height = LEAST_HEIGHT + Math.round(((HEIGHT - LEAST_HEIGHT) * count) / most);
    const ahead = firstDay + n - today;
    const tone = ahead < SOON_DAYS ? 'soon' : ahead < NEAR_DAYS ? 'near' : 'later';
    bars.push(html`<rect class="${tone}" x="${n * 4}" y="${HEIGHT - height}" width="4" height="${height}"/>`);
  }
  const ends = `${year}-${String(month).padStart(2, '0')}`;
  const body = html`<svg viewBox="0 0 124 ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<span class="count">${words.number(total)}<span class="hidden"> ${words.ending(total)}</span></span><span class="name">${words.month(year, month)}</span>`;
  return html`<li${total === 0 ? html` class="empty"` : ''}><a href="${linkTo(view, '/#list', { ends })}">${body}</a></li>
`;
}

/** The same in numbers, for those who do not see the bars, and for those who want to know the day. */
function clusterTable(view: View, clusters: readonly Cluster[]): Html {
  const { words } = view;
  const largest = clusters.toSorted((a, b) => b.count - a.count || a.day - b.day).slice(0, MOST_CLUSTERS);
  return html`<details><summary>${words.clusters}</summary>
<div class="card scroll"><table role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${words.day}</th><th role="columnheader" scope="col">${words.count}</th></tr></thead>
<tbody role="rowgroup">${largest.map(({ day, count }) => {
    const ends = new Date(day * DAY_MS).toISOString().slice(0, 10);
    return html`<tr role="row"><th role="rowheader" scope="row"><a href="${linkTo(view, '/#list', { ends })}">${ends}</a></th><td role="cell" data-label="${words.count}">${words.number(count)}</td></tr>
`;
  })}</tbody></table></div></details>`;
}

function monthsFrom(nowMs: number): readonly Month[] {
  const now = new Date(nowMs);
  return Array.from({ length: MONTHS }, (_, n) => {
    const firstMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n, 1);
    const nextMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n + 1, 1);
    const first = new Date(firstMs);
    return {
      year: first.getUTCFullYear(),
      month: first.getUTCMonth() + 1,
      days: Math.round((nextMs - firstMs) / DAY_MS),
      firstDay: Math.floor(firstMs / DAY_MS),
    };
  });
}
