// Certificates as the cloud would hold them: realistic fields for every state, dates as instants until they are written. Pure but for the default clock.
import { createHash } from 'node:crypto';

/** Fields as they go out. A `Date` is written the cloud's way, in its offset; anything else goes out as it stands, right or wrong. */
export interface SimulatedCertificate {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A certificate that may still lack its id: `cloud.put` gives it one. */
export interface CertificateDraft {
  readonly id?: string;
  readonly [field: string]: unknown;
}

export interface CertificateOptions {
  /** `scs` and 13 digits; the cloud gives one where it is left out. */
  readonly id?: string;
  readonly name?: string;
  readonly domain?: string;
  /** Until `not_after`, fractions allowed, negative for the past. Default 90. */
  readonly daysLeft?: number;
  /** From `not_before` to `not_after`. Default 365. */
  readonly lifetimeDays?: number;
  /** Default: the machine's clock. */
  readonly nowMs?: number;
  /** Over everything else. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Personal and validation values that every certificate carries: finding one anywhere outside the cloud is a leak. */
export const PLANTED_PERSONAL_VALUES: readonly string[] = [
  'Planted Trading Ltd',
  'Planted Applicant Zhang Wei',
  '+86-138-0013-8000',
  'zhang.wei@planted-applicant.example',
  'Planted Contact Li Na',
  '+86-139-0013-9000',
  'li.na@planted-contact.example',
  '201801040000001ytm4q-planted-cd8p7eg9ktlwfsord',
];

const DAY_MS = 86_400_000;
const FIRST_ID = 1_590_053_258_704;

/** The n-th id: `scs` and 13 digits, the only form ever seen. */
export function certificateId(n: number): string {
  return `scs${FIRST_ID + n}`;
}

/** `2021-05-27 16:46:25.0`: a time without its zone, as the cloud writes it. */
export function formatCloudTime(at: Date, utcOffsetMinutes: number): string {
  const wall = new Date(at.getTime() + utcOffsetMinutes * 60_000).toISOString();
  return `${wall.slice(0, 19).replace('T', ' ')}.0`;
}

/** The certificate as JSON fields, its instants written in the cloud's offset. */
export function toWire(certificate: SimulatedCertificate, utcOffsetMinutes: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(certificate).map(([field, value]) => [
      field,
      value instanceof Date ? formatCloudTime(value, utcOffsetMinutes) : value,
    ]),
  );
}

/** Live and issued, with all 26 fields. */
export function issued(options: CertificateOptions = {}): CertificateDraft {
  return { ...common(options), status: 'ISSUED', ...issueFields(options), ...options.fields };
}

/** Imported by the user: live, and healthy. */
export function uploaded(options: CertificateOptions = {}): CertificateDraft {
  const own = {
    status: 'UPLOAD',
    order_id: null,
    push_support: 'ON',
    validation_method: null,
    validity_period: 0,
  };
  return { ...issued(options), ...own, ...options.fields };
}

/** EXPIRED a day ago, unless `daysLeft` says otherwise. */
export function expired(options: CertificateOptions = {}): CertificateDraft {
  return { ...issued({ daysLeft: -1, ...options }), status: 'EXPIRED', ...options.fields };
}

export function revoked(options: CertificateOptions = {}): CertificateDraft {
  return { ...issued(options), ...revocation(), ...options.fields };
}

/** Revocation under review: live still. */
export function revoking(options: CertificateOptions = {}): CertificateDraft {
  return { ...issued(options), status: 'REVOKING', ...options.fields };
}

/** The application failed. */
export function unpassed(options: CertificateOptions = {}): CertificateDraft {
  return { ...unissued(options, 'UNPASSED'), ...options.fields };
}

/** Paid for, not applied for. */
export function paid(options: CertificateOptions = {}): CertificateDraft {
  return { ...unissued(options, 'PAID'), authentification: [], ...options.fields };
}

/** In application; the page's own example has this status. */
export function checking(options: CertificateOptions = {}): CertificateDraft {
  return { ...unissued(options, 'CHECKING_DOMAIN'), ...options.fields };
}

/** What a re-issue under the same id changes: dates and fingerprint. */
export function reissue(options: CertificateOptions = {}): Record<string, unknown> {
  return { status: 'ISSUED', ...issueFields(options) };
}

/** What a revocation changes. */
export function revocation(reason = 'The private key was disclosed.'): Record<string, unknown> {
  return { status: 'REVOKED', revoke_reason: reason };
}

function issueFields(options: CertificateOptions): Record<string, unknown> {
  const { daysLeft = 90, lifetimeDays = 365, nowMs = Date.now() } = options;
  // The cloud writes whole seconds: what a test computes must match what is read back.
  const notAfterMs = Math.floor((nowMs + daysLeft * DAY_MS) / 1_000) * 1_000;
  const notBefore = new Date(notAfterMs - lifetimeDays * DAY_MS);
  return {
    signature_algorithm: 'SHA256withRSA',
    issue_time: new Date(notBefore.getTime() + 3_600_000),
    not_before: notBefore,
    not_after: new Date(notAfterMs),
    fingerprint: sha1(`${options.id ?? ''}${options.domain ?? ''}${notAfterMs}`),
  };
}

function unissued(options: CertificateOptions, status: string): CertificateDraft {
  const nothingYet = {
    signature_algorithm: null,
    issue_time: null,
    not_before: null,
    not_after: null,
    fingerprint: null,
  };
  return { ...common(options), status, sans: null, ...nothingYet };
}

function common(options: CertificateOptions): CertificateDraft {
  const { domain = 'www.shop.example', name = 'scm-testing' } = options;
  return {
    ...(options.id === undefined ? {} : { id: options.id }),
    order_id: `CS20052117${sha1(name + domain)
      .slice(0, 7)
      .toUpperCase()}`,
    name,
    type: 'DV_SSL_CERT',
    brand: 'GEOTRUST',
    push_support: 'OFF',
    revoke_reason: null,
    validity_period: 12,
    validation_method: 'DNS',
    domain_type: 'SINGLE_DOMAIN',
    multi_domain_type: null,
    domain,
    sans: domain.startsWith('www.') ? `${domain};${domain.slice(4)}` : domain,
    domain_count: 1,
    wildcard_count: 0,
    shared: false,
    description: '',
    enterprise_project_id: '0',
    application_info: applicationOfNobody(),
    authentification: [
      {
        record_name: `_dnsauth.${domain}`,
        record_type: 'TXT',
        record_value: '201801040000001ytm4q-planted-cd8p7eg9ktlwfsord',
        domain,
      },
    ],
  };
}

function applicationOfNobody(): Record<string, string> {
  return {
    country: 'CN',
    company_name: 'Planted Trading Ltd',
    company_province: 'Guangdong',
    company_city: 'Shenzhen',
    applicant_name: 'Planted Applicant Zhang Wei',
    applicant_phone: '+86-138-0013-8000',
    applicant_email: 'zhang.wei@planted-applicant.example',
    contact_name: 'Planted Contact Li Na',
    contact_phone: '+86-139-0013-9000',
    contact_email: 'li.na@planted-contact.example',
  };
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
