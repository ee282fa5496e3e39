// How a certificate is called and what is said of it, in titles, facts and table rows. Pure; takes cleaned content.
import type { Notice, NoticeCertificate } from '../alerts/alert.ts';
import { oneLine } from '../shared/text.ts';
import type { MailWords } from '../words/english-mail.ts';
import type { Fact } from './letter.ts';

/** What everything in one mail is written with. */
export interface Pen {
  readonly words: MailWords;
  /** When the mail was made: relative times count from here, so that a copy says the same. */
  readonly nowMs: number;
  /** Origin of the status page without a trailing slash, or null. */
  readonly publicUrl: string | null;
}

/** `www.example.com (shop front)`: the domain, and the alias or else the name; the id where nothing else is known. */
export function titleOf(
  certificate: NoticeCertificate,
  { longest = 253 }: { longest?: number } = {},
): string {
  const [domain = null] = certificate.domains;
  const called = certificate.alias ?? certificate.name;
  const first = domain ?? called ?? certificate.id;
  const second = domain === null ? certificate.id : called;
  const title = oneLine(first, longest);
  return second === null || second === first ? title : `${title} (${oneLine(second, Math.min(longest, 60))})`;
}

/** `www.example.com (shop front)`, or `12 certificates of account default`. */
export function subjectMatter(
  notice: Notice,
  { words, longest }: { words: MailWords; longest?: number },
): string {
  const [certificate] = notice.certificates;
  const [alert] = notice.alerts;
  if (notice.certificateCount === 1 && certificate !== undefined)
    return titleOf(certificate, longest === undefined ? {} : { longest });
  if (notice.certificateCount === 1 && alert !== undefined) return alert.id;
  const accounts = new Set(notice.alerts.map(({ account }) => account));
  if (alert === undefined || accounts.size !== 1) return words.ofAccounts(notice.certificateCount);
  return words.ofAccount(notice.certificateCount, oneLine(alert.account, longest));
}

/** `a, b, c and 4 more`. */
export function listed(items: readonly string[], most: number, words: MailWords): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} ${words.andMore(items.length - most)}` : shown;
}

/** The certificate's own page, or null without a public address. */
export function pageOf(
  { account, id }: { readonly account: string; readonly id: string },
  publicUrl: string | null,
): string | null {
  return publicUrl === null
    ? null
    : `${publicUrl}/certificates/${encodeURIComponent(account)}/${encodeURIComponent(id)}`;
}

/** What is known of it, one fact a line; what is not known is left out, except the end. */
export function factsOf(certificate: NoticeCertificate, { words, nowMs }: Pen): readonly Fact[] {
  const { label } = words;
  const { notAfterMs, lastSuccessMs } = certificate;
  return facts([
    [label.domains, certificate.domains.length === 0 ? null : listed(certificate.domains, 10, words)],
    [label.name, certificate.name],
    [label.alias, certificate.alias],
    [label.id, certificate.id],
    [label.account, certificate.account],
    [label.owner, certificate.owner],
    [label.status, certificate.status],
    [label.notAfter, notAfterMs === null ? words.unknown : words.when(notAfterMs, nowMs)],
    [label.lastRead, lastSuccessMs === null ? words.never : words.when(lastSuccessMs, nowMs)],
  ]);
}

/** The same in one or two lines, for tables. */
export function detailsOf(certificate: NoticeCertificate, { words, nowMs }: Pen): readonly string[] {
  const { label } = words;
  const { domains, notAfterMs, lastSuccessMs } = certificate;
  const known = facts([
    [label.name, certificate.name],
    [label.alias, certificate.alias],
    [label.id, certificate.id],
    [label.account, certificate.account],
    [label.owner, certificate.owner],
    [label.status, certificate.status],
    [label.notAfter, notAfterMs === null ? words.unknown : words.when(notAfterMs, nowMs)],
    [label.lastRead, lastSuccessMs === null ? words.never : words.instant(lastSuccessMs)],
  ]);
  const line = known.map((fact) => `${fact.label}: ${fact.value}`).join(' · ');
  return domains.length > 1 ? [`${label.domains}: ${listed(domains, 10, words)}`, line] : [line];
}

/** Facts of the pairs whose value is known. */
export function facts(pairs: readonly (readonly [label: string, value: string | null])[]): readonly Fact[] {
  return pairs.flatMap(([label, value]) =>
    value === null || value === '' ? [] : [{ label, value, href: null }],
  );
}

/** A fact that is a link, or nothing. */
export function linkFact(label: string, href: string | null): readonly Fact[] {
  return href === null ? [] : [{ label, value: href, href }];
}
