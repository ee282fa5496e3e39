// The simulated cloud: IAM and SCM behind one origin, real HTTP on loopback, everything settable while it runs.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CertificateDraft, certificateId, type SimulatedCertificate } from './certificates.ts';
import { answerControl, isControlPath } from './control.ts';
import type { SimulatedDeployment } from './deployed.ts';
import { createFaults, type Fault, type FaultScope, type PlannedFault } from './faults.ts';
import { authKindOf, createMeter, refuseCredentials, type Throttle } from './gateway.ts';
import { createIam, type Iam, type IamSettings, type SimulatedUser } from './iam.ts';
import { closeServer, type Listener, listen, type TlsFiles } from './listen.ts';
import type { CloudRequest, Reply } from './replies.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { answerScm, certificateIdOf, isScmRequest, noSuchApi, type ScmSettings } from './scm.ts';
import { sendReply, sendSpoiled, waitOut } from './send.ts';
import type { AccessKey } from './verify-signature.ts';

/** What may be changed at any time: `cloud.settings.throttle = …`. */
export interface CloudSettings extends IamSettings, ScmSettings {
  throttle: Throttle | null;
}

export interface CloudOptions extends Partial<CloudSettings> {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The cloud's clock: dates, tokens, skew, and the Date header. */
  readonly nowMs?: () => number;
  readonly users?: readonly SimulatedUser[];
  readonly accessKeys?: readonly AccessKey[];
  /** Served with TLS where given; the origin is then `https://localhost:…`. */
  readonly tls?: TlsFiles;
  /** Whether `/_control/…` works, for a simulator in a process of its own. Default false. */
  readonly control?: boolean;
}

export interface Cloud extends Pick<RequestLog, 'requests' | 'waitFor' | 'inFlight' | 'maxInFlight'> {
  readonly origin: string;
  readonly port: number;
  readonly settings: CloudSettings;
  readonly iam: Iam;
  readonly certificates: ReadonlyMap<string, SimulatedCertificate>;
  /** Where each certificate is deployed, by its id: the caller's to change. */
  readonly deployments: Map<string, readonly SimulatedDeployment[]>;
  /** Adds or replaces one certificate; one without an id is given the next. */
  put(draft: CertificateDraft): SimulatedCertificate;
  /** Changes some fields; throws where there is no such certificate. */
  update(id: string, fields: Readonly<Record<string, unknown>>): SimulatedCertificate;
  remove(id: string): void;
  /** Plans a fault: once, on any request, unless the scope says otherwise. */
  fail(fault: Fault, scope?: FaultScope): PlannedFault;
  /** Forgets all planned faults. */
  heal(): void;
  revokeTokens(): void;
  /** Opens a second origin onto the same cloud; its requests carry its own port in the log. */
  listenAgain(): Promise<string>;
  /** Ends all sockets. */
  close(): Promise<void>;
}

export const DEFAULT_USER: SimulatedUser = {
  domainName: 'acme',
  userName: 'cert-monitor',
  password: 'correct horse',
};
export const DEFAULT_ACCESS_KEY: AccessKey = {
  accessKey: 'SIMULATEDACCESSKEY00',
  secretKey: 'simulated-secret-key',
};

const DEFAULT_SETTINGS: CloudSettings = {
  tokenLength: 4_096,
  tokenLifetimeMs: 24 * 3_600_000,
  lockAfter: 5,
  lockMs: 15 * 60_000,
  lockStatus: 401,
  utcOffsetMinutes: 8 * 60,
  unknownId: '404',
  maxOffset: 100,
  isListed: () => true,
  listFlaws: {},
  throttle: null,
};

/** Starts the cloud; resolves once it listens. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { port = 0, host = '127.0.0.1', nowMs = Date.now, users = [DEFAULT_USER], tls } = options;
  const { accessKeys = [DEFAULT_ACCESS_KEY], control = false } = options;
  const settings = settingsOf(options);
  const iam = createIam({ users, settings, nowMs });
  const certificates = new Map<string, SimulatedCertificate>();
  const deployments: Cloud['deployments'] = new Map();
  const faults = createFaults();
  const meter = createMeter();
  const log = createRequestLog({ nowMs });

  function answer(request: CloudRequest): Reply {
    if (isTokenRequest(request)) return iam.answer(request);
    if (!isScmRequest(request)) return noSuchApi(request.requestId);
    return (
      refuseCredentials(request, { iam, keys: accessKeys, nowMs: nowMs() }) ??
      meter.refuse(request, settings.throttle) ??
      answerScm(request, { certificates, deployments, settings, nowMs: nowMs() })
    );
  }

  async function converse(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    if (control && isControlPath(request.path)) return sendReply(response, answerControl(request, cloud));
    const certificateId = certificateIdOf(request.path);
    const { method, path, query, headers, requestId } = request;
    const localPort = message.socket.localPort ?? 0;
    log.open(response, {
      method,
      path,
      query: query.toString(),
      headers,
      requestId,
      certificateId,
      auth: authKindOf(request),
      port: localPort,
    });
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('Date', new Date(nowMs()).toUTCString());
    const { delays, outcome } = faults.take({
      side: isTokenRequest(request) ? 'iam' : 'scm',
      path,
      certificateId,
    });
    if (!(await waitOut(response, delays))) return;
    if (outcome === null) sendReply(response, answer(request));
    else sendSpoiled(response, { outcome, answer: () => answer(request), requestId });
  }

  const hear = (message: IncomingMessage, response: ServerResponse): void => {
    // A client that leaves while its request is read is no fault of the cloud's.
    converse(message, response).catch(() => response.destroy());
  };
  const listeners: Listener[] = [await listen({ port, host, tls, hear })];
  const [first] = listeners;
  if (first === undefined) throw new Error('Cannot start the simulated cloud: nothing listens');

  const cloud: Cloud = {
    origin: first.origin,
    port: first.port,
    settings,
    iam,
    certificates,
    deployments,
    requests: log.requests,
    waitFor: log.waitFor,
    get inFlight() {
      return log.inFlight;
    },
    get maxInFlight() {
      return log.maxInFlight;
    },
    put(draft) {
      const certificate = { ...draft, id: draft.id ?? unusedId(certificates) };
      // Deleted first: the order of the map is the order of changes.
      certificates.delete(certificate.id);
      certificates.set(certificate.id, certificate);
      return certificate;
    },
    update(id, fields) {
      const known = certificates.get(id);
      if (known === undefined)
        throw new Error(`Cannot update certificate ${id}: the simulated cloud has no such certificate`);
      return cloud.put({ ...known, ...fields, id });
    },
    remove: (id) => void certificates.delete(id),
    fail: (fault, scope) => faults.add(fault, scope),
    heal: () => faults.clear(),
    revokeTokens: () => iam.revokeTokens(),
    async listenAgain() {
      const another = await listen({ port: 0, host, tls, hear });
      listeners.push(another);
      return another.origin;
    },
    async close() {
      await Promise.all(listeners.map(closeServer));
    },
  };
  return cloud;
}

/** Only the settings among the options: the object stays the caller's to change. */
function settingsOf(options: CloudOptions): CloudSettings {
  const {
    port: _port,
    host: _host,
    nowMs: _nowMs,
    users: _users,
    accessKeys: _keys,
    tls: _tls,
    control: _control,
    ...settings
  } = options;
  return { ...DEFAULT_SETTINGS, ...settings };
}

function unusedId(certificates: ReadonlyMap<string, unknown>): string {
  let n = certificates.size;
  while (certificates.has(certificateId(n))) n += 1;
  return certificateId(n);
}

function isTokenRequest({ method, path }: Pick<CloudRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && path === '/v3/auth/tokens';
}

async function readRequest(message: IncomingMessage): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const url = message.url ?? '/';
  const [path = '/', query = ''] = url.split('?', 2);
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    url,
    headers: message.headers,
    body: Buffer.concat(chunks),
    requestId: randomUUID().replaceAll('-', ''),
  };
}
