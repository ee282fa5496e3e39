// Knocking at the mail server: whether it lets us in, without sending anything.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { EmailConfig } from '../../src/config/config.ts';
import { createSmtpMailer } from '../../src/mail/smtp.ts';
import { type StageServer, startStageServer } from '../support/smtp/stage-server.ts';
import { TEST_CA_FILE } from '../support/smtp/test-tls.ts';

let server: StageServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

function mailer(port: number, password: string | null) {
  const email: EmailConfig = {
    smtp: {
      host: 'localhost',
      port,
      tls: 'starttls',
      username: password === null ? null : 'monitor',
      password: password === null ? null : { env: 'X' },
      caFile: TEST_CA_FILE,
      timeoutMs: 2_000,
    },
    from: 'certs@example.com',
    to: ['oncall@example.com'],
    kinds: [],
    ladderMs: [],
    remindersMs: [],
    resolved: true,
    summary: null,
    language: 'en',
  };
  return createSmtpMailer({
    email: () => email,
    publicUrl: () => null,
    readSecret: async () => password ?? '',
  });
}

const forever = new AbortController().signal;

describe('a probe of the mail server', () => {
  test('is null where the server lets us in, and sends nothing', async () => {
    server = await startStageServer({ login: { user: 'monitor', password: 'right' } });
    expect(await mailer(server.port, 'right').probe(forever)).toBeNull();
    await server.waitFor(() => server?.commands.includes('QUIT') === true);
    expect(server.commands).not.toContain('MAIL');
  });

  test('says why a login is refused, without the password', async () => {
    server = await startStageServer({ login: { user: 'monitor', password: 'right' } });
    const why = await mailer(server.port, 'sesame').probe(forever);
    expect(why).toContain('Cannot log in');
    expect(why).not.toContain('sesame');
  });

  test('says why nobody answers, and where a setting cannot be read', async () => {
    server = await startStageServer();
    const { port } = server;
    await server.goAway();
    expect(await mailer(port, null).probe(forever)).toContain(`localhost:${port}`);
    const broken = createSmtpMailer({
      email: () => {
        throw new Error('no email section');
      },
      publicUrl: () => null,
      readSecret: async () => '',
    });
    expect(await broken.probe(forever)).toBe('no email section');
  });
});
