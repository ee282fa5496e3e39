// Looks at the places where certificates are to be served, with each check; what was seen stays known where a look fails.
import type { Certificate, CertificateKey } from './certificates/certificate.ts';
import { keyText } from './certificates/certificate.ts';
import { type Endpoint, endpointsOf, endpointText } from './certificates/endpoint.ts';
import { endpointKey, type Look } from './certificates/look.ts';
import type { ProbeResult } from './certificates/served.ts';
import type { CertificateConfig, Config } from './config/config.ts';
import type { Prober } from './probe/prober.ts';
import { codeOf } from './shared/errors.ts';

export interface Lookouts {
  /** What is known of each place of this certificate: the same list until a look changes it. */
  of(key: CertificateKey): readonly Look[];
  /** Looks at every place once, and says after each that it moves. Never rejects; resolves soon after the signal. */
  look(signal: AbortSignal, onLook: () => void): Promise<void>;
  /** Grows whenever a look brought something else than the one before. */
  changes(): number;
}

interface LookoutsParts {
  readonly config: () => Config;
  /** For one round of looks. */
  readonly prober: () => Promise<Pick<Prober, 'probe'>>;
  /** The last known facts of the certificate, for the names of `auto`. */
  readonly certificateOf: (key: CertificateKey) => Certificate | null;
}

interface Unseen {
  readonly config: Config;
  readonly certificates: ReadonlyMap<string, CertificateConfig>;
  readonly looks: Map<string, readonly Look[]>;
}

export function createLookouts({ config, prober, certificateOf }: LookoutsParts): Lookouts {
  /** By place: certificates that share one are looked at once. */
  let known = new Map<string, Look>();
  let looks = new Map<string, readonly Look[]>();
  let changes = 0;
  let unseen = unseenIn(config());

  function endpointsFor(configured: CertificateConfig): readonly Endpoint[] {
    if (configured.probe !== 'auto') return configured.probe;
    const certificate = certificateOf(configured);
    if (certificate === null) return [];
    const { domain, sans } = certificate;
    return endpointsOf(domain === null ? sans : [domain, ...sans]);
  }

  /** Of a certificate that is to be looked at and was not since the start: until then nobody knows what is served. */
  function unseenOf(key: string): readonly Look[] {
    if (unseen.config !== config()) unseen = unseenIn(config());
    const configured = unseen.certificates.get(key);
    if (configured === undefined) return NONE;
    const now = unseen.looks.get(key) ?? endpointsFor(configured).map(notSeen);
    unseen.looks.set(key, now);
    return now;
  }

  /** What is known now, tied to the certificates; places that nobody needs any more are forgotten. */
  function tie(places: ReadonlyMap<string, readonly Endpoint[]>, seen: Map<string, Look>): void {
    const next = new Map<string, readonly Look[]>();
    for (const [key, endpoints] of places) {
      const now = endpoints.map((endpoint) => seen.get(endpointKey(endpoint)) ?? notSeen(endpoint));
      const before = looks.get(key);
      next.set(key, before !== undefined && sameLooks(before, now) ? before : now);
    }
    if (next.size !== looks.size || [...next].some(([key, now]) => looks.get(key) !== now)) changes += 1;
    known = seen;
    looks = next;
  }

  return {
    of: (key) => looks.get(keyText(key)) ?? unseenOf(keyText(key)),
    changes: () => changes,
    async look(signal, onLook) {
      const places = new Map<string, readonly Endpoint[]>();
      const wanted = new Map<string, Endpoint>();
      for (const configured of config().certificates) {
        if (configured.probe.length === 0) continue;
        const endpoints = endpointsFor(configured);
        if (endpoints.length === 0) continue;
        places.set(keyText(configured), endpoints);
        for (const endpoint of endpoints) wanted.set(endpointKey(endpoint), endpoint);
      }
      if (wanted.size === 0) {
        tie(places, new Map());
        return;
      }
      const probe = await probeOf(prober);
      const seen = new Map<string, Look>();
      const looking = [...wanted].map(async ([key, endpoint]) => {
        const before = known.get(key) ?? notSeen(endpoint);
        seen.set(key, (await lookAt(probe(endpoint, signal), before)) ?? before);
        onLook();
      });
      await Promise.all(looking);
      if (!signal.aborted) tie(places, seen);
    },
  };
}

/** Where there is no prober, by a fault of ours, every look fails, and says so. */
async function probeOf(prober: LookoutsParts['prober']): Promise<Prober['probe']> {
  try {
    const { probe } = await prober();
    return probe;
  } catch (error) {
    return () => Promise.reject(error);
  }
}

/** Null where the look was stopped. */
async function lookAt(looking: Promise<ProbeResult>, before: Look): Promise<Look | null> {
  try {
    const result = await looking;
    return result.ok
      ? { endpoint: before.endpoint, served: result.served, failure: null }
      : { ...before, failure: result.failure };
  } catch (error) {
    if (codeOf(error) === 'ABORTED') return null;
    // A fault of ours at one place must not end the check, nor hide the others.
    const name = error instanceof Error ? error.name : 'something that is no error';
    const message = `Cannot look at ${endpointText(before.endpoint)}: an unexpected ${name} in this program; report it`;
    return { ...before, failure: { reason: 'malformed', message } };
  }
}

const NONE: readonly Look[] = Object.freeze([]);

/** Those of the configuration that are to be looked at. */
function unseenIn(config: Config): Unseen {
  const probed = config.certificates.filter(({ probe }) => probe.length > 0);
  return {
    config,
    certificates: new Map(probed.map((certificate) => [keyText(certificate), certificate])),
    looks: new Map(),
  };
}

function notSeen(endpoint: Endpoint): Look {
  return { endpoint, served: null, failure: null };
}

/** Whether nothing that anybody is told or shown differs. */
function sameLooks(a: readonly Look[], b: readonly Look[]): boolean {
  return a.length === b.length && a.every((look, place) => sameLook(look, b[place]));
}

function sameLook(a: Look, b: Look | undefined): boolean {
  return (
    b !== undefined &&
    endpointKey(a.endpoint) === endpointKey(b.endpoint) &&
    a.failure?.message === b.failure?.message &&
    (a.served === null) === (b.served === null) &&
    a.served?.untrusted?.message === b.served?.untrusted?.message &&
    a.served?.chain.map(({ fingerprint256 }) => fingerprint256).join() ===
      b.served?.chain.map(({ fingerprint256 }) => fingerprint256).join()
  );
}
