// How a certificate and what is so with it are said in English, in mails and on pages alike. Pure.
import type { Ending } from '../alerts/alert.ts';
import type { Kind } from '../certificates/finding.ts';
import { formatInstant, formatSpan, LAST_INSTANT_MS, plural } from '../shared/time.ts';
import type { CertificateWords, Told } from './certificate-words.ts';
import { englishDeployed } from './deployed.ts';
import { adviceFor } from './english-advice.ts';

/** `2026-11-23 19:20 UTC`; what no calendar holds is said to be unknown instead of breaking the mail. */
function instant(ms: number): string {
  return Math.abs(ms) <= LAST_INSTANT_MS ? formatInstant(ms) : 'an unknown time';
}

/** `in 6 days`, `3 hours ago`. */
function relative(ms: number, nowMs: number): string {
  return ms > nowMs ? `in ${formatSpan(ms - nowMs)}` : `${formatSpan(nowMs - ms)} ago`;
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ['unreachable', 'the API cannot be reached'],
  ['timeout', 'the API does not answer in time'],
  ['throttled', 'the API answers that there are too many requests'],
  ['unauthorized', 'the API does not accept the credentials'],
  ['forbidden', 'the credentials lack the permission'],
  ['missing', 'the API knows no such certificate'],
  ['malformed', 'what the API answers makes no sense'],
  ['server_error', 'the API reports an error of its own'],
  ['unlisted', 'what is new there is watched by nobody'],
]);

function cause(reason: string): string {
  return CAUSES.get(reason) ?? reason;
}

function lead(told: Told): string {
  const { title, many, notAfterMs, nowMs } = told;
  const is = many ? 'are' : 'is';
  const has = many ? 'have' : 'has';
  switch (told.kind) {
    case 'revoked':
      return `${title} ${is} revoked${told.revokeReason === null ? '' : `: ${told.revokeReason}`}`;
    case 'expired':
      if (notAfterMs === null || notAfterMs > nowMs) return `${title} ${has} expired: ${SAID_EXPIRED}`;
      return `${title} ${has} expired: it ended ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
    case 'unpassed':
      return `The application for ${title} failed`;
    case 'missing':
      return many
        ? `${title} are missing: the account does not have them`
        : `${title} is missing: account ${told.account} has no such certificate`;
    case 'unreadable':
      return `${title} cannot be ${told.cause === 'unlisted' ? 'listed' : 'read'}: ${cause(told.cause)}`;
    case 'expiring':
      if (notAfterMs === null) return `${title} ${is} about to expire`;
      return `${title} ${notAfterMs > nowMs ? 'ends' : 'ended'} ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
    case 'untrusted':
      return `${title} ${is} not trusted where ${many ? 'they are' : 'it is'} served: ${refusedAt(told)}`;
    case 'served-expiring':
      return `${title} ${is} served with a certificate that ${servedUntil(told)}`;
    case 'not-deployed':
      return `${title} ${is} not deployed: ${placeOf(told)} still serves an older certificate`;
    case 'renewal-stuck':
      return `${title} ${endsIn(told)}, and ${renewalOf(told)} is still in application`;
    case 'renewal-overdue':
      return `${title} ${endsIn(told)}, and nothing is in sight that would take ${many ? 'their' : 'its'} place`;
    case 'unmonitored':
      return `${title} ${is} watched by nobody`;
    case 'superseded':
      return `${title} ${has} been renewed by ${renewalOf(told)}: deploy that one and retire this one`;
    case 'revoking':
      return `A revocation of ${title} is under review`;
    case 'pending':
      return `${title} ${has} been waiting to be issued for ${formatSpan(nowMs - told.stateSinceMs)}`;
    case 'unrecognised':
      return `${title} ${has} a status that is not documented${told.status === null ? '' : `: ${told.status}`}`;
  }
}

function brief(told: Told): string {
  const { notAfterMs, nowMs } = told;
  switch (told.kind) {
    case 'revoked':
      return told.revokeReason === null ? 'Revoked, without a reason given' : `Revoked: ${told.revokeReason}`;
    case 'expired':
      if (notAfterMs === null || notAfterMs > nowMs) return capitalised(SAID_EXPIRED);
      return `Ended ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
    case 'unpassed':
      return 'The application failed';
    case 'missing':
      return `Account ${told.account} ${told.many ? 'does not have them' : 'has no such certificate'}`;
    case 'unreadable':
      return `Cannot be ${told.cause === 'unlisted' ? 'listed' : 'read'}: ${cause(told.cause)}`;
    case 'expiring':
      if (notAfterMs === null) return 'About to expire';
      return `${notAfterMs > nowMs ? 'Ends' : 'Ended'} ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
    case 'untrusted':
      return `Not trusted: ${refusedAt(told)}`;
    case 'served-expiring':
      return `${capitalised(placeOf(told))} serves a certificate that ${servedUntil(told)}`;
    case 'not-deployed':
      return `${capitalised(placeOf(told))} still serves an older certificate`;
    case 'renewal-stuck':
      return capitalised(`${endsIn(told)}, and ${renewalOf(told)} is still in application`);
    case 'renewal-overdue':
      return capitalised(`${endsIn(told)}, and nothing is in sight that would take its place`);
    case 'unmonitored':
      return 'Watched by nobody';
    case 'superseded':
      return `Renewed by ${renewalOf(told)}: deploy that one and retire this one`;
    case 'revoking':
      return 'A revocation is under review';
    case 'pending':
      return `Waiting to be issued for ${formatSpan(nowMs - told.stateSinceMs)}`;
    case 'unrecognised':
      return `A status that is not documented${told.status === null ? '' : `: ${told.status}`}`;
  }
}

/** `ends in 9 days, at 2026-12-02 12:00 UTC`. */
function endsIn({ notAfterMs, nowMs }: Told): string {
  if (notAfterMs === null) return 'ends soon';
  return `${notAfterMs > nowMs ? 'ends' : 'ended'} ${relative(notAfterMs, nowMs)}, at ${instant(notAfterMs)}`;
}

/** `scs1590053258705 (shop 2027) until 2027-11-23 12:00 UTC`. */
function renewalOf({ renewal, account }: Told): string {
  if (renewal === null) return 'another certificate';
  const name = renewal.name === null ? '' : ` (${renewal.name})`;
  const place = renewal.account === account ? '' : ` of account ${renewal.account}`;
  const until = renewal.notAfterMs === null ? '' : ` until ${instant(renewal.notAfterMs)}`;
  return `${renewal.id}${name}${place}${until}`;
}

/** `www.example.com:443 and 2 more`. */
function placeOf({ place }: Told): string {
  if (place === null || place.endpoint === '') return 'an endpoint';
  return place.more === 0 ? place.endpoint : `${place.endpoint} and ${place.more} more`;
}

function refusedAt(told: Told): string {
  const why = told.place?.why ?? null;
  return why === null ? `clients refuse ${placeOf(told)}` : `clients refuse ${placeOf(told)}: ${why}`;
}

function servedUntil({ place, nowMs }: Told): string {
  const endMs = place?.notAfterMs ?? null;
  if (endMs === null) return 'ends sooner';
  return `${endMs > nowMs ? 'ends' : 'ended'} ${relative(endMs, nowMs)}, at ${instant(endMs)}`;
}

const SAID_EXPIRED = 'the cloud reports the status EXPIRED';

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What is no longer so: `is no longer expiring`. */
function over(kind: Kind, many: boolean): string {
  const is = many ? 'are' : 'is';
  switch (kind) {
    case 'revoked':
    case 'expired':
    case 'missing':
    case 'expiring':
      return `${is} no longer ${kind}`;
    case 'unpassed':
      return `${is} no longer refused`;
    case 'unreadable':
      return 'can be read again';
    case 'untrusted':
      return `${is} no longer untrusted where ${many ? 'they are' : 'it is'} served`;
    case 'served-expiring':
      return `${is} no longer served with a certificate that ends sooner`;
    case 'not-deployed':
      return `${is} no longer waiting to be deployed`;
    case 'renewal-stuck':
      return `${is} no longer waiting for the renewal`;
    case 'renewal-overdue':
      return `${is} no longer without a renewal in sight`;
    case 'unmonitored':
      return `${is} no longer without a watch`;
    case 'superseded':
      return `${is} no longer superseded`;
    case 'revoking':
      return `${is} no longer under revocation`;
    case 'pending':
      return `${is} no longer waiting to be issued`;
    case 'unrecognised':
      return `${many ? 'have' : 'has'} a known status again`;
  }
}

function ending(how: Ending | null, nowMs: number): string {
  switch (how?.how) {
    case 'renewed':
      return `renewed until ${instant(how.notAfterMs)} (${relative(how.notAfterMs, nowMs)})`;
    case 'status':
      return `the status is ${how.status} now`;
    case 'gone':
      return 'the cloud has no such certificate any more';
    case 'superseded':
      return 'another certificate is live in its place';
    case 'thresholds':
      return 'it is outside the thresholds of the configuration now';
    case 'seen':
      return 'by the last look from outside';
    case 'readable':
    case undefined:
      return '';
  }
}

export const englishCertificate: CertificateWords = {
  instant,
  span: formatSpan,
  relative,
  when: (ms, nowMs) => `${instant(ms)} (${relative(ms, nowMs)})`,
  lead,
  brief,
  ending,
  over,
  isOver: (title, kind, many) => `${title} ${over(kind, many)}`,
  cause,
  advice: adviceFor,
  severity: { critical: 'CRITICAL', warning: 'WARNING', info: 'INFO' },
  kind: (kind) => kind.toUpperCase(),
  status: (status) => status,
  deployed: englishDeployed,
  certificates: (count) => plural(count, 'certificate'),
  andMore: (count) => `and ${count} more`,
  never: 'never',
  unknown: 'unknown',
};
