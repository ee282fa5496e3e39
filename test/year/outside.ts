// What is so at the places where a certificate is served, by the oracle's own plain rules. Pure; no code of the program.
import type { Kind } from '../../src/certificates/finding.ts';
import type { Rules } from '../model/model.ts';
import { heirsOf, type Place, type Places, type SuccessionRules } from './succession.ts';

/** What was seen at a place. */
export interface Sight {
  readonly fingerprint: string;
  readonly notBeforeMs: number;
  /** The end of the one in the chain that ends first. */
  readonly endsMs: number;
  /** Clients do not trust it. */
  readonly refused: boolean;
}

/** What the cloud says of what was issued. */
export interface Issued {
  readonly fingerprint: string;
  readonly notBeforeMs: number;
  readonly issuedAtMs: number | null;
}

export interface OutsideRules {
  /** After so long it has to be deployed. */
  readonly deploy: number;
}

export interface World {
  readonly places: Places;
  readonly rules: Rules & SuccessionRules & OutsideRules;
  readonly nowMs: number;
  /** By endpoint, since the start of the program. */
  readonly sights: ReadonlyMap<string, Sight>;
}

interface Question {
  readonly place: Place;
  readonly sight: Sight;
  readonly heirs: readonly Place[];
  readonly world: World;
  /** It was so before. */
  readonly lasts: boolean;
}

export const OUTSIDE: ReadonlySet<Kind> = new Set<Kind>(['untrusted', 'served-expiring', 'not-deployed']);

const BORN = ['PAID', 'CHECKING', 'CHECKING_DOMAIN', 'CHECKING_ORG', 'ISSUING', 'CANCELCHECKING', 'UNPASSED'];

/**
 * Kind → the places at which it is so, those at which nobody has looked since the start left out. `silent`: others tell it,
 * or there is nothing to say of it. `undated`: live, without its end: of which issue it is cannot be said.
 */
export function seenOutside(
  place: Place,
  world: World,
  lasting: readonly Kind[],
): ReadonlyMap<Kind, readonly string[]> | 'silent' | 'undated' {
  const { status, notAfter, missing } = place.truth;
  if (place.endpoints.length === 0 || status === null || BORN.includes(status)) return 'silent';
  const heirs = heirsOf(place, world);
  const renewed = heirs.length > 0;
  // The successor tells what is wrong there.
  if (heirs[0] !== undefined && heirs[0].endpoints.length > 0 && !heirs[0].guessed) return 'silent';
  const over =
    missing !== null || ['EXPIRED', 'REVOKED'].includes(status) || (notAfter ?? Infinity) <= world.nowMs;
  // What has ended, is revoked or is not there tells that itself, where nothing is in its place.
  if (over && !renewed) return 'silent';
  if (notAfter === null) return 'undated';
  const found = new Map<Kind, readonly string[]>();
  for (const kind of ['untrusted', 'served-expiring', 'not-deployed'] as const) {
    if (kind === 'served-expiring' && renewed) continue;
    const at = place.endpoints.filter((endpoint) => {
      const sight = world.sights.get(endpoint);
      return sight !== undefined && isSo(kind, { place, sight, heirs, world, lasts: lasting.includes(kind) });
    });
    if (at.length > 0) found.set(kind, at);
  }
  return found;
}

function isSo(
  kind: 'untrusted' | 'served-expiring' | 'not-deployed',
  { place, sight, heirs, world, lasts }: Question,
): boolean {
  const { rules, nowMs } = world;
  const { truth, issued } = place;
  if (place.guessed && sight.fingerprint !== issued?.fingerprint) return false;
  switch (kind) {
    case 'untrusted':
      return sight.refused;
    case 'served-expiring':
      return (
        sight.endsMs < (truth.notAfter ?? 0) &&
        sight.endsMs - nowMs <= Math.max(rules.warning, rules.critical)
      );
    case 'not-deployed': {
      const late = (one: Issued | null) =>
        one !== null && nowMs - (one.issuedAtMs ?? one.notBeforeMs) > rules.deploy;
      const other = issued !== null && sight.fingerprint !== issued.fingerprint;
      const older = other && sight.notBeforeMs < issued.notBeforeMs && late(issued);
      // Another successor gives no other day: what was late goes on.
      const [heir] = heirs;
      const itself = issued !== null && !other && heir !== undefined && (lasts || late(heir.issued));
      return older || itself;
    }
  }
}

/** Whether it is still so at one of the places at which it was, whoever tells it. */
export function holdsOutside(kind: Kind, place: Place, world: World): boolean {
  if (kind !== 'untrusted' && kind !== 'served-expiring' && kind !== 'not-deployed') return false;
  const heirs = heirsOf(place, world);
  return place.endpoints.some((endpoint) => {
    const sight = world.sights.get(endpoint);
    return sight !== undefined && isSo(kind, { place, sight, heirs, world, lasts: true });
  });
}
