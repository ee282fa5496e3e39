// Reads a secret at the moment it is needed, so that one that was renewed on disk is used at once.
import { readFile, stat } from 'node:fs/promises';
import { codeOf, MonitorError } from '../shared/errors.ts';
import type { ReadSecret } from './config.ts';

/** Tokens with many roles run to megabytes; what is larger is not a secret but a wrong path. */
const MAX_SECRET_BYTES = 4 * 1024 * 1024;

/**
 * The secret's value now. A file loses one trailing line break (LF or CRLF): editors and `echo` add it.
 * @throws {MonitorError} with code SECRET, naming the file or variable and why; never the value.
 */
export const readSecret: ReadSecret = async (ref) =>
  'file' in ref ? readSecretFile(ref.file) : readSecretVariable(ref.env);

async function readSecretFile(path: string): Promise<string> {
  const bytes = await readBytes(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // No cause: an error of the decoder may one day quote what it could not decode.
    throw refusal(`file ${path}`, 'it is not text in UTF-8; write the secret to it as text');
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw refusal(`file ${path}`, 'it is empty; write the secret to it');
  return secret;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    // A pipe would keep the reader waiting for ever.
    if (!facts.isFile())
      throw refusal(
        `file ${path}`,
        `it is ${facts.isDirectory() ? 'a folder' : 'not a plain file'}; name a file that holds the secret`,
      );
    if (facts.size > MAX_SECRET_BYTES)
      throw refusal(
        `file ${path}`,
        'it is larger than 4 MiB; name a file that holds the secret and nothing else',
      );
    return await readFile(path);
  } catch (error) {
    if (error instanceof MonitorError) throw error;
    throw refusal(`file ${path}`, `${whyNot(codeOf(error))}; check the path and the mounted secret`, error);
  }
}

async function readSecretVariable(name: string): Promise<string> {
  const value = process.env[name];
  if (value === undefined)
    throw refusal(`variable ${name}`, 'it is not set; set it in the environment of the monitor');
  if (value === '') throw refusal(`variable ${name}`, 'it is empty; set it to the secret');
  return value;
}

function whyNot(code: string | null): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file (ENOENT)';
  if (code === 'EACCES' || code === 'EPERM') return `this user may not read it (${code})`;
  return `it cannot be read (${code ?? 'unknown error'})`;
}

function refusal(object: string, why: string, cause?: unknown): MonitorError {
  return new MonitorError(
    'SECRET',
    `Cannot read secret from ${object}: ${why}`,
    cause === undefined ? undefined : { cause },
  );
}
