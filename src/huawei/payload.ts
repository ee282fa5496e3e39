// The body of ShowCertificate, made into a certificate in our own words. Pure.
import * as z from 'zod';
import { type Certificate, standingOf } from '../certificates/certificate.ts';
import {
  anything,
  faultOf,
  kept,
  namesOf,
  STATUS_MAX,
  shown,
  TEXT_MAX,
  text,
  typeName,
  whole,
  word,
} from './fields.ts';
import { fact } from './text.ts';
import { parseApiTime } from './times.ts';

const HEX = /^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2})+$/;

/** `application_info` and `authentification` hold personal data: they are not even looked at. */
const BODY = z.object({
  id: z.string().nullish(),
  status: z.string(),
  order_id: text,
  name: text,
  type: text,
  brand: text,
  push_support: text,
  revoke_reason: text,
  signature_algorithm: text,
  issue_time: anything,
  not_before: anything,
  not_after: anything,
  validity_period: whole,
  validation_method: text,
  domain_type: text,
  multi_domain_type: text,
  domain: text,
  sans: text,
  domain_count: whole,
  wildcard_count: whole,
  fingerprint: text,
  shared: z.boolean().nullish().catch(null),
  description: text,
  enterprise_project_id: text,
});

export interface Asked {
  readonly id: string;
  /** Zone of times that name none, in minutes east of UTC. */
  readonly utcOffsetMinutes: number;
}

export type ParsedCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  /** `message`: what is wrong with the body, as the end of a sentence. */
  | { readonly ok: false; readonly message: string };

/**
 * Reads a body that was JSON. Any of the 26 fields may be a value, null, empty or absent, and new ones may come; only a
 * status and, where one came, the right id are insisted on. A live certificate without a usable `not_after` is a
 * certificate with a `notAfterFault`: never one that looks healthy. Source: the vendor's page of ShowCertificate.
 */
export function parseCertificate(body: unknown, asked: Asked): ParsedCertificate {
  const parsed = BODY.safeParse(body);
  if (!parsed.success) return { ok: false, message: faultOf(body, parsed.error.issues[0]?.path[0], 'text') };
  const fields = parsed.data;
  const id = fact(fields.id ?? '', TEXT_MAX) ?? asked.id;
  if (id !== asked.id) {
    return { ok: false, message: `its body is of another certificate, ${shown(id)}` };
  }
  const status = word(fact(fields.status, STATUS_MAX));
  if (status === null) return { ok: false, message: 'its body has an empty status' };
  const notAfterMs = parseApiTime(fields.not_after, asked.utcOffsetMinutes);
  return {
    ok: true,
    certificate: {
      id: asked.id,
      status,
      name: kept(fields.name),
      domain: kept(fields.domain),
      sans: namesOf(fields.sans),
      type: word(kept(fields.type)),
      brand: word(kept(fields.brand)),
      notBeforeMs: parseApiTime(fields.not_before, asked.utcOffsetMinutes),
      notAfterMs,
      issuedAtMs: parseApiTime(fields.issue_time, asked.utcOffsetMinutes),
      fingerprint: fingerprintOf(fields.fingerprint),
      signatureAlgorithm: word(kept(fields.signature_algorithm)),
      validityMonths: fields.validity_period ?? null,
      validationMethod: word(kept(fields.validation_method)),
      domainType: word(kept(fields.domain_type)),
      multiDomainType: word(kept(fields.multi_domain_type)),
      domainCount: fields.domain_count ?? null,
      wildcardCount: fields.wildcard_count ?? null,
      pushSupport: word(kept(fields.push_support)),
      revokeReason: kept(fields.revoke_reason),
      orderId: kept(fields.order_id),
      description: kept(fields.description),
      enterpriseProjectId: word(kept(fields.enterprise_project_id)),
      shared: fields.shared ?? null,
      notAfterFault: notAfterMs === null ? notAfterFaultOf(fields.not_after, status) : null,
    },
  };
}

/** Only a certificate that serves has to have an end: an application has none yet, a dead one needs none. */
function notAfterFaultOf(value: unknown, status: string): string | null {
  const standing = standingOf(status);
  if (standing !== 'live' && standing !== 'revoking') return null;
  if (value === undefined || value === null) return 'is empty';
  if (typeof value === 'string') return value.trim() === '' ? 'is empty' : `is not a date: ${shown(value)}`;
  return typeof value === 'number' ? `is not a date: ${value}` : `is not a date: it is ${typeName(value)}`;
}

function fingerprintOf(value: string | null | undefined): string | null {
  const text = kept(value);
  if (text === null || !HEX.test(text)) return null;
  return text.replaceAll(':', '').toLowerCase();
}
