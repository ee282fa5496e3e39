// The part of the status page about the monitor itself: checks, accounts, mails, configuration; and what is wrong with it. Pure.
import { html } from 'hono/html';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';
import type { AccountFreshness } from './overview.ts';
import type { MonitorStatus } from './sources.ts';
import { type Html, instant, instantLine, linkTo, type View } from './view.ts';
import { shown } from './words.ts';

/** Mails that wait longer than this are no hiccup of the mail server. */
const WAITING_TOO_LONG_MS = 15 * MINUTE_MS;

export interface MonitorFacts {
  readonly monitor: MonitorStatus;
  readonly byAccount: readonly AccountFreshness[];
}

export function monitorSection(view: View, { monitor, byAccount }: MonitorFacts): Html {
  const { words, certificate } = view;
  const { state } = words;
  const { configuration, outbox } = monitor;
  const summary =
    monitor.nextSummaryMs === null ? html`${words.off}` : instantLine(view, monitor.nextSummaryMs);
  return html`<section aria-labelledby="monitor">
<h2 id="monitor">${words.monitor}</h2>
<dl class="facts card">
<dt>${state.lastCheck}</dt><dd>${instantLine(view, monitor.lastCheckMs, certificate.never)}</dd>
<dt>${state.lastCompleteCheck}</dt><dd>${instantLine(view, monitor.lastCompleteCheckMs, certificate.never)}</dd>
<dt>${state.nextCheck}</dt><dd>${instantLine(view, monitor.nextCheckMs)}</dd>
<dt>${state.nextSummary}</dt><dd>${summary}</dd>
<dt>${state.mails}</dt><dd>${words.waiting(outbox.waiting)}${outbox.oldestMs === null ? '' : html`, ${words.waitingSince} ${instantLine(view, outbox.oldestMs)}`}, ${words.parked(outbox.parked)}</dd>
<dt>${state.configuration}</dt><dd>${configuration.ok ? words.configurationRead : words.configurationFailed}, ${instantLine(view, configuration.atMs)}</dd>
<dt>${state.version}</dt><dd>ccm-cert-monitor ${monitor.version}</dd>
</dl>
${accountTable(view, byAccount, monitor.unwatched)}
</section>`;
}

function accountTable(
  view: View,
  accounts: readonly AccountFreshness[],
  unwatched: MonitorStatus['unwatched'],
): Html {
  const { account: label, accounts: title } = view.words;
  return html`<div class="card scroll"><table role="table">
<caption class="hidden">${title}</caption>
<thead role="rowgroup"><tr role="row">${[label.name, label.certificates, label.unwatched, label.oldest, label.failing].map((text) => html`<th role="columnheader" scope="col">${text}</th>`)}</tr></thead>
<tbody role="rowgroup">
${accounts.map((account) => accountRow(view, account, unwatched.get(account.name) ?? null))}</tbody>
</table></div>`;
}

function accountRow(view: View, account: AccountFreshness, unwatched: number | null): Html {
  const { words, certificate } = view;
  const { account: label } = words;
  const failing = [...account.failing];
  return html`<tr role="row">
<th role="rowheader" scope="row"><a href="${linkTo(view, '/#list', { account: account.name })}">${shown(account.name)}</a></th>
<td role="cell" data-label="${label.certificates}">${words.number(account.certificates)}</td>
<td role="cell" data-label="${label.unwatched}">${unwatched === null ? certificate.unknown : words.number(unwatched)}</td>
<td role="cell" data-label="${label.oldest}"><div>${instant(view, account.oldestSuccessMs, certificate.never)}${account.neverRead > 0 ? html`<small>${words.notRead(account.neverRead)}</small>` : ''}</div></td>
<td role="cell" data-label="${label.failing}"><div>${
    failing.length === 0
      ? words.noneFails
      : failing.map(([reason, count]) => html`<div>${words.failing(count, certificate.cause(reason))}</div>`)
  }</div></td>
</tr>
`;
}

/** What stands at the top of the page where the monitor cannot be relied on; nothing where it can. */
export function monitorTrouble(view: View, facts: MonitorFacts): Html {
  const troubles = troublesOf(view, facts);
  if (troubles.length === 0) return html``;
  const { words } = view;
  return html`<section class="card trouble" aria-labelledby="trouble">
<h2 id="trouble">${words.monitorTrouble}</h2>
<ul>${troubles.map(
    ({ text, runbook }) =>
      html`<li>${text} <a href="${linkTo(view, `/runbooks/${runbook}`)}">${words.runbook}<span class="hidden">: ${runbook}</span></a></li>`,
  )}</ul>
</section>`;
}

interface Trouble {
  readonly text: Html | string;
  readonly runbook: string;
}

function troublesOf(view: View, { monitor, byAccount }: MonitorFacts): readonly Trouble[] {
  const { words, nowMs } = view;
  const { outbox, lastCheckMs, lastCompleteCheckMs, configuration } = monitor;
  const troubles: Trouble[] = [];
  for (const { name, failing } of byAccount) {
    const count = [...failing.values()].reduce((sum, one) => sum + one, 0);
    if (count > 0)
      troubles.push({
        text: words.accountTrouble(shown(name), count),
        runbook: 'CcmMonitorAccountUnreadable',
      });
  }
  if (lastCheckMs !== null && lastCompleteCheckMs === null)
    troubles.push({ text: words.neverComplete, runbook: 'CcmMonitorChecksFailing' });
  if (lastCompleteCheckMs !== null && nowMs - lastCompleteCheckMs > DAY_MS)
    troubles.push({
      text: html`${words.checkTrouble} ${instantLine(view, lastCompleteCheckMs)}`,
      runbook: 'CcmMonitorChecksFailing',
    });
  if (outbox.parked > 0)
    troubles.push({ text: words.parkedTrouble(outbox.parked), runbook: 'CcmMonitorMailsParked' });
  if (outbox.oldestMs !== null && nowMs - outbox.oldestMs > WAITING_TOO_LONG_MS)
    troubles.push({ text: words.waitingTrouble(outbox.waiting), runbook: 'CcmMonitorMailsWaiting' });
  if (!configuration.ok)
    troubles.push({ text: words.configurationTrouble, runbook: 'CcmMonitorConfigReloadFailed' });
  return troubles;
}
