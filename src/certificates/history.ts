// What happened to a certificate, kept for a year: the entries and how two readings make them. Pure.
import { formatInstant } from '../shared/time.ts';
import type { CertificateKey } from './certificate.ts';
import type { Watch } from './watch.ts';

export interface HistoryEntry extends CertificateKey {
  readonly atMs: number;
  /** `status`, `not_after`, `alert`, `resolved`, `silenced`, `unsilenced`. */
  readonly event: string;
  readonly text: string;
}

/** The entries for a change of status or of the end between two checks; none for a first sighting of nothing. */
export function historyOf(before: Watch | null, after: Watch, atMs: number): readonly HistoryEntry[] {
  const was = before?.certificate ?? null;
  const is = after.certificate;
  if (is === null) return [];
  const { account, id } = after;
  const entries: HistoryEntry[] = [];
  if (was?.status !== is.status) {
    entries.push({
      account,
      id,
      atMs,
      event: 'status',
      text: was === null ? is.status : `${was.status} → ${is.status}`,
    });
  }
  if (is.notAfterMs !== null && was?.notAfterMs !== is.notAfterMs) {
    entries.push({ account, id, atMs, event: 'not_after', text: formatInstant(is.notAfterMs) });
  }
  return entries;
}
