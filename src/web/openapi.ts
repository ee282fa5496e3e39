// GET /api/v1/openapi.json: what may be asked and what is answered, in OpenAPI 3.1. Pure.
import { z } from 'zod';
import { KINDS } from '../certificates/finding.ts';
import { certificateListSchema } from './api-schema.ts';
import { DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET } from './certificates-json.ts';
import { ENDS_PATTERN, SEVERITIES_ASKED } from './filter.ts';
import { SORTS } from './order.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The whole description. */
export function openApiDocument(version: string): JsonSchema {
  const { $schema: _, ...list } = z.toJSONSchema(certificateListSchema());
  return {
    openapi: '3.1.0',
    info: {
      title: 'ccm-cert-monitor',
      version,
      description: 'The certificates that are watched, as they were read last. Nothing can be changed.',
    },
    paths: {
      '/api/v1/certificates': {
        get: {
          operationId: 'listCertificates',
          summary: 'Certificates with what is known of them and what is found',
          parameters: [...filterParameters(), ...pageParameters(), ifNoneMatch()],
          responses: {
            200: {
              description:
                'A slice of what matches: in the order of the configuration, unless sort says another',
              headers: { ETag: { schema: { type: 'string' } } },
              content: { 'application/json': { schema: { $ref: '#/components/schemas/CertificateList' } } },
            },
            304: { description: 'It is still what If-None-Match names' },
            400: textAnswer('The query has a parameter or a value that nobody knows; the text says which'),
          },
        },
      },
    },
    components: { schemas: { CertificateList: list } },
  };
}

function filterParameters(): readonly JsonSchema[] {
  const text = { type: 'string' };
  return [
    parameter(
      'q',
      { ...text, maxLength: 200 },
      'Words that all stand in name, alias, domains, id, fingerprint, owner or account',
    ),
    parameter('severity', { enum: SEVERITIES_ASKED }, 'attention: critical or warning'),
    parameter('kind', { enum: KINDS }, 'With a finding of this kind'),
    parameter('status', text, 'The word of the cloud'),
    parameter('account', text, 'One that is configured'),
    parameter('owner', text, 'One that a certificate has'),
    parameter('silenced', { enum: ['yes', 'no'] }, 'Whether mails about it are stopped'),
    parameter('ends', { ...text, pattern: ENDS_PATTERN.source }, 'A month or a day in UTC'),
    parameter('sort', { enum: SORTS }, 'end: time left; read: longest not read'),
  ];
}

function pageParameters(): readonly JsonSchema[] {
  const whole = { type: 'integer' };
  return [
    parameter(
      'limit',
      { ...whole, minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
      'How many at most',
    ),
    parameter(
      'offset',
      { ...whole, minimum: 0, maximum: MAX_OFFSET, default: 0 },
      'How many are left out before',
    ),
  ];
}

function parameter(name: string, schema: JsonSchema, description: string): JsonSchema {
  return { name, in: 'query', description, schema };
}

function ifNoneMatch(): JsonSchema {
  return { name: 'If-None-Match', in: 'header', schema: { type: 'string' } };
}

function textAnswer(description: string): JsonSchema {
  return { description, content: { 'text/plain': { schema: { type: 'string' } } } };
}
