// Why a probe saw nothing, for each thing that an endpoint can do in its way. Pure.
import type { StartTls } from '../../../src/certificates/endpoint.ts';
import type { ProbeFailureReason } from '../../../src/certificates/served.ts';
import type { INSTEAD_OF_TLS, TlsFault } from './faults.ts';
import type { StartTlsFault } from './start-tls.ts';

const INSTEAD: Readonly<Record<(typeof INSTEAD_OF_TLS)[number], ProbeFailureReason>> = {
  'says nothing': 'timeout',
  'closes at once': 'reset',
  'resets at once': 'reset',
  'speaks HTTP': 'no_tls',
  'greets as SMTP': 'no_tls',
  'greets as SSH': 'no_tls',
  'ends by an alert': 'rejected',
  'sends garbage': 'no_tls',
  'sends a chain without end': 'too_large',
  'repeats itself without end': 'too_large',
};

const CUT_SHORT = { stalls: 'timeout', drips: 'timeout', resets: 'reset', closes: 'reset' } as const;

export function reasonOf(fault: TlsFault): ProbeFailureReason {
  return typeof fault === 'string' ? INSTEAD[fault] : CUT_SHORT[fault.fault];
}

const BEFORE_TLS: Readonly<Record<StartTlsFault, ProbeFailureReason>> = {
  refuses: 'starttls_refused',
  'does not offer it': 'starttls_refused',
  'talks nonsense': 'starttls_refused',
  'greets without end': 'too_large',
  'falls silent': 'timeout',
  'hangs up': 'reset',
  'goes on in the clear': 'starttls_refused',
};

/** These know no greeting, or none without end; and a MySQL server says nothing between its greeting and TLS. */
const OTHERS: Partial<Record<StartTls, Partial<Record<StartTlsFault, ProbeFailureReason>>>> = {
  pop3: { 'greets without end': 'starttls_refused' },
  ldap: { 'greets without end': 'starttls_refused' },
  postgres: { 'greets without end': 'starttls_refused' },
  mysql: { 'greets without end': 'starttls_refused', 'goes on in the clear': 'no_tls' },
};

export function reasonBeforeTls(protocol: StartTls, fault: StartTlsFault): ProbeFailureReason {
  return OTHERS[protocol]?.[fault] ?? BEFORE_TLS[fault];
}
