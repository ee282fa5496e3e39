// A web server on a free port over sources that a test can change, and a plain client.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Alert } from '../../src/alerts/alert.ts';
import { keyText } from '../../src/certificates/certificate.ts';
import type { DeployedService } from '../../src/certificates/deployment.ts';
import type { HistoryEntry } from '../../src/certificates/history.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { createExposition, type Exposition } from '../../src/telemetry/exposition.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createWebServer, type WebLimits, type WebServer } from '../../src/web/server.ts';
import type {
  Health,
  MailShown,
  MonitorStatus,
  ScrapeSource,
  SilenceShown,
  Sources,
} from '../../src/web/sources.ts';
import { NOW_MS } from '../telemetry/certificates.ts';

export interface Serving {
  readonly port: number;
  readonly server: WebServer;
  readonly exposition: Exposition;
  readonly logged: { fields: object; message: string }[];
  /** Changed by tests. */
  readonly facts: {
    certificates: readonly WatchedCertificate[];
    live: Health;
    ready: Health;
    monitor: MonitorStatus;
    scrape: ScrapeSource;
    silences: readonly SilenceShown[];
    alerts: readonly Alert[];
    deployed: ReadonlyMap<string, readonly DeployedService[]>;
    history: readonly HistoryEntry[];
    mails: readonly MailShown[];
    endsChangedMs: ReadonlyMap<string, number>;
    nowMs: number;
  };
  get(path: string, options?: RequestOptions): Promise<Answer>;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

const MONITOR: MonitorStatus = {
  version: '0.1.0',
  accounts: ['default'],
  unwatched: new Map(),
  lastCheckMs: NOW_MS - 60_000,
  lastCompleteCheckMs: NOW_MS - 900_000,
  nextCheckMs: NOW_MS + 840_000,
  nextSummaryMs: NOW_MS + 86_400_000,
  outbox: { waiting: 2, parked: 1, oldestMs: NOW_MS - 60_000 },
  configuration: { ok: true, atMs: NOW_MS - 3_600_000 },
  publicUrl: 'https://monitor.example.com',
};

/** Serves the certificates, rendered as the daemon renders them. */
export async function serve(
  certificates: readonly WatchedCertificate[] = [],
  limits: Partial<WebLimits> = {},
): Promise<Serving> {
  const exposition = createExposition();
  await exposition.render(certificates, { status: 'stateset' });
  const metrics = createMetrics({ version: '0.1.0', revision: 'abc', accounts: ['default'] });
  const facts: Serving['facts'] = {
    certificates,
    live: { ok: true, reason: 'the scheduler moves' },
    ready: { ok: true, reason: 'started' },
    monitor: MONITOR,
    scrape: { own: (format) => metrics.render(format), kept: () => exposition.current() },
    silences: [],
    alerts: [],
    deployed: new Map(),
    history: [],
    mails: [],
    endsChangedMs: new Map(),
    nowMs: NOW_MS,
  };
  const logged: Serving['logged'] = [];
  const log = (fields: object, message: string): void => void logged.push({ fields, message });
  const server = createWebServer({
    sources: sourcesOf(facts),
    log: { warn: log, error: log },
    clock: { wallMs: () => facts.nowMs, monotonicMs: () => performance.now() },
    limits,
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { port, server, exposition, logged, facts, get: (path, options) => get({ port, path }, options) };
}

function sourcesOf(facts: Serving['facts']): Sources {
  return {
    scrape: { own: (format) => facts.scrape.own(format), kept: () => facts.scrape.kept() },
    status: {
      certificates: () => facts.certificates,
      monitor: () => facts.monitor,
      ladderMs: () => [30, 7, 1].map((days) => days * 86_400_000),
      silences: () => facts.silences,
      alertsOf: ({ account, id }) =>
        facts.alerts.filter((alert) => alert.account === account && alert.id === id),
      deployedOf: (key) => facts.deployed.get(keyText(key)) ?? null,
      historyOf: ({ account, id }, limit) =>
        facts.history.filter((entry) => entry.account === account && entry.id === id).slice(0, limit),
      mailsAbout: (_, limit) => facts.mails.slice(0, limit),
      endsChangedMs: () => facts.endsChangedMs,
    },
    health: { live: () => facts.live, ready: () => facts.ready },
  };
}

function get({ port, path }: { port: number; path: string }, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(parts);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: whole,
            text: whole.toString(),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
