// Certificates of a made-up company with a bit of everything, at a fixed time: what pictures and browser tests look at. Pure.
import type { Alert } from '../../src/alerts/alert.ts';
import { type Certificate, keyText } from '../../src/certificates/certificate.ts';
import type { DeployedService } from '../../src/certificates/deployment.ts';
import { evaluate } from '../../src/certificates/evaluate.ts';
import type { HistoryEntry } from '../../src/certificates/history.ts';
import type { ReadFailure } from '../../src/certificates/reading.ts';
import type { Watch } from '../../src/certificates/watch.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import type { MailShown, MonitorStatus, SilenceShown } from '../../src/web/sources.ts';
import { alert, THRESHOLDS } from '../support/factories.ts';
import { certificateOf, NOW_MS } from '../telemetry/certificates.ts';

const LAST_CHECK_MS = NOW_MS - 4 * MINUTE_MS;

interface Seed {
  readonly name: string;
  readonly domain: string;
  readonly account?: string;
  readonly owner?: string | null;
  readonly daysLeft?: number;
  readonly facts?: Partial<Certificate>;
  readonly watch?: Partial<Watch>;
  readonly runbook?: string;
}

const TIMEOUT: ReadFailure = {
  reason: 'timeout',
  message: 'Cannot read a certificate of account retail: no answer within 10 s',
  requestId: '7f3a1c9e5b2d4a68',
};

const GRAVE: readonly Seed[] = [
  {
    name: 'shop front',
    domain: 'www.example.com',
    owner: 'payments',
    daysLeft: -0.4,
    facts: { sans: ['example.com', 'shop.example.com'] },
    runbook: 'https://wiki.example.com/certificates/shop',
  },
  { name: 'mobile api', domain: 'api.example.com', owner: 'mobile', daysLeft: 3.2 },
  {
    name: 'partner gateway',
    domain: 'partners.example.com',
    owner: 'integration',
    daysLeft: 210,
    facts: { status: 'REVOKED', revokeReason: 'The private key was published' },
    watch: { standingSinceMs: NOW_MS - 5 * HOUR_MS },
  },
  {
    name: 'search',
    domain: 'search.example.com',
    account: 'retail',
    owner: 'search',
    daysLeft: 96,
    watch: {
      up: false,
      failure: TIMEOUT,
      failingSinceMs: NOW_MS - 3 * HOUR_MS,
      lastSuccessMs: NOW_MS - 3 * HOUR_MS,
    },
  },
  { name: 'mail relay', domain: 'smtp.example.com', owner: 'platform', daysLeft: 12.5 },
  { name: 'status board', domain: 'status.example.com', owner: 'platform', daysLeft: 26 },
  {
    name: 'new campaign',
    domain: 'spring.example.com',
    owner: 'marketing',
    facts: { status: 'CHECKING_DOMAIN', notAfterMs: null, notBeforeMs: null, fingerprint: null },
    watch: { standingSinceMs: NOW_MS - 9 * DAY_MS },
  },
  { name: 'old intranet', domain: 'intranet.example.com', owner: 'it', daysLeft: 5.1 },
];

const TEAMS = ['payments', 'mobile', 'platform', 'search', 'integration', 'marketing', 'it'] as const;
const PLACES = ['eu', 'us', 'cn', 'sg', 'br', 'za'] as const;

/** Well ones; a third of them were bought on one day. */
function wellSeeds(count: number): readonly Seed[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `${TEAMS[n % TEAMS.length]} ${PLACES[n % PLACES.length]} ${n + 1}`,
    domain: `${PLACES[n % PLACES.length]}-${n + 1}.${TEAMS[n % TEAMS.length]}.example.com`,
    account: n % 4 === 0 ? 'retail' : 'default',
    owner: n % 11 === 0 ? null : (TEAMS[n % TEAMS.length] ?? null),
    daysLeft: n % 3 === 0 ? 142.3 : 40 + ((n * 37) % 330),
    facts: n % 5 === 0 ? { sans: [`www.${n}.example.com`, `m.${n}.example.com`] } : {},
  }));
}

/** The whole company: eight certificates that need somebody, and `well` others, one of which was never read. */
export function seededCertificates(well = 112): readonly WatchedCertificate[] {
  const never = watchedOf({ name: 'just added', domain: '' }, 999_999);
  return [
    ...[...GRAVE, ...wellSeeds(well)].map(watchedOf),
    { ...never, alias: 'just added', certificate: null, up: null, lastSuccessMs: null, findings: [] },
  ];
}

function watchedOf(seed: Seed, n: number): WatchedCertificate {
  const { name, domain, account = 'default', owner = null, daysLeft, facts, runbook = null } = seed;
  const id = `scs${1_590_053_258_704 + n}`;
  const endMs = daysLeft === undefined ? null : NOW_MS + daysLeft * DAY_MS;
  const certificate = certificateOf({
    id,
    name: `scm-${name.replaceAll(' ', '-')}`,
    domain,
    notAfterMs: endMs,
    notBeforeMs: endMs === null ? null : endMs - 365 * DAY_MS,
    issuedAtMs: endMs === null ? null : endMs - 365 * DAY_MS,
    fingerprint: `${id.slice(3)}${'3f9c1ab07de4526f8c91b3a7d5'}`.padEnd(40, '0').slice(0, 40),
    orderId: `CS${2_026_112_300 + n}`,
    ...facts,
  });
  const watch: Watch = {
    account,
    id,
    watchedSinceMs: NOW_MS - 300 * DAY_MS,
    certificate,
    standing: 'live',
    standingSinceMs: NOW_MS - 300 * DAY_MS,
    up: true,
    lastSuccessMs: LAST_CHECK_MS,
    failure: null,
    failingSinceMs: null,
    missingSinceMs: null,
    ...seed.watch,
  };
  const { up, lastSuccessMs, failure } = watch;
  const findings = evaluate(watch, THRESHOLDS, NOW_MS);
  const config = { account, id, alias: name, owner, runbook };
  return { ...config, certificate, up, lastSuccessMs, failure, findings, successor: null, looks: [] };
}

const [SHOP, API, PARTNER, , , , , INTRANET] = seededCertificates(0);

/** The one whose page is shown. */
export const SHOWN_KEY = { account: 'default', id: SHOP?.id ?? '' };

export const SEEDED_DEPLOYMENTS: ReadonlyMap<string, readonly DeployedService[]> = new Map(
  [SHOP, API].map((watched, n) => [
    keyText(watched ?? SHOWN_KEY),
    [
      { service: 'CDN', count: 2, regions: [] },
      { service: 'ELB', count: n + 1, regions: [{ region: 'cn-north-4', count: n + 1 }] },
    ],
  ]),
);

export const SEEDED_SILENCES: readonly SilenceShown[] = [
  {
    account: 'default',
    id: INTRANET?.id ?? '',
    untilMs: NOW_MS + 20 * DAY_MS,
    reason: 'It is switched off in December',
    createdAtMs: NOW_MS - 2 * DAY_MS,
  },
];

export const SEEDED_ALERTS: readonly Alert[] = [SHOP, API, PARTNER].flatMap((watched) => {
  const finding = watched?.findings[0];
  if (watched === undefined || finding === undefined) return [];
  const { kind, severity, cause, reason, epochMs } = finding;
  const { account, id } = watched;
  const sinceMs = kind === 'expiring' ? NOW_MS - 27 * DAY_MS : NOW_MS - 4 * HOUR_MS;
  const now = alert({ account, id, kind, severity, cause, reason, epochMs, sinceMs, toldAtMs: sinceMs });
  if (kind !== 'expired') return [now];
  const before = alert({
    ...now,
    kind: 'expiring',
    severity: 'critical',
    sinceMs: NOW_MS - 30 * DAY_MS,
    toldAtMs: NOW_MS - 30 * DAY_MS,
    ended: { atMs: sinceMs, ending: { how: 'status', status: 'ISSUED' }, told: 'replaced' },
  });
  return [now, before];
});

export const SEEDED_MAILS: readonly MailShown[] = [
  mailShown({ hoursAgo: 4, outcome: 'sent', response: '250 2.0.0 Ok: queued as 4F1B2C' }),
  mailShown({
    hoursAgo: 4,
    recipient: 'shop-team@example.com',
    outcome: 'waiting',
    response: '451 4.7.1 Try again later',
    attempts: 6,
  }),
  mailShown({
    hoursAgo: 4,
    recipient: 'left@example.com',
    outcome: 'parked',
    response: '550 5.1.1 No such user here',
  }),
  mailShown({
    hoursAgo: 24,
    told: [{ kind: 'expiring', change: 'rung', severity: 'critical' }],
    outcome: 'sent',
    response: '250 2.0.0 Ok: queued as 1A7734',
  }),
  mailShown({
    hoursAgo: 24 * 30,
    told: [{ kind: 'expiring', change: 'first', severity: 'warning' }],
    outcome: 'replaced',
    response: null,
    attempts: 0,
  }),
];

function mailShown({ hoursAgo, ...facts }: Partial<MailShown> & { hoursAgo: number }): MailShown {
  return {
    recipient: 'oncall@example.com',
    createdAtMs: NOW_MS - hoursAgo * HOUR_MS,
    told: [{ kind: 'expired', change: 'first', severity: 'critical' }],
    outcome: 'sent',
    atMs: NOW_MS - hoursAgo * HOUR_MS,
    attempts: 1,
    response: null,
    ...facts,
  };
}

export const SEEDED_HISTORY: readonly HistoryEntry[] = [
  entry(4 / 24, 'alert', 'expired: The certificate ended at 2026-11-23 02:24 UTC'),
  entry(4 / 24, 'resolved', 'expiring: status'),
  entry(2, 'unsilenced', 'lifted by hand'),
  entry(9, 'silenced', 'until 2026-11-30T00:00:00.000Z'),
  entry(30, 'alert', 'expiring: The certificate ends in 30 days, at 2026-11-23 02:24 UTC'),
  entry(300, 'not_after', '2026-11-23 02:24 UTC'),
  entry(300, 'status', 'CHECKING_DOMAIN → ISSUED'),
];

function entry(daysAgo: number, event: string, text: string): HistoryEntry {
  return { ...SHOWN_KEY, atMs: NOW_MS - daysAgo * DAY_MS, event, text };
}

export const SEEDED_MONITOR: MonitorStatus = {
  version: '0.1.0',
  accounts: ['default', 'retail'],
  unwatched: new Map(),
  lastCheckMs: LAST_CHECK_MS,
  lastCompleteCheckMs: NOW_MS - 3 * HOUR_MS - 4 * MINUTE_MS,
  nextCheckMs: NOW_MS + 11 * MINUTE_MS,
  nextSummaryMs: NOW_MS + 6 * DAY_MS + 21 * HOUR_MS,
  outbox: { waiting: 1, parked: 1, oldestMs: NOW_MS - 4 * HOUR_MS },
  configuration: { ok: true, atMs: NOW_MS - 5 * DAY_MS },
  publicUrl: 'https://certs.example.com',
};
