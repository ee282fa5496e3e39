// The page of one certificate: all that is known of it, and what is found. Pure.
import { html } from 'hono/html';
import type { Certificate } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { document, type Html, instant } from './shell.ts';
import { domainsOf, severityOf, shown, titleOf } from './words.ts';

export function detailPage(watched: WatchedCertificate, nowMs: number): Html {
  const { account, id, alias, owner, runbook, certificate, failure, lastSuccessMs } = watched;
  const severity = severityOf(watched);
  return document({
    title: titleOf(watched),
    body: html`<nav><a href="/">All certificates</a></nav>
<h1>${titleOf(watched)}</h1>
<p class="${severity}">${severity}</p>
${findingList(watched, nowMs)}
<dl>
${fact('Id', id)}${fact('Account', account)}${fact('Alias', alias)}${fact('Owner', owner)}
<dt>Runbook</dt><dd>${runbookLink(runbook)}</dd>
${certificate === null ? fact('Status', 'never read') : facts(certificate, nowMs)}
<dt>Last read</dt><dd>${instant(lastSuccessMs, nowMs)}</dd>
${failure === null ? '' : fact('The last read failed', failure.message)}
</dl>`,
  });
}

function facts(certificate: Certificate, nowMs: number): Html {
  return html`${fact('Status', certificate.status)}${fact('Name', certificate.name)}
${fact('Domains', domainsOf(certificate).map(shown).join(', '))}
<dt>Valid from</dt><dd>${instant(certificate.notBeforeMs, nowMs)}</dd>
<dt>Valid until</dt><dd>${instant(certificate.notAfterMs, nowMs)}</dd>
${fact('Type', certificate.type)}${fact('Brand', certificate.brand)}${fact('Fingerprint (SHA-1)', certificate.fingerprint)}
${fact('Signature algorithm', certificate.signatureAlgorithm)}${fact('Reason of the revocation', certificate.revokeReason)}`;
}

function findingList({ certificate, findings }: WatchedCertificate, nowMs: number): Html {
  if (certificate === null && findings.length === 0)
    return html`<p>It was never read: nobody knows how it is.</p>`;
  if (findings.length === 0) return html`<p>Nothing needs attention.</p>`;
  return html`<ul>${findings.map(
    ({ kind, severity, reason, epochMs }) =>
      html`<li><span class="${severity}">${kind}</span>: ${shown(reason)}<br>${instant(epochMs, nowMs)}</li>`,
  )}</ul>`;
}

/** One fact; nothing where it is not known. Long lists of domains are shown whole. */
function fact(name: string, value: string | null): Html {
  if (value === null || value === '') return html``;
  return html`<dt>${name}</dt><dd>${name === 'Domains' ? value : shown(value)}</dd>
`;
}

function runbookLink(runbook: string | null): Html {
  if (runbook === null) return html`<span class="quiet">none</span>`;
  if (!/^https?:\/\//i.test(runbook)) return html`${shown(runbook)}`;
  return html`<a href="${runbook}" rel="noreferrer">${shown(runbook)}</a>`;
}
