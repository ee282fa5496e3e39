// What needs attention, in the order in which to look at it; what one cause did to many of an account is one thing. Pure.
import type { Finding, Kind } from '../certificates/finding.ts';
import { groupBy } from '../shared/collections.ts';
import type { Entry } from './entries.ts';

export type Need =
  | { readonly type: 'one'; readonly entry: Entry; readonly findings: readonly [Finding, ...Finding[]] }
  | {
      readonly type: 'many';
      readonly account: string;
      readonly kind: Kind;
      readonly severity: Finding['severity'];
      readonly cause: string;
      readonly count: number;
      readonly sinceMs: number;
    };

/** From so many certificates of one account with one cause on, they are one thing. */
const MANY = 3;

/**
 * `needing` are those with a finding, in the order of gravity; silenced ones come after all others. An account that cannot be read
 * would hide everything else behind ten thousand cards.
 */
export function needsOf(needing: readonly Entry[], isSilenced: (entry: Entry) => boolean): readonly Need[] {
  const groups = groupBy(
    needing.flatMap((entry) => entry.watched.findings.map((finding) => ({ entry, finding }))),
    ({ entry, finding }) => groupOf(entry, finding),
  );
  const told = new Set<string>();
  const loud: Need[] = [];
  const silent: Need[] = [];
  for (const entry of needing) {
    const own: Finding[] = [];
    for (const finding of entry.watched.findings) {
      const group = groupOf(entry, finding);
      const members = groups.get(group) ?? [];
      if (!isShared(finding.kind) || members.length < MANY) own.push(finding);
      else if (!told.has(group)) {
        told.add(group);
        loud.push(manyOf(entry, finding, members));
      }
    }
    const [first, ...others] = own;
    if (first !== undefined)
      (isSilenced(entry) ? silent : loud).push({ type: 'one', entry, findings: [first, ...others] });
  }
  return [...loud, ...silent];
}

/** What an account or a network does to many at once. */
function isShared(kind: Kind): boolean {
  return kind === 'unreadable' || kind === 'missing';
}

function groupOf({ watched }: Entry, { kind, cause }: Finding): string {
  return isShared(kind) ? `${kind}\u0000${cause}\u0000${watched.account}` : '';
}

function manyOf({ watched }: Entry, finding: Finding, members: readonly { finding: Finding }[]): Need {
  const { kind, severity, cause } = finding;
  const sinceMs = members.reduce((least, member) => Math.min(least, member.finding.epochMs), finding.epochMs);
  return { type: 'many', account: watched.account, kind, severity, cause, count: members.length, sinceMs };
}
