// The status page: how the monitor is, and a table of certificates, what needs attention first. Pure.
import { html } from 'hono/html';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { plural } from '../shared/time.ts';
import { document, type Html, instant } from './shell.ts';
import type { MonitorStatus } from './sources.ts';
import { pathOf, severityOf, shown, titleOf } from './words.ts';

export const ROWS_PER_PAGE = 500;

/** How many pages there are; one even where there is nothing. */
export function pageCount(certificateCount: number): number {
  return Math.max(1, Math.ceil(certificateCount / ROWS_PER_PAGE));
}

export interface StatusPage {
  /** All certificates, in the order of the page. */
  readonly certificates: readonly WatchedCertificate[];
  readonly monitor: MonitorStatus;
  /** From 1. */
  readonly page: number;
  readonly nowMs: number;
}

export function statusPage({ certificates, monitor, page, nowMs }: StatusPage): Html {
  const rows = certificates.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE);
  return document({
    title: `Certificates: ${tallyText(certificates)}`,
    body: html`<h1>Certificates</h1>
<p>${tallyText(certificates)}</p>
${monitorFacts(monitor, nowMs)}
<table>
<thead><tr><th scope="col">Certificate</th><th scope="col">State</th><th scope="col">Ends</th><th scope="col">Status</th>
<th scope="col">Account</th><th scope="col">Owner</th><th scope="col">Last read</th></tr></thead>
<tbody>
${rows.map((certificate) => row(certificate, nowMs))}
</tbody>
</table>
${pages(page, pageCount(certificates.length))}
<footer><a href="/api/v1/certificates">JSON</a> <a href="/calendar.ics">Calendar</a> <a href="/metrics">Metrics</a>
ccm-cert-monitor ${monitor.version}</footer>`,
  });
}

function tallyText(certificates: readonly WatchedCertificate[]): string {
  const tally = { critical: 0, warning: 0, unknown: 0, ok: 0 };
  for (const certificate of certificates) tally[severityOf(certificate)] += 1;
  return `${plural(certificates.length, 'certificate')}: ${tally.critical} critical, ${plural(tally.warning, 'warning')}, ${tally.unknown} unknown, ${tally.ok} ok`;
}

function monitorFacts(monitor: MonitorStatus, nowMs: number): Html {
  const { accounts, outbox, lastCheckMs, lastCompleteCheckMs, nextCheckMs } = monitor;
  return html`<dl>
<dt>Last check</dt><dd>${instant(lastCheckMs, nowMs)}</dd>
<dt>Last complete check</dt><dd>${instant(lastCompleteCheckMs, nowMs)}</dd>
<dt>Next check</dt><dd>${instant(nextCheckMs, nowMs)}</dd>
<dt>Accounts</dt><dd>${accounts.map(shown).join(', ')}</dd>
<dt>Mails</dt><dd>${outbox.waiting} waiting, ${outbox.parked} parked</dd>
</dl>`;
}

function row(watched: WatchedCertificate, nowMs: number): Html {
  const { certificate, findings, owner, up, lastSuccessMs } = watched;
  const severity = severityOf(watched);
  return html`<tr>
<td><a href="${pathOf(watched)}">${titleOf(watched)}</a><br><small>${shown(certificate?.domain ?? watched.id)}</small></td>
<td class="${severity}">${severity}${findings.map(({ reason }) => html`<br><small>${shown(reason)}</small>`)}</td>
<td>${instant(certificate?.notAfterMs ?? null, nowMs)}</td>
<td>${shown(certificate?.status ?? 'never read')}</td>
<td>${shown(watched.account)}</td>
<td>${shown(owner ?? '')}</td>
<td>${instant(lastSuccessMs, nowMs)}${up === false ? html`<br><small class="warning">the last read failed</small>` : ''}</td>
</tr>
`;
}

function pages(page: number, count: number): Html {
  if (count === 1) return html``;
  return html`<nav aria-label="Pages">${page > 1 ? html`<a href="/?page=${page - 1}" rel="prev">Previous</a>` : ''}
<span>Page ${page} of ${count}</span>
${page < count ? html`<a href="/?page=${page + 1}" rel="next">Next</a>` : ''}</nav>`;
}
