// The page of one certificate: what is so and what to do, all that is known of it, its alerts, mails and history. Pure.
import { html } from 'hono/html';
import type { Alert } from '../alerts/alert.ts';
import type { DeployedService } from '../certificates/deployment.ts';
import type { Finding } from '../certificates/finding.ts';
import type { HistoryEntry } from '../certificates/history.ts';
import { runbookPath } from '../certificates/runbook.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import type { Language } from '../shared/language.ts';
import { leadOf } from './attention.ts';
import { factsSection } from './detail-facts.ts';
import { alertsSection, historySection, mailsSection } from './detail-past.ts';
import { badge } from './marks.ts';
import { document } from './shell.ts';
import type { MailShown, SilenceShown } from './sources.ts';
import { type Html, instantLine, linkTo, type View, viewOf } from './view.ts';
import { domainsOf, isPage, pathOf, severityOf, shown, titleOf } from './words.ts';

export interface Detail {
  readonly watched: WatchedCertificate;
  readonly silence: SilenceShown | null;
  readonly alerts: readonly Alert[];
  readonly deployed: readonly DeployedService[] | null;
  readonly mails: readonly MailShown[];
  readonly history: readonly HistoryEntry[];
  readonly version: string;
}

export function detailPage(view: View, detail: Detail): Html {
  const { watched, silence, version } = detail;
  const { words } = view;
  const level = severityOf(watched);
  const [domain] = watched.certificate === null ? [] : domainsOf(watched.certificate);
  const title = titleOf(watched);
  return document({
    title,
    view,
    version,
    inLanguage: (language: Language) => linkTo(viewOf({ ...view, language, named: true }), pathOf(watched)),
    body: html`<header>
<nav class="crumbs" aria-label="${words.way}"><a href="${linkTo(view, '/')}">← ${words.overview}</a></nav>
<h1>${title}</h1>
<p class="meta">${badge(level, words.level[level])}${silence === null ? '' : badge('silenced', words.silenced)} ${domain === undefined || shown(domain) === title ? '' : html`<span>${shown(domain)}</span>`}</p>
</header>
${findingsSection(view, watched)}
${readFailure(view, watched)}
${silenceSection(view, watched, silence)}
${factsSection(view, watched, detail.deployed)}
${alertsSection(view, detail.alerts)}
${mailsSection(view, detail.mails)}
${historySection(view, detail.history)}`,
  });
}

function findingsSection(view: View, watched: WatchedCertificate): Html {
  const { words } = view;
  const { certificate, findings } = watched;
  return html`<section aria-labelledby="attention">
<h2 id="attention">${words.attention}</h2>
${
  findings.length === 0
    ? html`<p>${certificate === null ? words.neverReadLong : words.well}</p>`
    : html`<ul class="needs">${findings.map((finding) => html`<li>${findingCard(view, watched, finding)}</li>`)}</ul>`
}
</section>`;
}

function findingCard(view: View, watched: WatchedCertificate, finding: Finding): Html {
  const { words, certificate } = view;
  const { kind, severity, cause, epochMs } = finding;
  const dated = kind === 'expiring' || kind === 'expired';
  return html`<article class="card need ${severity}">
<p class="head">${badge(severity, `${words.level[severity]} · ${certificate.kind(kind)}`)}</p>
<h3>${leadOf(view, watched, finding)}</h3>
${dated ? '' : html`<p class="meta"><span>${words.since} ${instantLine(view, epochMs)}</span></p>`}
<p class="links"><a class="button" href="${linkTo(view, runbookPath(kind, severity))}">${words.runbook}</a>
${watched.runbook !== null && isPage(watched.runbook) ? html`<a class="button" href="${watched.runbook}" rel="noreferrer">${words.ownRunbook}</a>` : ''}</p>
<div><p class="todo">${words.whatToDo}</p>
<ol>${certificate.advice(kind, cause).map((step) => html`<li>${step}</li>`)}</ol></div>
</article>`;
}

function readFailure({ words, certificate }: View, { failure }: WatchedCertificate): Html {
  if (failure === null) return html``;
  const id =
    failure.requestId === null
      ? ''
      : html`<p class="quiet">${words.requestId}: ${shown(failure.requestId)}</p>`;
  return html`<section class="card trouble" aria-labelledby="failure">
<h2 id="failure">${words.readFailure}</h2>
<p>${certificate.cause(failure.reason)}</p><p class="quiet">${shown(failure.message)}</p>${id}
</section>`;
}

function silenceSection(view: View, { id, account }: WatchedCertificate, silence: SilenceShown | null): Html {
  const { words } = view;
  const name = `ccm-cert-monitor silence ${shown(id)} --account ${shown(account)}`;
  if (silence === null)
    return html`<p class="quiet">${words.howToSilence} <code>${name} --until YYYY-MM-DD</code></p>`;
  return html`<section class="card need muted" aria-labelledby="silence">
<h2 id="silence">${words.silenced}</h2>
<p>${words.silencedUntil} ${instantLine(view, silence.untilMs)}</p>
<dl class="meta">${silence.reason === null ? '' : html`<div><dt>${words.reason}</dt> <dd>${shown(silence.reason)}</dd></div>`}
<div><dt>${words.setAt}</dt> <dd>${instantLine(view, silence.createdAtMs)}</dd></div></dl>
<p class="quiet">${words.howToLift} <code>${name} --lift</code></p>
</section>`;
}
