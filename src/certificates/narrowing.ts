// Where few of many certificates have changed: whom that concerns, and who may take their places. Only those are matched
// again. Pure: the time is given.
import { filterInTurns, type Slices } from '../shared/slices.ts';
import { type Certificate, type CertificateKey, keyText } from './certificate.ts';
import { createMarkSet } from './mark-set.ts';
import { marksOf, type NameMarks } from './name-marks.ts';

interface Matchable extends CertificateKey {
  readonly certificate: Certificate;
}

/** What was found for somebody, as far as it tells whether it still holds. */
interface Found {
  readonly successor: (CertificateKey & { readonly notAfterMs: number }) | null;
  readonly applied: CertificateKey | null;
}

export interface Narrow<One> {
  /** For whom it must be found anew. A few too many do no harm. */
  readonly asking: readonly One[];
  /** Those, and all who may be found for them. */
  readonly world: readonly One[];
}

type WithNames = Pick<Named<unknown>, 'names'>;

/** Few are looked for among many: wrong in less than one case of a hundred. */
const BITS_MORE = 7;
/** Share of all from which on it is no less work to match some. */
const MOST_ASKING = 0.5;
/** What it costs to look at one certificate, in names looked at. */
const UNITS = 2;

/** null where it concerns so many that all may as well be matched. */
export async function narrowed<One extends Matchable>({
  contenders,
  found,
  changed,
  nowMs,
  slices,
}: {
  contenders: readonly One[];
  found: (key: CertificateKey) => Found;
  changed: readonly CertificateKey[];
  nowMs: number;
  slices: Slices;
}): Promise<Narrow<One> | null> {
  const keys = new Set(changed.map(keyText));
  const hasChanged = (key: CertificateKey) => keys.has(keyText(key));
  const isStale = ({ successor, applied }: Found): boolean =>
    (successor !== null && (successor.notAfterMs <= nowMs || hasChanged(successor))) ||
    (applied !== null && hasChanged(applied));
  const all = await namedOf(contenders, hasChanged, slices);
  const isCovered = await mayBeCoveredBy(
    all.filter((one) => one.hasChanged),
    slices,
  );
  const isConcerned = (one: Named<One>) => one.hasChanged || isStale(found(one.contender)) || isCovered(one);
  const asking = await filterInTurns(all, isConcerned, { slices, units: UNITS });
  if (asking.length > all.length * MOST_ASKING) return null;
  const covers = await mayCoverAnyOf(asking, slices);
  const asks = new Set(asking);
  // Who asks may answer others too, and is there once.
  const isOther = (one: Named<One>) => covers(one) && !asks.has(one);
  const others = await filterInTurns(all, isOther, { slices, units: UNITS });
  const contendersOf = (some: readonly Named<One>[]) => some.map(({ contender }) => contender);
  return { asking: contendersOf(asking), world: contendersOf([...asking, ...others]) };
}

/** What is looked at several times: found once. */
interface Named<One> {
  readonly contender: One;
  readonly names: NameMarks;
  readonly hasChanged: boolean;
}

/** Who has no name takes no place, and nobody takes theirs. */
async function namedOf<One extends Matchable>(
  contenders: readonly One[],
  hasChanged: (key: CertificateKey) => boolean,
  slices: Slices,
): Promise<readonly Named<One>[]> {
  const all: Named<One>[] = [];
  for (const contender of contenders) {
    const names = marksOf(contender.certificate);
    if (names !== null) all.push({ contender, names, hasChanged: hasChanged(contender) });
    if (slices.isDue(UNITS)) await slices.turn();
  }
  return all;
}

/** Whether each of its names is one that any of these has, by itself or as a wildcard. */
async function mayBeCoveredBy(
  some: readonly WithNames[],
  slices: Slices,
): Promise<(one: WithNames) => boolean> {
  const offered = createMarkSet(total(some), BITS_MORE);
  for (const {
    names: { marks, count },
  } of some) {
    for (let n = 0; n < count; n += 1) offered.add(marks[n] ?? 0);
    if (slices.isDue(count)) await slices.turn();
  }
  return ({ names: { marks, count } }) => {
    for (let n = 0; n < count; n += 1)
      if (!offered.mayHave(marks[n] ?? 0) && !offered.mayHave(marks[count + n] ?? 0)) return false;
    return true;
  };
}

/** Whether so many of its names are asked for as the one of these with the fewest has: without a wildcard it needs as many. */
async function mayCoverAnyOf(
  some: readonly WithNames[],
  slices: Slices,
): Promise<(one: WithNames) => boolean> {
  const asked = createMarkSet(2 * total(some), BITS_MORE);
  let fewest = Number.POSITIVE_INFINITY;
  for (const {
    names: { marks, count },
  } of some) {
    for (const mark of marks) asked.add(mark);
    fewest = Math.min(fewest, count);
    if (slices.isDue(2 * count)) await slices.turn();
  }
  return ({ names: { marks, count, hasWildcards } }) => {
    const needed = hasWildcards ? 1 : fewest;
    let there = 0;
    for (let n = 0; n < count && there < needed; n += 1) if (asked.mayHave(marks[n] ?? 0)) there += 1;
    return there >= needed;
  };
}

function total(some: readonly WithNames[]): number {
  return some.reduce((sum, { names }) => sum + names.count, 0);
}
