// Certificates by time, the last first, sorted with turns between. Pure.
import { eachInTurns, type Slices, sortInTurns } from '../shared/slices.ts';
import type { CertificateKey } from './certificate.ts';

interface Keyed {
  readonly contender: CertificateKey;
}

/** Of one time by account and id. Numbers alone are sorted in a tenth of the time. */
export async function lastFirst<One extends Keyed>(
  all: readonly One[],
  timeOf: (one: One) => number,
  slices: Slices,
): Promise<readonly One[]> {
  const byTime = new Map<number, One[]>();
  const put = (one: One): void => {
    const time = timeOf(one);
    const group = byTime.get(time);
    if (group === undefined) byTime.set(time, [one]);
    else group.push(one);
  };
  await eachInTurns(all, put, { slices });
  const times = Float64Array.from(byTime.keys()).sort().reverse();
  const ordered: One[] = [];
  for (const time of times) {
    const group = byTime.get(time) ?? [];
    const sorted = group.length > 1 ? await sortInTurns(group, byKey, slices) : group;
    await eachInTurns(sorted, (one) => void ordered.push(one), { slices });
    if (slices.isDue(5)) await slices.turn();
  }
  return ordered;
}

function byKey({ contender: a }: Keyed, { contender: b }: Keyed): number {
  return byText(a.account, b.account) || byText(a.id, b.id);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
