// Looks at what endpoints serve: a few at once, at their distance, each within its deadline, and nothing stays open.
import { lookup as lookUp } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Endpoint, endpointText } from '../certificates/endpoint.ts';
import type { ProbeResult, Served } from '../certificates/served.ts';
import { createPace, createSlots } from '../shared/pace.ts';
import { type Clock, SECOND_MS } from '../shared/time.ts';
import { aborted, joinedWith, onAbort } from '../shared/waits.ts';
import { createAddresses, type Lookup } from './addresses.ts';
import { servedOf } from './chain.ts';
import { connectToFirst } from './connect.ts';
import { shakeHands } from './handshake.ts';
import { startTls } from './start-tls.ts';
import { failed, type Step } from './step.ts';

export interface ProberOptions {
  /** How many probes run at once. */
  readonly concurrency: number;
  /** How many probes begin in a second. */
  readonly perSecond: number;
  /** Of one probe, from the look-up of its name to the end of the handshake. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** How names are resolved; as the system does where it is not given. */
  readonly lookup?: Lookup;
  /** All authorities that are trusted, PEM; Node's own where it is not given. */
  readonly ca?: readonly string[];
}

export interface Prober {
  /** What the endpoint serves now. Never rejects but with MonitorError ABORTED. */
  probe(endpoint: Endpoint, signal: AbortSignal): Promise<ProbeResult>;
  /** Ends what runs; resolves when nothing is open any more. */
  close(): Promise<void>;
}

/** Opens nothing before the first probe. */
export function createProber(options: ProberOptions): Prober {
  const { concurrency, perSecond, timeoutMs, clock } = options;
  const stop = new AbortController();
  const joined = joinedWith(stop.signal);
  const slots = createSlots(concurrency);
  const pace = createPace({ requestsPerSecond: perSecond, clock });
  const addresses = createAddresses(options.lookup ?? lookUp);
  const running = new Set<Promise<unknown>>();
  let made: SecureContext | null = null;

  /** One for all: to make it takes milliseconds. */
  function context(): SecureContext {
    made ??= createSecureContext({
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
    });
    return made;
  }

  async function probeInTurn(endpoint: Endpoint, signal: AbortSignal): Promise<ProbeResult> {
    await slots.enter(signal);
    try {
      await pace.turn(signal);
      return resultOf(endpoint, await within(endpoint, signal));
    } finally {
      slots.leave();
    }
  }

  /** The deadline is over everything, so that no step has one of its own. */
  async function within(endpoint: Endpoint, signal: AbortSignal): Promise<Step<Served>> {
    const limit = new AbortController();
    const release = onAbort(signal, () => limit.abort());
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    const endMs = clock.monotonicMs() + timeoutMs;
    const progress: Progress = { phase: 'resolving' };
    try {
      const leftMs = (): number => Math.max(1, endMs - clock.monotonicMs());
      return await look({ endpoint, leftMs, progress }, limit.signal);
    } catch (error) {
      if (signal.aborted || !limit.signal.aborted) throw error;
      return failed('timeout', `${LATE[progress.phase]} within ${timeoutMs / SECOND_MS} s`);
    } finally {
      clearTimeout(timer);
      release();
    }
  }

  async function look({ endpoint, leftMs, progress }: Look, signal: AbortSignal): Promise<Step<Served>> {
    const { host, port, startTls: protocol } = endpoint;
    const found = await addresses.of(endpoint, signal);
    if (!found.ok) return found;
    progress.phase = 'connecting';
    const connected = await connectToFirst({ addresses: found.value, port, leftMs }, signal);
    if (!connected.ok) return connected;
    const { socket, address } = connected.value;
    const ignore = (): void => {}; // each step looks at errors itself; between two of them there is nobody
    socket.on('error', ignore);
    try {
      progress.phase = 'asking';
      const agreed = protocol === null ? connected : await startTls({ socket, protocol }, signal);
      if (!agreed.ok) return agreed;
      progress.phase = 'handshake';
      const name = bareOf(endpoint.serverName ?? host);
      const serverName = isIP(name) === 0 ? name : null;
      const shown = await shakeHands({ socket, serverName, context: context() }, signal);
      return shown.ok ? servedOf(shown.value, { host: name, address }) : shown;
    } finally {
      socket.destroy();
    }
  }

  return {
    async probe(endpoint, signal) {
      if (signal.aborted || stop.signal.aborted) throw aborted();
      const probing = probeInTurn(endpoint, joined.enter(signal));
      running.add(probing);
      try {
        return await probing;
      } finally {
        running.delete(probing);
        joined.leave(signal);
      }
    },
    async close() {
      stop.abort();
      await Promise.allSettled(running);
    },
  };
}

interface Progress {
  phase: 'resolving' | 'connecting' | 'asking' | 'handshake';
}

interface Look {
  readonly endpoint: Endpoint;
  readonly leftMs: () => number;
  readonly progress: Progress;
}

const LATE: Readonly<Record<Progress['phase'], string>> = {
  resolving: 'DNS gives no answer',
  connecting: 'no connection',
  asking: 'it does not come to TLS in the protocol before it',
  handshake: 'the TLS handshake is not over',
};

/** SNI knows no dot at the end, and no addresses (RFC 6066, 3). */
function bareOf(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function resultOf(endpoint: Endpoint, step: Step<Served>): ProbeResult {
  if (step.ok) return { ok: true, served: step.value };
  const protocol = endpoint.startTls === null ? '' : ` (${endpoint.startTls})`;
  const message = `Cannot probe ${endpointText(endpoint)}${protocol}: ${step.explanation}`;
  return { ok: false, failure: { reason: step.reason, message } };
}
