// The web configuration: the file and those that it names, from their bytes to WebConfig, or to all faults at once. Pure.
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { codeOf } from '../shared/errors.ts';
import { plural } from '../shared/time.ts';
import type { WebConfig, WebTlsConfig } from './config.ts';
import { child } from './cross-checks.ts';
import { checkDocument, inOrder } from './document.ts';
import { type Fault, formatFaults, type UnplacedFault } from './faults.ts';
import { crossCheckWeb, type ParsedWebConfig, webSchema } from './schema-web.ts';
import type { FileReading } from './small-file.ts';
import { TLS_FILE_KEYS, type TlsFileKey, type TlsFiles, tlsFileFaults } from './tls-files.ts';
import { CURVES, cipherList, TLS_VERSIONS } from './tls-names.ts';

export type WebParseResult =
  | { readonly ok: true; readonly config: WebConfig }
  | { readonly ok: false; readonly message: string };

export interface WebDocument {
  /** The files as they are named, faults or not: relative ones are relative to the configuration's folder. */
  readonly named: Readonly<Partial<Record<TlsFileKey, string>>>;
  finish(files: TlsFiles): WebParseResult;
}

/** First the text, which names the files; `finish` then takes what is in them. Never throws. */
export function parseWebConfig(reading: FileReading<string>, { source }: { source: string }): WebDocument {
  if (!reading.ok) return { named: {}, finish: () => failure(source, [unreadable(reading.found)]) };
  const document = checkDocument(reading.value, { schema: webSchema, crossCheck: crossCheckWeb });
  const section = child(document.yaml?.written, 'tls_server_config');
  return {
    named: Object.fromEntries(
      TLS_FILE_KEYS.flatMap((key) => {
        const name = child(section, key);
        return typeof name === 'string' && name !== '' ? [[key, name]] : [];
      }),
    ),
    finish(files) {
      const faults = [...document.faults, ...document.place(tlsFileFaults(files))];
      if (document.parsed === null || faults.length > 0) return failure(source, faults);
      const built = build(document.parsed.value, files);
      return built.ok ? built : failure(source, document.place([built.fault]));
    },
  };
}

type Built =
  | { readonly ok: true; readonly config: WebConfig }
  | { readonly ok: false; readonly fault: UnplacedFault };

function build(
  { tls_server_config, http_server_config, basic_auth_users }: ParsedWebConfig,
  files: TlsFiles,
): Built {
  const tls = tls_server_config === undefined ? null : buildTls(tls_server_config, files);
  try {
    if (tls !== null) createSecureContext(tls.options());
  } catch (error) {
    // Its text may quote a file; its code (ERR_SSL_EE_KEY_TOO_SMALL) says enough.
    const found = `a certificate, key or setting that TLS refuses (${codeOf(error) ?? 'unknown error'})`;
    const expected = 'must be something that OpenSSL accepts';
    return { ok: false, fault: { path: ['tls_server_config'], found, expected } };
  }
  const users = new Map(Object.entries(basic_auth_users));
  // The toolkit's "unset if blank": the monitor's own stays.
  const headers = Object.entries(http_server_config.headers).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  );
  return { ok: true, config: { tls, headers, users: () => users } };
}

function buildTls(section: NonNullable<ParsedWebConfig['tls_server_config']>, files: TlsFiles): WebTlsConfig {
  const ciphers = cipherList(section.cipher_suites);
  const curves = section.curve_preferences.map((curve) => CURVES[curve]);
  const options: SecureContextOptions = {
    ...pem('cert', files.cert_file),
    ...pem('key', files.key_file),
    // Without a list of its own, Node would trust every public authority.
    ca: [],
    ...pem('ca', files.client_ca_file),
    minVersion: TLS_VERSIONS[section.min_version],
    maxVersion: TLS_VERSIONS[section.max_version],
    honorCipherOrder: section.prefer_server_cipher_suites,
    ...(ciphers === null ? {} : { ciphers }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
  };
  const auth = section.client_auth_type;
  return {
    clientAuth: auth === 'RequireClientCert' ? 'RequireAnyClientCert' : auth,
    options: () => options,
  };
}

function pem(key: 'cert' | 'key' | 'ca', reading: FileReading<Uint8Array> | undefined): SecureContextOptions {
  return reading?.ok ? { [key]: Buffer.from(reading.value) } : {};
}

function failure(source: string, faults: readonly Fault[]): WebParseResult {
  const ordered = inOrder(faults);
  const lines = formatFaults(source, ordered);
  return {
    ok: false,
    message: `Cannot use the web configuration: ${plural(ordered.length, 'fault')}\n${lines}`,
  };
}

function unreadable(found: string): Fault {
  const expected = 'must be a readable YAML file of at most 1 MiB; its path is http.webConfigFile';
  return { path: '', found, expected, line: null, column: null };
}
