// The part of the status page about what needs attention: a card each, with the reason, since when, and what to do. Pure.
import { html } from 'hono/html';
import type { Alert } from '../alerts/alert.ts';
import type { CertificateKey } from '../certificates/certificate.ts';
import type { Finding, Place, Renewal } from '../certificates/finding.ts';
import { runbookPath } from '../certificates/runbook.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { badge } from './marks.ts';
import type { Need } from './needs.ts';
import type { SilenceShown, StatusSource } from './sources.ts';
import { type Html, instantLine, linkTo, type View } from './view.ts';
import { calledOf, pathOf, shown } from './words.ts';

/** As many as a person looks at before the list is the better place. */
const MOST_CARDS = 10;

/** What a card has of the advice. */
const MOST_STEPS = 2;

export interface Attention {
  readonly needs: readonly Need[];
  /** Certificates that need attention. */
  readonly count: number;
  readonly silenceOf: (key: CertificateKey) => SilenceShown | null;
  readonly alertsOf: (key: CertificateKey) => readonly Alert[];
  readonly deployedOf: StatusSource['deployedOf'];
}

export function attentionSection(view: View, attention: Attention): Html {
  const { words } = view;
  const { needs, count } = attention;
  return html`<section aria-labelledby="attention">
<h2 id="attention">${words.attention}</h2>
${
  needs.length === 0
    ? html`<p>${words.noneNeeds}</p>`
    : html`<ul class="needs">
${needs.slice(0, MOST_CARDS).map(
  (need) => html`<li>${need.type === 'one' ? oneCard(view, need, attention) : manyCard(view, need)}</li>
`,
)}</ul>`
}
${needs.length > MOST_CARDS ? html`<p><a class="button" href="${linkTo(view, '/#list', { severity: 'attention', sort: 'attention' })}">${words.showAll(count)}</a></p>` : ''}
</section>`;
}

function oneCard(view: View, need: Need & { type: 'one' }, attention: Attention): Html {
  const { words, certificate } = view;
  const { watched } = need.entry;
  const [finding, ...others] = need.findings;
  const silence = attention.silenceOf(watched);
  const deployed = attention.deployedOf(watched);
  const page = linkTo(view, pathOf(watched));
  return html`<article class="card need ${finding.severity}">
<p class="head">${badge(finding.severity, `${words.level[finding.severity]} · ${certificate.kind(finding.kind)}`)}
${others.map(({ severity, kind }) => badge(severity, certificate.kind(kind)))}${silence === null ? '' : badge('silenced', words.silenced)}</p>
<h3><a href="${page}">${leadOf(view, watched, finding)}</a></h3>
<dl class="meta">
${sinceOf(view, finding, attention.alertsOf(watched))}
<div><dt>${words.column.account}</dt> <dd>${shown(watched.account)}</dd></div>
${watched.owner === null ? '' : html`<div><dt>${words.column.owner}</dt> <dd>${shown(watched.owner)}</dd></div>`}
${deployed === null ? '' : html`<div><dt>${words.fact.deployed}</dt> <dd>${shown(certificate.deployed(deployed))}</dd></div>`}
${silence === null ? '' : html`<div><dt>${words.silencedUntil}</dt> <dd>${instantLine(view, silence.untilMs)}</dd></div>`}
</dl>
${firstStep(view, finding)}
<p class="links"><a href="${linkTo(view, runbookPath(finding.kind, finding.severity))}">${words.runbook}</a>
<a href="${page}">${words.steps}</a></p>
</article>`;
}

function manyCard(view: View, need: Need & { type: 'many' }): Html {
  const { words, certificate, nowMs } = view;
  const { account, kind, severity, cause, count, sinceMs } = need;
  const lead = certificate.lead({
    kind,
    cause,
    nowMs,
    title: words.ofAccount(count, shown(account)),
    many: true,
    account: shown(account),
    status: null,
    notAfterMs: null,
    stateSinceMs: sinceMs,
    revokeReason: null,
    renewal: null,
    place: null,
  });
  const list = linkTo(view, '/#list', { kind, account });
  return html`<article class="card need ${severity}">
<p class="head">${badge(severity, `${words.level[severity]} · ${certificate.kind(kind)}`)}</p>
<h3><a href="${list}">${lead}</a></h3>
<dl class="meta"><div><dt>${words.since}</dt> <dd>${instantLine(view, sinceMs)}</dd></div></dl>
${firstStep(view, need)}
<p class="links"><a href="${linkTo(view, runbookPath(kind, severity))}">${words.runbook}</a> <a href="${list}">${words.showThem}</a></p>
</article>`;
}

function renewalOf({ renewal }: Finding): Renewal | null {
  if (renewal === undefined) return null;
  return { ...renewal, name: renewal.name === null ? null : shown(renewal.name) };
}

function placeOf({ place }: Finding): Place | null {
  if (place === undefined) return null;
  return {
    ...place,
    endpoint: shown(place.endpoint),
    why: place.why === null ? null : shown(place.why),
  };
}

/** What is so, in one sentence with the certificate's name. */
export function leadOf({ certificate, nowMs }: View, watched: WatchedCertificate, finding: Finding): string {
  const known = watched.certificate;
  return shown(
    certificate.lead({
      kind: finding.kind,
      title: calledOf(watched),
      many: false,
      account: shown(watched.account),
      status: known === null ? null : shown(known.status),
      notAfterMs: known?.notAfterMs ?? null,
      stateSinceMs: finding.epochMs,
      revokeReason: known?.revokeReason == null ? null : shown(known.revokeReason),
      cause: shown(finding.cause),
      renewal: renewalOf(finding),
      place: placeOf(finding),
      nowMs,
    }),
  );
}

/** The first sighting where it is known; for what has no date of its own, since when it is so. */
function sinceOf(view: View, { kind, epochMs }: Finding, alerts: readonly Alert[]): Html {
  const { words } = view;
  const alert = alerts.find((one) => one.kind === kind && one.ended === null);
  const dated = kind === 'expiring' || kind === 'expired';
  const seen =
    alert === undefined
      ? ''
      : html`<div><dt>${words.firstSeen}</dt> <dd>${instantLine(view, alert.sinceMs)}</dd></div>`;
  return html`${dated ? seen : html`<div><dt>${words.since}</dt> <dd>${instantLine(view, epochMs)}</dd></div>`}
${alert?.flapping === true ? html`<div>${words.flapping}</div>` : ''}`;
}

/** What to do in short: the first two steps; the certificate's page has them all. */
function firstStep({ certificate, words }: View, { kind, cause }: Pick<Finding, 'kind' | 'cause'>): Html {
  const steps = certificate.advice(kind, cause).slice(0, MOST_STEPS);
  return html`<div><p class="todo">${words.whatToDo}</p><ol>${steps.map((step) => html`<li>${step}</li>`)}</ol></div>`;
}
