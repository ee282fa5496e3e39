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
}

/** Entries by certificate: most of a check's certificates are the objects that they were before. */
export function createEntries(): (certificates: readonly WatchedCertificate[]) => readonly Entry[] {
  const made = new WeakMap<WatchedCertificate, Entry>();
  return (certificates) =>
    certificates.map((watched) => {
      const known = made.get(watched);
      if (known !== undefined) return known;
      const entry = entryOf(watched);
      made.set(watched, entry);
      return entry;
    });
}

export function entryOf(watched: WatchedCertificate): Entry {
  const { certificate, findings } = watched;
  const level = severityOf(watched);
  const title = titleOf(watched);
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
  };
}

function isServed(status: string): boolean {
  const standing = standingOf(status);
  return standing !== 'revoked' && standing !== 'unpassed' && standing !== 'application';
}

/** All that people may search for, in small letters. */
export function haystackOf({ watched, title }: Entry): string {
  const { certificate, alias, owner, account, id } = watched;
  const { name, domain, sans, fingerprint } = certificate ?? {};
  return [title, alias, name, domain, ...(sans ?? []), id, fingerprint, owner, account]
    .filter((text) => text != null)
    .join('\n')
    .toLowerCase();
}
