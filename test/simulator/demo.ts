// The demo: a simulated cloud in which things happen, a mail server with a page, and the real monitor between them.
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createLifetime, type Lifetime } from '../../src/shared/lifetime.ts';
import { plural } from '../../src/shared/time.ts';
import { readTestTls } from '../support/smtp/test-tls.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { type DemoArguments, readArguments, USAGE } from './demo/arguments.ts';
import { createMailPage } from './demo/mail-page.ts';
import { type KeptMail, type Mailbox, startMailbox } from './demo/mailbox.ts';
import { becomesReady, lastLines, type MonitorProcess, startMonitor } from './demo/monitor-process.ts';
import { MAIL_LOGIN, writeMonitorSettings } from './demo/monitor-settings.ts';
import { freePort } from './demo/ports.ts';
import { openRenewals } from './demo/renewals.ts';
import { type Actor, castOfDemo, turnsOfDemo } from './demo/scenario.ts';

export interface DemoOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly args: readonly string[];
  readonly say: (text: string) => void;
  /** Ends the demo. */
  readonly signal: AbortSignal;
}

const MONITOR_PORT = 10_119;
const MAIL_PAGE_PORT = 10_120;

/** Runs until the signal, the end of `--for`, or the monitor's own end; resolves with the exit code. */
export async function runDemo({ root, args, say, signal }: DemoOptions): Promise<number> {
  let wanted: DemoArguments;
  try {
    wanted = readArguments(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 1;
  }
  if (wanted.help) {
    say(USAGE);
    return 0;
  }

  const lifetime = createLifetime();
  try {
    return await play({ root, say, signal, wanted, lifetime });
  } finally {
    for (const { name, error } of await lifetime.close()) say(`Cannot close ${name}: ${String(error)}`);
  }
}

interface Play extends Omit<DemoOptions, 'args'> {
  readonly wanted: DemoArguments;
  readonly lifetime: Lifetime;
}

async function play({ root, say, signal, wanted, lifetime }: Play): Promise<number> {
  const folder = await makeFolder({ wanted, lifetime, say });
  const nowMs = Date.now();
  const { actors, probeCaFile } = await openRenewals({ folder, lifetime, nowMs });
  const cast = [...castOfDemo(nowMs), ...actors];
  const cloud = await openCloud(cast, lifetime);
  const tlsFolder = join(root, 'test', 'fixtures', 'tls');
  const mailbox = await openMailbox({ folder, tlsFolder, lifetime });
  const httpPort = await freePort(MONITOR_PORT);
  const base = `http://127.0.0.1:${httpPort}`;
  const mailPort = await openMailPage({ mails: mailbox.mails, publicUrl: base, lifetime });
  const configFile = await writeMonitorSettings({
    folder,
    cloudOrigin: cloud.origin,
    httpPort,
    smtpPort: mailbox.port,
    caFile: join(tlsFolder, 'test-only-ca.pem'),
    probeCaFile,
    cast,
  });

  const logFile = join(folder, 'monitor.log');
  const monitor = startMonitor({ program: join(root, 'dist', 'main.js'), configFile, logFile });
  lifetime.onClose('the monitor', async () => void (await monitor.stop()));
  const ready = await becomesReady(monitor, `${base}/readyz`, signal);
  if (!ready && !signal.aborted) {
    say(
      `Cannot start the monitor: ${base}/readyz does not answer; its last lines:\n${await lastLines(logFile)}`,
    );
    return 1;
  }
  say(signpost({ base, mailPort, folder, count: cast.length, wanted }));
  startTurns({ cloud, lifetime, say });
  await theEnd({ monitor, signal, forMs: wanted.forMs });
  return conclude({ monitor, mailbox, logFile, say });
}

async function makeFolder({
  wanted,
  lifetime,
  say,
}: Pick<Play, 'wanted' | 'lifetime' | 'say'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ccm-cert-monitor-demo-'));
  lifetime.onClose('the folder', async () => {
    if (wanted.keep) say(`Kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

async function openCloud(cast: readonly Actor[], lifetime: Lifetime): Promise<Cloud> {
  const owners = new Map(cast.map(({ account, configured }) => [configured.id, account]));
  // Both accounts are in one simulated cloud; the one signs in with a token, the other signs its requests.
  const cloud = await startCloud({
    isListed: (id, auth) => owners.get(id) === (auth === 'token' ? 'shop' : 'edge'),
  });
  lifetime.onClose('the simulated cloud', () => cloud.close());
  for (const { draft, deployed = [] } of cast) {
    if (draft === null) continue;
    const { id } = cloud.put(draft);
    cloud.deployments.set(id, deployed);
  }
  return cloud;
}

async function openMailbox({
  folder,
  tlsFolder,
  lifetime,
}: {
  folder: string;
  tlsFolder: string;
  lifetime: Lifetime;
}): Promise<Mailbox> {
  const mails = join(folder, 'mails');
  await mkdir(mails);
  const tls = readTestTls(pathToFileURL(`${tlsFolder}/`));
  const mailbox = await startMailbox({ folder: mails, tls, login: MAIL_LOGIN });
  lifetime.onClose('the mail server', () => mailbox.close());
  return mailbox;
}

async function openMailPage({
  mails,
  publicUrl,
  lifetime,
}: {
  mails: readonly KeptMail[];
  publicUrl: string;
  lifetime: Lifetime;
}): Promise<number> {
  const port = await freePort(MAIL_PAGE_PORT);
  const server = createServer(getRequestListener(createMailPage(mails, publicUrl).fetch));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  lifetime.onClose('the page of mails', async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return port;
}

function signpost({
  base,
  mailPort,
  folder,
  count,
  wanted,
}: {
  base: string;
  mailPort: number;
  folder: string;
  count: number;
  wanted: DemoArguments;
}): string {
  return [
    '',
    `The monitor watches ${count} certificates of a simulated cloud, every 10 seconds.`,
    '',
    `  Status page   ${base}/`,
    `  Metrics       ${base}/metrics`,
    `  JSON          ${base}/api/v1/certificates`,
    `  Calendar      ${base}/calendar.ics`,
    `  Mails         http://127.0.0.1:${mailPort}/`,
    `  Previews      http://127.0.0.1:${mailPort}/kinds`,
    `  Everything    ${folder}`,
    '',
    wanted.forMs === null ? 'Ctrl-C ends it.' : `It ends by itself in ${wanted.forMs / 1_000} s.`,
    '',
  ].join('\n');
}

/** Lets the turns of the scenario happen, each at its time. */
function startTurns({
  cloud,
  lifetime,
  say,
}: {
  cloud: Cloud;
  lifetime: Lifetime;
  say: DemoOptions['say'];
}): void {
  const timers = turnsOfDemo(Date.now).map(({ afterMs, what, happen }) =>
    setTimeout(() => {
      happen(cloud);
      say(`${String(afterMs / 1_000).padStart(4)} s  ${what}`);
    }, afterMs),
  );
  lifetime.onClose('the turns', () => timers.forEach(clearTimeout));
}

async function theEnd({
  monitor,
  signal,
  forMs,
}: {
  monitor: MonitorProcess;
  signal: AbortSignal;
  forMs: number | null;
}): Promise<void> {
  // A timer of our own: on Node 20 AbortSignal.any loses an AbortSignal.timeout to the garbage collector.
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = forMs === null ? undefined : setTimeout(end, forMs);
  signal.addEventListener('abort', end, { once: true });
  void monitor.exited.then(end);
  if (!signal.aborted) await once(over.signal, 'abort');
  clearTimeout(timer);
}

async function conclude({
  monitor,
  mailbox,
  logFile,
  say,
}: {
  monitor: MonitorProcess;
  mailbox: Mailbox;
  logFile: string;
  say: DemoOptions['say'];
}): Promise<number> {
  const code = await monitor.stop();
  if (code === 0) {
    say(`The monitor has ended in good order (exit 0); it sent ${plural(mailbox.mails.length, 'mail')}.`);
    return 0;
  }
  say(`The monitor ended with ${code ?? 'a signal'}; its last lines:\n${await lastLines(logFile)}`);
  return 1;
}
