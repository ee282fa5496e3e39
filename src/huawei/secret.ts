// A secret at the moment of its use: its failure becomes data that names the file or variable, never the value.
import { MonitorError } from '../shared/errors.ts';
import type { NotMade } from './renewable.ts';

export type Secret = { readonly ok: true; readonly value: string } | NotMade;

/** Reads it now; whatever goes wrong is a failure of authorization. */
export async function secretOf(read: () => Promise<string>): Promise<Secret> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    const explanation = error instanceof MonitorError ? error.message : 'a secret cannot be read';
    return { ok: false, reason: 'unauthorized', explanation, requestId: null };
  }
}
