// Who takes whose place, by the oracle's own plain rule: every one is held against every other. Pure; no code of the program.
import type { Kind } from '../../src/certificates/finding.ts';
import type { Memory } from '../model/model.ts';
import type { Issued } from './outside.ts';

/** One certificate as it is known now. */
export interface Place {
  readonly id: string;
  readonly account: string;
  readonly names: readonly string[];
  readonly truth: Memory;
  /** What the cloud said last of what was issued. */
  readonly issued: Issued | null;
  /** Where it is looked at. */
  readonly endpoints: readonly string[];
  /** Nobody asked for that: only what is certain counts, that it is this very one. */
  readonly guessed: boolean;
}

export interface SuccessionRules {
  readonly stuck: number;
  readonly overdue: number;
  /** Per account: in which accounts a successor may lie. */
  readonly successorsIn: Readonly<Record<string, readonly string[]>>;
  /** Accounts of which all certificates are seen. */
  readonly allSeen: readonly string[];
}

/** What nobody is told of one that is superseded. */
export const TAKEN: ReadonlySet<Kind> = new Set<Kind>([
  'expiring',
  'expired',
  'missing',
  'renewal-stuck',
  'renewal-overdue',
]);

const LIVE = ['ISSUED', 'REVOKING', 'CANCLEREVOKING'];
const APPLICATION = ['PAID', 'CHECKING', 'ISSUING'];

/** What is found of a certificate `alone`, and what of that is left when the others are looked at. */
export function beside(
  alone: ReadonlyMap<Kind, number>,
  place: Place,
  { places, rules, nowMs }: { places: Places; rules: SuccessionRules; nowMs: number },
): ReadonlyMap<Kind, number> {
  const found = new Map(alone);
  const { status, notAfter, missing } = place.truth;
  if (notAfter === null) return found;
  const renewed = heirsOf(place, { places, rules, nowMs }).length > 0;
  if (renewed) {
    const trouble = (['missing', 'expired', 'expiring'] as const).filter((kind) => found.delete(kind));
    if (trouble.length > 0) found.set('superseded', notAfter);
    return found;
  }
  const left = notAfter - nowMs;
  if (missing !== null || !LIVE.includes(status ?? '') || left <= 0) return found;
  const applied = covering(place, { places, rules }).some(({ truth }) =>
    APPLICATION.includes(truth.status ?? ''),
  );
  if (applied && left <= rules.stuck) found.set('renewal-stuck', notAfter);
  if (!applied && left <= rules.overdue && rules.allSeen.includes(place.account))
    found.set('renewal-overdue', notAfter);
  return found;
}

/** The live ones that cover all its names and end later, the one that ends last first. */
export function heirsOf(
  place: Place,
  { places, rules, nowMs }: { places: Places; rules: SuccessionRules; nowMs: number },
): readonly Place[] {
  const { notAfter } = place.truth;
  if (notAfter === null) return [];
  const key = ({ account, id }: Place) => `${account} ${id}`;
  return covering(place, { places, rules })
    .filter(
      ({ truth }) =>
        LIVE.includes(truth.status ?? '') &&
        (truth.notAfter ?? 0) > nowMs &&
        (truth.notAfter ?? 0) > notAfter,
    )
    .toSorted((a, b) => (b.truth.notAfter ?? 0) - (a.truth.notAfter ?? 0) || (key(a) < key(b) ? -1 : 1));
}

function covering(
  place: Place,
  { places, rules }: { places: Places; rules: SuccessionRules },
): readonly Place[] {
  const [name = ''] = place.names;
  const candidates = [name, wildcardOf(name)].flatMap((one) => places.get(one ?? '') ?? []);
  return [...new Set(candidates)].filter(
    (other) =>
      other.id !== place.id &&
      other.truth.missing === null &&
      (rules.successorsIn[place.account] ?? []).includes(other.account) &&
      place.names.every((one) => serves(other.names, one)),
  );
}

/** By each of their names. */
export type Places = ReadonlyMap<string, readonly Place[]>;

export function placesOf(all: Iterable<Place>): Places {
  const places = new Map<string, Place[]>();
  for (const place of all)
    for (const name of place.names) {
      const group = places.get(name);
      if (group === undefined) places.set(name, [place]);
      else group.push(place);
    }
  return places;
}

/** A wildcard stands for exactly one label. */
export function serves(names: readonly string[], name: string): boolean {
  const wildcard = wildcardOf(name);
  return names.includes(name) || (wildcard !== null && names.includes(wildcard));
}

function wildcardOf(name: string): string | null {
  const [, ...rest] = name.split('.');
  return rest.length > 1 ? `*.${rest.join('.')}` : null;
}
