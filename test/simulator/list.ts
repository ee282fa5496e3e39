// The simulated ListCertificates: filters, order and pages as documented, with the defaults that hide rows. Pure.
import { formatCloudTime, type SimulatedCertificate } from './certificates.ts';
import { flawedPage } from './list-flaws.ts';
import { json, type Reply, scmError } from './replies.ts';
import type { ScmSettings } from './scm.ts';

const DAY_MS = 86_400_000;
const LIMITS = new Set(['10', '20', '50']);
const SHOWN = [
  'id',
  'name',
  'domain',
  'sans',
  'signature_algorithm',
  'type',
  'brand',
  'domain_type',
  'validity_period',
  'status',
  'domain_count',
  'wildcard_count',
  'description',
  'enterprise_project_id',
] as const;

type Order = (a: SimulatedCertificate, b: SimulatedCertificate) => number;

const ORDERS: ReadonlyMap<string, Order> = new Map<string, Order>([
  ['certExpiredTime', (a, b) => endMs(a) - endMs(b)],
  ['certStatus', (a, b) => String(a['status']).localeCompare(String(b['status']))],
  // Map order is the order of changes: nothing to compare.
  ['certUpdateTime', () => 0],
]);

/** One page, or the refusal of a parameter outside its documented range. */
export function listCertificates(
  query: URLSearchParams,
  {
    certificates,
    settings,
    nowMs,
  }: {
    readonly certificates: readonly SimulatedCertificate[];
    readonly settings: Pick<ScmSettings, 'utcOffsetMinutes' | 'maxOffset' | 'listFlaws'>;
    readonly nowMs: number;
  },
): Reply {
  const { maxOffset } = settings;
  const limit = query.get('limit') ?? '10';
  const offset = query.get('offset') ?? '0';
  const order = ORDERS.get(query.get('sort_key') ?? 'certUpdateTime');
  if (!LIMITS.has(limit)) return invalid('limit');
  if (!/^\d+$/.test(offset) || Number(offset) > (maxOffset ?? Number.POSITIVE_INFINITY))
    return invalid('offset');
  if (order === undefined) return invalid('sort_key');

  const found = certificates.filter(filterOf(query, nowMs)).sort(order);
  if (query.get('sort_dir') === 'DESC') found.reverse();
  const page = { offset: Number(offset), limit: Number(limit) };
  const { rows, total } = flawedPage(found, { page, flaws: settings.listFlaws });
  return json(200, {
    certificates: rows.map((certificate) => toRow(certificate, settings.utcOffsetMinutes)),
    total_count: total,
  });
}

/** Whether a certificate is asked for; the query is read once, for it is asked of thousands. */
function filterOf(query: URLSearchParams, nowMs: number): (certificate: SimulatedCertificate) => boolean {
  const status = query.get('status') ?? 'ALL';
  const project = query.get('enterprise_project_id') ?? 'all';
  const content = (query.get('content') ?? '').toLowerCase();
  const ownOnly = (query.get('owned_by_self') ?? 'true') === 'true';
  const days = Number(query.get('expired_days_since') ?? '0');
  return (certificate) =>
    (status === 'ALL' || certificate['status'] === status) &&
    (project === 'all' || certificate['enterprise_project_id'] === project) &&
    (!ownOnly || certificate['shared'] !== true) &&
    (content === '' || textOf(certificate).includes(content)) &&
    isRecentEnough(certificate, days, nowMs);
}

function textOf(certificate: SimulatedCertificate): string {
  return `${certificate['name']} ${certificate['domain']} ${certificate['sans']}`.toLowerCase();
}

/** By default expired certificates are hidden; `days` shows those that ended within that many days. */
function isRecentEnough(certificate: SimulatedCertificate, days: number, nowMs: number): boolean {
  const notAfter = certificate['not_after'];
  return !(notAfter instanceof Date) || notAfter.getTime() > nowMs - days * DAY_MS;
}

function toRow(certificate: SimulatedCertificate, utcOffsetMinutes: number): Record<string, unknown> {
  const notAfter = certificate['not_after'];
  return {
    ...Object.fromEntries(SHOWN.map((field) => [field, certificate[field] ?? null])),
    expire_time: notAfter instanceof Date ? formatCloudTime(notAfter, utcOffsetMinutes) : (notAfter ?? null),
    deploy_support: true,
  };
}

function endMs(certificate: SimulatedCertificate): number {
  const notAfter = certificate['not_after'];
  return notAfter instanceof Date ? notAfter.getTime() : Number.MAX_SAFE_INTEGER;
}

function invalid(parameter: string): Reply {
  return scmError({ status: 400, code: 'SCM.0001', message: `The parameter ${parameter} is invalid.` });
}
