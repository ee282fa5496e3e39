// The body of ListCertificates, made into rows in our own words. Pure.
import * as z from 'zod';
import type { ListedCertificate } from '../certificates/listed.ts';
import {
  anything,
  faultOf,
  isId,
  kept,
  namesOf,
  type ParsedBody,
  STATUS_MAX,
  TEXT_MAX,
  text,
  whole,
  word,
} from './fields.ts';
import { fact } from './text.ts';
import { parseApiTime } from './times.ts';

/** Twenty times what is asked for; beyond it the body is not a page of a list. */
const ROWS_MAX = 1_000;

export interface ListPage {
  readonly rows: readonly ListedCertificate[];
  /** How many rows name no certificate that could be asked for. */
  readonly unusable: number;
  /** How many there are over all pages, as the cloud says; null where it does not say. */
  readonly totalCount: number | null;
}

const BODY = z.object({ certificates: z.array(z.unknown()).nullish(), total_count: whole });

const ROW = z.object({
  id: z.string(),
  status: text,
  name: text,
  domain: text,
  sans: text,
  type: text,
  brand: text,
  expire_time: anything,
  enterprise_project_id: text,
});

/**
 * Reads a body that was JSON. A list must be there, but where the cloud says that nothing is in it; any field of a row may
 * be a value, null, empty or absent, but its id. Zone-less times are read in the account's offset.
 */
export function parseListPage(body: unknown, utcOffsetMinutes: number): ParsedBody<ListPage> {
  const parsed = BODY.safeParse(body);
  if (!parsed.success)
    return { ok: false, message: faultOf(body, parsed.error.issues[0]?.path[0], 'a list') };
  const { certificates, total_count } = parsed.data;
  const totalCount =
    total_count === null || total_count === undefined || total_count < 0 ? null : total_count;
  const found = certificates ?? (totalCount === 0 ? [] : null);
  if (found === null) return { ok: false, message: 'its body has no certificates' };
  if (found.length > ROWS_MAX) return { ok: false, message: `its list has ${found.length} rows on one page` };
  const rows = found.map((row) => rowOf(row, utcOffsetMinutes)).filter((row) => row !== null);
  return { ok: true, value: { rows, unusable: found.length - rows.length, totalCount } };
}

function rowOf(row: unknown, utcOffsetMinutes: number): ListedCertificate | null {
  const parsed = ROW.safeParse(row);
  if (!parsed.success) return null;
  const fields = parsed.data;
  const id = fact(fields.id, TEXT_MAX);
  if (id === null || !isId(id)) return null;
  return {
    id,
    status: word(fact(fields.status ?? '', STATUS_MAX)),
    name: kept(fields.name),
    domain: kept(fields.domain),
    sans: namesOf(fields.sans),
    type: word(kept(fields.type)),
    brand: word(kept(fields.brand)),
    notAfterMs: parseApiTime(fields.expire_time, utcOffsetMinutes),
    enterpriseProjectId: word(kept(fields.enterprise_project_id)),
  };
}

/** About how many characters a row keeps alive. */
export function charactersOf({ id, name, domain, sans }: ListedCertificate): number {
  let characters = id.length + (name?.length ?? 0) + (domain?.length ?? 0);
  for (const one of sans) characters += one.length;
  return characters;
}
