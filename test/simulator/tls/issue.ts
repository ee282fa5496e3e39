// Issues certificates for tests and the demo: authorities, intermediates and leaves with whatever names, dates and faults are asked for.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  bitString,
  boolean,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from './der.ts';

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));

export interface Wanted {
  /** The subject's common name; whatever text, hostile too. */
  readonly commonName?: string;
  /** DNS names and IPv4 or IPv6 addresses; whatever text, hostile too. */
  readonly names?: readonly string[];
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  /** Hex. */
  readonly serialNumber?: string;
  readonly isAuthority?: boolean;
  /** Stands in place of the end, to be wrong: DER. */
  readonly rawNotAfter?: Buffer;
}

export interface Issued {
  readonly der: Buffer;
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** SHA-1, lower-case hex: as the cloud shows it. */
  readonly fingerprint: string;
  /** Issues a certificate in the name, and with the key, of this one. */
  issue(wanted: Wanted): Issued;
}

/** A certificate that is its own issuer: an authority, or a self-signed leaf. By default good from yesterday for 90 days. */
export function selfSigned(wanted: Wanted): Issued {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(wanted);
  return issuedBy({ name, key: keys.privateKey }, wanted, keys);
}

interface Issuer {
  readonly name: Buffer;
  readonly key: KeyObject;
}

function issuedBy(
  issuer: Issuer,
  wanted: Wanted,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Issued {
  const nowMs = Date.now();
  const { notBeforeMs = nowMs - DAY_MS, notAfterMs = nowMs + 90 * DAY_MS } = wanted;
  const name = nameOf(wanted);
  const toBeSigned = sequence(
    tagged(0xa0, integer('02')),
    integer(wanted.serialNumber ?? `4${randomBytes(15).toString('hex')}0`.slice(0, 32)),
    ECDSA_WITH_SHA256,
    issuer.name,
    sequence(time(notBeforeMs), wanted.rawNotAfter ?? time(notAfterMs)),
    name,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensionsOf(wanted))),
  );
  const signature = sign('sha256', toBeSigned, issuer.key);
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(signature));
  return {
    der,
    cert: pemOf(der),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: createHash('sha1').update(der).digest('hex'),
    issue: (next) =>
      issuedBy({ name, key: keys.privateKey }, next, generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  };
}

function nameOf({ commonName, names }: Wanted): Buffer {
  const text = commonName ?? names?.[0] ?? '';
  return text === '' ? sequence() : sequence(set(sequence(objectId('2.5.4.3'), utf8String(text))));
}

function extensionsOf({ names = [], isAuthority = false }: Wanted): readonly Buffer[] {
  const basic = sequence(
    objectId('2.5.29.19'),
    boolean(true),
    octetString(sequence(...(isAuthority ? [boolean(true)] : []))),
  );
  if (names.length === 0) return [basic];
  const alternatives = sequence(objectId('2.5.29.17'), octetString(sequence(...names.map(generalName))));
  return [basic, alternatives];
}

function generalName(name: string): Buffer {
  if (isIPv4(name)) return tagged(0x87, Buffer.from(name.split('.').map(Number)));
  if (isIPv6(name)) return tagged(0x87, ipv6Bytes(name));
  return tagged(0x82, Buffer.from(name, 'utf8'));
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [front, back] = [groups(head), groups(tail)];
  const between = Array.from({ length: 8 - front.length - back.length }, () => '0');
  const hex = [...front, ...between, ...back].map((group) => group.padStart(4, '0')).join('');
  return Buffer.from(hex, 'hex');
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
