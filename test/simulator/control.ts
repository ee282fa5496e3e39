// Steers a simulated cloud that runs in another process: a few HTTP calls under /_control/.
import { z } from 'zod';
import * as make from './certificates.ts';
import type { Cloud } from './cloud.ts';
import type { Fault } from './faults.ts';
import { type CloudRequest, json, type Reply } from './replies.ts';

const MAKERS = {
  issued: make.issued,
  uploaded: make.uploaded,
  expired: make.expired,
  revoked: make.revoked,
  revoking: make.revoking,
  unpassed: make.unpassed,
  paid: make.paid,
  checking: make.checking,
} as const;

const CERTIFICATE = z.strictObject({
  like: z.enum(['issued', 'uploaded', 'expired', 'revoked', 'revoking', 'unpassed', 'paid', 'checking']),
  name: z.string().exactOptional(),
  domain: z.string().exactOptional(),
  daysLeft: z.number().exactOptional(),
  lifetimeDays: z.number().exactOptional(),
  fields: z.record(z.string(), z.unknown()).exactOptional(),
});

/** The faults that can be told in JSON. */
const FAULT: z.ZodType<Fault> = z.union([
  z.strictObject({ kind: z.enum(['stall', 'reset', 'malformed', 'close-half-way', 'token-refused']) }),
  z.strictObject({ kind: z.literal('latency'), ms: z.number() }),
  z.strictObject({ kind: z.literal('drip'), intervalMs: z.number() }),
  z.strictObject({ kind: z.literal('oversized'), bytes: z.number() }),
  z.strictObject({ kind: z.literal('raw'), text: z.string() }),
  z.strictObject({ kind: z.literal('redirect'), status: z.number(), location: z.string() }),
  z.strictObject({ kind: z.literal('reply'), status: z.number(), body: z.unknown() }),
]);

const PLANNED = z.strictObject({
  fault: FAULT,
  on: z.union([z.enum(['any', 'scm', 'iam']), z.strictObject({ certificate: z.string() })]).default('any'),
  times: z.union([z.number(), z.literal('always')]).default(1),
});

const LIST = z.strictObject({
  maxOffset: z.number().nullable().exactOptional(),
  flaws: z
    .strictObject({
      totalCount: z.number().nullable().exactOptional(),
      repeatedRows: z.number().exactOptional(),
      emptyFrom: z.number().exactOptional(),
      wholePages: z.boolean().exactOptional(),
      pageRows: z.number().min(1).exactOptional(),
      endless: z.boolean().exactOptional(),
    })
    .default({}),
});

const DEPLOYMENTS = z.array(
  z.strictObject({ service: z.string(), regions: z.record(z.string(), z.number().nullable()) }),
);

/** Whether a path is for the simulator and not for the cloud. */
export function isControlPath(path: string): boolean {
  return path.startsWith('/_control/');
}

/**
 * `PUT /_control/certificates/ID {like, daysLeft, name, domain, fields}` · `DELETE /_control/certificates/ID` ·
 * `PUT /_control/deployments/ID [{service, regions}]` · `PUT /_control/list {maxOffset, flaws}` ·
 * `POST /_control/faults {fault, on, times}` · `DELETE /_control/faults` · `POST /_control/revoke-tokens` · `GET /_control/requests`.
 */
export function answerControl(request: CloudRequest, cloud: Cloud): Reply {
  const [, things, id] = /^\/_control\/(certificates|deployments)\/([\w-]+)$/.exec(request.path) ?? [];
  switch (`${request.method} ${id === undefined ? request.path : `/_control/${things}/ID`}`) {
    case 'PUT /_control/certificates/ID':
      return parsed(CERTIFICATE, request, ({ like, ...options }) =>
        cloud.put(MAKERS[like]({ ...options, ...(id === undefined ? {} : { id }) })),
      );
    case 'DELETE /_control/certificates/ID':
      return json(200, cloud.remove(id ?? '') ?? {});
    case 'PUT /_control/deployments/ID':
      return parsed(DEPLOYMENTS, request, (value) => void cloud.deployments.set(id ?? '', value));
    case 'PUT /_control/list':
      return parsed(LIST, request, ({ maxOffset = cloud.settings.maxOffset, flaws }) => {
        Object.assign(cloud.settings, { maxOffset, listFlaws: flaws });
      });
    case 'POST /_control/faults':
      return parsed(PLANNED, request, ({ fault, on, times }) => void cloud.fail(fault, { on, times }));
    case 'DELETE /_control/faults':
      return json(200, cloud.heal() ?? {});
    case 'POST /_control/revoke-tokens':
      return json(200, cloud.revokeTokens() ?? {});
    case 'GET /_control/requests':
      // Without the headers: they hold tokens.
      return json(
        200,
        cloud.requests.map(({ headers: _headers, ...rest }) => rest),
      );
    default:
      return json(404, {
        error: `Cannot ${request.method} ${request.path}: the simulator has no such control`,
      });
  }
}

function parsed<T>(schema: z.ZodType<T>, { body }: CloudRequest, use: (value: T) => unknown): Reply {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return json(400, { error: 'Cannot read the body: it is not JSON' });
  }
  const result = schema.safeParse(value);
  if (!result.success) return json(400, { error: z.prettifyError(result.error) });
  return json(200, use(result.data) ?? {});
}
