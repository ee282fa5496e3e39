// What search, filters and order look at, made once per certificate and kept for as long as it is the same.

import { keyText, standingOf } from '../certificates/certificate.ts';
import { KINDS } from '../certificates/finding.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { isShowable, LEVELS, type Level, severityOf, titleOf } from './words.ts';

export interface Entry {
  readonly watched: WatchedCertificate;
  readonly key: string;
  readonly level: Level;
  /** Place of the level in the list of levels, and of the gravest finding in that of kinds. */
  readonly rank: number;
  readonly kindRank: number;
  /** Infinity where it is not known. */
  readonly endMs: number;
  /** When it ends, of one that serves or served; null of all others: nobody waits for their end. */
  readonly servedEndMs: number | null;
  readonly title: string;
  readonly sortTitle: string;
  /** All that people may search for, in small letters; made at the first search. */
  readonly haystack: () => string;
}

/**
 * Makes the entries of a list. Most certificates are the objects that they were in the list before, at the same place:
 * their entries are used again. (A WeakMap would do without the place, and cost ten times as much at each collection.)
 */
export function createEntries(): (certificates: readonly WatchedCertificate[]) => readonly Entry[] {
  let last: readonly Entry[] = [];
  return (certificates) => {
    const before = last;
    last = certificates.map((watched, n) => {
      const known = before[n];
      return known?.watched === watched ? known : entryOf(watched);
    });
    return last;
  };
}

function entryOf(watched: WatchedCertificate): Entry {
  const { certificate, findings } = watched;
  const level = severityOf(watched);
  const title = titleOf(watched);
  let haystack: string | null = null;
  const notAfterMs = certificate?.notAfterMs ?? null;
  return {
    watched,
    key: keyText(watched),
    level,
    rank: LEVELS.indexOf(level),
    kindRank: Math.min(KINDS.length, ...findings.map(({ kind }) => KINDS.indexOf(kind))),
    endMs: notAfterMs ?? Number.POSITIVE_INFINITY,
    servedEndMs:
      certificate !== null && isShowable(notAfterMs) && isServed(certificate.status) ? notAfterMs : null,
    title,
    sortTitle: title.toLowerCase(),
    haystack() {
      haystack ??= haystackOf(watched, title);
      return haystack;
    },
  };
}

function isServed(status: string): boolean {
  const standing = standingOf(status);
  return standing !== 'revoked' && standing !== 'unpassed' && standing !== 'application';
}

function haystackOf({ certificate, alias, owner, account, id }: WatchedCertificate, title: string): string {
  const { name, domain, sans, fingerprint } = certificate ?? {};
  return [title, alias, name, domain, ...(sans ?? []), id, fingerprint, owner, account]
    .filter((text) => text != null)
    .join('\n')
    .toLowerCase();
}
