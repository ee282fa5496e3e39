// Looks at the places where certificates are to be served, with each check; what was seen stays known where a look fails.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Certificate, type CertificateKey, keyText } from './certificates/certificate.ts';
import { type Endpoint, endpointsOf } from './certificates/endpoint.ts';
import { concerns, endpointKey, type Look, notSeen, sameLooks } from './certificates/look.ts';
import type { CertificateConfig, Config } from './config/config.ts';
import { lookAt, probeOf } from './look-at.ts';
import type { Prober } from './probe/prober.ts';
import { createSlices, eachInTurns, sortInTurns } from './shared/slices.ts';
import { type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from './shared/time.ts';
import { boundedBy } from './shared/waits.ts';

export interface Lookouts {
  /** What is known of each place of this certificate: the same list until a look changes it. */
  of(key: CertificateKey): readonly Look[];
  /**
   * Looks at every place that is due, for two minutes at most, and says after each that it moves. Resolves with how many
   * were left for which somebody waits: they come first in the next round. Never rejects; resolves soon after the signal.
   */
  look(signal: AbortSignal, onLook: () => void): Promise<number>;
  /** Grows whenever a look brought something else than the one before. */
  changes(): number;
}

interface LookoutsParts {
  readonly config: () => Config;
  /** For one round of looks. */
  readonly prober: () => Promise<Pick<Prober, 'probe'>>;
  /** The last known facts of the certificate, for the names of `auto`. */
  readonly certificateOf: (key: CertificateKey) => Certificate | null;
  /** Whether an alert lasts that only a look ends: then somebody waits. */
  readonly lasts?: (key: CertificateKey) => boolean;
  readonly clock: Clock;
}

/** Places of one certificate. */
interface Places {
  readonly key: CertificateKey;
  readonly endpoints: readonly Endpoint[];
  readonly guessed: boolean;
}

interface Wanted {
  readonly place: string;
  readonly endpoint: Endpoint;
  /** Nobody asked for it, nothing that concerns anybody was seen there, and nothing was told of it. */
  readonly idle: boolean;
  /** When it was looked at last; monotonic. */
  readonly atMs: number;
}

interface Round {
  readonly seen: Map<string, Look>;
  readonly signal: AbortSignal;
  readonly onLook: () => void;
}

interface Unseen {
  readonly config: Config;
  readonly certificates: ReadonlyMap<string, CertificateConfig>;
  readonly looks: Map<string, readonly Look[]>;
}

/** However many places do not answer, the check goes on; for those at which nobody waits it does so soon. */
const ROUND_MS = 2 * MINUTE_MS;
const IDLE_ROUND_MS = 15 * SECOND_MS;
/** How often somebody else's place is looked at. */
const IDLE_EVERY_MS = HOUR_MS;
const NONE: readonly Look[] = Object.freeze([]);

/** Certificates, or places, between two turns of the event loop: about 1 ms. */
const SLICE = 500;
const inSlices = () => ({ slices: createSlices(SLICE, () => nextTurn()) });

export function createLookouts(parts: LookoutsParts): Lookouts {
  const { config, prober, certificateOf, lasts = () => false, clock } = parts;
  /** By place: certificates that share one are looked at once. */
  let known = new Map<string, Look>();
  let lookedAtMs = new Map<string, number>();
  let looks = new Map<string, readonly Look[]>();
  let changes = 0;
  let unseen = unseenIn(config());
  /** A certificate in which nothing changed is the same object from check to check. */
  const endpointsByNames = new WeakMap<Certificate, readonly Endpoint[]>();

  function placesOf(configured: CertificateConfig): Places {
    const { probe } = configured;
    const guessed = probe === 'guess';
    if (typeof probe !== 'string') return { key: configured, endpoints: probe, guessed };
    const certificate = certificateOf(configured);
    return { key: configured, endpoints: certificate === null ? [] : byNames(certificate), guessed };
  }

  function byNames(certificate: Certificate): readonly Endpoint[] {
    const { domain, sans } = certificate;
    const endpoints =
      endpointsByNames.get(certificate) ?? endpointsOf(domain === null ? sans : [domain, ...sans]);
    endpointsByNames.set(certificate, endpoints);
    return endpoints;
  }

  function probed(): Unseen {
    if (unseen.config !== config()) unseen = unseenIn(config());
    return unseen;
  }

  /** Of a certificate that is to be looked at and was not since the start: until then nobody knows what is served. */
  function unseenOf(key: string): readonly Look[] {
    const now = probed();
    const configured = now.certificates.get(key);
    if (configured === undefined) return NONE;
    const its = now.looks.get(key) ?? looksAt(placesOf(configured), new Map());
    now.looks.set(key, its);
    return its;
  }

  /** What is known now, tied to the certificates; places that nobody needs any more are forgotten. */
  async function tie(places: readonly Places[], seen: Map<string, Look>): Promise<void> {
    const next = new Map<string, readonly Look[]>();
    let changed = false;
    const tieOne = (one: Places): void => {
      const now = looksAt(one, seen);
      const key = keyText(one.key);
      const before = looks.get(key);
      const same = before !== undefined && sameLooks(before, now);
      changed ||= !same;
      next.set(key, same ? before : now);
    };
    await eachInTurns(places, tieOne, inSlices());
    if (changed || next.size !== looks.size) changes += 1;
    known = seen;
    looks = next;
  }

  async function places(): Promise<readonly Places[]> {
    const found: Places[] = [];
    const add = (configured: CertificateConfig): void => {
      const one = placesOf(configured);
      if (one.endpoints.length > 0) found.push(one);
    };
    await eachInTurns(probed().certificates.values(), add, inSlices());
    return found;
  }

  /** Each place once, and whether it may wait: of several who want it one is enough to have it looked at. */
  async function wantedIn(all: readonly Places[]): Promise<ReadonlyMap<string, Wanted>> {
    const wanted = new Map<string, Wanted>();
    const want = ({ key, endpoints, guessed }: Places): void => {
      const certificate = guessed ? certificateOf(key) : null;
      const mayWait = guessed && !lasts(key);
      for (const endpoint of endpoints) {
        const place = endpointKey(endpoint);
        const look = known.get(place);
        const idle = mayWait && (look === undefined || !concerns({ ...look, guessed }, certificate));
        const atMs = lookedAtMs.get(place) ?? Number.NEGATIVE_INFINITY;
        wanted.set(place, { place, endpoint, idle: idle && wanted.get(place)?.idle !== false, atMs });
      }
    };
    await eachInTurns(all, want, inSlices());
    return wanted;
  }

  /** In the order in which to look: what somebody waits for, and of that what was not looked at for longest. */
  async function dueOf(wanted: ReadonlyMap<string, Wanted>): Promise<readonly Wanted[]> {
    const nowMs = clock.monotonicMs();
    const due = [...wanted.values()].filter(({ idle, atMs }) => !idle || nowMs - atMs >= IDLE_EVERY_MS);
    const order = (a: Wanted, b: Wanted): number =>
      Number(a.idle) - Number(b.idle) || compare(a.atMs, b.atMs);
    return sortInTurns(due, order, inSlices().slices);
  }

  /** Adds to `seen`; resolves with how many of these were not looked at within `ms`. */
  async function lookAtAll(
    due: readonly Wanted[],
    ms: number,
    { seen, signal, onLook }: Round,
  ): Promise<number> {
    if (due.length === 0) return 0;
    // More could not even begin.
    const most = Math.ceil((config().probes.perSecond * ms) / SECOND_MS);
    const probe = await probeOf(prober);
    const bound = boundedBy(ms, signal);
    let left = Math.max(0, due.length - most);
    const looking = due.slice(0, most).map(async ({ place, endpoint }) => {
      const now = await lookAt(probe(endpoint, bound.signal), known.get(place) ?? notSeen(endpoint));
      onLook();
      if (now === null) left += 1;
      else {
        lookedAtMs.set(place, clock.monotonicMs());
        seen.set(place, now);
      }
    });
    await Promise.all(looking);
    bound.release();
    return left;
  }

  /** What is known of the places that are still wanted. */
  async function keptOf(wanted: ReadonlyMap<string, Wanted>): Promise<Map<string, Look>> {
    const seen = new Map<string, Look>();
    const times = new Map<string, number>();
    const keep = ({ place, atMs }: Wanted): void => {
      const look = known.get(place);
      if (look !== undefined) seen.set(place, look);
      if (atMs > Number.NEGATIVE_INFINITY) times.set(place, atMs);
    };
    await eachInTurns(wanted.values(), keep, inSlices());
    lookedAtMs = times;
    return seen;
  }

  return {
    of: (key) => looks.get(keyText(key)) ?? unseenOf(keyText(key)),
    changes: () => changes,
    async look(signal, onLook) {
      const all = await places();
      const wanted = await wantedIn(all);
      const seen = await keptOf(wanted);
      const due = await dueOf(wanted);
      const meant = due.filter(({ idle }) => !idle);
      const round = { seen, signal, onLook };
      const left = await lookAtAll(meant, ROUND_MS, round);
      await lookAtAll(due.slice(meant.length), IDLE_ROUND_MS, round);
      if (!signal.aborted) await tie(all, seen);
      return left;
    },
  };
}

function looksAt({ endpoints, guessed }: Places, seen: ReadonlyMap<string, Look>): readonly Look[] {
  return endpoints.map((endpoint) => {
    const look = seen.get(endpointKey(endpoint)) ?? notSeen(endpoint);
    return guessed ? { ...look, guessed } : look;
  });
}

/** Those of the configuration that are to be looked at. */
function unseenIn(config: Config): Unseen {
  const probed = config.certificates.filter(({ probe }) => probe.length > 0);
  return {
    config,
    certificates: new Map(probed.map((certificate) => [keyText(certificate), certificate])),
    looks: new Map(),
  };
}

/** Also of infinities. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
