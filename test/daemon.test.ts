// The whole program in this process: what opens, what it does on reload, on schedule and at its end.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Watch } from '../src/certificates/watch.ts';
import { loadConfig } from '../src/config/load.ts';
import { type Daemon, startDaemon } from '../src/daemon.ts';
import { systemClock } from '../src/shared/time.ts';
import { createSqliteStore } from '../src/state/sqlite.ts';
import { createLog } from '../src/telemetry/log.ts';
import { certificateId, issued, revocation } from './simulator/certificates.ts';
import { createWatch } from './simulator/wait-for.ts';
import { accountOf, createSetting, emailOf, type Setting } from './support/setting.ts';
import { headerOf } from './support/smtp/stage-server.ts';

let setting: Setting;
let daemons: Daemon[] = [];

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  for (const daemon of daemons) await daemon.stop();
  daemons = [];
  await setting.close();
});

interface Running {
  readonly daemon: Daemon;
  readonly lines: readonly { level: string; msg: string }[];
  line(text: string): Promise<unknown>;
  get(path: string): Promise<Response>;
}

/** `meanwhile` happens between the reading of the configuration and the end of the start. */
async function start({ meanwhile = () => {} }: { meanwhile?: () => void } = {}): Promise<Running> {
  const { configPath } = setting.workspace;
  const lines: { level: string; msg: string }[] = [];
  const watch = createWatch<readonly { msg: string }[]>(
    () => lines,
    (all) => all.map(({ msg }) => msg).join('\n'),
  );
  const log = createLog('debug', {
    write(line: string) {
      lines.push(JSON.parse(line));
      watch.changed();
    },
  });
  let configDigest: string | null = null;
  const config = await loadConfig(configPath, (digest) => {
    configDigest = digest;
  });
  meanwhile();
  const daemon = await startDaemon({
    config,
    configPath,
    configDigest,
    log,
    clock: systemClock,
  });
  daemons.push(daemon);
  return {
    daemon,
    lines,
    line: (text) => watch.waitFor((all) => all.some(({ msg }) => msg.includes(text)), { timeoutMs: 15_000 }),
    get: (path) => fetch(`http://127.0.0.1:${daemon.port}${path}`),
  };
}

/** What the state knows of the certificate; while no daemon works on it. */
function readWatch(id: string): Watch | null {
  const store = createSqliteStore(setting.workspace.statePath);
  const watch = store.load().watches.find((one) => one.id === id) ?? null;
  void store.close();
  return watch;
}

/** No slot comes by itself within a test. */
const YEARLY = { cron: '0 0 1 1 *' };

describe('the daemon in this process', () => {
  test('checks at its first start, not again at a restart before the next slot, and again after a change of the schedule', async () => {
    const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
    setting.configure([id], { schedule: YEARLY });
    const first = await start();
    await first.line('Check complete');
    await first.daemon.stop();
    const reads = () => setting.cloud.requests.filter(({ certificateId: asked }) => asked === id).length;
    expect(reads()).toBe(1);

    const second = await start();
    // Known from the state: before any check of this process.
    const known = `ccm_certificate_not_after_timestamp_seconds{account="default",certificate_id="${id}"}`;
    let metrics = '';
    while (!metrics.includes(known)) metrics = await (await second.get('/metrics')).text();
    expect(metrics).toMatch(/ccm_monitor_last_complete_check_timestamp_seconds \d/);
    setting.configure([id], { schedule: { cron: '0 0 2 1 *' } });
    await second.daemon.reload();
    await second.line('Check complete');
    expect(reads()).toBe(2);
  });

  test('reload brings a certificate that had left back with what is known of it', async () => {
    const ids = [1, 2].map((n) => setting.cloud.put(issued({ id: certificateId(n), daysLeft: 200 })).id);
    setting.configure(ids, { schedule: YEARLY });
    const running = await start();
    await running.line('2 of 2 certificates read');
    setting.cloud.update(certificateId(2), revocation());
    running.daemon.reload();
    await setting.smtp.waitFor((mails) => mails.length === 1);

    setting.configure(ids.slice(0, 1), { schedule: YEARLY });
    await running.daemon.reload();
    await running.line('1 of 1 certificates read');
    setting.configure(ids, { schedule: YEARLY });
    await running.daemon.reload();
    const before = running.lines.filter(({ msg }) => msg.includes('2 of 2 certificates read')).length;
    expect(before).toBeGreaterThan(0);
    await running.daemon.stop();
    expect(setting.smtp.accepted).toHaveLength(1);
  });

  test('says of a certificate that comes back by a restart when it was last read, not when the last check was', async () => {
    const ids = [1, 2].map((n) => setting.cloud.put(issued({ id: certificateId(n), daysLeft: 200 })).id);
    const [, second = ''] = ids;
    setting.configure(ids, { schedule: YEARLY });
    const first = await start();
    await first.line('2 of 2 certificates read');
    await first.daemon.stop();
    const lastRead = readWatch(second)?.lastSuccessMs;

    setting.configure(ids.slice(0, 1), { schedule: YEARLY });
    const without = await start();
    await without.daemon.reload();
    await without.line('1 of 1 certificates read');
    await without.daemon.stop();
    expect(readWatch(second)).toMatchObject({ lastSuccessMs: lastRead, up: false });

    setting.configure(ids, { schedule: YEARLY });
    const back = await start();
    await back.line('2 of 2 certificates read');
    await back.daemon.stop();
    expect(readWatch(second)).toMatchObject({ up: true });
    expect(readWatch(second)?.lastSuccessMs).toBeGreaterThan(lastRead ?? Number.POSITIVE_INFINITY);
  });

  test('takes a change of the file that came during the start', async () => {
    const ids = [1, 2].map((n) => setting.cloud.put(issued({ id: certificateId(n), daysLeft: 200 })).id);
    setting.configure(ids.slice(0, 1), { schedule: YEARLY });
    const running = await start({ meanwhile: () => setting.configure(ids, { schedule: YEARLY }) });
    await running.line('The configuration was read again: certificates changed');
    await running.line('2 of 2 certificates read');
  });

  test('takes new accounts, log level and mail settings at a reload, and says what waits for the next start', async () => {
    const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
    setting.configure([id], { schedule: YEARLY });
    const running = await start();
    await running.line('Check complete');
    setting.configure([], {
      accounts: [{ ...accountOf(setting.cloud, setting.workspace), name: 'other' }],
      certificates: [{ id }],
      schedule: YEARLY,
      http: { host: '127.0.0.1', port: 1 },
      email: emailOf(setting.smtp, { summary: '0 9 * * 1' }),
    });
    await running.daemon.reload();
    await running.line('The setting http has changed');
    await running.line('accounts, certificates, email changed');
    const metrics = () => running.get('/metrics').then((response) => response.text());
    expect(await metrics()).toContain('ccm_monitor_read_failures_total{account="other",reason="timeout"} 0');
    // The certificates' part follows, made in slices.
    while ((await metrics()).includes('account="default"')) await running.get('/healthz');
  });

  test('sends the heartbeat where every account answered, and only there', async () => {
    const beats: string[] = [];
    const server = createServer((request, response) => {
      beats.push(request.url ?? '');
      response.writeHead(beats.length === 1 ? 200 : 302, { location: 'http://127.0.0.1:1/' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
      setting.configure([id], {
        schedule: YEARLY,
        heartbeat: { url: `http://127.0.0.1:${port}/ping/secret-key` },
      });
      const running = await start();
      await running.line('Check complete');
      running.daemon.reload();
      await running.line('it answered HTTP 302');
      expect(beats).toEqual(['/ping/secret-key', '/ping/secret-key']);
      expect(running.lines.map(({ msg }) => msg).join()).not.toContain('secret-key');
      setting.cloud.fail({ kind: 'reply', status: 500, body: {} }, { on: 'scm', times: 'always' });
      running.daemon.reload();
      await running.line('Check failed');
      await running.daemon.stop();
      expect(beats).toHaveLength(2);
    } finally {
      server.close();
    }
  });

  test('a heartbeat that is not answered holds up neither the next check nor the end', async () => {
    const asked: string[] = [];
    let closed = 0;
    const server = createServer((request) => {
      asked.push(request.url ?? '');
      request.socket.on('close', () => {
        closed += 1;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
      setting.configure([id], { schedule: YEARLY, heartbeat: { url: `http://127.0.0.1:${port}/ping` } });
      const running = await start();
      await running.line('Check complete');
      while (asked.length === 0) await running.get('/healthz');
      running.daemon.reload();
      while (asked.length === 1) await running.get('/healthz');
      expect(closed).toBe(0);
      await running.daemon.stop();
      expect(running.lines.map(({ msg }) => msg).join()).not.toContain('heartbeat');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('mails the summary at its slot, once, and makes up for a slot that a restart missed', async () => {
    const { id } = setting.cloud.put(issued({ domain: 'www.example.com', daysLeft: 60 }));
    setting.configure([id], { schedule: YEARLY, email: emailOf(setting.smtp, { summary: '0 0 1 1 *' }) });
    const first = await start();
    await first.line('Check complete');
    await first.daemon.stop();
    expect(setting.smtp.accepted).toEqual([]);

    const store = createSqliteStore(setting.workspace.statePath);
    const { marks } = store.load();
    expect(marks.nextSummaryMs).toBeGreaterThan(Date.now());
    await store.commit(
      () => ({
        watches: [],
        alerts: [],
        history: [],
        replaced: [],
        mails: [],
        liftedSilences: [],
        adoptedSilences: [],
        marks: { nextSummaryMs: Date.now() - 3_600_000 },
        atMs: 1,
      }),
      { expose: false },
    );
    await store.close();
    const second = await start();
    await setting.smtp.waitFor((mails) => mails.length === 1);
    await second.daemon.stop();
    const third = await start();
    await third.daemon.stop();
    expect(setting.smtp.accepted).toHaveLength(1);
    expect(headerOf(setting.smtp.accepted[0]?.raw ?? '', 'Subject')).toMatch(/summary/i);
  });

  test('a second daemon on the same state is refused, and so is a port in use; neither disturbs the first', async () => {
    const { id } = setting.cloud.put(issued({ daysLeft: 200 }));
    setting.configure([id], { schedule: YEARLY });
    const first = await start();
    setting.configure([id], {
      schedule: YEARLY,
      http: { host: '127.0.0.1', port: first.daemon.port },
      state: { path: `${setting.workspace.folder}/other.db` },
    });
    await expect(start()).rejects.toThrow(/port is in use/);
    setting.configure([id], { schedule: YEARLY });
    await expect(start()).rejects.toThrow(/another ccm-cert-monitor works on it/);
    expect((await first.get('/readyz')).status).toBe(200);
  }, 20_000);

  test('starts without a cloud and without a mail server, and says so in the log', async () => {
    setting.cloud.put(issued({ id: certificateId(1), daysLeft: 2 }));
    setting.configure([certificateId(1)], { schedule: YEARLY });
    await setting.smtp.goAway();
    setting.cloud.fail({ kind: 'reset' }, { times: 'always' });
    const running = await start();
    await running.line(`The mail server localhost:${setting.smtp.port} cannot be used now`);
    await running.line('Check failed');
    expect((await running.get('/readyz')).status).toBe(200);
    setting.cloud.heal();
    running.daemon.reload();
    await running.line('deferred');
    await setting.smtp.comeBack();
    running.daemon.reload();
    await setting.smtp.waitFor((mails) => mails.length === 1);
  });
});
