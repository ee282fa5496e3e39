// The body of ListDeployedResources, made into services and regions in our own words. Pure.
import * as z from 'zod';
import type { DeployedRegion, DeployedService } from '../certificates/deployment.ts';
import { faultOf, type ParsedBody, TEXT_MAX, text, whole } from './fields.ts';
import { fact } from './text.ts';

const WORD_MAX = 64;
/** Ten times what the vendor's page allows; what comes after is not looked at. */
const ENTRIES_MAX = 1_000;

const list = z.array(z.unknown()).nullish().catch(null);

const BODY = z.object({ results: z.array(z.unknown()) });
const RESULT = z.object({ certificate_id: z.string(), deployed_resources: list });
const SERVICE = z.object({ service: z.string(), resource_num: whole, region_resources: list });
const REGION = z.object({ region_id: text, is_error: z.boolean().nullish().catch(null), resources: list });

/** The services that use each certificate, by its id. */
export type Deployments = ReadonlyMap<string, readonly DeployedService[]>;

/**
 * Reads a body that was JSON. The list of results must be there; a result that is none, or of a certificate that nobody
 * asked for, is passed over, and so is a service or region that is none.
 */
export function parseDeployments(body: unknown, ids: readonly string[]): ParsedBody<Deployments> {
  const parsed = BODY.safeParse(body);
  if (!parsed.success)
    return { ok: false, message: faultOf(body, parsed.error.issues[0]?.path[0], 'a list') };
  const asked = new Set(ids);
  const found = new Map<string, readonly DeployedService[]>();
  for (const one of entriesOf(parsed.data.results)) {
    const result = RESULT.safeParse(one);
    if (!result.success) continue;
    const id = fact(result.data.certificate_id, TEXT_MAX) ?? '';
    if (!asked.has(id) || found.has(id)) continue;
    found.set(
      id,
      entriesOf(result.data.deployed_resources)
        .map(serviceOf)
        .filter((s) => s !== null),
    );
  }
  return { ok: true, value: found };
}

function serviceOf(value: unknown): DeployedService | null {
  const parsed = SERVICE.safeParse(value);
  const service = parsed.success ? fact(parsed.data.service, WORD_MAX) : null;
  if (!parsed.success || service === null) return null;
  const { resource_num, region_resources } = parsed.data;
  const parts = entriesOf(region_resources)
    .map(regionOf)
    .filter((part) => part !== null);
  const counted = parts.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const regions = parts.filter((part): part is DeployedRegion => part.region !== null);
  return { service, count: isCount(resource_num) ? resource_num : counted, regions };
}

/** A service for the whole world names no region, and still lists its resources. */
function regionOf(value: unknown): { readonly region: string | null; readonly count: number | null } | null {
  const parsed = REGION.safeParse(value);
  if (!parsed.success) return null;
  const { region_id, is_error, resources } = parsed.data;
  const count = is_error === true ? null : (resources?.length ?? 0);
  return { region: fact(region_id ?? '', WORD_MAX), count };
}

function isCount(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && value >= 0;
}

function entriesOf(values: readonly unknown[] | null | undefined): readonly unknown[] {
  return values?.slice(0, ENTRIES_MAX) ?? [];
}
