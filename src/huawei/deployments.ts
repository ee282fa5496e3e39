// Asks where certificates are deployed: some at a time, and one that the cloud refuses does not hide the others.
import type { DeploymentReading } from '../certificates/deployment.ts';
import type { ReadFailure } from '../certificates/reading.ts';
import type { AccountConfig } from '../config/config.ts';
import { oneLine } from '../shared/text.ts';
import type { Call } from './call.ts';
import type { Caller } from './caller.ts';
import { type Deployments, parseDeployments } from './deployment-payload.ts';
import { isId } from './fields.ts';

export interface DeploymentsOptions {
  readonly account: AccountConfig;
  readonly caller: Caller;
  readonly ids: readonly string[];
}

/** The vendor's page allows fifty; each may have a hundred entries. */
const BATCH = 20;
const BODY_MAX_BYTES = 4 * 1_024 * 1_024;
/** A batch that is refused is halved to find out for whose sake, but not for ever: so many requests more. */
const HALVINGS = 64;

/** An entry for each id. Never rejects but with ABORTED. */
export async function readDeployments(
  { account, caller, ids }: DeploymentsOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, DeploymentReading>> {
  const readings = new Map<string, DeploymentReading>();
  const wanted = [...new Set(ids)];
  for (const id of wanted) if (!isId(id)) readings.set(id, { ok: false, failure: notAnId(id, account) });
  const batches = batchesOf(wanted.filter(isId));
  let halvings = 0;
  for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
    const called = await caller.call(listDeployedResources(batch, account), signal);
    if (called.ok) {
      for (const id of batch) readings.set(id, readingOf(id, { found: called.value, account }));
      continue;
    }
    const { failure } = called;
    if (isOfBatch(failure) && batch.length > 1 && halvings + 2 <= HALVINGS) {
      halvings += 2;
      const middle = Math.ceil(batch.length / 2);
      batches.push(batch.slice(middle), batch.slice(0, middle));
      continue;
    }
    // What is not the batch's own fault would happen to the others too.
    const failed = isOfBatch(failure) ? batch : [...batch, ...batches.splice(0).flat()];
    for (const id of failed) readings.set(id, { ok: false, failure });
  }
  return readings;
}

/** In reverse: the first is taken from the end. */
function batchesOf(ids: readonly string[]): (readonly string[])[] {
  const batches: (readonly string[])[] = [];
  for (let from = 0; from < ids.length; from += BATCH) batches.unshift(ids.slice(from, from + BATCH));
  return batches;
}

function isOfBatch({ reason }: ReadFailure): boolean {
  return reason === 'missing' || reason === 'malformed';
}

function readingOf(id: string, of: { found: Deployments; account: AccountConfig }): DeploymentReading {
  const services = of.found.get(id);
  if (services !== undefined) return { ok: true, services };
  const message = `Cannot read ${subjectOf(of.account)}: the answer has nothing on certificate ${id}`;
  return { ok: false, failure: { reason: 'malformed', message, requestId: null } };
}

function listDeployedResources(ids: readonly string[], account: AccountConfig): Call<Deployments> {
  return {
    operation: 'ListDeployedResources',
    asked: 'deployments',
    aside: true,
    subject: subjectOf(account),
    method: 'POST',
    path: '/v3/scm/deployed-resources',
    body: JSON.stringify({ certificate_ids: ids, service_names: ['ALL'] }),
    bodyMaxBytes: BODY_MAX_BYTES,
    parse: (body) => parseDeployments(body, ids),
  };
}

function subjectOf({ name }: AccountConfig): string {
  return `where certificates of account ${name} are deployed`;
}

function notAnId(id: string, account: AccountConfig): ReadFailure {
  const message = `Cannot read ${subjectOf(account)}: "${oneLine(id, 40)}" is no id, which has only letters, digits, - and _`;
  return { reason: 'malformed', message, requestId: null };
}
