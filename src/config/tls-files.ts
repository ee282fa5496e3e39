// The certificate, key and authorities of the HTTP server, from their files: what TLS is made of, or all faults. Pure.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { UnplacedFault } from './faults.ts';
import type { FileReading } from './small-file.ts';

export const TLS_FILE_KEYS = ['cert_file', 'key_file', 'client_ca_file'] as const;

export type TlsFileKey = (typeof TLS_FILE_KEYS)[number];

export type TlsFiles = Readonly<Partial<Record<TlsFileKey, FileReading<Uint8Array>>>>;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

const EXPECTED: Readonly<Record<TlsFileKey, string>> = {
  cert_file: 'must be a readable file with the certificate and its chain in PEM form',
  key_file: 'must be a readable file with the private key in PEM form, without a passphrase',
  client_ca_file: 'must be a readable file with the authorities of client certificates in PEM form',
};

/** Never repeats anything of a file. A key without its certificate is no fault here: the certificate's own is told. */
export function tlsFileFaults(files: TlsFiles): UnplacedFault[] {
  const fault = (key: TlsFileKey, found: string, expected = EXPECTED[key]): UnplacedFault => ({
    path: ['tls_server_config', key],
    found,
    expected,
  });
  const unread = TLS_FILE_KEYS.flatMap((key) => {
    const reading = files[key];
    return reading === undefined || reading.ok ? [] : [fault(key, reading.found)];
  });
  const { cert_file, key_file, client_ca_file } = files;
  const certificates = cert_file?.ok ? certificatesOf(cert_file.value) : null;
  const authorities = client_ca_file?.ok ? certificatesOf(client_ca_file.value) : null;
  const key = key_file?.ok ? keyOf(key_file.value) : null;
  const noCertificate = 'a file without a certificate in PEM form';
  const faults = [...unread];
  if (certificates?.length === 0) faults.push(fault('cert_file', noCertificate));
  if (authorities?.length === 0) faults.push(fault('client_ca_file', noCertificate));
  if (typeof key === 'string') faults.push(fault('key_file', key));
  const leaf = certificates?.[0];
  if (leaf !== undefined && key !== null && typeof key !== 'string' && !leaf.checkPrivateKey(key))
    faults.push(
      fault(
        'key_file',
        'the key of another certificate',
        'must be the key of the first certificate in cert_file',
      ),
    );
  return faults;
}

/** All certificates; none where one of them cannot be read. */
function certificatesOf(pem: Uint8Array): readonly X509Certificate[] {
  try {
    return (textOf(pem).match(CERTIFICATE) ?? []).map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

/** The key, or what is there instead. */
function keyOf(pem: Uint8Array): KeyObject | string {
  try {
    return createPrivateKey(Buffer.from(pem));
  } catch {
    return /ENCRYPTED/.test(textOf(pem))
      ? 'a private key with a passphrase'
      : 'a file without a private key in PEM form';
  }
}

function textOf(pem: Uint8Array): string {
  return Buffer.from(pem).toString('latin1');
}
