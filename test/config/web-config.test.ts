// The web configuration: what is taken, what is refused with which words, and that nothing of a secret is shown.
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebConfig } from '../../src/config/config.ts';
import { readWebConfig } from '../../src/config/web-files.ts';
import { TEST_TLS_FOLDER } from '../support/smtp/test-tls.ts';

let folder = '';
let path = '';

const HASH = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
const TLS = 'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key.pem\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-web-'));
  path = join(folder, 'web.yaml');
  for (const name of ['server.pem', 'server.key.pem', 'client.pem', 'client.key.pem', 'ca.pem'])
    await copyFile(new URL(`test-only-${name}`, TEST_TLS_FOLDER), join(folder, name));
  await mkdir(join(folder, 'a-folder'));
  await writeFile(join(folder, 'text.pem'), 'hunter2 is no certificate and no key\n');
  await writeFile(
    join(folder, 'broken.pem'),
    '-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n-----END CERTIFICATE-----\n',
  );
  await writeFile(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0xff]));
  const format = { type: 'pkcs8', format: 'pem' } as const;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secured = privateKey.export({ ...format, cipher: 'aes-256-cbc', passphrase: 'hunter2' });
  await writeFile(join(folder, 'secured.key.pem'), secured);
});

afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  await writeFile(path, text);
  return (await readWebConfig(path)).result;
}

async function sound(text: string): Promise<WebConfig> {
  const result = await read(text);
  if (!result.ok) throw new Error(result.message);
  return result.config;
}

/** The lines of the faults, without the path of the file. */
async function faults(text: string): Promise<readonly string[]> {
  const result = await read(text);
  if (result.ok) return [];
  const [first, ...lines] = result.message.split('\n');
  expect(first).toBe(
    `Cannot use the web configuration: ${lines.length} fault${lines.length === 1 ? '' : 's'}`,
  );
  return lines.map((line) => line.replace(path, 'w'));
}

describe('a web configuration', () => {
  test('has the defaults of the toolkit where it says nothing', async () => {
    const { tls, headers, users } = await sound(TLS);
    expect(tls?.clientAuth).toBe('NoClientCert');
    expect(tls?.options()).toMatchObject({
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      honorCipherOrder: true,
      ca: [],
    });
    expect(tls?.options()).not.toHaveProperty('ciphers');
    expect(headers).toEqual([]);
    expect(users().size).toBe(0);
  });

  test('may ask for nothing at all', async () => {
    expect(await sound('{}')).toMatchObject({ tls: null, headers: [] });
  });

  test("takes Go's names of versions, suites and curves, and keeps the suites of TLS 1.3", async () => {
    const { tls } = await sound(
      `${TLS}  min_version: TLS12\n  max_version: TLS13\n  prefer_server_cipher_suites: false\n` +
        '  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]\n' +
        '  curve_preferences: [X25519, CurveP256, CurveP384, CurveP521]\n',
    );
    expect(tls?.options()).toMatchObject({
      ciphers:
        'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305',
      ecdhCurve: 'X25519:P-256:P-384:P-521',
      honorCipherOrder: false,
    });
  });

  test.each([
    ['RequestClientCert', 'RequestClientCert'],
    ['RequireAnyClientCert', 'RequireAnyClientCert'],
    ['RequireClientCert', 'RequireAnyClientCert'],
    ['VerifyClientCertIfGiven', 'VerifyClientCertIfGiven'],
    ['RequireAndVerifyClientCert', 'RequireAndVerifyClientCert'],
  ])('asks for client certificates: %s', async (written, clientAuth) => {
    const { tls } = await sound(`${TLS}  client_auth_type: ${written}\n  client_ca_file: ca.pem\n`);
    expect(tls?.clientAuth).toBe(clientAuth);
  });

  test("takes the toolkit's headers, and a blank one as none", async () => {
    const { headers } = await sound(
      'http_server_config:\n  http2: true\n  headers:\n    X-Frame-Options: sameorigin\n    X-Content-Type-Options: nosniff\n' +
        "    X-XSS-Protection: ''\n    Strict-Transport-Security: max-age=31536000\n",
    );
    expect(headers).toEqual([
      ['X-Frame-Options', 'sameorigin'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Strict-Transport-Security', 'max-age=31536000'],
    ]);
  });

  test('shows neither its key nor its hashes when it is printed', async () => {
    const config = await sound(`${TLS}basic_auth_users:\n  alice: ${HASH}\n`);
    expect(config.users()).toEqual(new Map([['alice', HASH]]));
    const shown = inspect(config, { depth: null, showHidden: true }) + JSON.stringify(config);
    expect(shown).not.toContain('2y$10');
    expect(shown).not.toContain('Buffer');
    expect(shown).not.toContain('PRIVATE');
  });

  test('takes absolute paths, and every kind of bcrypt hash', async () => {
    const absolute = TLS.replace('server.pem', join(folder, 'server.pem'));
    const users = ['a', 'b', 'y'].map((minor) => `  ${minor}: ${HASH.replace('2y', `2${minor}`)}\n`).join('');
    expect((await sound(`${absolute}basic_auth_users:\n${users}`)).users().size).toBe(3);
  });
});

/** Test only: a key of 512 bits and its certificate, which nothing can trust. */
const WEAK_PEM = `-----BEGIN CERTIFICATE-----
MIIBgTCCASugAwIBAgIUJ3HAsW4rEwnUkTguQka0RXXG/UQwDQYJKoZIhvcNAQEL
BQAwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIwNDk1OVoYDzIxMjYx
MDMwMjA0OTU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwXDANBgkqhkiG9w0BAQEF
AANLADBIAkEA44iGsCunrXiaYpH1lv+1Tq+L1IYpjPmnlw0cxvO+lV93IjEjYuIO
9pTeBJHVWJkV5OqMy5nbNTaSSAkOXIoQ4QIDAQABo1MwUTAdBgNVHQ4EFgQU+dX5
tSIVC8oL+Hpl8pgYw03GSu8wHwYDVR0jBBgwFoAU+dX5tSIVC8oL+Hpl8pgYw03G
Su8wDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAANBALFl4LD2a8o0IZOj
I9s0fb9OMdQ4psN/NpCvqG1TGlflAx4mE8xGWmoVfEYv35gvnz3R7tD/KIhaw1jA
vfEIxf0=
-----END CERTIFICATE-----
-----BEGIN PRIVATE KEY-----
MIIBVwIBADANBgkqhkiG9w0BAQEFAASCAUEwggE9AgEAAkEA44iGsCunrXiaYpH1
lv+1Tq+L1IYpjPmnlw0cxvO+lV93IjEjYuIO9pTeBJHVWJkV5OqMy5nbNTaSSAkO
XIoQ4QIDAQABAkEAiXXMsRfemC15T72QWmYned8SIhXfelzFQ7tXPFa7N++tq1y9
ZjIB6GDwaSfsmKjYfJ3tFm/8MvDTsUAvQ8W/NQIhAP9l1HkXzsBqyRo86NRDND39
9moZrn/+nB+mI5CdlPCbAiEA5BHgOD5eFUAOgzFKI8gcqImKK2vk9sfZw17GoGwX
hjMCIQCWyWNBv0mlFyb2Y8G/GJJui1OB3vnEveklUmyrBC6cQwIhAMg7sYFvsCY0
AQnJgm/7xr1pU7dfmLvZJiTS1swNWnHlAiEAzMUw5ZO7k8Ntc1Cho+uiwbhCboUs
j3178FVTvFwRKRw=
-----END PRIVATE KEY-----
`;

const CERT = 'must be a readable file with the certificate and its chain in PEM form';
const KEY = 'must be a readable file with the private key in PEM form, without a passphrase';
const CA = 'must be a readable file with the authorities of client certificates in PEM form';
const BCRYPT =
  'must be a bcrypt hash of the password with a cost from 4 to 16, e.g. made by: htpasswd -nBC 10 ""';
const VERSION = 'must be TLS12 or TLS13: older versions are broken (RFC 8996)';
const USER_NAME = 'must be 1 to 255 characters without a colon or control characters';

describe('a web configuration is refused where', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'it is empty: nobody means to leave everything open by that',
      '',
      [
        'w: found an empty value; must be a mapping with keys out of tls_server_config, http_server_config, basic_auth_users',
      ],
    ],
    [
      'it is not YAML',
      'a: b: c',
      [
        'w:1:4: found a second "key: value" on one line; must stand on a line of its own, or its text in quotes',
      ],
    ],
    [
      'keys are unknown',
      `tls_server_conf: {}\n${TLS}  keyfile: x\n  client_allowed_sans: [a]\nhttp_server_config: { headers: { Server: x } }\n`,
      [
        'w:1 tls_server_conf: found an unknown key; must be a known key: did you mean tls_server_config?',
        'w:5 tls_server_config.keyfile: found an unknown key; must be a known key: did you mean key_file?',
        'w:6 tls_server_config.client_allowed_sans: found an unknown key; must be one of cert_file, key_file, client_auth_type, client_ca_file, min_version, max_version, cipher_suites, prefer_server_cipher_suites, curve_preferences',
        'w:7 http_server_config.headers.Server: found an unknown key; must be one of Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
      ],
    ],
    [
      'certificate and key are not named',
      'tls_server_config: {}',
      [
        'w:1 tls_server_config.cert_file: found nothing; must be the path of the certificate and its chain in PEM form',
        'w:1 tls_server_config.key_file: found nothing; must be the path of the private key in PEM form',
      ],
    ],
    [
      'files are not there, and other things are wrong as well',
      'tls_server_config:\n  cert_file: none.pem\n  key_file: a-folder\n  min_version: TLS11\nbasic_auth_users: { alice: hunter2 }\n',
      [
        `w:2 tls_server_config.cert_file: found no such file; ${CERT}`,
        `w:3 tls_server_config.key_file: found a folder; ${KEY}`,
        `w:4 tls_server_config.min_version: found "TLS11"; ${VERSION}`,
        `w:5 basic_auth_users.alice: found a plain value, which is not shown; ${BCRYPT}`,
      ],
    ],
    [
      'files hold something else',
      'tls_server_config:\n  cert_file: text.pem\n  key_file: text.pem\n  client_auth_type: RequestClientCert\n  client_ca_file: broken.pem\n',
      [
        `w:2 tls_server_config.cert_file: found a file without a certificate in PEM form; ${CERT}`,
        `w:3 tls_server_config.key_file: found a file without a private key in PEM form; ${KEY}`,
        `w:5 tls_server_config.client_ca_file: found a file without a certificate in PEM form; ${CA}`,
      ],
    ],
    [
      'the key has a passphrase',
      TLS.replace('server.key', 'secured.key'),
      [`w:3 tls_server_config.key_file: found a private key with a passphrase; ${KEY}`],
    ],
    [
      'the key is that of another certificate',
      TLS.replace('server.key', 'client.key'),
      [
        'w:3 tls_server_config.key_file: found the key of another certificate; must be the key of the first certificate in cert_file',
      ],
    ],
    [
      'client certificates are verified against nobody',
      `${TLS}  client_auth_type: RequireAndVerifyClientCert\n`,
      [
        'w:1 tls_server_config.client_ca_file: found nothing; must be set: RequireAndVerifyClientCert has to know whom to trust',
      ],
    ],
    [
      'authorities are named, but nobody is asked for a certificate',
      `${TLS}  client_ca_file: ca.pem\n`,
      [
        'w:4 tls_server_config.client_ca_file: found "ca.pem", but no client is asked for a certificate; must go with client_auth_type: RequireAndVerifyClientCert, or be taken out',
      ],
    ],
    [
      'versions, suites and curves are not known or contradict each other',
      `${TLS}  client_auth_type: Everybody\n  min_version: TLS13\n  max_version: TLS12\n  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n  curve_preferences: [P224]\n`,
      [
        'w:4 tls_server_config.client_auth_type: found "Everybody"; must be one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert, RequireClientCert',
        'w:6 tls_server_config.max_version: found "TLS12"; must not be older than min_version, which is TLS13',
        expect.stringContaining(
          'w:7 tls_server_config.cipher_suites[0]: found "TLS_RSA_WITH_RC4_128_SHA"; must be one of TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, ',
        ) as unknown as string,
        'w:8 tls_server_config.curve_preferences[0]: found "P224"; must be one of X25519, CurveP256, CurveP384, CurveP521',
      ],
    ],
    [
      'headers have values that they cannot have',
      'http_server_config:\n  headers:\n    X-Frame-Options: allow\n    Content-Security-Policy: "a\\nSet-Cookie: b"\n',
      [
        'w:3 http_server_config.headers.X-Frame-Options: found "allow"; must be one of deny, sameorigin',
        'w:4 http_server_config.headers.Content-Security-Policy: found "a\\nSet-Cookie: b"; must be a header value: at most 4,096 printable ASCII characters',
      ],
    ],
    [
      'nobody could sign in, or only for an eternity',
      `basic_auth_users:\n  "a:b": ${HASH}\n  "": ${HASH}\n  __proto__: ${HASH}\n  costly: ${HASH.replace('$10$', '$17$')}\n  short: ${HASH.slice(0, 59)}\n  apache: $apr1$hunter2\n`,
      [
        `w:2 basic_auth_users["a:b"]: found a user name that cannot be used; ${USER_NAME}`,
        `w:3 basic_auth_users[""]: found a user name that cannot be used; ${USER_NAME}`,
        `w:4 basic_auth_users.__proto__: found a user name that cannot be used; ${USER_NAME}`,
        `w:5 basic_auth_users.costly: found a plain value, which is not shown; ${BCRYPT}`,
        `w:6 basic_auth_users.short: found a plain value, which is not shown; ${BCRYPT}`,
        `w:7 basic_auth_users.apache: found a plain value, which is not shown; ${BCRYPT}`,
      ],
    ],
    [
      'the users are something else than users',
      'basic_auth_users: hunter2',
      [
        'w:1 basic_auth_users: found a plain value, which is not shown; must be a mapping of user names to bcrypt hashes',
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const found = await faults(text);
    expect(found).toEqual(expected);
    expect(found.join()).not.toContain('hunter2');
  });

  test.each([
    ['none.yaml', 'no such file'],
    ['a-folder', 'a folder'],
    ['latin1.yaml', 'bytes that are not UTF-8'],
  ])('it cannot be read: %s', async (name, found) => {
    const { result, paths } = await readWebConfig(join(folder, name));
    expect(result).toEqual({
      ok: false,
      message: `Cannot use the web configuration: 1 fault\n${join(folder, name)}: found ${found}; must be a readable YAML file of at most 1 MiB; its path is http.webConfigFile`,
    });
    expect(paths).toEqual([join(folder, name)]);
  });

  test('OpenSSL does not take what is asked for', async () => {
    await writeFile(join(folder, 'weak.pem'), WEAK_PEM);
    expect(await faults('tls_server_config: { cert_file: weak.pem, key_file: weak.pem }')).toEqual([
      'w:1 tls_server_config: found a certificate, key or setting that TLS refuses (ERR_SSL_EE_KEY_TOO_SMALL); must be something that OpenSSL accepts',
    ]);
  });
});

describe('what was read', () => {
  test('has the paths of all files, those that are not there too', async () => {
    await writeFile(
      path,
      'tls_server_config: { cert_file: none.pem, key_file: /nowhere/key.pem, typo: 1 }\n',
    );
    expect((await readWebConfig(path)).paths).toEqual([path, join(folder, 'none.pem'), '/nowhere/key.pem']);
  });

  test('has another digest when the content of any file is another, and the same when it is the same', async () => {
    await copyFile(join(folder, 'server.pem'), join(folder, 'changing.pem'));
    await writeFile(path, TLS.replace('server.pem', 'changing.pem'));
    const { digest } = await readWebConfig(path);
    expect((await readWebConfig(path)).digest).toBe(digest);
    await copyFile(join(folder, 'client.pem'), join(folder, 'changing.pem'));
    const changed = await readWebConfig(path);
    expect(changed.digest).not.toBe(digest);
    expect(changed.result.ok).toBe(false);
    await copyFile(join(folder, 'server.pem'), join(folder, 'changing.pem'));
    expect((await readWebConfig(path)).digest).toBe(digest);
  });
});
