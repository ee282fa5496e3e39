// The content of a mail with every text in it made safe, once, at the door: what follows can trust it. Pure.
import type { Ending, MailContent, Notice, NoticeCertificate, Summary } from '../alerts/alert.ts';
import type { DeployedService } from '../certificates/deployment.ts';
import type { Place, Renewal } from '../certificates/finding.ts';
import { oneLine } from '../shared/text.ts';
import { httpLink, oneLineOrNull } from './clean.ts';

const WORD = 60;
const NAME = 120;
/** The longest domain name (RFC 1035, 2.3.4). */
const DOMAIN = 253;
const SENTENCE = 600;

/** More than any mail shows; a certificate has at most 250 names. */
const MOST_DOMAINS = 300;

/** The same content; texts are single, visible lines of bounded length, runbooks are http(s) links or null. */
export function cleaned(content: MailContent): MailContent {
  switch (content.type) {
    case 'notices':
      return { type: 'notices', notices: content.notices.map(cleanNotice) };
    case 'summary':
      return { type: 'summary', summary: cleanSummary(content.summary) };
    case 'test':
      return content;
  }
}

function cleanNotice(notice: Notice): Notice {
  return {
    ...notice,
    cause: oneLine(notice.cause, WORD),
    reason: oneLine(notice.reason, SENTENCE),
    alerts: notice.alerts.map((alert) => ({
      ...alert,
      account: oneLine(alert.account, NAME),
      id: oneLine(alert.id, NAME),
    })),
    ending: notice.ending === null ? null : cleanEnding(notice.ending),
    ...(notice.place === undefined ? {} : { place: cleanPlace(notice.place) }),
    ...(notice.renewal === undefined ? {} : { renewal: cleanRenewal(notice.renewal) }),
    certificates: notice.certificates.map(cleanCertificate),
  };
}

function cleanEnding(ending: Ending): Ending {
  return ending.how === 'status' ? { how: 'status', status: oneLine(ending.status, WORD) } : ending;
}

function cleanPlace({ endpoint, more, notAfterMs, why }: Place): Place {
  return { endpoint: oneLine(endpoint, DOMAIN), more, notAfterMs, why: oneLineOrNull(why, SENTENCE) };
}

function cleanRenewal({ account, id, name, notAfterMs }: Renewal): Renewal {
  return {
    account: oneLine(account, NAME),
    id: oneLine(id, NAME),
    name: oneLineOrNull(name, NAME),
    notAfterMs,
  };
}

function cleanCertificate(certificate: NoticeCertificate): NoticeCertificate {
  const domains = certificate.domains.slice(0, MOST_DOMAINS).map((domain) => oneLine(domain, DOMAIN));
  return {
    account: oneLine(certificate.account, NAME),
    id: oneLine(certificate.id, NAME),
    name: oneLineOrNull(certificate.name, NAME),
    alias: oneLineOrNull(certificate.alias, NAME),
    domains: domains.filter((domain) => domain !== ''),
    owner: oneLineOrNull(certificate.owner, NAME),
    runbook: httpLink(certificate.runbook),
    status: oneLineOrNull(certificate.status, WORD),
    notAfterMs: certificate.notAfterMs,
    revokeReason: oneLineOrNull(certificate.revokeReason, SENTENCE),
    lastSuccessMs: certificate.lastSuccessMs,
    ...(certificate.deployed === undefined ? {} : { deployed: certificate.deployed.map(cleanService) }),
  };
}

function cleanService({ service, count, regions }: DeployedService): DeployedService {
  return {
    service: oneLine(service, WORD),
    count,
    regions: regions.map((part) => ({ region: oneLine(part.region, WORD), count: part.count })),
  };
}

function cleanSummary(summary: Summary): Summary {
  return {
    ...summary,
    ahead: summary.ahead.map(cleanCertificate),
    active: summary.active.map((entry) => ({
      ...entry,
      ...cleanCause(entry),
      certificate: cleanCertificate(entry.certificate),
    })),
    silenced: summary.silenced.map((entry) => ({
      ...entry,
      certificate: cleanCertificate(entry.certificate),
      reason: oneLineOrNull(entry.reason, SENTENCE),
    })),
    unread: summary.unread.map((entry) => ({
      ...cleanCause(entry),
      certificate: cleanCertificate(entry.certificate),
      reason: oneLine(entry.reason, SENTENCE),
    })),
    undelivered: (summary.undelivered ?? []).map((entry) => ({
      ...entry,
      recipient: oneLine(entry.recipient, DOMAIN),
      response: oneLineOrNull(entry.response, SENTENCE),
    })),
    unmonitored: (summary.unmonitored ?? []).map(({ account, count }) => ({
      account: oneLine(account, NAME),
      count,
    })),
    clockSkews: (summary.clockSkews ?? []).map(({ account, seconds }) => ({
      account: oneLine(account, NAME),
      seconds,
    })),
  };
}

function cleanCause({ cause }: { readonly cause?: string }): { readonly cause?: string } {
  return cause === undefined ? {} : { cause: oneLine(cause, WORD) };
}
