// One attempt at one call: authorized, in its turn, sent, and what came of it.
import type { FailureReason, ReadFailure } from '../certificates/reading.ts';
import type { AccountConfig } from '../config/config.ts';
import type { Pace } from '../shared/pace.ts';
import { type Clock, formatSpan, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { ReaderObserver } from './account.ts';
import { type Answer, parseJson, refusalOf, requestIdOf } from './answer.ts';
import type { Call } from './call.ts';
import type { Authorization, Credentials } from './credentials.ts';
import type { Patience } from './patience.ts';
import type { Held } from './renewable.ts';
import { clockSkewSeconds, isPassing, retryAfterMs } from './retry.ts';
import type { Transport } from './transport.ts';

export type Attempt<Value> = { readonly ok: true; readonly value: Value } | FailedAttempt;

interface FailedAttempt {
  readonly ok: false;
  readonly failure: ReadFailure;
  /** Of the answer; null where none came. */
  readonly status: number | null;
  /** What could make the next attempt better than this one. */
  readonly next:
    | { readonly after: 'nothing' }
    /** It may pass by itself; `waitMs` is what the cloud asks for. */
    | { readonly after: 'waiting'; readonly waitMs: number }
    /** What was used to authorize it was refused. */
    | { readonly after: 'renewal'; readonly generation: number };
}

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

/** Rejects only with ABORTED. */
export async function attemptCall<Value>(
  options: AttemptOptions,
  call: Call<Value>,
  signal: AbortSignal,
): Promise<Attempt<Value>> {
  const { account, credentials, clock } = options;
  const { subject, method, path, body, bodyMaxBytes } = call;
  // First what authorizes it, which may take a while; then its turn; and its time stamp last.
  const authorization = await credentials.authorize(signal);
  if (!authorization.ok) return failed(authorization, { subject, next: { after: 'nothing' } });
  await options.pace.turn(signal);
  const refusal = options.patience.refusal(); // another call may have learnt something meanwhile
  if (refusal !== null) return { ok: false, failure: refusal, status: null, next: { after: 'nothing' } };
  const headers = authorization.value.headersFor({ method, url: account.endpoint + path, body });
  const sentMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  const request = { method, path, headers, body, ...(bodyMaxBytes === undefined ? {} : { bodyMaxBytes }) };
  const delivered = await options.transport.send(request, signal);
  const seconds = (clock.monotonicMs() - startedMs) / SECOND_MS;
  const attempt = delivered.ok
    ? answered({ options, call, authorization, answer: delivered.answer, sentMs })
    : failed({ ...delivered, requestId: null }, { subject, next: nextAfter(delivered.reason) });
  const outcome = attempt.ok ? 'ok' : attempt.failure.reason;
  options.observer.request({ account: account.name, operation: call.operation, outcome, seconds });
  return attempt;
}

interface Answered<Value> {
  readonly options: AttemptOptions;
  readonly call: Call<Value>;
  readonly authorization: Held<Authorization>;
  readonly answer: Answer;
  /** By our wall clock. */
  readonly sentMs: number;
}

function answered<Value>({ options, call, authorization, answer, sentMs }: Answered<Value>): Attempt<Value> {
  const { account, credentials, clock, observer } = options;
  const { subject, asked } = call;
  const { status } = answer;
  const { generation } = authorization;
  const receivedMs = clock.wallMs();
  const skewSeconds = clockSkewSeconds(answer, { sentMs, receivedMs });
  if (skewSeconds !== null) observer.clockSkew({ account: account.name, seconds: skewSeconds });
  if (status !== 401 && status < 429) credentials.accepted(generation);
  if (status === 200) return parsed(answer, call);
  const refusal = refusalOf(answer, { asked, secrets: authorization.value.secrets });
  if (refusal.reason === 'unauthorized') {
    const explanation = refusal.explanation + skewAdvice(account, skewSeconds);
    return failed({ ...refusal, explanation }, { subject, status, next: { after: 'renewal', generation } });
  }
  const next = nextAfter(refusal.reason, retryAfterMs(answer, receivedMs));
  return failed(refusal, { subject, status, next });
}

function parsed<Value>(answer: Answer, { parse, subject }: Call<Value>): Attempt<Value> {
  const json = parseJson(answer.body);
  const result = json.ok ? parse(json.value) : ({ ok: false, message: 'its body is not JSON' } as const);
  if (result.ok) return result;
  const requestId = requestIdOf(answer);
  const trace = requestId === null ? '' : ` (request id ${requestId})`;
  const explanation = `the API answered 200${trace}, but ${result.message}: check endpoint, and proxies on the way`;
  return failed(
    { reason: 'malformed', explanation, requestId },
    { subject, status: answer.status, next: { after: 'nothing' } },
  );
}

type Next = FailedAttempt['next'];

function nextAfter(reason: FailureReason, waitMs: number | null = null): Next {
  return isPassing(reason) ? { after: 'waiting', waitMs: waitMs ?? 0 } : { after: 'nothing' };
}

interface Why {
  readonly reason: FailureReason;
  readonly explanation: string;
  readonly requestId: string | null;
}

interface Failing {
  readonly subject: string;
  readonly status?: number;
  readonly next: Next;
}

function failed({ reason, explanation, requestId }: Why, failing: Failing): FailedAttempt {
  const { subject, status = null, next } = failing;
  return {
    ok: false,
    status,
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
