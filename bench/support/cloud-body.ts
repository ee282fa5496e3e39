// The body that the benchmark's cloud answers with: realistic, of a fixed size, and with any id. Pure.
import { certificateId, issued, toWire } from '../../test/simulator/certificates.ts';

/** Zone of the body's times, in minutes east of UTC. */
export const UTC_OFFSET_MINUTES = 480;

/** A day to count from, so that the body has the same bytes at each run of a day. */
const DAY_MS = 86_400_000;

/** The certificate of this id as JSON, about 1.4 KB: 26 fields, live, and healthy for 200 days. */
export function bodyOf(id: string): string {
  const nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return JSON.stringify(toWire({ id, ...issued({ daysLeft: 200, nowMs }) }, UTC_OFFSET_MINUTES));
}

/** The ids of the first certificates of the cloud. */
export function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => certificateId(n));
}

/** As long as the cloud's own tokens are. */
export const TOKEN = 'T'.repeat(2_048);

/** As long as the cloud's own keys are. */
export const ACCESS_KEY = 'A'.repeat(20);
export const SECRET_KEY = 'S'.repeat(40);
