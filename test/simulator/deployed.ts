// The simulated ListDeployedResources: where certificates are deployed, refused whole where one of them is unknown. Pure.
import { z } from 'zod';
import type { SimulatedCertificate } from './certificates.ts';
import { json, type Reply, scmError } from './replies.ts';

export const DEPLOYED_PATH = '/v3/scm/deployed-resources';

export interface SimulatedDeployment {
  readonly service: string;
  /** Resources by region; the empty name for a service of the whole world; null for a region that cannot be asked. */
  readonly regions: Readonly<Record<string, number | null>>;
}

const ASKED = z.object({
  certificate_ids: z.array(z.string().length(16)).min(1).max(50),
  service_names: z.array(z.enum(['ALL', 'WAF', 'CDN', 'ELB'])).min(1),
});

/** One result for each certificate that was asked for, or a refusal of all of them. */
export function answerDeployed(
  body: Buffer,
  {
    certificates,
    deployments,
  }: {
    readonly certificates: ReadonlyMap<string, SimulatedCertificate>;
    readonly deployments: ReadonlyMap<string, readonly SimulatedDeployment[]>;
  },
): Reply {
  const asked = askedBy(body);
  if (asked === null)
    return scmError({ status: 400, code: 'SCM.0001', message: 'The request body is invalid.' });
  const { certificate_ids: ids, service_names: services } = asked;
  if (ids.some((id) => !certificates.has(id)))
    return scmError({
      status: 400,
      code: 'SCM.0003',
      message: 'The certificate does not belong to the user.',
    });
  const isWanted = ({ service }: SimulatedDeployment): boolean =>
    services.some((name) => name === 'ALL' || name === service);
  return json(200, {
    results: ids.map((id) => resultOf(id, (deployments.get(id) ?? []).filter(isWanted))),
  });
}

function askedBy(body: Buffer): z.infer<typeof ASKED> | null {
  try {
    return ASKED.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return null;
  }
}

function resultOf(id: string, deployments: readonly SimulatedDeployment[]): Record<string, unknown> {
  const resources = deployments.map(({ service, regions }) => ({
    service,
    resource_num: countOf(regions),
    resource_location: '' in regions ? 'global' : 'region',
    region_resources: Object.entries(regions).map(([region_id, count]) => ({
      region_id,
      is_error: count === null,
      resources: Array.from({ length: count ?? 0 }, (_, n) => ({ id: `resource-${n}`, type: service })),
    })),
  }));
  const total_num = deployments.reduce((sum, { regions }) => sum + countOf(regions), 0);
  return { certificate_id: id, total_num, deployed_resources: resources };
}

function countOf(regions: SimulatedDeployment['regions']): number {
  return Object.values(regions).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
