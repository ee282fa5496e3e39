// Text that tries to break out of wherever it is shown, and a certificate that is full of it.
import { expect } from '@jest/globals';
import type { Finding } from '../../src/certificates/finding.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { certificateOf, NOW_MS, watchedOf } from '../telemetry/certificates.ts';

export const HOSTILE = `<script>alert("1")</script>'&\r\nX-Injected: 1\u0000\u202eBEGIN:VEVENT`;

export const EXPIRED: Finding = {
  kind: 'expired',
  severity: 'critical',
  cause: 'expired',
  reason: 'it ended 3 days ago',
  epochMs: NOW_MS,
};

export const EXPIRING: Finding = {
  ...EXPIRED,
  kind: 'expiring',
  severity: 'warning',
  reason: 'it ends in 12 days',
};

export const HOSTILE_CERTIFICATE: WatchedCertificate = watchedOf({
  alias: HOSTILE,
  owner: HOSTILE,
  runbook: 'javascript:alert(1)',
  findings: [{ ...EXPIRED, kind: 'unrecognised', cause: HOSTILE, reason: HOSTILE }],
  failure: { reason: 'malformed', message: HOSTILE, requestId: HOSTILE },
  up: false,
  certificate: certificateOf({
    name: HOSTILE,
    domain: HOSTILE,
    sans: [HOSTILE],
    brand: HOSTILE,
    status: HOSTILE,
    revokeReason: HOSTILE,
    description: HOSTILE,
  }),
});

/** A status that is not live keeps it out of the calendar. */
export const HOSTILE_LIVE: WatchedCertificate = {
  ...HOSTILE_CERTIFICATE,
  certificate: certificateOf({ name: HOSTILE, domain: HOSTILE, sans: [HOSTILE] }),
};

/** The text is there, and it is nothing but text. */
export function expectHarmless(html: string): void {
  for (const harm of ['<script', 'javascript:alert(1)"', '\u0000', '\u202e'])
    expect(html).not.toContain(harm);
  expect(html).toContain('&lt;script&gt;');
}
