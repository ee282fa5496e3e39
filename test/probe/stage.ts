// What the tests of the prober stand on: authorities, endpoints and probers that are closed after each test.
import type { Endpoint } from '../../src/certificates/endpoint.ts';
import type { ProbeResult, Served } from '../../src/certificates/served.ts';
import type { Lookup } from '../../src/probe/addresses.ts';
import { createProber, type Prober, type ProberOptions } from '../../src/probe/prober.ts';
import { systemClock } from '../../src/shared/time.ts';
import { startTlsEndpoint, type TlsEndpoint, type TlsEndpointOptions } from '../simulator/tls/endpoint.ts';
import { type Issued, selfSigned } from '../simulator/tls/issue.ts';

export interface Authorities {
  readonly root: Issued;
  readonly intermediate: Issued;
  readonly selfSigned: typeof selfSigned;
}

export function createAuthorities(): Authorities {
  const root = selfSigned({ commonName: 'Test root', isAuthority: true });
  return {
    root,
    intermediate: root.issue({ commonName: 'Test intermediate', isAuthority: true }),
    selfSigned,
  };
}

export interface Stage {
  /** Does not abort. */
  readonly signal: AbortSignal;
  endpoint(options: TlsEndpointOptions): Promise<TlsEndpoint>;
  /** Trusts that root alone; every name leads to 127.0.0.1, and what ends by its deadline has none to speak of. */
  prober(root: Issued, options?: Partial<ProberOptions>): Prober;
  close(): Promise<void>;
}

export function createStage(): Stage {
  const closing: (() => Promise<void>)[] = [];
  return {
    signal: new AbortController().signal,
    async endpoint(options) {
      const endpoint = await startTlsEndpoint(options);
      closing.push(() => endpoint.close());
      return endpoint;
    },
    prober(root, options = {}) {
      const prober = createProber({
        concurrency: 16,
        perSecond: 10_000,
        timeoutMs: 25_000,
        clock: systemClock,
        lookup: lookupOf('127.0.0.1'),
        ca: [root.cert],
        ...options,
      });
      closing.push(() => prober.close());
      return prober;
    },
    async close() {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}

/** Every name has these addresses. */
export function lookupOf(...addresses: readonly string[]): Lookup {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

/** The endpoint as a configuration that names it has it. */
export function at({ port }: Pick<TlsEndpoint, 'port'>, changed: Partial<Endpoint> = {}): Endpoint {
  return { host: 'localhost', port, serverName: null, startTls: null, named: true, ...changed };
}

/** What was served; throws where the probe failed. */
export function servedBy(result: ProbeResult): Served {
  if (!result.ok) throw new Error(result.failure.message);
  return result.served;
}
