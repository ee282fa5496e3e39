// One attempt at reading one certificate: authorized, in its turn, sent, and what came of it.
import type { Certificate } from '../certificates/certificate.ts';
import type { FailureReason, ReadFailure } from '../certificates/reading.ts';
import type { AccountConfig } from '../config/config.ts';
import { type Clock, formatSpan, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { ReaderObserver } from './account.ts';
import { type Answer, parseJson, refusalOf, requestIdOf } from './answer.ts';
import type { Authorization, Credentials } from './credentials.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';
import { parseCertificate } from './payload.ts';
import type { Held } from './renewable.ts';
import { clockSkewSeconds, isPassing, retryAfterMs } from './retry.ts';
import type { Transport } from './transport.ts';

export type Attempt =
  | { readonly ok: true; readonly certificate: Certificate }
  | {
      readonly ok: false;
      readonly failure: ReadFailure;
      /** What could make the next attempt better than this one. */
      readonly next:
        | { readonly after: 'nothing' }
        /** It may pass by itself; `waitMs` is what the cloud asks for. */
        | { readonly after: 'waiting'; readonly waitMs: number }
        /** What was used to authorize it was refused. */
        | { readonly after: 'renewal'; readonly generation: number };
    };

export interface AttemptOptions {
  readonly account: AccountConfig;
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly pace: Pace;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly observer: ReaderObserver;
}

/** The cloud refuses a signature that is 15 minutes off; a third of it is worth a word. */
const NOTABLE_SKEW_SECONDS = 300;

/** Rejects only with ABORTED. `id` is letters, digits, `-` and `_`. */
export async function attemptRead(
  options: AttemptOptions,
  id: string,
  signal: AbortSignal,
): Promise<Attempt> {
  const { account, credentials, clock } = options;
  // First what authorizes it, which may take a while; then its turn; and its time stamp last.
  const authorization = await credentials.authorize(signal);
  if (!authorization.ok) return failed(authorization, subjectOf(id, account), { after: 'nothing' });
  await options.pace.turn(signal);
  const refusal = options.patience.refusal(); // another read may have learnt something meanwhile
  if (refusal !== null) return { ok: false, failure: refusal, next: { after: 'nothing' } };
  const path = `/v3/scm/certificates/${encodeURIComponent(id)}`;
  const headers = authorization.value.headersFor({ method: 'GET', url: account.endpoint + path, body: '' });
  const sentMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  const delivered = await options.transport.send({ method: 'GET', path, headers, body: '' }, signal);
  const seconds = (clock.monotonicMs() - startedMs) / SECOND_MS;
  const attempt = delivered.ok
    ? answered({ options, id, authorization, answer: delivered.answer, sentMs })
    : failed({ ...delivered, requestId: null }, subjectOf(id, account), nextAfter(delivered.reason));
  const outcome = attempt.ok ? 'ok' : attempt.failure.reason;
  options.observer.request({ account: account.name, operation: 'ShowCertificate', outcome, seconds });
  return attempt;
}

interface Answered {
  readonly options: AttemptOptions;
  readonly id: string;
  readonly authorization: Held<Authorization>;
  readonly answer: Answer;
  /** By our wall clock. */
  readonly sentMs: number;
}

function answered({ options, id, authorization, answer, sentMs }: Answered): Attempt {
  const { account, credentials, clock, observer } = options;
  const { generation } = authorization;
  const receivedMs = clock.wallMs();
  const skewSeconds = clockSkewSeconds(answer, { sentMs, receivedMs });
  if (skewSeconds !== null) observer.clockSkew({ account: account.name, seconds: skewSeconds });
  if (answer.status !== 401 && answer.status < 429) credentials.accepted(generation);
  if (answer.status === 200) return parsed(answer, id, account);
  const refusal = refusalOf(answer, { asked: 'certificate', secrets: authorization.value.secrets });
  if (refusal.reason === 'unauthorized') {
    const explanation = refusal.explanation + skewAdvice(account, skewSeconds);
    return failed({ ...refusal, explanation }, subjectOf(id, account), { after: 'renewal', generation });
  }
  return failed(refusal, subjectOf(id, account), nextAfter(refusal.reason, retryAfterMs(answer, receivedMs)));
}

function parsed(answer: Answer, id: string, account: AccountConfig): Attempt {
  const json = parseJson(answer.body);
  const result = json.ok
    ? parseCertificate(json.value, { id, utcOffsetMinutes: account.utcOffsetMinutes })
    : ({ ok: false, message: 'its body is not JSON' } as const);
  if (result.ok) return result;
  const requestId = requestIdOf(answer);
  const trace = requestId === null ? '' : ` (request id ${requestId})`;
  const explanation = `the API answered 200${trace}, but ${result.message}: check endpoint, and proxies on the way`;
  return failed({ reason: 'malformed', explanation, requestId }, subjectOf(id, account), {
    after: 'nothing',
  });
}

type Next = Extract<Attempt, { ok: false }>['next'];

function nextAfter(reason: FailureReason, waitMs: number | null = null): Next {
  return isPassing(reason) ? { after: 'waiting', waitMs: waitMs ?? 0 } : { after: 'nothing' };
}

interface Why {
  readonly reason: FailureReason;
  readonly explanation: string;
  readonly requestId: string | null;
}

/** What is asked for, as it stands in messages. */
export function subjectOf(id: string, account: AccountConfig): string {
  return `certificate ${id} of account ${account.name}`;
}

function failed({ reason, explanation, requestId }: Why, subject: string, next: Next): Attempt {
  return {
    ok: false,
    next,
    failure: { reason, message: `Cannot read ${subject}: ${explanation}`, requestId },
  };
}

/** A signature carries a time; where the clocks differ, no key is right. */
function skewAdvice({ credentials }: AccountConfig, seconds: number | null): string {
  if (credentials.type !== 'access-key' || seconds === null || Math.abs(seconds) < NOTABLE_SKEW_SECONDS)
    return '';
  const span = formatSpan(Math.round((Math.abs(seconds) * SECOND_MS) / MINUTE_MS) * MINUTE_MS);
  return `; this machine's clock is ${span} ${seconds > 0 ? 'behind' : 'ahead of'} the API's, which refuses signatures 15 minutes off: set the clock`;
}
