// A real Postfix on loopback: STARTTLS required, SASL by Dovecot, mailboxes as maildirs. Its own configuration, its own queue.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createLifetime } from '../../../src/shared/lifetime.ts';
import { freePort } from '../../simulator/demo/ports.ts';
import { startServerProcess } from '../prometheus/server-process.ts';
import { programInPath } from '../support/tools.ts';

/** The only user. */
export const LOGIN = { user: 'monitor', password: 'correct-horse-battery' } as const;

const run = promisify(execFile);
const FIXTURES = resolve('test/fixtures/tls');
const SCRIPT = { script: 'postfix.sh' };

export interface Postfix {
  readonly port: number;
  /** Mails in the maildir of one recipient, as they lie there. */
  mailsOf(recipient: string): readonly string[];
  /** Resolves with them once there are so many; throws after 20 s, with the log. */
  waitForMails(recipient: string, count: number): Promise<readonly string[]>;
  log(): string;
  stop(): Promise<void>;
}

interface Places {
  readonly folder: string;
  readonly smtpPort: number;
  readonly authPort: number;
}

/** Starts both; `recipients` have mailboxes, everybody else is unknown. Needs root, as Postfix does. */
export async function startPostfix({ recipients }: { recipients: readonly string[] }): Promise<Postfix> {
  const postfixCommand = programInPath('postfix', SCRIPT);
  const dovecotCommand = programInPath('dovecot', SCRIPT);
  const folder = mkdtempSync(join(tmpdir(), 'ccm-postfix-'));
  // Their daemons run as users of their own.
  chmodSync(folder, 0o755);
  const places = { folder, smtpPort: await freePort(12_525), authPort: await freePort(12_526) };
  writeDovecot(places);
  writePostfix(places, recipients);

  const lifetime = createLifetime();
  lifetime.onClose('the folder', () => rmSync(folder, { recursive: true, force: true }));
  async function stop(): Promise<void> {
    const [failure] = await lifetime.close();
    if (failure !== undefined) throw new Error(`Cannot stop ${failure.name}`, { cause: failure.error });
  }
  try {
    const dovecot = startServerProcess(dovecotCommand, ['-F', '-c', join(folder, 'dovecot.conf')]);
    lifetime.onClose('Dovecot', () => dovecot.stop());
    const etc = join(folder, 'etc');
    lifetime.onClose('Postfix', () => stopMaster(join(folder, 'queue')));
    // Returns once it listens; the daemon goes on in a session of its own.
    await run(postfixCommand, ['-c', etc, 'start']);
    return postfixIn(places, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends the daemon by the id that it wrote down; its children end with it. */
async function stopMaster(queue: string): Promise<void> {
  const pid = Number(readFileSync(join(queue, 'pid', 'master.pid'), 'utf8'));
  process.kill(pid, 'SIGTERM');
  while (isRunning(pid)) await sleep(20);
}

function isRunning(pid: number): boolean {
  try {
    // Who has ended and is not waited for yet has no memory any more.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

function postfixIn({ folder, smtpPort }: Places, stop: () => Promise<void>): Postfix {
  const log = () => readFileSync(join(folder, 'mail.log'), 'utf8');

  function mailsOf(recipient: string): readonly string[] {
    const arrived = join(folder, 'mail', recipient, 'new');
    try {
      return readdirSync(arrived).map((name) => readFileSync(join(arrived, name), 'utf8'));
    } catch {
      // Made with the first mail.
      return [];
    }
  }
  return {
    log,
    stop,
    port: smtpPort,
    mailsOf,
    async waitForMails(recipient, count) {
      const endMs = performance.now() + 20_000;
      for (;;) {
        const mails = mailsOf(recipient);
        if (mails.length >= count) return mails;
        if (performance.now() > endMs)
          throw new Error(`Cannot find ${count} mails for ${recipient}: there are ${mails.length}\n${log()}`);
        await sleep(50);
      }
    },
  };
}

/** Only the authentication, on a port of loopback. */
function writeDovecot({ folder, authPort }: Places): void {
  writeFileSync(join(folder, 'users'), `${LOGIN.user}:{PLAIN}${LOGIN.password}\n`);
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `base_dir = ${join(folder, 'dovecot')}
log_path = ${join(folder, 'dovecot.log')}
protocols =
ssl = no
auth_mechanisms = plain login
# A wrong password is otherwise answered after two seconds.
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = ${join(folder, 'users')}
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${authPort}
  }
}
service stats {
  chroot =
}
# Otherwise an address with a wrong password is made to wait, up to 15 seconds.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`,
  );
}

function writePostfix({ folder, smtpPort, authPort }: Places, recipients: readonly string[]): void {
  const etc = join(folder, 'etc');
  for (const name of ['etc', 'queue', 'data', 'mail']) mkdirSync(join(folder, name));
  const { uid, gid } = postfixUser();
  chownSync(join(folder, 'data'), uid, gid);
  chownSync(join(folder, 'mail'), uid, gid);
  writeFileSync(join(etc, 'mailboxes'), recipients.map((name) => `${name} ${name}/\n`).join(''));
  writeFileSync(
    join(etc, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${join(folder, 'queue')}
data_directory = ${join(folder, 'data')}
maillog_file = ${join(folder, 'mail.log')}
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.test
mydestination =
virtual_mailbox_domains = example.com
virtual_mailbox_base = ${join(folder, 'mail')}
virtual_mailbox_maps = texthash:${join(etc, 'mailboxes')}
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
virtual_minimum_uid = 1
alias_maps =
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = ${join(FIXTURES, 'test-only-server.pem')}
smtpd_tls_key_file = ${join(FIXTURES, 'test-only-server.key.pem')}
smtpd_tls_received_header = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${authPort}
smtpd_sasl_authenticated_header = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
smtpd_client_connection_rate_limit = 0
`,
  );
  writeFileSync(
    join(etc, 'master.cf'),
    `127.0.0.1:${smtpPort} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`,
  );
}

function postfixUser(): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postfix:'));
  if (line === undefined)
    throw new Error('Cannot start Postfix: there is no user postfix; run test/e2e/tools/postfix.sh as root');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
