// For many certificates at once: the first of a list that serves all of a certificate's names. Pure.
//
// What covers a certificate covers its rarest name, by that name itself or by its wildcard. So all names of the list
// are counted, each certificate asks by its rarest one, and only for names that are asked by is it written down who
// has them. Those are looked at in the order of the list: by 512 bits, then by the marks of all names, and what passes
// both by the names themselves.
import { eachInTurns, type Slices } from '../shared/slices.ts';
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

/** Who may answer one asker: these many are looked at by their marks alone. */
const FEW = 8;
/** Of those who may answer, looked at before other work may come through. */
const AT_ONCE = 2_000;

/** For each asker the place in the list, or -1. The one that asks never answers itself. */
export async function firstCovering(
  list: readonly Named[],
  askers: readonly Asker[],
  slices: Slices,
): Promise<Int32Array> {
  const found = new Int32Array(askers.length).fill(-1);
  if (list.length === 0 || askers.length === 0) return found;
  const names: NameMarks[] = [];
  await eachInTurns(list, (named) => void names.push(named.names), { slices });
  const asking: NameMarks[] = [];
  await eachInTurns(askers, ({ named }) => void asking.push(named.names), { slices });
  const keys = await chooseKeys({ names, asking, slices });
  const holders = await writeDownHolders({ names, keys, slices });
  const search = createSearch({ list, holders, signatures: createSignatures(names) });
  for (let n = 0; n < askers.length; n += 1) {
    const asker = askers[n];
    if (asker === undefined || asker.limit === 0) continue;
    search.begin(asker, { own: keys.own[n] ?? 0, wildcard: keys.wildcard[n] ?? 0 });
    while (!search.goOn(AT_ONCE)) await slices.turn();
    found[n] = search.found();
    if (slices.isDue(5 + search.looked())) await slices.turn();
  }
  return found;
}

interface Search {
  /** The marks that are asked by are the same where no wildcard covers the name. */
  begin(asker: Asker, key: { own: number; wildcard: number }): void;
  /** Goes through those who have the one name or the other, as the list has them; true when it is done. */
  goOn(atMost: number): boolean;
  found(): number;
  /** How much was looked at since it last went on. */
  looked(): number;
}

/** One search after the other, with nothing made for each: there are ten thousand. */
function createSearch({
  list,
  holders,
  signatures,
}: {
  list: readonly Named[];
  holders: Holders;
  signatures: Signatures;
}): Search {
  const { places } = holders;
  let asker: Asker | undefined;
  let left = 0;
  let leftEnd = 0;
  let right = 0;
  let rightEnd = 0;
  let isLong = false;
  let found = -1;
  let looked = 0;

  function next(): number {
    const a = left < leftEnd ? (places[left] ?? 0) : list.length;
    const b = right < rightEnd ? (places[right] ?? 0) : list.length;
    if (a <= b) left += 1;
    if (b <= a) right += 1;
    return Math.min(a, b);
  }

  function answers(place: number, { named }: Asker): boolean {
    const other = list[place];
    if (other === undefined || other === named || (isLong && !signatures.passes(place))) return false;
    looked += named.names.count / 4;
    return serves(other, named);
  }

  return {
    begin(next, { own, wildcard }) {
      asker = next;
      [left, leftEnd] = holders.rangeOf(own);
      [right, rightEnd] = wildcard === own ? [0, 0] : holders.rangeOf(wildcard);
      isLong = leftEnd - left + rightEnd - right > FEW;
      if (isLong) signatures.askFor(next.named.names);
      found = -1;
    },
    goOn(atMost) {
      looked = 0;
      while (asker !== undefined && looked < atMost) {
        const place = next();
        if (place >= asker.limit) return true;
        looked += 0.1;
        if (!answers(place, asker)) continue;
        found = place;
        return true;
      }
      return false;
    },
    found: () => found,
    looked: () => looked,
  };
}

/** From so many names on, what was found at an earlier check is remembered: neither object changes. */
const MANY = 16;
const served = new WeakMap<Certificate, WeakRef<Certificate>>();

function serves({ certificate, names }: Named, other: Named): boolean {
  const remember = other.names.count >= MANY;
  if (remember && served.get(other.certificate)?.deref() === certificate) return true;
  if (!mayCover(names, other.names)) return false;
  const holds = sameTexts(certificate, other.certificate) || coversAll(certificate, other.certificate);
  if (holds && remember) served.set(other.certificate, new WeakRef(certificate));
  return holds;
}

function sameTexts(a: Certificate, b: Certificate): boolean {
  return (
    a.domain === b.domain && a.sans.length === b.sans.length && a.sans.every((text, n) => text === b.sans[n])
  );
}
