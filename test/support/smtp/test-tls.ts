// Where the test-only certificates are, and what is in them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of the test-only certificates; found from the project's folder, so that a bundle of the tests finds it too. */
export const TEST_TLS_FOLDER = pathToFileURL(`${resolve('test/fixtures/tls')}/`);

/** Path of the CA that signed the test server's certificate: for `caFile`. */
export const TEST_CA_FILE = fileURLToPath(new URL('test-only-ca.pem', TEST_TLS_FOLDER));

/** Path of a CA that signed nothing: for "unknown authority". */
export const OTHER_CA_FILE = fileURLToPath(new URL('test-only-other-ca.pem', TEST_TLS_FOLDER));

/** Key and certificate for localhost, 127.0.0.1 and ::1, PEM. */
export function readTestTls(folder: URL = TEST_TLS_FOLDER): { readonly key: string; readonly cert: string } {
  return {
    key: readFileSync(new URL('test-only-server.key.pem', folder), 'utf8'),
    cert: readFileSync(new URL('test-only-server.pem', folder), 'utf8'),
  };
}
