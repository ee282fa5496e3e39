// The requests that the account's credentials authorize, as they are made: what is asked, and how the answer is read. Pure.
import type { Certificate } from '../certificates/certificate.ts';
import type { AccountConfig } from '../config/config.ts';
import type { Operation } from './account.ts';
import type { Question } from './answer.ts';
import type { ParsedBody } from './fields.ts';
import { parseCertificate } from './payload.ts';

/** One request, whatever it asks for; `Value` is what a good answer has in it. */
export interface Call<Value> {
  readonly operation: Exclude<Operation, 'CreateToken'>;
  readonly asked: Question['asked'];
  /** What is asked for, as it stands in messages: "Cannot read …". */
  readonly subject: string;
  readonly method: 'GET' | 'POST';
  /** Absolute path and query, encoded: signed as it is sent. */
  readonly path: string;
  readonly body: string;
  /** Nothing depends on it: an answer that does not come tells nothing of the account. */
  readonly aside?: boolean;
  /** Only where an answer may be larger than one certificate. */
  readonly bodyMaxBytes?: number;
  /** Reads the body of a 200, which was JSON. */
  readonly parse: (body: unknown) => ParsedBody<Value>;
}

/** Asks for one certificate; `id` is letters, digits, `-` and `_`. */
export function showCertificate(id: string, account: AccountConfig): Call<Certificate> {
  return {
    operation: 'ShowCertificate',
    asked: 'certificate',
    subject: certificateOf(id, account),
    method: 'GET',
    path: `/v3/scm/certificates/${encodeURIComponent(id)}`,
    body: '',
    parse(body) {
      const parsed = parseCertificate(body, { id, utcOffsetMinutes: account.utcOffsetMinutes });
      return parsed.ok ? { ok: true, value: parsed.certificate } : parsed;
    },
  };
}

/** A certificate as it stands in messages. */
export function certificateOf(id: string, account: AccountConfig): string {
  return `certificate ${id} of account ${account.name}`;
}
