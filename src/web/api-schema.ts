// The shape of the JSON answers, from which the OpenAPI description is made and which their tests hold against them. Pure.
import { z } from 'zod';
import { KINDS, SEVERITIES } from '../certificates/finding.ts';
import { FAILURE_REASONS } from '../certificates/reading.ts';
import { PROBE_FAILURES, UNTRUSTED_CODES } from '../certificates/served.ts';
import { LEVELS } from './words.ts';

const STANDINGS = [
  'live',
  'revoking',
  'application',
  'expired',
  'revoked',
  'unpassed',
  'unrecognised',
] as const;

/** The list of certificates; made when it is asked for, since building it costs more than most answers. */
export function certificateListSchema() {
  const instant = z.iso.datetime().describe('ISO 8601, in UTC').nullable();
  const text = z.string().nullable();
  const finding = z.strictObject({
    kind: z.enum(KINDS),
    severity: z.enum(SEVERITIES),
    cause: z
      .string()
      .describe('What tells causes of one kind apart: a reason of failure, a status, or the kind itself'),
    reason: z.string().describe('One sentence for people, in English'),
    since: instant.describe('Since when it is so; of expiring and expired: the end of the certificate'),
  });
  const failure = z.strictObject({ reason: z.enum(FAILURE_REASONS), message: z.string(), request_id: text });
  const silence = z.strictObject({ until: instant, reason: text });
  const successor = z.strictObject({ account: z.string(), id: z.string(), not_after: instant });
  const endpoint = z.strictObject({
    endpoint: z.string(),
    up: z.boolean().nullable().describe('Whether the last look saw a certificate; null before the first'),
    not_after: instant.describe('The earliest end in the chain that is served'),
    fingerprint: text.describe('Of what is served there, SHA-1, hexadecimal'),
    match: z.boolean().nullable().describe('Whether it is this very certificate'),
    untrusted: z.enum(UNTRUSTED_CODES).nullable().describe('Why clients refuse it'),
    failure: z
      .strictObject({ reason: z.enum(PROBE_FAILURES), message: z.string() })
      .nullable()
      .describe('Why the last look failed'),
  });
  const service = z.strictObject({
    service: z.string().describe('CDN, WAF, ELB'),
    count: z.int().min(0),
    regions: z.array(
      z.strictObject({ region: z.string(), count: z.int().min(0).nullable().describe('null: not known') }),
    ),
  });
  const certificate = z.strictObject({
    account: z.string(),
    id: z.string(),
    alias: text,
    owner: text,
    runbook: text,
    severity: z.enum(LEVELS).describe('The gravest finding; unknown: it was never read'),
    name: text,
    status: text.describe('The word of the cloud; null while it was never read'),
    standing: z.enum(STANDINGS).nullable().describe('What the status means'),
    domain: text,
    domains: z.array(z.string()).describe('The domain first, then the additional names'),
    certificate_type: text,
    brand: text,
    fingerprint: text.describe('SHA-1, hexadecimal'),
    not_before: instant,
    not_after: instant,
    up: z.boolean().nullable().describe('Whether the last read succeeded; null before the first'),
    last_success: instant,
    failure: failure.nullable().describe('Why the last read failed; null where it succeeded'),
    findings: z.array(finding),
    superseded_by: successor
      .nullable()
      .describe('The live certificate that covers all its names and ends later'),
    endpoints: z.array(endpoint).describe('What is seen of it from outside'),
    deployed: z
      .array(service)
      .nullable()
      .describe('Which services of the cloud use it, where it needs attention; null where that is not known'),
    silence: silence.nullable().describe('Mails about it are stopped until then'),
  });
  return z.strictObject({
    total: z.int().min(0).describe('How many match'),
    limit: z.int().min(1),
    offset: z.int().min(0),
    last_check: instant,
    last_complete_check: instant,
    certificates: z.array(certificate),
  });
}

export type CertificateList = z.output<ReturnType<typeof certificateListSchema>>;
