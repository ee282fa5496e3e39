// What a metric family of certificates is made of. Pure.
import type { WatchedCertificate } from '../certificates/watched.ts';
import type { ChunkWriter, LabelTable } from './bytes.ts';

/** One certificate with the place of its label text. */
export interface Subject {
  readonly certificate: WatchedCertificate;
  readonly labels: LabelTable;
  readonly index: number;
}

/** All samples of a family stand together, after its HELP and TYPE (text format 0.0.4 and OpenMetrics alike). */
export interface Family {
  readonly header: Uint8Array;
  write(writer: ChunkWriter, subject: Subject): void;
}

/** Escapes a label value as the text format wants it: backslash, quote and line feed. */
export function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
    : value;
}

/** HELP and TYPE. */
export function header(name: string, help: string): Uint8Array {
  return Buffer.from(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`);
}
