// Certificates for the tests of telemetry and of the web server.
import type { Certificate } from '../../src/certificates/certificate.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';

export const NOW_MS = Date.UTC(2026, 10, 23, 12);

export function certificateOf(over: Partial<Certificate> = {}): Certificate {
  return {
    id: 'scs1590053258704',
    status: 'ISSUED',
    name: 'scm-shop',
    domain: 'www.example.com',
    sans: [],
    type: 'DV_SSL_CERT',
    brand: 'GEOTRUST',
    notBeforeMs: Date.UTC(2026, 0, 1),
    notAfterMs: Date.UTC(2027, 0, 1),
    issuedAtMs: null,
    fingerprint: 'ab12',
    signatureAlgorithm: 'SHA256withRSA',
    validityMonths: 12,
    validationMethod: 'DNS',
    domainType: 'SINGLE_DOMAIN',
    multiDomainType: null,
    domainCount: 1,
    wildcardCount: 0,
    pushSupport: 'SUPPORT',
    revokeReason: null,
    orderId: null,
    description: null,
    enterpriseProjectId: null,
    shared: null,
    notAfterFault: null,
    ...over,
  };
}

export function watchedOf(over: Partial<WatchedCertificate> = {}): WatchedCertificate {
  return {
    account: 'default',
    id: 'scs1590053258704',
    alias: null,
    owner: null,
    runbook: null,
    certificate: certificateOf(),
    up: true,
    lastSuccessMs: NOW_MS,
    failure: null,
    findings: [],
    successor: null,
    looks: [],
    ...over,
  };
}

/** Many certificates with ids of their own. */
export function manyWatched(count: number): WatchedCertificate[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `scs${String(1_590_053_258_704 + i)}`;
    return watchedOf({ id, certificate: certificateOf({ id, domain: `www${i}.example.com` }) });
  });
}
