// The program's looks at the places where certificates are served: answered by the world, and told to the oracle.
import { createHash } from 'node:crypto';
import { type Endpoint, endpointText } from '../../src/certificates/endpoint.ts';
import type { ProbeResult, ServedCertificate, Untrusted } from '../../src/certificates/served.ts';
import type { Prober } from '../../src/probe/prober.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import type { Oracle } from './oracle.ts';
import { type ChainTrouble, type Spot, servedAt } from './serving.ts';
import { serves } from './succession.ts';
import type { Issue } from './world.ts';

/** How the oracle calls a place. */
export function spotText({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}

export function createSights({
  oracle,
  spots,
  now,
}: {
  oracle: Oracle;
  spots: readonly Spot[];
  now: () => number;
}): { readonly prober: Pick<Prober, 'probe'>; looks(): number } {
  const byText = new Map(spots.map((spot) => [spotText(spot.endpoint), spot]));
  let looks = 0;
  async function probe(endpoint: Endpoint): Promise<ProbeResult> {
    const text = spotText(endpoint);
    const spot = byText.get(text);
    if (spot === undefined) throw new Error(`Cannot look at ${text}: the world has no such place`);
    looks += 1;
    const there = servedAt(spot, now());
    if (typeof there === 'string') {
      oracle.looked(text, null);
      const message = `Cannot look at ${endpointText(endpoint)}: ${there}`;
      return { ok: false, failure: { reason: there, message } };
    }
    const { issue, names, chain } = there;
    const leaf = shown(issue.fingerprint, issue, names);
    const above = chain === 'broken' ? [] : [intermediateOf(chain)];
    const endsMs = Math.min(leaf.notAfterMs, ...above.map(({ notAfterMs }) => notAfterMs));
    const asked = endpoint.serverName ?? endpoint.host;
    const untrusted = refusalOf({
      isBroken: chain === 'broken',
      hasEnded: endsMs <= now(),
      isNamed: serves(names, asked),
    });
    const { fingerprint, notBeforeMs } = issue;
    oracle.looked(text, { fingerprint, notBeforeMs, endsMs, refused: untrusted !== null });
    return {
      ok: true,
      served: {
        chain: [leaf, ...above],
        earliestNotAfterMs: endsMs,
        untrusted,
        protocol: 'TLSv1.3',
        address: '192.0.2.1',
      },
    };
  }
  return { prober: { probe }, looks: () => looks };
}

function refusalOf({
  isBroken,
  hasEnded,
  isNamed,
}: {
  isBroken: boolean;
  hasEnded: boolean;
  isNamed: boolean;
}): Untrusted | null {
  if (isBroken) return { code: 'unknown_issuer', message: 'its issuer is not known' };
  if (hasEnded) return { code: 'expired', message: 'it has ended' };
  return isNamed ? null : { code: 'wrong_name', message: 'it names another' };
}

const FAR_OFF_MS = 10_000 * DAY_MS;

function intermediateOf(chain: Exclude<ChainTrouble, 'broken'> | null): ServedCertificate {
  const notAfterMs = chain?.endsMs ?? Date.UTC(2026, 0) + FAR_OFF_MS;
  const fingerprint = createHash('sha1').update(`intermediate ${notAfterMs}`).digest('hex');
  return shown(fingerprint, { notBeforeMs: Date.UTC(2020, 0), notAfterMs }, []);
}

function shown(
  fingerprint: string,
  { notBeforeMs, notAfterMs }: Pick<Issue, 'notBeforeMs' | 'notAfterMs'>,
  names: readonly string[],
): ServedCertificate {
  return {
    fingerprint,
    fingerprint256: fingerprint,
    subject: null,
    issuer: null,
    names,
    serialNumber: '01',
    notBeforeMs,
    notAfterMs,
  };
}
