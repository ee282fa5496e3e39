// Which authorities are trusted besides the usual ones: an account's own CA file.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { codeOf } from '../shared/errors.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export type Trust =
  | { readonly ok: true; readonly context: SecureContext | null; readonly text: string }
  /** The end of a sentence; an unreadable file is not trusted less, it is not trusted at all. */
  | { readonly ok: false; readonly explanation: string };

/**
 * Trust in the usual authorities and those of `caFile` (PEM). Made once for all connections: making it takes
 * milliseconds. Where a list is given, Node forgets NODE_EXTRA_CA_CERTS, so that file is added here.
 */
export async function loadTrust(caFile: string | null, extraFile: string | undefined): Promise<Trust> {
  if (caFile === null) return { ok: true, context: null, text: '' };
  try {
    const text = await readFile(caFile, 'utf8');
    const blocks = text.match(PEM) ?? [];
    if (blocks.length === 0)
      return { ok: false, explanation: `caFile ${caFile} has no certificate in PEM form` };
    for (const block of blocks) new X509Certificate(block); // a secure context passes over what it cannot read
    const extra = extraFile === undefined ? [] : [await readFile(extraFile, 'utf8').catch(() => '')];
    const context = createSecureContext({
      ca: [...rootCertificates, ...extra.filter((e) => e !== ''), text],
    });
    return { ok: true, context, text };
  } catch (error) {
    return { ok: false, explanation: `caFile ${caFile} cannot be used (${codeOf(error) ?? 'not PEM'})` };
  }
}
