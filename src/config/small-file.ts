// Reads a file that a person named: its bytes, or what is there instead, in words.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { codeOf } from '../shared/errors.ts';

/** `found` completes "found …". */
export type FileReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly found: string };

const MIB = 1024 * 1024;

/** A plain file of at most `maxMib` MiB; anything else, a pipe above all, could keep the reader for ever. Never rejects. */
export async function readSmallFile(
  path: string,
  { maxMib }: { maxMib: number },
): Promise<FileReading<Uint8Array>> {
  try {
    const facts = await stat(path);
    if (!facts.isFile())
      return { ok: false, found: facts.isDirectory() ? 'a folder' : 'something that is not a file' };
    if (facts.size > maxMib * MIB)
      return { ok: false, found: `a file of ${Math.ceil(facts.size / MIB)} MiB` };
    return { ok: true, value: await readFile(path) };
  } catch (error) {
    return { ok: false, found: whyNot(codeOf(error)) };
  }
}

/** The same for the same bytes. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes as text. */
export function utf8Of(reading: FileReading<Uint8Array>): FileReading<string> {
  if (!reading.ok) return reading;
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(reading.value) };
  } catch {
    return { ok: false, found: 'bytes that are not UTF-8' };
  }
}

function whyNot(code: string | null): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'a file that this user may not read';
  return `a file that cannot be read (${code ?? 'unknown error'})`;
}
