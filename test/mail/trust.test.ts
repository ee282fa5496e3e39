// Whom the mailer trusts: the extra file of the environment counts even where a CA file is given.
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TlsOptions } from 'node:tls';
import { expect, test } from '@jest/globals';
import { createTrust } from '../../src/mail/trust.ts';
import { OTHER_CA_FILE, readTestTls, TEST_CA_FILE } from '../support/smtp/test-tls.ts';

/** Whether a client with this trust shakes hands with the test server. */
async function shakesHands(options: Awaited<ReturnType<ReturnType<typeof createTrust>>>): Promise<boolean> {
  const server = createServer(readTestTls() satisfies TlsOptions).on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect({ ...options, host: '127.0.0.1', port });
  const shook = await once(socket, 'secureConnect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  server.close();
  return shook;
}

test.each<[string, string | null, string | undefined, boolean]>([
  ['the CA file', TEST_CA_FILE, undefined, true],
  ['another CA file', OTHER_CA_FILE, undefined, false],
  ['no CA file', null, undefined, false],
  ['another CA file, and NODE_EXTRA_CA_CERTS', OTHER_CA_FILE, TEST_CA_FILE, true],
  ['another CA file, and NODE_EXTRA_CA_CERTS that is not there', OTHER_CA_FILE, '/nonexistent.pem', false],
])('trust by %s', async (_, caFile, extraCaFile, trusted) => {
  expect(await shakesHands(await createTrust(extraCaFile)(caFile))).toBe(trusted);
});

test('a context is made once for a content, and anew when the file has another one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ccm-trust-'));
  const file = join(folder, 'ca.pem');
  const trust = createTrust(undefined);
  await copyFile(OTHER_CA_FILE, file);
  const first = await trust(file);
  expect((await trust(file)).secureContext).toBe(first.secureContext);
  await copyFile(TEST_CA_FILE, file);
  expect(await shakesHands(await trust(file))).toBe(true);
  await rm(folder, { recursive: true });
});
