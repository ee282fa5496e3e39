// Places where certificates are served, how each stands before and after its endpoint goes wrong, and how often that is to be told.
import { certificateId, issued } from '../../simulator/certificates.ts';
import { startTlsEndpoint, type TlsEndpoint } from '../../simulator/tls/endpoint.ts';
import { type Issued, selfSigned } from '../../simulator/tls/issue.ts';
import type { Random } from '../../support/random.ts';
import type { Setting } from '../../support/setting.ts';
import type { EndpointFault } from './endpoint-faults.ts';
import type { Samples } from './scrape.ts';
import { textOf } from './tellings.ts';

const DAY_MS = 86_400_000;

/** How a certificate stands where it is served, before or after the endpoint went wrong. */
export type Standing = 'well' | 'untrusted' | 'not-deployed';

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly fault: EndpointFault;
  readonly endpoint: TlsEndpoint;
  readonly before: Standing;
  readonly after: Standing;
  readonly leaves: Readonly<Record<Standing, Issued>>;
}

export async function placeOf(of: {
  n: number;
  fault: EndpointFault;
  random: Random;
  root: Issued;
  cloud: Setting['cloud'];
}): Promise<Place> {
  const { n, fault, random, root, cloud } = of;
  const id = certificateId(n + 1);
  const name = `n${n}.endpoints.example`;
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  const [startMs, endMs] = [nowMs - 3 * DAY_MS, nowMs + 200 * DAY_MS];
  const well = root.issue({ names: [name], notBeforeMs: startMs, notAfterMs: endMs });
  const old = { notBeforeMs: nowMs - 300 * DAY_MS, notAfterMs: nowMs + 60 * DAY_MS };
  const leaves = {
    well,
    untrusted: selfSigned({ names: [name], notAfterMs: endMs }),
    'not-deployed': root.issue({ names: [name], ...old }),
  };
  const times = { issue_time: new Date(startMs), not_before: new Date(startMs), not_after: new Date(endMs) };
  cloud.put({ ...issued({ id, domain: name }), ...times, fingerprint: well.fingerprint });
  const before = random.pick<Standing>(['well', 'untrusted', 'not-deployed']);
  const changed = before === 'well' ? random.pick<Standing>(['untrusted', 'not-deployed']) : 'well';
  const after = random.chance(0.5) ? changed : before;
  const startTls = fault.startTls === null ? {} : { startTls: fault.startTls };
  const endpoint = await startTlsEndpoint({ leaf: leaves[before], ...startTls });
  return { id, name, fault, endpoint, before, after, leaves };
}

export function upOf(samples: Samples, { id, name, endpoint, fault }: Place): number | undefined {
  const place = [`127.0.0.1:${endpoint.port}`, fault.startTls, name]
    .filter((part) => part !== null)
    .join(' ');
  const labels = `account="default",certificate_id="${id}",endpoint="${place}"`;
  return samples.get(`ccm_endpoint_up{${labels}}`);
}

export function timesBefore({ before }: Place): number {
  return before === 'well' ? 0 : 1;
}

/** What changed meanwhile is told once: that it is bad, or that it is over. */
export function timesAfter(place: Place): number {
  return timesBefore(place) + (place.before === place.after ? 0 : 1);
}

/** In how many mails each is told. */
export function tellings({ smtp }: Setting, places: readonly Place[]): ReadonlyMap<string, number> {
  const texts = smtp.accepted.map(textOf);
  return new Map(places.map(({ id }) => [id, texts.filter((text) => text.includes(id)).length]));
}
