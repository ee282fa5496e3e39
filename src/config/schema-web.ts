// A web configuration in the form of Prometheus' exporter-toolkit (docs/web-configuration.md there) as a zod schema. Pure.
import * as z from 'zod';
import { CLIENT_AUTH_TYPES } from './config.ts';
import { child, isMapping } from './cross-checks.ts';
import { describeFound, type UnplacedFault } from './faults.ts';
import { flag, list, mapping, oneOf, text } from './leaves.ts';
import { orRefuse } from './read.ts';
import { CURVES, TLS_VERSIONS, TLS12_SUITES, TLS13_SUITES } from './tls-names.ts';
import { filePath } from './values.ts';

/** Above this, one wrong password would keep a processor busy for minutes. */
const MAX_COST = 16;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** The toolkit's older name for RequireAnyClientCert is taken as well. */
const CLIENT_AUTH_NAMES = [...CLIENT_AUTH_TYPES, 'RequireClientCert'] as const;
const VERIFYING: readonly unknown[] = ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'];

const tls = mapping({
  cert_file: filePath('the certificate and its chain in PEM form'),
  key_file: filePath('the private key in PEM form'),
  client_auth_type: oneOf(CLIENT_AUTH_NAMES).prefault('NoClientCert'),
  client_ca_file: filePath('the authorities of client certificates in PEM form').optional(),
  min_version: tlsVersion().prefault('TLS12'),
  max_version: tlsVersion().prefault('TLS13'),
  cipher_suites: list(oneOf([...keysOf(TLS12_SUITES), ...TLS13_SUITES]), {
    what: 'cipher suites by their names in Go',
  }).prefault([]),
  prefer_server_cipher_suites: flag().prefault(true),
  curve_preferences: list(oneOf(keysOf(CURVES)), { what: 'curves by their names in Go' }).prefault([]),
});

const headers = mapping({
  'Content-Security-Policy': headerValue().optional(),
  'X-Frame-Options': oneOf(['deny', 'sameorigin']).optional(),
  'X-Content-Type-Options': oneOf(['nosniff']).optional(),
  'X-XSS-Protection': headerValue().optional(),
  'Strict-Transport-Security': headerValue().optional(),
});

export const webSchema = mapping({
  tls_server_config: tls.optional(),
  http_server_config: mapping({ http2: flag().optional(), headers: headers.prefault({}) }).prefault({}),
  basic_auth_users: z
    .record(z.string(), bcryptHash(), { error: 'must be a mapping of user names to bcrypt hashes' })
    .prefault({}),
});

export type ParsedWebConfig = z.output<typeof webSchema>;

/** Faults that no single value shows. */
export function crossCheckWeb(written: unknown): UnplacedFault[] {
  const section = child(written, 'tls_server_config');
  return [
    ...(isMapping(section) ? [...clientAuthority(section), ...versions(section)] : []),
    ...userNames(child(written, 'basic_auth_users')),
  ];
}

function clientAuthority(section: unknown): UnplacedFault[] {
  const path = ['tls_server_config', 'client_ca_file'];
  const file = child(section, 'client_ca_file');
  const auth = child(section, 'client_auth_type') ?? 'NoClientCert';
  if (file === undefined && VERIFYING.includes(auth))
    return [{ path, found: 'nothing', expected: `must be set: ${auth} has to know whom to trust` }];
  if (file === undefined || auth !== 'NoClientCert') return [];
  return [
    {
      path,
      found: `${describeFound(file, path)}, but no client is asked for a certificate`,
      expected: 'must go with client_auth_type: RequireAndVerifyClientCert, or be taken out',
    },
  ];
}

function versions(section: unknown): UnplacedFault[] {
  if (child(section, 'min_version') !== 'TLS13' || child(section, 'max_version') !== 'TLS12') return [];
  const expected = 'must not be older than min_version, which is TLS13';
  return [{ path: ['tls_server_config', 'max_version'], found: '"TLS12"', expected }];
}

/** RFC 7617: a name ends at the first colon, so that nobody could sign in with one in it. */
function userNames(users: unknown): UnplacedFault[] {
  if (!isMapping(users)) return [];
  const expected = 'must be 1 to 255 characters without a colon or control characters';
  return Object.keys(users)
    .filter((name) => !/^[^\p{Cc}:]{1,255}$/u.test(name) || name === '__proto__')
    .map((name) => ({
      path: ['basic_auth_users', name],
      found: 'a user name that cannot be used',
      expected,
    }));
}

function tlsVersion() {
  return z.enum(keysOf(TLS_VERSIONS), {
    error: 'must be TLS12 or TLS13: older versions are broken (RFC 8996)',
  });
}

function headerValue() {
  const expected = 'must be a header value: at most 4,096 printable ASCII characters';
  return text({
    expected,
    read: (written) => orRefuse(/^[\x20-\x7e]{0,4096}$/.test(written) ? written : null, expected),
  });
}

function bcryptHash() {
  const expected = `must be a bcrypt hash of the password with a cost from 4 to ${MAX_COST}, e.g. made by: htpasswd -nBC 10 ""`;
  return text({
    expected,
    read: (written) => {
      const cost = Number(BCRYPT.exec(written)?.[1] ?? Number.NaN);
      return orRefuse(cost >= 4 && cost <= MAX_COST ? written : null, expected);
    },
  });
}

function keysOf<Name extends string>(names: Readonly<Record<Name, string>>): Name[];
function keysOf(names: object): string[] {
  return Object.keys(names);
}
