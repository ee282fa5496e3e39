// The simulated SCM: shows one certificate, lists many, and refuses as the gateway and the service do. No clock of its own.
import { type SimulatedCertificate, toWire } from './certificates.ts';
import { answerDeployed, DEPLOYED_PATH, type SimulatedDeployment } from './deployed.ts';
import { type AuthKind, authKindOf } from './gateway.ts';
import { listCertificates } from './list.ts';
import type { ListFlaws } from './list-flaws.ts';
import { type CloudRequest, gatewayError, json, type Reply, scmError } from './replies.ts';

/** How the service says that there is no such certificate: it is not one way (HUAWEI-API, "Errors"). */
export type UnknownId = '404' | 'SCM.0003' | 'SCM.0008' | 'SCM.0020';

export interface ScmSettings {
  /** Whether who signs in that way is shown this certificate in lists; two accounts can stand on one cloud. */
  isListed: (id: string, auth: AuthKind) => boolean;
  /** Zone of the times that go out, in minutes east of UTC. */
  utcOffsetMinutes: number;
  unknownId: UnknownId;
  /** Rows beyond this offset are refused; null: there is no such limit. */
  maxOffset: number | null;
  /** What is wrong with the list. */
  listFlaws: ListFlaws;
}

const UNKNOWN: Readonly<Record<UnknownId, Reply>> = {
  '404': scmError({ status: 404, code: 'SCM.0011', message: 'The certificate does not exist.' }),
  'SCM.0003': scmError({
    status: 400,
    code: 'SCM.0003',
    message: 'The certificate does not belong to the user.',
  }),
  'SCM.0008': scmError({ status: 400, code: 'SCM.0008', message: 'The certificate ID is incorrect.' }),
  'SCM.0020': scmError({ status: 400, code: 'SCM.0020', message: 'Invalid certificate ID.' }),
};

const PREFIX = '/v3/scm/certificates';

/** The certificate id that a path names, or null. */
export function certificateIdOf(path: string): string | null {
  const match = /^\/v3\/scm\/certificates\/([^/]+)$/.exec(path);
  return match?.[1] === undefined ? null : safeDecode(match[1]);
}

/** Whether the request is one that the SCM knows. */
export function isScmRequest({ method, path }: Pick<CloudRequest, 'method' | 'path'>): boolean {
  if (path === DEPLOYED_PATH) return method === 'POST';
  return method === 'GET' && (path === PREFIX || certificateIdOf(path) !== null);
}

/** Answers one request that has passed the gateway. */
export function answerScm(
  request: CloudRequest,
  {
    certificates,
    deployments,
    settings,
    nowMs,
  }: {
    readonly certificates: ReadonlyMap<string, SimulatedCertificate>;
    readonly deployments: ReadonlyMap<string, readonly SimulatedDeployment[]>;
    readonly settings: ScmSettings;
    readonly nowMs: number;
  },
): Reply {
  if (request.path === DEPLOYED_PATH) return answerDeployed(request.body, { certificates, deployments });
  const id = certificateIdOf(request.path);
  if (id === null) {
    const auth = authKindOf(request);
    const listed = [...certificates.values()].filter((one) => settings.isListed(one.id, auth));
    return listCertificates(request.query, { certificates: listed, settings, nowMs });
  }
  const certificate = certificates.get(id);
  if (certificate === undefined) return UNKNOWN[settings.unknownId];
  return json(200, toWire(certificate, settings.utcOffsetMinutes));
}

/** What the gateway says to a path or method that it does not know. */
export function noSuchApi(requestId: string): Reply {
  const message = 'The API does not exist or has not been published in the environment';
  return gatewayError({ status: 404, code: 'APIGW.0101', message, requestId });
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
