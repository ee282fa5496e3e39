// At which places an alert lasts: where it is so now, and where it was so and nothing can be said now. Pure.
import { type Place, placesOf } from '../certificates/finding.ts';

/** As it is now, with those places before it of which nothing can be said: nothing is over by the others alone. */
export function lastingAt(now: Place, before: Place | undefined, unsure: readonly string[]): Place {
  const bad = placesOf(now);
  const still = knownOf(before).filter((place) => unsure.includes(place) && !bad.includes(place));
  return still.length === 0 ? now : placed(now, [...bad, ...still]);
}

/** Only those places of which nothing can be said now; null where there is none: then it is over. */
export function unsureAt(before: Place, unsure: readonly string[]): Place | null {
  const still = placesOf(before).filter((place) => unsure.includes(place));
  return still.length === 0 ? null : placed(before, still);
}

/** What is so is the same at other places: whether it is at these. */
export function samePlaces(a: Place | undefined, b: Place | undefined): boolean {
  const places = knownOf(b);
  return knownOf(a).length === places.length && knownOf(a).every((place, n) => place === places[n]);
}

/** As it is told: one is named, the others are counted. */
export function withoutOthers({ endpoint, more, notAfterMs, why }: Place): Place {
  return { endpoint, more, notAfterMs, why };
}

function knownOf(place: Place | undefined): readonly string[] {
  return place === undefined ? [] : placesOf(place);
}

/** What is served is said of the first: of another one it is not known. */
function placed(place: Place, [endpoint = '', ...others]: readonly string[]): Place {
  const served = endpoint === place.endpoint ? place : { notAfterMs: null, why: null };
  return { endpoint, more: others.length, others, notAfterMs: served.notAfterMs, why: served.why };
}
