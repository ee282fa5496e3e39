// Which authorities the mail server's certificate may come from: the system's, and those of email.smtp.caFile.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { codeOf, MonitorError } from '../shared/errors.ts';

const ALWAYS = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const satisfies ConnectionOptions;

/**
 * How TLS is spoken, by CA file: verified whatever NODE_TLS_REJECT_UNAUTHORIZED says. The file is read each
 * time, because it may be renewed on disk; a context is made only for a new content, as that takes some 50 ms.
 * `extraCaFile` is NODE_EXTRA_CA_CERTS, which Node forgets as soon as it is given a list of authorities.
 * Rejects with a MonitorError that names the file.
 */
export function createTrust(
  extraCaFile: string | undefined,
): (caFile: string | null) => Promise<ConnectionOptions> {
  let made: { readonly pem: string; readonly context: SecureContext } | null = null;
  return async (caFile) => {
    if (caFile === null) return ALWAYS;
    const pem = await readPem(caFile);
    if (made?.pem !== pem) {
      const extra = extraCaFile === undefined ? '' : await readFile(extraCaFile, 'utf8').catch(() => '');
      const ca = [...rootCertificates, extra, pem].filter((text) => text !== '');
      made = { pem, context: createSecureContext({ ca, minVersion: ALWAYS.minVersion }) };
    }
    return { ...ALWAYS, secureContext: made.context };
  };
}

async function readPem(path: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    throw new MonitorError(
      'CONFIG',
      `Cannot read email.smtp.caFile ${path}: ${codeOf(error) ?? 'unknown error'}; check the path`,
      { cause: error },
    );
  }
  try {
    // A context is made of anything, and trusts nobody then.
    new X509Certificate(pem);
  } catch (error) {
    throw new MonitorError(
      'CONFIG',
      `Cannot use email.smtp.caFile ${path}: it must begin with a certificate in PEM form`,
      { cause: error },
    );
  }
  return pem;
}
