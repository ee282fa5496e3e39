// What a list can be asked for, and the requests that ask for it. Pure.
import type { AccountConfig } from '../config/config.ts';
import type { Call } from './call.ts';
import { type ListPage, parseListPage } from './list-payload.ts';

/** The most rows that the API gives at once. */
export const PAGE_ROWS = 50;
/** The greatest offset that the vendor's page allows. */
export const DOCUMENTED_OFFSET = 100;
/** By default ended certificates are hidden; three years is the most that can be asked for. */
const EXPIRED_DAYS = 1_095;
/** Fifty certificates with some hundred names each, four times over. */
const BODY_MAX_BYTES = 4 * 1_024 * 1_024;

export interface ListOrder {
  readonly key: 'certUpdateTime' | 'certExpiredTime' | 'certStatus';
  readonly direction: 'ASC' | 'DESC';
}

/**
 * The order that loses nothing while the list changes: what changes, and what is new, goes to its end, which comes last.
 * What was before it moves up, and is met again by pages that overlap.
 */
export const OLDEST_CHANGE_FIRST: ListOrder = { key: 'certUpdateTime', direction: 'ASC' };
export const NEWEST_CHANGE_FIRST: ListOrder = { key: 'certUpdateTime', direction: 'DESC' };
export const EARLIEST_END_FIRST: ListOrder = { key: 'certExpiredTime', direction: 'ASC' };
export const LATEST_END_FIRST: ListOrder = { key: 'certExpiredTime', direction: 'DESC' };

export interface ListQuery {
  /** null: any. */
  readonly status: string | null;
  readonly enterpriseProjectId: string | null;
  readonly shared: boolean;
  /** A part of a name; which names the cloud looks at is its own business. */
  readonly keyword: string | null;
  readonly order: ListOrder;
}

/** Asks for the page that begins at row `offset`. */
export function listPage(query: ListQuery, offset: number, account: AccountConfig): Call<ListPage> {
  return {
    operation: 'ListCertificates',
    asked: 'list',
    subject: listOf(account),
    method: 'GET',
    path: `/v3/scm/certificates?${parametersOf(query, offset)}`,
    body: '',
    bodyMaxBytes: BODY_MAX_BYTES,
    parse: (body) => parseListPage(body, account.utcOffsetMinutes),
  };
}

/** The list as it stands in messages. */
export function listOf(account: AccountConfig): string {
  return `the list of certificates of account ${account.name}`;
}

function parametersOf(query: ListQuery, offset: number): string {
  const { status, enterpriseProjectId, shared, keyword, order } = query;
  const parameters: [string, string | null][] = [
    ['content', keyword],
    ['enterprise_project_id', enterpriseProjectId],
    ['expired_days_since', String(EXPIRED_DAYS)],
    ['limit', String(PAGE_ROWS)],
    ['offset', String(offset)],
    ['owned_by_self', shared ? 'false' : null],
    ['sort_dir', order.direction],
    ['sort_key', order.key],
    ['status', status],
  ];
  return parameters
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${encode(value)}`]))
    .join('&');
}

/** RFC 3986, as the signature has it; a blank is %20 and never `+`. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
