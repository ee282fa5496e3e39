// One look at one place, added to what was known of it; whatever goes wrong there is said of that place alone.
import { endpointText } from './certificates/endpoint.ts';
import type { Look } from './certificates/look.ts';
import type { ProbeResult } from './certificates/served.ts';
import type { Prober } from './probe/prober.ts';
import { codeOf } from './shared/errors.ts';

/** Null where the look was stopped. */
export async function lookAt(looking: Promise<ProbeResult>, before: Look): Promise<Look | null> {
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

/** Where there is no prober, by a fault of ours, every look fails, and says so. */
export async function probeOf(prober: () => Promise<Pick<Prober, 'probe'>>): Promise<Prober['probe']> {
  try {
    const { probe } = await prober();
    return probe;
  } catch (error) {
    return () => Promise.reject(error);
  }
}
