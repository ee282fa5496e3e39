// All that is known of one certificate, a line each; what is not known is left out, except its end. Pure.
import { html } from 'hono/html';
import type { Certificate } from '../certificates/certificate.ts';
import type { DeployedService } from '../certificates/deployment.ts';
import { type Look, lookText } from '../certificates/look.ts';
import type { Successor } from '../certificates/succession.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { type Html, instantLine, linkTo, type View } from './view.ts';
import { domainsOf, isPage, pathOf, shown } from './words.ts';

type Fact = readonly [label: string, value: Html | string | null];

export function factsSection(
  view: View,
  watched: WatchedCertificate,
  deployed: readonly DeployedService[] | null,
): Html {
  const { words, certificate: said } = view;
  const { fact } = words;
  const { account, id, alias, owner, runbook, certificate, lastSuccessMs } = watched;
  const facts: readonly Fact[] = [
    [fact.id, html`<code>${shown(id)}</code>`],
    [fact.account, text(account)],
    [fact.alias, text(alias)],
    [fact.owner, text(owner)],
    [words.ownRunbook, runbook === null ? null : linked(runbook)],
    ...(certificate === null
      ? [[fact.status, words.neverRead] as const]
      : certificateFacts(view, certificate)),
    [fact.successor, watched.successor === null ? null : successorLink(view, watched.successor)],
    [fact.served, watched.looks.length === 0 ? null : servedLines(view, watched)],
    [fact.deployed, deployed === null ? null : shown(said.deployed(deployed))],
    [fact.lastRead, instantLine(view, lastSuccessMs, said.never)],
  ];
  return html`<section aria-labelledby="facts">
<h2 id="facts">${words.facts}</h2>
<dl class="facts card">
${facts.map(([label, value]) =>
  value === null
    ? ''
    : html`<dt>${label}</dt><dd>${value}</dd>
`,
)}</dl>
</section>`;
}

/** Where its successor is watched, and until when that one is valid. */
function successorLink(view: View, successor: Successor): Html {
  const title = successor.name === null ? '' : ` (${shown(successor.name)})`;
  return html`<a href="${linkTo(view, pathOf(successor))}">${shown(successor.id)}${title}</a>, ${instantLine(view, successor.notAfterMs)}`;
}

/** A line for each place: what is served there, until when, and how the last look went. */
function servedLines(view: View, { looks, certificate }: WatchedCertificate): Html {
  return html`${looks.map((look, n) => html`${n === 0 ? '' : html`<br>`}${servedLine(view, look, certificate)}`)}`;
}

function servedLine(view: View, look: Look, certificate: Certificate | null): Html {
  const { words } = view;
  const { served, failure } = look;
  const place = html`<code>${shown(lookText(look))}</code>`;
  const failed = failure === null ? '' : html` (${words.lookFailed}: ${shown(failure.message)})`;
  if (served === null)
    return html`${place}: ${failure === null ? words.notSeen : html`${words.lookFailed}: ${shown(failure.message)}`}`;
  const same = served.chain[0].fingerprint === certificate?.fingerprint;
  const untrusted =
    served.untrusted === null ? '' : html`; ${words.seenUntrusted}: ${shown(served.untrusted.message)}`;
  return html`${place}: ${same ? words.seenThis : words.seenOther}, ${instantLine(view, served.earliestNotAfterMs)}${untrusted}${failed}`;
}

function certificateFacts(view: View, certificate: Certificate): readonly Fact[] {
  const { words, certificate: said } = view;
  const { fact } = words;
  const { notBeforeMs, issuedAtMs, validityMonths, shared } = certificate;
  return [
    [fact.status, shown(said.status(shown(certificate.status)))],
    [fact.notAfter, instantLine(view, certificate.notAfterMs)],
    [fact.notBefore, notBeforeMs === null ? null : instantLine(view, notBeforeMs)],
    [fact.issuedAt, issuedAtMs === null ? null : instantLine(view, issuedAtMs)],
    [fact.name, text(certificate.name)],
    [fact.domains, domainList(certificate)],
    [fact.type, text(certificate.type)],
    [fact.brand, text(certificate.brand)],
    [
      fact.fingerprint,
      certificate.fingerprint === null ? null : html`<code>${shown(certificate.fingerprint)}</code>`,
    ],
    [fact.signatureAlgorithm, text(certificate.signatureAlgorithm)],
    [fact.validity, validityMonths === null ? null : words.months(validityMonths)],
    [fact.validationMethod, text(certificate.validationMethod)],
    [fact.domainType, text(certificate.domainType)],
    [fact.multiDomainType, text(certificate.multiDomainType)],
    [fact.domainCount, count(certificate.domainCount)],
    [fact.wildcardCount, count(certificate.wildcardCount)],
    [fact.pushSupport, text(certificate.pushSupport)],
    [fact.revokeReason, text(certificate.revokeReason)],
    [fact.orderId, text(certificate.orderId)],
    [fact.description, text(certificate.description)],
    [fact.enterpriseProject, text(certificate.enterpriseProjectId)],
    [fact.shared, shared === null ? null : shared ? words.yes : words.no],
  ];
}

/** All of them: nothing else on the page tells which names a certificate has. */
function domainList(certificate: Certificate): Html | null {
  const domains = domainsOf(certificate);
  if (domains.length === 0) return null;
  return html`${domains.map((domain, n) => html`${n === 0 ? '' : html`<br>`}${shown(domain)}`)}`;
}

function text(value: string | null): string | null {
  const line = shown(value ?? '').trim();
  return line === '' ? null : line;
}

function count(value: number | null): string | null {
  return value === null ? null : String(value);
}

/** A link only where it leads to a page: configurations say http or https, and what else stands there is text. */
function linked(address: string): Html {
  return isPage(address)
    ? html`<a href="${address}" rel="noreferrer">${shown(address)}</a>`
    : html`${shown(address)}`;
}
