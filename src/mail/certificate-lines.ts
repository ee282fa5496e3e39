// How a certificate is called and what is said of it, in titles, facts and table rows. Pure; takes cleaned content.
import { type Notice, type NoticeCertificate, WHOLE_ACCOUNT } from '../alerts/alert.ts';
import type { Kind, Severity } from '../certificates/finding.ts';
import { runbookPath } from '../certificates/runbook.ts';
import { oneLine } from '../shared/text.ts';
import type { MailWords } from '../words/mail-words.ts';
import type { Fact, Link } from './letter.ts';

/** What everything in one mail is written with. */
export interface Pen {
  readonly words: MailWords;
  /** When the mail was made: relative times count from here, so that a copy says the same. */
  readonly nowMs: number;
  /** Origin of the status page without a trailing slash, or null. */
  readonly publicUrl: string | null;
}

/** `www.example.com (shop front)`: the domain, and the alias or else the name; the id where nothing else is known. */
export function titleOf(certificate: NoticeCertificate): string {
  const { first, second } = titleParts(certificate);
  return second === null ? first : `${first} (${oneLine(second, 60)})`;
}

/** The two halves of a title; the second is null where there is nothing more to say. */
export function titleParts({ domains, alias, name, id }: NoticeCertificate): {
  readonly first: string;
  readonly second: string | null;
} {
  const [domain = null] = domains;
  const called = alias ?? name;
  const first = domain ?? called ?? id;
  const second = domain === null ? id : called;
  return { first: oneLine(first, 253), second: second === first ? null : second };
}

/** `www.example.com (shop front)`, or `12 certificates of account default`. */
export function subjectMatter(notice: Notice, { words }: { words: MailWords }): string {
  const [certificate] = notice.certificates;
  const [alert] = notice.alerts;
  if (certificate !== undefined && isWholeAccount(certificate)) return words.account(certificate.account);
  if (notice.certificateCount === 1 && certificate !== undefined) return titleOf(certificate);
  if (notice.certificateCount === 1 && alert !== undefined) return alert.id;
  const accounts = new Set(notice.alerts.map(({ account }) => account));
  if (alert === undefined || accounts.size !== 1) return words.ofAccounts(notice.certificateCount);
  return words.ofAccount(notice.certificateCount, alert.account);
}

/** What is said of an account as a whole names no certificate. */
function isWholeAccount({ id }: NoticeCertificate): boolean {
  return id === WHOLE_ACCOUNT;
}

/** `a, b, c and 4 more`. */
export function listed(items: readonly string[], most: number, words: MailWords): string {
  return words.list(items.slice(0, most), Math.max(0, items.length - most));
}

/** The certificate's own page, or null without a public address. */
function pageOf(
  { account, id }: { readonly account: string; readonly id: string },
  publicUrl: string | null,
): string | null {
  return publicUrl === null || id === WHOLE_ACCOUNT
    ? publicUrl
    : `${publicUrl}/certificates/${encodeURIComponent(account)}/${encodeURIComponent(id)}`;
}

/** The certificate's own runbook or else the shipped one for what is so with it, and its page. */
export function linksOf(
  certificate: NoticeCertificate,
  { found, pen }: { found: { readonly kind: Kind; readonly severity: Severity } | null; pen: Pen },
): readonly Link[] {
  return [
    ...runbookLink(certificate.runbook, { found, pen }),
    ...linkTo(pen.words.label.page, pageOf(certificate, pen.publicUrl)),
  ];
}

/** A runbook of one's own, or else the page of docs/runbooks as the status page shows it. */
export function runbookLink(
  own: string | null,
  { found, pen }: { found: { readonly kind: Kind; readonly severity: Severity } | null; pen: Pen },
): readonly Link[] {
  const { publicUrl, words } = pen;
  const shipped =
    publicUrl === null || found === null ? null : `${publicUrl}${runbookPath(found.kind, found.severity)}`;
  return linkTo(words.label.runbook, own ?? shipped);
}

/** A link, or nothing. */
export function linkTo(label: string, href: string | null): readonly Link[] {
  return href === null ? [] : [{ label, href }];
}

/** What is known of it, one fact a line; what is not known is left out, except the end. */
export function factsOf(certificate: NoticeCertificate, { words, nowMs }: Pen): readonly Fact[] {
  const { label } = words;
  const { status, notAfterMs, lastSuccessMs } = certificate;
  if (isWholeAccount(certificate)) return facts([[label.account, certificate.account]]);
  return facts([
    [label.status, status === null ? null : words.status(status)],
    [label.notAfter, notAfterMs === null ? words.unknown : words.when(notAfterMs, nowMs)],
    [label.domains, certificate.domains.length === 0 ? null : listed(certificate.domains, 10, words)],
    [label.name, certificate.name],
    [label.alias, certificate.alias],
    [label.id, certificate.id],
    [label.account, certificate.account],
    [label.owner, certificate.owner],
    [label.deployed, deployedText(certificate, words)],
    [label.lastRead, lastSuccessMs === null ? words.never : words.when(lastSuccessMs, nowMs)],
  ]);
}

function deployedText({ deployed }: NoticeCertificate, words: MailWords): string | null {
  return deployed === undefined ? null : words.deployed(deployed);
}

/** The same in one or two lines, for tables. `dated`: the end has been said already. */
export function detailsOf(
  certificate: NoticeCertificate,
  { dated, pen }: { dated: boolean; pen: Pen },
): readonly string[] {
  const { words, nowMs } = pen;
  const { label } = words;
  const { domains, status, notAfterMs, lastSuccessMs } = certificate;
  const end = notAfterMs === null ? words.unknown : words.when(notAfterMs, nowMs);
  const known = facts([
    [label.name, certificate.alias === null ? null : certificate.name],
    [label.id, certificate.id],
    [label.account, certificate.account],
    [label.owner, certificate.owner],
    [label.status, status === null ? null : words.status(status)],
    [label.notAfter, dated ? null : end],
    [label.deployed, deployedText(certificate, words)],
    [label.lastRead, lastSuccessMs === null ? words.never : words.instant(lastSuccessMs)],
  ]);
  const line = known.map((fact) => words.pair(fact.label, fact.value)).join(' · ');
  return domains.length > 1 ? [words.pair(label.domains, listed(domains, 3, words)), line] : [line];
}

/** Facts of the pairs whose value is known. */
export function facts(pairs: readonly (readonly [label: string, value: string | null])[]): readonly Fact[] {
  return pairs.flatMap(([label, value]) => (value === null || value === '' ? [] : [{ label, value }]));
}
