// What an HTTP answer of the cloud means when it is not the one we asked for. Pure.
import * as z from 'zod';
import type { FailureReason } from '../certificates/reading.ts';
import { oneLine } from '../shared/text.ts';
import { withoutSecrets } from './text.ts';

/** An answer as it came: nothing in it is trusted. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: AnswerHeaders;
}

/** The only headers that are looked at. */
export interface AnswerHeaders {
  readonly date: string | null;
  readonly age: string | null;
  readonly retryAfter: string | null;
  readonly requestId: string | null;
  readonly location: string | null;
  readonly contentType: string | null;
  readonly subjectToken: string | null;
}

/** Why an answer is a failure; `explanation` is the end of a sentence that begins with what was asked for. */
export interface Refusal {
  readonly reason: FailureReason;
  readonly explanation: string;
  readonly requestId: string | null;
}

export interface Question {
  readonly asked: 'certificate' | 'list' | 'deployments' | 'token';
  /** What was used to authorize the request: must not come back in a message. */
  readonly secrets: readonly string[];
}

/** Codes that say, with 400, that there is no such certificate, or none of ours. */
const NO_SUCH_CERTIFICATE: ReadonlySet<string> = new Set(['SCM.0003', 'SCM.0008', 'SCM.0020']);

const WORDS = {
  error_msg: z.string().nullish().catch(null),
  request_id: z.string().nullish().catch(null),
};
/** A code, or at least a message: any field may be left out of an answer. */
const FROM_API = z.union([
  z.object({ ...WORDS, error_code: z.string() }),
  z.object({ ...WORDS, error_code: z.null().optional(), error_msg: z.string() }),
]);
const FROM_IAM = z.object({
  error: z.object({
    code: z.union([z.string(), z.number()]).nullish().catch(null),
    message: z.string().nullish().catch(null),
  }),
});

export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** JSON.parse without an exception; the text's size has been limited by who read it. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/**
 * Reads an answer that is not a success: the status, and one of three shapes of body (HUAWEI-API, "Errors"). "No such
 * certificate" is 404, or 400 with one of three codes; a 404 of the gateway, or of something that is not the API at all,
 * says nothing about the certificate and is `malformed`.
 */
export function refusalOf(answer: Answer, question: Question): Refusal {
  const said = saidBy(answer);
  const reason = reasonOf({ status: answer.status, said, asked: question.asked });
  const quoted = said.text === '' ? '' : ` "${oneLine(withoutSecrets(said.text, question.secrets))}"`;
  const code = said.code === '' ? '' : ` ${oneLine(withoutSecrets(said.code, question.secrets), 40)}`;
  const requestId = requestIdOf(answer) ?? said.requestId;
  const trace = requestId === null ? '' : ` (request id ${requestId})`;
  const advice = adviceFor({ reason, answer, said, asked: question.asked });
  return {
    reason,
    explanation: `the API answered ${answer.status}${code}${quoted}${trace}; ${advice}`,
    requestId,
  };
}

/** The cloud's X-Request-Id where it is one; anything else is not repeated. */
export function requestIdOf(answer: Answer): string | null {
  return idOrNull(answer.headers.requestId);
}

interface Said {
  readonly shape: 'api' | 'iam' | 'json' | 'nothing' | 'other';
  readonly code: string;
  readonly text: string;
  readonly requestId: string | null;
}

function saidBy({ body, headers }: Answer): Said {
  const nothing = { code: '', text: '', requestId: null };
  if (body.trim() === '')
    return { ...nothing, shape: headers.contentType?.includes('html') ? 'other' : 'nothing' };
  const json = parseJson(body);
  if (!json.ok) return { ...nothing, shape: 'other' };
  const api = FROM_API.safeParse(json.value);
  if (api.success) {
    const { error_code, error_msg, request_id } = api.data;
    return {
      shape: 'api',
      code: error_code ?? '',
      text: error_msg ?? '',
      requestId: idOrNull(request_id ?? null),
    };
  }
  const iam = FROM_IAM.safeParse(json.value);
  if (iam.success) {
    const { code, message } = iam.data.error;
    // A number only repeats the status.
    return { ...nothing, shape: 'iam', code: typeof code === 'string' ? code : '', text: message ?? '' };
  }
  return { ...nothing, shape: isEmptyObject(json.value) ? 'nothing' : 'json' };
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

interface Circumstances {
  readonly status: number;
  readonly said: Said;
  readonly asked: Question['asked'];
}

function reasonOf({ status, said, asked }: Circumstances): FailureReason {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'throttled';
  if (status >= 500 && status <= 599) return 'server_error';
  const ofCertificates = asked === 'certificate' || (asked === 'deployments' && status === 400);
  if (ofCertificates && saysNoSuchCertificate(status, said)) return 'missing';
  return 'malformed';
}

function saysNoSuchCertificate(status: number, said: Said): boolean {
  if (status === 400) return NO_SUCH_CERTIFICATE.has(said.code);
  const fromCloud = said.shape === 'api' || said.shape === 'iam' || said.shape === 'nothing';
  return status === 404 && fromCloud && !/^APIGW?\./i.test(said.code);
}

function adviceFor(of: {
  reason: FailureReason;
  answer: Answer;
  said: Said;
  asked: Question['asked'];
}): string {
  switch (of.reason) {
    case 'unauthorized':
      return of.asked === 'token' ? TOKEN_REFUSED : adviceOnCredentials(of.said.code);
    case 'forbidden':
      return MAY_NOT[of.asked];
    case 'missing':
      return 'the certificate does not exist, or not in this account: check the id, or take it out of the configuration';
    case 'throttled':
      return 'too many requests: lower requestsPerSecond';
    case 'server_error':
      return 'the fault is on the side of the cloud';
    case 'malformed':
    case 'unreachable':
    case 'timeout':
      return adviceOnMalformed(of.answer, of.said, of.asked === 'token' ? 'iamEndpoint' : 'endpoint');
  }
}

const MAY_NOT: Readonly<Record<Question['asked'], string>> = {
  certificate: "the account's user needs the permission scm:cert:get, which SCM ReadOnlyAccess gives",
  list: "the account's user needs the permission scm:cert:list, which SCM ReadOnlyAccess gives",
  deployments: "the account's user needs the permission scm:cert:listDeployedResources",
  token: 'check whether this user may use the API, and the scope',
};
const TOKEN_REFUSED =
  'check domainName, userName and the password; it is not tried again before the next check, for repeated wrong passwords lock the user';

function adviceOnCredentials(code: string): string {
  if (code === 'APIGW.0301') return 'the credentials are wrong: check them';
  if (code === 'APIGW.0307')
    return "the token has expired, or is another site's: check that the endpoint is of the token's site";
  if (code === 'SCM.1000')
    return 'the API does not accept the token: check its scope, and that it is of this site';
  return 'check the credentials';
}

function adviceOnMalformed({ status, headers }: Answer, said: Said, endpoint: string): string {
  if (status >= 300 && status < 400) {
    const to = hostOf(headers.location);
    return `a redirect${to === null ? '' : ` to ${to}`} is refused: check ${endpoint}`;
  }
  if (status === 404)
    return `there is no such API at this address: check ${endpoint}, and proxies on the way`;
  if (status >= 400 && (said.shape === 'api' || said.shape === 'iam'))
    return 'the request was not understood';
  return `this is not how the API answers: check ${endpoint}`;
}

function hostOf(location: string | null): string | null {
  if (location === null || !URL.canParse(location)) return null;
  const { host } = new URL(location);
  return host === '' ? null : oneLine(withoutSecrets(host, []), 80);
}

function idOrNull(text: string | null): string | null {
  return text !== null && /^[\w.-]{1,64}$/.test(text) ? text : null;
}
