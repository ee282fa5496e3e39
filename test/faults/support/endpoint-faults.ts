// What goes wrong with endpoints: in place of TLS, within its handshake, and in each protocol that begins before it. Pure, but for the endpoints it changes.
import { START_TLS, type StartTls } from '../../../src/certificates/endpoint.ts';
import type { ProbeFailureReason } from '../../../src/certificates/served.ts';
import type { TlsEndpoint } from '../../simulator/tls/endpoint.ts';
import { INSTEAD_OF_TLS, type TlsFault } from '../../simulator/tls/faults.ts';
import { type Issued, selfSigned } from '../../simulator/tls/issue.ts';
import { reasonBeforeTls, reasonOf } from '../../simulator/tls/reasons.ts';
import { BEFORE_TLS } from '../../simulator/tls/start-tls.ts';

export interface EndpointFault {
  readonly name: string;
  readonly startTls: StartTls | null;
  /** Why nothing is seen; null where every other look sees it. */
  readonly reason: ProbeFailureReason | null;
  begin(endpoint: TlsEndpoint): void;
}

function ofTls(name: string, fault: TlsFault): EndpointFault {
  const begin = (endpoint: TlsEndpoint): void => endpoint.misbehave(fault);
  return { name, startTls: null, reason: reasonOf(fault), begin };
}

/** Made once: it takes a while. */
let huge: Issued | null = null;

function hugeLeaf(): Issued {
  const long = `${'x'.repeat(60)}.`.repeat(4);
  huge ??= selfSigned({ names: Array.from({ length: 42_000 }, (_, n) => `${n}.${long}example`) });
  return huge;
}

export const ENDPOINT_FAULTS: readonly EndpointFault[] = [
  ...INSTEAD_OF_TLS.map((fault) => ofTls(fault, fault)),
  ofTls('stalls in the first record', { afterBytes: 3, fault: 'stalls' }),
  ofTls('stalls in the handshake', { afterBytes: 200, fault: 'stalls' }),
  ofTls('drips', { afterBytes: 100, fault: 'drips' }),
  ofTls('resets in the handshake', { afterBytes: 200, fault: 'resets' }),
  ofTls('closes in the handshake', { afterBytes: 200, fault: 'closes' }),
  {
    name: 'has 10 MB of names',
    startTls: null,
    reason: 'too_large',
    begin: (endpoint) => endpoint.present({ leaf: hugeLeaf() }),
  },
  ...(['resets at once', 'says nothing', 'speaks HTTP'] as const).map((fault) => ({
    name: `${fault}, every other time`,
    startTls: null,
    reason: null,
    begin: (endpoint: TlsEndpoint) => endpoint.misbehave(fault, 'every other time'),
  })),
  ...START_TLS.flatMap((startTls) =>
    BEFORE_TLS.map((fault) => ({
      name: `${startTls} ${fault}`,
      startTls,
      reason: reasonBeforeTls(startTls, fault),
      begin: (endpoint: TlsEndpoint) => endpoint.misbehaveBeforeTls(fault),
    })),
  ),
];
