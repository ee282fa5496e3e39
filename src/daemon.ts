// The one place where everything is put together: what opens, in which order, and how it closes.
import { createDelivery } from './alerts/deliver.ts';
import type { Config } from './config/config.ts';
import { readSecret } from './config/secrets.ts';
import type { ReaderObserver } from './huawei/account.ts';
import { createLanes } from './lanes.ts';
import type { SmtpMailer } from './mail/smtp.ts';
import { createMailer } from './mailer.ts';
import { createMonitor } from './monitor.ts';
import { createReload, type Reload } from './reload.ts';
import { createLifetime } from './shared/lifetime.ts';
import type { Clock } from './shared/time.ts';
import { createSources } from './sources.ts';
import { lockState } from './state/lock.ts';
import { createSqliteStore } from './state/sqlite.ts';
import { createExposition } from './telemetry/exposition.ts';
import type { Log } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { REVISION, VERSION } from './version.ts';
import { startWatching } from './watching.ts';
import { createProbeServer, createWebServer, type WebServer } from './web/server.ts';
import { createWebReload, type FirstReading, firstWebConfig } from './web-reload.ts';

export interface Daemon {
  readonly port: number;
  /** Reads the configuration again and goes on with it, if it has no fault. */
  reload(): Promise<void>;
  /** Takes no new work, ends what runs, closes everything; idempotent. */
  stop(): Promise<void>;
}

interface WebReloadParts {
  readonly first: FirstReading | null;
  readonly web: WebServer;
  readonly metrics: Metrics;
}

/** How long a stop lets a mail that is under way end. */
const MAIL_GRACE_MS = 10_000;

/**
 * Opens the state and the port, and starts the schedules; throws MonitorError where either cannot be had.
 * A cloud or a mail server that is not there stops nothing.
 */
export async function startDaemon({
  config,
  configPath,
  configDigest = null,
  log,
  clock,
}: {
  config: Config;
  configPath: string;
  /** Of the file's text that `config` was read from, so that a change during the start is noticed. */
  configDigest?: string | null;
  log: Log;
  clock: Clock;
}): Promise<Daemon> {
  const lifetime = createLifetime();
  const stopping = new AbortController();
  let current = config;
  try {
    const { webConfigFile } = config.http;
    const firstWeb = webConfigFile === null ? null : await firstWebConfig(webConfigFile, log);
    const lock = lockState(config.state.path);
    lifetime.onClose('state lock', lock.release);
    const store = createSqliteStore(config.state.path);
    lifetime.onClose('state', store.close);
    if (store.created)
      log.warn(
        { path: config.state.path },
        'There was no state file: a new one was made, and everything that holds now is told as new',
      );

    const metrics = createMetrics({
      version: VERSION,
      revision: REVISION,
      accounts: config.accounts.map(({ name }) => name),
      clock,
    });
    const exposition = createExposition();
    let configuration = { ok: true, atMs: clock.wallMs() };
    const configurationRead = (ok: boolean): void => {
      configuration = { ok, atMs: clock.wallMs() };
      metrics.reload(configuration);
    };
    configurationRead(true);

    const observer: ReaderObserver = {
      request(request) {
        metrics.request(request);
        monitor.progressed();
      },
      clockSkew: metrics.clockSkew,
    };
    const lanes = createLanes({ accounts: config.accounts, clock, observer });
    lifetime.onClose('accounts', lanes.close);
    const watching = await startWatching({
      written: config,
      store,
      lanes: lanes.all,
      clock,
      log,
      onWriteFailed: (error) => monitor.deliveryObserver.writeFailed(error),
    });
    lifetime.onClose('probes', watching.close);
    const { memory, census, deployments, departed } = watching;
    metrics.checksKnown(memory.marks);
    const mailer = createMailer({
      email: () => {
        if (current.email === null) throw new Error('the configuration has no email section');
        return current.email;
      },
      publicUrl: () => current.http.publicUrl,
      readSecret,
    });
    const monitor = createMonitor({
      ...watching,
      config: census.effective,
      store,
      lanes,
      metrics,
      exposition,
      log,
      clock,
    });
    const delivery = createDelivery({
      outbox: store,
      mailer,
      clock,
      observer: monitor.deliveryObserver,
      graceMs: MAIL_GRACE_MS,
    });

    const sources = createSources({
      config: census.effective,
      monitor,
      memory,
      census,
      deployments,
      metrics,
      exposition,
      store,
      configuration: () => configuration,
      clock,
    });
    const web = createWebServer({ sources, log, web: firstWeb?.config ?? null });
    const { host } = config.http;
    const { port } = await web.listen({ host, port: config.http.port });
    lifetime.onClose('HTTP server', web.close);
    log.info({ host, port, version: VERSION }, `Listening on ${host}:${port}`);
    if (config.http.probePort !== null) {
      const probes = createProbeServer({ health: sources.health, log });
      const { port: probePort } = await probes.listen({ host, port: config.http.probePort });
      lifetime.onClose('probe server', probes.close);
      log.info({ host, probePort }, `Probes are answered on ${host}:${probePort}`);
    }

    // Before delivery: what waits to be told of what was taken out meanwhile is not sent.
    await monitor.depart(departed);
    const delivering = delivery.run(stopping.signal);
    lifetime.onClose('delivery', () => delivering);
    const probed = probeMailServer({ mailer, config, log, signal: stopping.signal });
    lifetime.onClose('mail server probe', () => probed);
    monitor.start({ delivery, signal: stopping.signal });
    lifetime.onClose('schedules', monitor.stop);

    const reload = createReload({
      configPath,
      digest: configDigest,
      log,
      failed: () => configurationRead(false),
      async apply(next) {
        const before = census.effective();
        const recalled = await monitor.recall(next.certificates);
        current = next;
        census.configure(next);
        log.level = next.log.level;
        configurationRead(true);
        metrics.accounts(next.accounts.map(({ name }) => name));
        await monitor.reconfigure({ before, next: census.effective(), recalled });
        delivery.tryAgain();
      },
      running: () => current,
      signal: stopping.signal,
    });
    lifetime.onClose('configuration watch', () => reload.ended);
    const webReload = startWebReload({ first: firstWeb, web, metrics });
    return {
      port,
      async reload() {
        await reload.now();
        await webReload?.now();
      },
      stop: () => stop(),
    };
  } catch (error) {
    await stop();
    throw error;
  }

  function startWebReload({ first, web, metrics }: WebReloadParts): Reload | null {
    const path = config.http.webConfigFile;
    if (path === null || first === null) return null;
    metrics.webReload({ ok: true, atMs: clock.wallMs() });
    const reload = createWebReload({
      path,
      first,
      log,
      apply(next) {
        web.use(next);
        metrics.webReload({ ok: true, atMs: clock.wallMs() });
      },
      failed: () => metrics.webReload({ ok: false, atMs: clock.wallMs() }),
      signal: stopping.signal,
    });
    lifetime.onClose('web configuration watch', () => reload.ended);
    return reload;
  }

  async function stop(): Promise<void> {
    stopping.abort();
    for (const { name, error } of await lifetime.close())
      log.error({ err: error }, `Cannot close the ${name} in good order`);
  }
}

/** A mail server that is not there stops nothing, but is better known now than at the first alert. */
async function probeMailServer({
  mailer,
  config: { email },
  log,
  signal,
}: {
  mailer: SmtpMailer;
  config: Config;
  log: Log;
  signal: AbortSignal;
}): Promise<void> {
  if (email === null) return;
  const why = await mailer.probe(signal);
  if (why === null || signal.aborted) return;
  log.warn(
    `The mail server ${email.smtp.host}:${email.smtp.port} cannot be used now: ${why}. Mails are kept until it can`,
  );
}
