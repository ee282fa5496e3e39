// For many certificates at once: the first of a list that serves all of a certificate's names. Pure.
//
// What covers a certificate covers its rarest name, by that name itself or by its wildcard. So all names of the list
// are counted, each certificate asks by its rarest one, and only for names that are asked by is it written down who
// has them. Those are looked at in the order of the list: by 512 bits, then by the marks of all names, and what passes
// both by the names themselves.
import type { Pace } from '../shared/pace.ts';
import type { Certificate } from './certificate.ts';
import { mayCover, type NameMarks } from './name-marks.ts';
import { coversAll } from './names.ts';
import { chooseKeys, type Holders, writeDownHolders } from './rarest-names.ts';
import { createSignatures, type Signatures } from './signatures.ts';

export interface Named {
  readonly certificate: Certificate;
  readonly names: NameMarks;
}

export interface Asker {
  readonly named: Named;
  /** How many of the list, from its beginning, may answer. */
  readonly limit: number;
}

/** For each asker the place in the list, or -1. The one that asks never answers itself. */
export async function firstCovering(
  list: readonly Named[],
  askers: readonly Asker[],
  pace: Pace,
): Promise<Int32Array> {
  const found = new Int32Array(askers.length).fill(-1);
  if (list.length === 0 || askers.length === 0) return found;
  const names = list.map((named) => named.names);
  const keys = await chooseKeys({ names, asking: askers.map(({ named }) => named.names), pace });
  const holders = await writeDownHolders({ names, keys, pace });
  const signatures = await createSignatures(names, pace);
  for (const [n, asker] of askers.entries()) {
    const place = await search({
      list,
      asker,
      own: keys.own[n] ?? 0,
      wildcard: keys.wildcard[n] ?? 0,
      holders,
      signatures,
      pace,
    });
    found[n] = place;
    if (pace.isDue(10)) await pace.turn();
  }
  return found;
}

interface Search {
  readonly list: readonly Named[];
  readonly asker: Asker;
  /** The marks that the asker asks by; the same one twice where no wildcard covers it. */
  readonly own: number;
  readonly wildcard: number;
  readonly holders: Holders;
  readonly signatures: Signatures;
  readonly pace: Pace;
}

/** Goes through those who have the one name or the other, as the list has them. */
async function search({ list, asker, own, wildcard, holders, signatures, pace }: Search): Promise<number> {
  const { places, rangeOf } = holders;
  let [left, leftEnd] = rangeOf(own);
  let [right, rightEnd] = wildcard === own ? NOBODY : rangeOf(wildcard);
  const passes = signatures.test(asker.named.names);
  for (;;) {
    const a = left < leftEnd ? (places[left] ?? 0) : list.length;
    const b = right < rightEnd ? (places[right] ?? 0) : list.length;
    const place = Math.min(a, b);
    if (place >= asker.limit) return -1;
    if (a === place) left += 1;
    if (b === place) right += 1;
    if (passes(place)) {
      const named = list[place];
      if (named !== undefined && named !== asker.named && serves(named, asker.named)) return place;
      if (pace.isDue(asker.named.names.count)) await pace.turn();
    }
    if (pace.isDue(1)) await pace.turn();
  }
}

const NOBODY: readonly [number, number] = [0, 0];

/** What was found to serve a certificate at an earlier check: neither object changes. */
const served = new WeakMap<Certificate, WeakRef<Certificate>>();

function serves(named: Named, other: Named): boolean {
  if (!mayCover(named.names, other.names)) return false;
  if (served.get(other.certificate)?.deref() === named.certificate) return true;
  if (!sameTexts(named.certificate, other.certificate) && !coversAll(named.certificate, other.certificate))
    return false;
  served.set(other.certificate, new WeakRef(named.certificate));
  return true;
}

function sameTexts(a: Certificate, b: Certificate): boolean {
  if (a.domain !== b.domain || a.sans.length !== b.sans.length) return false;
  for (let n = 0; n < a.sans.length; n += 1) if (a.sans[n] !== b.sans[n]) return false;
  return true;
}
